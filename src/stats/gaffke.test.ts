/** Bounds of fractional scores against known values. Stage: stats. */
import { expect, test } from 'vitest'
import { seededRandom } from '../core/random.ts'
import { clopperPearson } from './binomial.ts'
import { gaffke } from './gaffke.ts'

const bounds = (scores: readonly number[], confidence = 0.95, seed = 'test') => gaffke(scores, { confidence, random: seededRandom(seed) })

test('the lower bound agrees with known values', () => {
  const many = (scores: readonly number[]) => gaffke(scores, { confidence: 0.95, random: seededRandom('many'), draws: 300_000 }).lower
  // Of two scores it can be integrated by hand: at t below one half, weights whose mean is below t have probability 2t².
  expect(Math.abs(many([1, 0.5]) - Math.sqrt(0.05 / 2))).toBeLessThan(0.002)
  // By simulation elsewhere, to 0.002.
  expect(Math.abs(many([0.9, 0.8, 1, 0.7, 0.95, 1, 0.85, 0.6, 1, 0.9]) - 0.6373)).toBeLessThan(0.003)
})

test('equal scores have the bound of their closed form', () => {
  // n equal scores c: c times a beta(n, 1) share, whose quantile is the n-th root.
  for (const n of [1, 3, 10, 60]) {
    expect(Math.abs(bounds(Array<number>(n).fill(0.8)).lower - 0.8 * 0.05 ** (1 / n))).toBeLessThan(0.006)
    expect(Math.abs(bounds(Array<number>(n).fill(0.2)).upper - (1 - 0.8 * 0.05 ** (1 / n)))).toBeLessThan(0.006)
  }
})

test.each([[1, 2], [9, 10], [22, 24], [30, 60], [0, 5], [5, 5], [95, 100]])('on pass/fail scores (%d of %d) it is the exact bound', (passed, n) => {
  const scores = Array.from({ length: n }, (_, index) => (index < passed ? 1 : 0))
  const [drawn, exact] = [bounds(scores), clopperPearson(passed, n)]
  expect(Math.abs(drawn.lower - exact.lower)).toBeLessThan(0.012)
  expect(Math.abs(drawn.upper - exact.upper)).toBeLessThan(0.012)
})

test('the same source gives the same bounds, another source nearly the same', () => {
  const scores = [0.2, 0.9, 0.7, 1, 0.4]
  expect(bounds(scores)).toEqual(bounds(scores))
  expect(bounds(scores, 0.95, 'other')).not.toEqual(bounds(scores))
  expect(Math.abs(bounds(scores, 0.95, 'other').lower - bounds(scores).lower)).toBeLessThan(0.02)
})

test('without scores nothing is known', () => {
  expect(bounds([])).toEqual({ lower: 0, upper: 1 })
})

test('many scores cost fewer draws, and the bounds stay narrow', () => {
  let drawn = 0
  const random = seededRandom('many')
  const counting = { ...random, next: () => { drawn++; return random.next() } }
  const { lower, upper } = gaffke(Array.from({ length: 3_999 }, (_, index) => index / 3_998), { confidence: 0.95, random: counting })
  expect(drawn).toBe(1_000 * 4_000)
  // Half a uniform distribution's spread of 0.289, over the root of n, times 1.645: 0.0075 on each side.
  expect([lower, upper].map((bound) => bound.toFixed(2))).toEqual(['0.49', '0.51'])
})
