import { expect, test } from 'vitest'
import { withParameters } from 'trace-eval'
import { compute, expressions } from './expressions.ts'
import { slope } from './follow-graph.ts'

const all = expressions(30, 1)

test('expressions are the same for the same seed, start off their goals, and are computed as they read', () => {
  const again = expressions(30, 1)
  expect(again.map(({ goal, steps, x }) => [goal, steps, x.value])).toEqual(all.map(({ goal, steps, x }) => [goal, steps, x.value]))
  for (const one of all) {
    expect(compute(one).value).toBe(one.startResult)
    expect(Math.abs(one.goal - one.startResult)).toBeGreaterThan(1)
  }
})

test('the slope that the graph tells is what the result does around a number', () => {
  for (const one of all) {
    for (const x of [-7.5, 0.3, 4]) {
      const at = (value: number): number => withParameters([one.x.with(value)], () => compute(one).value)
      const told = withParameters([one.x.with(x)], () => slope(compute(one), one.id))
      const seen = (at(x + 1e-4) - at(x - 1e-4)) / 2e-4
      expect(told, one.id).toBeCloseTo(seen, Math.max(0, 3 - Math.ceil(Math.log10(1 + Math.abs(seen)))))
    }
  }
})

test('another parameter has no slope', () => {
  expect(slope(compute(all[0]!), 'another')).toBe(0)
})
