/** Bounds of pass rates against published intervals and brute force. Stage: stats. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { binomialTail, binomialTest, clopperPearson, wilson } from './binomial.ts'

/** At least `k` of `n`, by adding up every outcome. */
function tailBySum(k: number, n: number, rate: number): number {
  let [term, sum] = [(1 - rate) ** n, 0]
  for (let i = 0; i <= n; i++) {
    if (i >= k) sum += term
    term *= (n - i) / (i + 1) * rate / (1 - rate)
  }
  return sum
}

// Newcombe, "Two-sided confidence intervals for the single proportion" (Stat. Med. 17, 1998), table I.
describe('two-sided 95 % intervals agree with Newcombe', () => {
  test.each([
    [81, 263, '0.2553 to 0.3662', '0.2527 to 0.3676'],
    [15, 148, '0.0624 to 0.1605', '0.0578 to 0.1617'],
    [0, 20, '0.0000 to 0.1611', '0.0000 to 0.1684'],
    [1, 29, '0.0061 to 0.1718', '0.0009 to 0.1776'],
  ])('%d of %d', (passed, n, score, exact) => {
    const shown = ({ lower, upper }: { lower: number; upper: number }) => `${lower.toFixed(4)} to ${upper.toFixed(4)}`
    expect(shown(wilson(passed, n, { sides: 2 }))).toBe(score)
    expect(shown(clopperPearson(passed, n, { sides: 2 }))).toBe(exact)
  })
})

test.each([
  [7, 10, 0.3475471499, 0.9332604888],
  [499, 500, 0.9889075231, 0.9999493654],
  [682, 925, 0.707668264079, 0.7654065582415],
])('the two-sided exact interval of %d of %d agrees with R', (passed, n, lower, upper) => {
  const interval = clopperPearson(passed, n, { sides: 2 })
  expect(interval.lower).toBeCloseTo(lower, 9)
  expect(interval.upper).toBeCloseTo(upper, 9)
})

test.each([[5, 0.549], [10, 0.741], [20, 0.861], [50, 0.942], [100, 0.970]])('%d of as many prove a rate of at least %d', (n, lower) => {
  expect(clopperPearson(n, n).lower).toBeCloseTo(lower, 3)
  expect(clopperPearson(n, n).lower).toBeCloseTo(0.05 ** (1 / n), 12)
})

test.each([
  [10, [10, undefined, undefined]], [20, [18, 20, undefined]], [50, [41, 45, 49]],
  [100, [78, 87, 96]], [200, [152, 170, 188]], [500, [368, 416, 462]],
])('of %d cases this many must pass to prove 0.7, 0.8 and 0.9', (n, expected) => {
  const fewest = (rate: number) => Array.from({ length: n + 1 }, (_, passed) => passed).find((passed) => clopperPearson(passed, n).lower >= rate)
  expect([0.7, 0.8, 0.9].map(fewest)).toEqual(expected)
})

test('without cases nothing is known', () => {
  expect([clopperPearson(0, 0), wilson(0, 0)]).toEqual([{ lower: 0, upper: 1 }, { lower: 0, upper: 1 }])
})

test('the tail of a count is the sum of its outcomes', () => {
  expect(binomialTail(3, 15, 0.1)).toBeCloseTo(0.18406106910639106, 13)
  expect([binomialTail(0, 5, 0.3), binomialTail(6, 5, 0.3)]).toEqual([1, 0])
  fc.assert(fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(60), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (n, k, rate) => {
    expect(binomialTail(k, n, rate)).toBeCloseTo(tailBySum(k, n, rate), 10)
  }))
})

test('the two-sided test of a rate agrees with R', () => {
  expect(binomialTest(682, 925, 0.75)).toBeCloseTo(0.3824915595748517, 10)
  expect([binomialTest(5, 10, 0.5), binomialTest(0, 0, 0.5)]).toEqual([1, 1])
})

test('a true rate at an exact bound gives the count, or one further off, with exactly the allowed chance', () => {
  const confidence = fc.double({ min: 0.6, max: 0.999, noNaN: true })
  fc.assert(fc.property(fc.integer({ min: 2, max: 80 }), fc.nat(79), confidence, (n, seed, confidence) => {
    const passed = 1 + seed % (n - 1)
    const { lower, upper } = clopperPearson(passed, n, { confidence })
    expect(tailBySum(passed, n, lower)).toBeCloseTo(1 - confidence, 9)
    expect(tailBySum(n - passed, n, 1 - upper)).toBeCloseTo(1 - confidence, 9)
  }))
})

test('the exact lower bound holds at least as often as it says, for every rate', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (n, rate) => {
    // The bound grows with the count, so it is wrong from one count on.
    const firstWrong = Array.from({ length: n + 1 }, (_, passed) => passed).find((passed) => clopperPearson(passed, n).lower > rate) ?? n + 1
    expect(binomialTail(firstWrong, n, rate)).toBeLessThanOrEqual(0.05 + 1e-9)
  }))
})

test('both intervals mirror when passes and failures change places', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(200), (n, seed) => {
    const passed = seed % (n + 1)
    for (const bounds of [clopperPearson, wilson]) {
      expect(bounds(passed, n).lower).toBeCloseTo(1 - bounds(n - passed, n).upper, 10)
    }
  }))
})
