/** Bounds of a change: known values, and the laws that gates rely on. Stage: stats. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { differenceBounds } from './difference-bounds.ts'

const at95 = { confidence: 0.95, seed: 'test' }
const score = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }))
const pairs = fc.array(fc.tuple(score, score), { minLength: 1, maxLength: 25 })
const bounds = (all: readonly (readonly [number, number])[]) => differenceBounds(all.map(([a]) => a), all.map(([, b]) => b), at95)

test.each([[20, -0.139], [50, -0.058], [100, -0.03], [150, -0.02]])('%d cases without a change leave room for a loss of %d', (n, expected) => {
  const same = Array<number>(n).fill(1)
  const { lower, upper } = differenceBounds(same, same, at95)
  // Half of the closed form's precision: the bound is drawn.
  expect(Math.abs(lower - expected)).toBeLessThan(0.006)
  expect(Math.abs(upper + expected)).toBeLessThan(0.006)
})

test.each([Number.NaN, Infinity, -0.1, 1.7])('a score of %d is refused on either side', (wrong) => {
  expect(() => differenceBounds([1, wrong], [1, 1], at95)).toThrow(`expected every score between 0 and 1, received ${wrong}, at score 2 of 2`)
  expect(() => differenceBounds([1, 1], [wrong, 1], at95)).toThrow(`received ${wrong}, at score 1 of 2`)
})

test('without cases nothing is known', () => expect(differenceBounds([], [], at95)).toEqual({ lower: -1, upper: 1 }))

test('they enclose the mean change, and mirror when before and after change places', () => {
  fc.assert(fc.property(pairs, (all) => {
    const mean = all.reduce((sum, [a, b]) => sum + b - a, 0) / all.length
    const { lower, upper } = bounds(all)
    expect(lower).toBeLessThanOrEqual(mean + 1e-12)
    expect(upper).toBeGreaterThanOrEqual(mean - 1e-12)
    expect(lower).toBeGreaterThanOrEqual(-1)
    expect(upper).toBeLessThanOrEqual(1)
    const mirrored = bounds(all.map(([a, b]) => [b, a]))
    expect(mirrored.lower).toBeCloseTo(-upper, 1)
  }), { numRuns: 20 })
})

test('a better score after never gives a lower bound, and cases of a cluster count as one', () => {
  fc.assert(fc.property(pairs, fc.nat(), score, (all, seed, raised) => {
    const index = seed % all.length
    const better = all.with(index, [all[index]![0], Math.max(all[index]![1], raised)])
    expect(bounds(better).lower).toBeGreaterThanOrEqual(bounds(all).lower - 1e-12)
    expect(bounds(better).upper).toBeGreaterThanOrEqual(bounds(all).upper - 1e-12)
  }), { numRuns: 20 })
  const clusters = ['a', 'a', 'b']
  expect(differenceBounds([0, 0, 1], [1, 1, 1], { ...at95, clusters })).toEqual(differenceBounds([0, 1], [1, 1], at95))
})
