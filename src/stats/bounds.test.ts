/** The mean and its bounds: laws that any suite of scores keeps. Stage: stats. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clopperPearson } from './binomial.ts'
import { scoreBounds } from './bounds.ts'

const at95 = { confidence: 0.95, seed: 'test' }
const score = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }))
const someScores = fc.array(score, { minLength: 1, maxLength: 40 })
const runs = { numRuns: 40 }

test('pass/fail scores have exact bounds', () => {
  const scores = Array.from({ length: 24 }, (_, index) => (index < 22 ? 1 : 0))
  expect(scoreBounds(scores, at95)).toEqual({ mean: 22 / 24, ...clopperPearson(22, 24), n: 24, passed: 22, method: 'exact' })
})

test('without scores nothing is known, and nothing is NaN', () => {
  expect(scoreBounds([], at95)).toEqual({ mean: 0, lower: 0, upper: 1, n: 0, passed: 0, method: 'none' })
})

test('one case proves next to nothing', () => {
  const { mean, lower, upper } = scoreBounds([1], at95)
  expect([mean, lower.toFixed(4), upper]).toEqual([1, '0.0500', 1])
  const half = scoreBounds([0.5], at95)
  expect([half.mean, half.lower.toFixed(2), half.upper.toFixed(2), half.method]).toEqual([0.5, '0.03', '0.97', 'gaffke'])
})

test('equal scores do not pretend to certainty', () => {
  const { mean, lower, upper } = scoreBounds(Array<number>(20).fill(0.75), at95)
  expect(mean).toBe(0.75)
  expect(lower).toBeCloseTo(0.75 * 0.05 ** (1 / 20), 2)
  expect(upper).toBeCloseTo(1 - 0.25 * 0.05 ** (1 / 20), 2)
})

test('cases of one cluster count as one, with their mean', () => {
  const bounds = scoreBounds([1, 1, 0, 0, 1, 0], { ...at95, clusters: ['a', 'a', 'b', 'b', undefined, undefined] })
  expect(bounds).toEqual(scoreBounds([1, 0, 1, 0], at95))
  expect(scoreBounds([1, 0, 1, 1], { ...at95, clusters: ['a', 'a', 'b', 'b'] })).toEqual(scoreBounds([0.5, 1], at95))
})

describe('for all scores', () => {
  test('the bounds enclose the mean, between 0 and 1', () => {
    const confidence = fc.double({ min: 0.5, max: 1, minExcluded: true, maxExcluded: true, noNaN: true })
    fc.assert(fc.property(someScores, confidence, (scores, confidence) => {
      const { lower, mean, upper } = scoreBounds(scores, { ...at95, confidence })
      expect([0, lower, mean, upper, 1]).toEqual([0, lower, mean, upper, 1].toSorted((a, b) => a - b))
    }), runs)
  })

  test('a better score never gives a lower bound', () => {
    fc.assert(fc.property(someScores, fc.nat(), score, (scores, seed, raised) => {
      const index = seed % scores.length
      const better = scores.with(index, Math.max(scores[index]!, raised))
      const [a, b] = [scoreBounds(scores, at95), scoreBounds(better, at95)]
      // Sums in another order differ in their last bits.
      for (const bound of ['lower', 'upper', 'mean'] as const) expect(b[bound]).toBeGreaterThan(a[bound] - 1e-12)
    }), runs)
  })

  test('more confidence never gives narrower bounds', () => {
    fc.assert(fc.property(someScores, fc.double({ min: 0.51, max: 0.99, noNaN: true }), fc.double({ min: 0.51, max: 0.99, noNaN: true }), (scores, a, b) => {
      const wide = scoreBounds(scores, { ...at95, confidence: Math.max(a, b) })
      const narrow = scoreBounds(scores, { ...at95, confidence: Math.min(a, b) })
      expect(wide.lower).toBeLessThanOrEqual(narrow.lower)
      expect(wide.upper).toBeGreaterThanOrEqual(narrow.upper)
    }), runs)
  })

  test('the order of the cases decides nothing', () => {
    const shuffled = someScores.chain((scores) => fc.tuple(fc.constant(scores), fc.shuffledSubarray(scores, { minLength: scores.length })))
    fc.assert(fc.property(shuffled, ([scores, mixed]) => {
      expect(scoreBounds(mixed, at95)).toEqual(scoreBounds(scores, at95))
    }), runs)
  })

  test('the bounds lie between those of the scores rounded down and rounded up', () => {
    fc.assert(fc.property(someScores, (scores) => {
      const { lower, upper } = scoreBounds(scores, at95)
      const [down, up] = [scoreBounds(scores.map(Math.floor), at95), scoreBounds(scores.map(Math.ceil), at95)]
      expect(lower).toBeGreaterThanOrEqual(down.lower)
      expect(lower).toBeLessThanOrEqual(up.lower)
      expect(upper).toBeGreaterThanOrEqual(down.upper)
      expect(upper).toBeLessThanOrEqual(up.upper)
    }), runs)
  })
})

test.each([Number.NaN, Infinity, -0.1, 1.7])('a score of %d is refused', (wrong) => {
  expect(() => scoreBounds([1, wrong], at95)).toThrow(`expected every score between 0 and 1, received ${wrong}, at score 2 of 2
  Divide points by the most that can be reached, and leave out what could not be measured.`)
})

test.each([0.5, 1, 95, Number.NaN])('a confidence of %d is refused', (confidence) => {
  expect(() => scoreBounds([1], { confidence, seed: '' })).toThrow(`expected a confidence above 0.5 and below 1, received ${confidence}
  Use 0.95 for 95 %.`)
})
