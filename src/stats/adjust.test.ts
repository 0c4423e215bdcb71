/** Adjusted p-values against a worked example and their definitions. Stage: stats. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { benjaminiHochberg, holm } from './adjust.ts'

const rounded = (values: readonly number[]): number[] => values.map((value) => Number(value.toFixed(12)))

test('four tests agree with SciPy and R', () => {
  expect(rounded(holm([0.01, 0.04, 0.03, 0.005]))).toEqual([0.03, 0.06, 0.06, 0.02])
  expect(rounded(benjaminiHochberg([0.01, 0.04, 0.03, 0.005]))).toEqual([0.02, 0.04, 0.04, 0.02])
})

test('one test is left as it is, and none is none', () => {
  expect([holm([0.2]), benjaminiHochberg([0.2]), holm([]), benjaminiHochberg([])]).toEqual([[0.2], [0.2], [], []])
})

test('Holm claims what stepping down through the list does', () => {
  fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }), fc.constantFrom(0.01, 0.05, 0.2), (p, alpha) => {
    const claimed = new Set<number>()
    for (const [place, index] of p.map((_, at) => at).toSorted((a, b) => p[a]! - p[b]!).entries()) {
      if (p[index]! * (p.length - place) > alpha) break
      claimed.add(index)
    }
    expect(holm(p).flatMap((value, index) => (value <= alpha ? [index] : []))).toEqual([...claimed].toSorted((a, b) => a - b))
  }))
})

test('adjusted values keep their order, grow, and stay at most 1', () => {
  fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 }), (p) => {
    const [strict, loose] = [holm(p), benjaminiHochberg(p)]
    for (const [a, one] of p.entries()) {
      expect(loose[a]).toBeGreaterThanOrEqual(one * (1 - 1e-12))
      expect(strict[a]).toBeGreaterThanOrEqual(loose[a]! - 1e-12)
      expect(strict[a]).toBeLessThanOrEqual(1)
      for (const [b, other] of p.entries()) if (one < other) expect(strict[a]).toBeLessThanOrEqual(strict[b]!)
    }
  }))
})
