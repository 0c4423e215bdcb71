/** Scores as text. Stage: gate. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatScore, formatThreshold, pairDigits } from './format-score.ts'

test.each([
  [22 / 24, [], '0.92'], [0.897, [0.9], '0.897'], [0.8999, [0.9], '0.8999'], [0.9, [0.9], '0.90'], [0.9 - 1e-14, [0.9], '0.90'],
  [0.999, [], '0.999'], [0.001, [], '0.001'], [1, [], '1.00'], [0, [], '0.00'], [0.904, [0.9], '0.904'], [0.875, [0.9], '0.88'],
])('%d beside %j is %s', (score, landmarks, text) => expect(formatScore(score, landmarks)).toBe(text))

test.each([[0.9, '0.90'], [0.925, '0.925'], [1, '1.00'], [0, '0.00'], [1 / 3, '0.333333']])('a threshold of %d is %s', (threshold, text) => {
  expect(formatThreshold(threshold)).toBe(text)
})

test('a score on one side of a threshold is never printed on the other, nor at it', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(fc.property(share, share, (score, mark) => {
    const landmark = Number(mark.toFixed(3))
    fc.pre(Math.abs(score - landmark) > 1e-5)
    expect(Math.sign(Number(formatScore(score, [landmark])) - landmark)).toBe(Math.sign(score - landmark))
  }))
})

test('two scores are shown apart, and beside their difference with digits that agree where one more can do that', () => {
  fc.assert(fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (from, to) => {
    const digits = pairDigits(from, to)
    if (Math.abs(to - from) > 1e-6) expect(from.toFixed(digits)).not.toBe(to.toFixed(digits))
    if (digits === 3 && from.toFixed(2) !== to.toFixed(2)) expect(Number(to.toFixed(3)) - Number(from.toFixed(3))).toBeCloseTo(Number((to - from).toFixed(3)), 9)
  }))
  expect([pairDigits(0.596, 0.952), pairDigits(0.6, 0.9), pairDigits(1 / 3, 2 / 3), pairDigits(0.8664, 0.8696), pairDigits(0.5, 0.5)]).toEqual([3, 2, 2, 4, 2])
})
