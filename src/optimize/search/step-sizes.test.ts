/** Steps that adapt to what moves showed. Stage: optimize. */
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../core/random.ts'
import { aSpec } from '../../testing/contract-parameters.ts'
import { firstView, nextView, type PlayOptions } from '../../testing/play-rounds.ts'
import { roundContext } from './round-context.ts'
import { search } from './search.ts'
import { searchSpace } from './search-space.ts'
import { pastMoves, stepSizes } from './step-sizes.ts'

const parameters = [
  aSpec('x', 0.5, { kind: 'number', range: [0, 1], integer: false, log: false }),
  aSpec('y', 0.5, { kind: 'number', range: [0, 1], integer: false, log: false }),
]

/** Steps of x and y after these values were tried, scored by `scoreCase`. */
function stepsAfter(tried: readonly Record<string, number>[], scoreCase: NonNullable<PlayOptions['scoreCase']>): number[] {
  const options = { parameters, scoreCase, dropping: false }
  const view = nextView(firstView(search(), options), tried.map((changes) => ({ changes })), options)
  const context = roundContext(searchSpace(parameters), view, seededRandom(1))
  return [...stepSizes(context, pastMoves(context)).values()]
}

describe('the step of a parameter', () => {
  test('starts at 0.15 of its range', () => {
    expect(stepsAfter([], () => 0)).toEqual([0.15, 0.15])
  })

  test('becomes half again as long as a move that helped', () => {
    expect(stepsAfter([{ x: 0.7 }], ({ x }) => x as number)[0]).toBeCloseTo(0.3)
  })

  test('shrinks after a move that hurt', () => {
    expect(stepsAfter([{ x: 0.6 }], ({ x }) => 1 - (x as number))[0]).toBeCloseTo(0.105)
  })

  test('is not made shorter by the failure of a longer move', () => {
    expect(stepsAfter([{ x: 0.9 }], ({ x }) => 1 - (x as number))).toEqual([0.15, 0.15])
  })

  test('doubles on a plateau, where a move changed no case', () => {
    expect(stepsAfter([{ x: 0.6 }, { x: 0.7 }], () => 0.5)[0]).toBeCloseTo(0.4)
  })

  test('stays when cases swapped and the score did not move', () => {
    expect(stepsAfter([{ x: 0.6 }], ({ x }, caseId) => Number((x === 0.6) === (caseId < 'c')))).toEqual([0.15, 0.15])
  })

  test('learns nothing from a change of two parameters at once', () => {
    expect(stepsAfter([{ x: 0.6, y: 0.6 }], ({ x }) => x as number)).toEqual([0.15, 0.15])
  })
})
