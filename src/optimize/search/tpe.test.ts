/** The Tree-structured Parzen Estimator. Stage: optimize. */
import { describe, expect, test } from 'vitest'
import { aSpec } from '../../testing/contract-parameters.ts'
import { playRounds } from '../../testing/play-rounds.ts'
import { parzen } from './parzen.ts'
import { searchSpace } from './search-space.ts'
import { tpe } from './tpe.ts'

const parameters = [
  aSpec('x', 0.1, { kind: 'number', range: [0, 1], integer: false, log: false }),
  aSpec('model', 'a', { kind: 'choice', choices: ['a', 'b', 'c', 'd'] }),
]

describe('tpe', () => {
  test('spreads the first round evenly over every range', async () => {
    const [first] = await playRounds(tpe(), { parameters, rounds: 1, maxCandidates: 8 })
    const eighths = first!.proposals.map(({ changes }) => Math.floor((changes['x'] as number) * 8))
    expect(eighths.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    const models = first!.proposals.map(({ changes }) => changes['model'] ?? 'a')
    expect(models.toSorted()).toEqual(['a', 'a', 'b', 'b', 'c', 'c', 'd', 'd'])
  })

  test('then looks where the better evaluations lie', async () => {
    const scoreCase = ({ x, model }: Readonly<Record<string, unknown>>): number => (model === 'c' ? 1 : 0.5) - Math.abs((x as number) - 0.8) / 2
    const played = await playRounds(tpe(), { parameters, rounds: 6, maxCandidates: 10, scoreCase, dropping: false })
    const last = played.at(-1)!
    const values = last.proposals.map(({ changes }) => ({ ...last.view.best.values, ...changes }))
    expect(values.filter(({ model }) => model === 'c').length, 'of 10 candidates').toBeGreaterThanOrEqual(7)
    expect(values.filter(({ x }) => Math.abs((x as number) - 0.8) < 0.2).length, 'of 10 candidates').toBeGreaterThanOrEqual(7)
  })

  test('the density of a mixture integrates to 1 over a number and a choice together', () => {
    const space = searchSpace(parameters)
    const axes = space.axes.map((axis, index) => ({ axis, index, blame: 1 }))
    const points = [{ x: 0.1, model: 'a' }, { x: 0.15, model: 'a' }, { x: 0.9, model: 'd' }].map((values) => space.pointOf(values))
    const density = parzen(axes, points, 1)
    let total = 0
    for (let cell = 0; cell < 1000; cell++) for (let model = 0; model < 4; model++) total += Math.exp(density.logDensity([[(cell + 0.5) / 1000], [model]])) / 1000
    expect(total).toBeCloseTo(1, 4)
  })

  test('the multivariate density keeps together what was good together', () => {
    const space = searchSpace(parameters)
    const axes = space.axes.map((axis, index) => ({ axis, index, blame: 1 }))
    const points = [0.1, 0.15, 0.85, 0.9].map((x) => space.pointOf({ x, model: x < 0.5 ? 'a' : 'd' }))
    const density = parzen(axes, points, 0.1)
    const together = density.logDensity(space.pointOf({ x: 0.12, model: 'a' }))
    expect(together).toBeGreaterThan(density.logDensity(space.pointOf({ x: 0.12, model: 'd' })))
  })
})
