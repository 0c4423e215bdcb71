/** New points out of earlier ones. Stage: optimize. */
import { describe, expect, test } from 'vitest'
import type { ParameterValues } from '../feedback/case-run.ts'
import { seededRandom } from '../core/random.ts'
import { aSpec } from '../testing/contract-parameters.ts'
import { firstView, nextView } from '../testing/play-rounds.ts'
import { combinations } from './combine.ts'
import { roundContext, type Suggestion } from './search/round-context.ts'
import { search } from './search/search.ts'
import { searchSpace } from './search/search-space.ts'

const parameters = ['x', 'y', 'z'].map((name) => aSpec(name, 0.5, { kind: 'number', range: [0, 1], integer: false, log: false }))
const sum = (values: ParameterValues): number => ['x', 'y', 'z'].reduce((total, name) => total + (values[name] as number), 0) / 3

/** The first suggestions after these values were tried, as values. */
function suggestionsAfter(tried: readonly ParameterValues[], count: number): { values: ParameterValues; reason: string }[] {
  const options = { parameters, scoreCase: sum, dropping: false }
  const space = searchSpace(parameters)
  const view = nextView(firstView(search(), options), tried.map((changes) => ({ changes })), options)
  const found: Suggestion[] = []
  for (const suggestion of combinations(roundContext(space, view, seededRandom(1)))) { if (found.push(suggestion) === count) break }
  return found.map(({ point, reason }) => ({ values: Object.fromEntries(space.axes.map((axis, index) => [axis.name, axis.decode(point[index]!)])), reason }))
}

describe('combinations', () => {
  test('put single moves together that helped on their own', () => {
    const [first] = suggestionsAfter([{ x: 0.7 }, { y: 0.6 }, { z: 0.2 }], 1)
    expect(first).toEqual({ values: { x: 0.7, y: 0.6, z: 0.5 }, reason: 'gains together: y' })
  })

  test('go the last way once more, then half of it', () => {
    const further = suggestionsAfter([{ x: 0.7 }], 2)
    expect(further.map(({ values }) => values)).toEqual([{ x: 0.9, y: 0.5, z: 0.5 }, { x: 0.8, y: 0.5, z: 0.5 }])
  })

  test('crossover takes every value from the best or from one of the others', () => {
    const tried = [{ x: 0.9, y: 0.9, z: 0.9 }, { x: 0.1, y: 0.8, z: 0.3 }]
    const crossed = suggestionsAfter(tried, 40).filter(({ reason }) => reason === 'crossed with another good one')
    expect(crossed.length).toBeGreaterThan(10)
    for (const { values } of crossed) for (const name of ['x', 'y', 'z'] as const) expect([0.9, 0.5, tried[1]![name]]).toContain(values[name])
  })

  test('give nothing while only the start is known', () => {
    expect(suggestionsAfter([], 5)).toEqual([])
  })
})
