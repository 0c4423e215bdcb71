/** How many cases would settle a verdict, against brute force. Stage: stats. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clopperPearson } from './binomial.ts'
import { scoreBounds } from './bounds.ts'
import { casesToSettle } from './sample-size.ts'

test.each([[0.8, 14], [0.9, 29], [0.95, 59], [0.99, 299]])('without a failure %d needs %d cases', (threshold, n) => {
  expect(casesToSettle(1, threshold)).toBe(n)
  expect(casesToSettle(0, 1 - threshold)).toBe(n)
})

test('near the threshold the number is large, and every digit of the score counts', () => {
  expect([casesToSettle(22 / 24, 0.9), casesToSettle(0.917, 0.9), casesToSettle(0.85, 0.8)]).toEqual([908, 874, 186])
})

// SciPy 1.17.1: the first n at which beta.ppf(0.05, x, n - x + 1), or beta.ppf(0.95, x + 1, n - x), with x = score · n, clears it.
test.each([[21 / 24, 0.9, 445], [4 / 6, 0.5, 30], [0.897, 0.9, 27538], [22 / 24, 0.9, 908]])('%d against %d agrees with SciPy', (score, threshold, n) => {
  expect(casesToSettle(score, threshold)).toBe(n)
})

test('a score at the threshold is never settled', () => {
  expect([casesToSettle(0.9, 0.9), casesToSettle(0.9 + 1e-7, 0.9)]).toEqual([Infinity, Infinity])
})

test('it is the first count whose exact bound clears the threshold', () => {
  const rate = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(fc.property(rate, rate, (score, threshold) => {
    fc.pre(Math.abs(score - threshold) > 0.05)
    const clears = (n: number) => {
      const { lower, upper } = clopperPearson(score * n, n)
      return score > threshold ? lower >= threshold : upper <= threshold
    }
    const n = casesToSettle(score, threshold)
    const first = Array.from({ length: n + 2 }, (_, index) => index + 1).find(clears)
    // A bound that touches the threshold to the last bits may fall on either side.
    expect(Math.abs(n - first!)).toBeLessThanOrEqual(1)
  }))
})

test('more power, more confidence and a nearer threshold need more cases', () => {
  const plain = casesToSettle(0.9, 0.8)
  expect(casesToSettle(0.9, 0.8, { power: 0.8 })).toBeGreaterThan(plain)
  expect(casesToSettle(0.9, 0.8, { confidence: 0.99 })).toBeGreaterThan(plain)
  expect(casesToSettle(0.9, 0.85)).toBeGreaterThan(plain)
})

test('with 80 % power about four of five suites of that size settle', () => {
  const n = casesToSettle(0.9, 0.8, { power: 0.8 })
  const fewest = Array.from({ length: n + 1 }, (_, passed) => passed).find((passed) => clopperPearson(passed, n).lower >= 0.8)!
  let [chance, term] = [0, 0.1 ** n]
  for (let passed = 0; passed <= n; passed++) {
    if (passed >= fewest) chance += term
    term *= (n - passed) / (passed + 1) * 9
  }
  // Not closer, because the count must be whole and one more or less moves the chance.
  expect(chance).toBeGreaterThan(0.7)
  expect(chance).toBeLessThan(0.87)
})

test('scores that vary less than pass/fail need fewer cases, close to what their own bound needs', () => {
  const scores = (n: number) => Array.from({ length: n }, (_, index) => (index % 10 === 0 ? 0.5 : 0.95))
  const mean = 0.905
  const meanSquare = (0.25 + 9 * 0.95 ** 2) / 10
  const n = casesToSettle(mean, 0.8, { meanSquare })
  const first = [10, 20, 30, 40, 50, 60, 70, 80].find((count) => scoreBounds(scores(count), { confidence: 0.95, seed: 'test' }).lower >= 0.8)
  expect([n, first, casesToSettle(mean, 0.8)]).toEqual([27, 30, 45])
})
