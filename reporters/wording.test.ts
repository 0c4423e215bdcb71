/** Scores beside each other as words. Stage: reporters. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changeText, fromTo, tableScores } from './wording.ts'

const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 60 })).map(([a, b]) => Math.min(a, b) / b))
const digitsOf = (text: string): number => text.split('.')[1]!.length

test('all scores of a table have as many digits, tell each pair apart, and the change is their difference', () => {
  fc.assert(fc.property(fc.array(fc.tuple(share, share), { minLength: 1, maxLength: 8 }), fc.option(share, { nil: undefined }), (pairs, threshold) => {
    const { score, pair, change } = tableScores(pairs, threshold)
    const digits = new Set(pairs.flatMap(([from, to]) => [score(from), ...pair(from, to)]).map(digitsOf))
    expect(digits.size).toBe(1)
    for (const [from, to] of pairs) {
      const [before, after] = pair(from, to).map(Number) as [number, number]
      const said = change(from, to)
      expect(said === '' ? 0 : Number(said)).toBeCloseTo(after - before, 9)
      if (Math.abs(to - from) > 1e-6) expect(Math.sign(after - before)).toBe(Math.sign(to - from))
    }
  }))
})

test('a table has no more digits than one of its scores or pairs needs', () => {
  const shown = (pairs: [number | null, number | null][], threshold?: number): string[] => pairs.map(([from, to]) => `${tableScores(pairs, threshold).pair(from, to).join(' → ')} ${tableScores(pairs, threshold).change(from, to)}`.trim())
  expect(shown([[0.61, 0.72], [0.72, 1]])).toEqual(['0.61 → 0.72 +0.11', '0.72 → 1.00 +0.28'])
  expect(shown([[0.406, 0.522], [0.5, 0.4]])).toEqual(['0.406 → 0.522 +0.116', '0.500 → 0.400 -0.100'])
  expect(shown([[0.5, 0.897]], 0.9)).toEqual(['0.500 → 0.897 +0.397'])
  expect(shown([[14 / 24, 22 / 24]])).toEqual(['0.58 → 0.92 +0.34'])
  expect(shown([[null, 0.5], [0.25, null], [null, null]])).toEqual(['n/a → 0.50', '0.25 → n/a', 'n/a → n/a'])
})

test('a change stands beside its two scores as their difference', () => {
  const inner = fc.integer({ min: 500, max: 9500 }).map((score) => score / 10_000)
  fc.assert(fc.property(inner, inner, (from, to) => {
    const [before, after] = fromTo(from, to).split(' → ').map(Number) as [number, number]
    expect(Number(changeText(from, to) || 0)).toBeCloseTo(after - before, 9)
  }))
  expect([changeText(0.6, 0.9), changeText(0.9, 0.6), changeText(14 / 24, 22 / 24), changeText(0.5, 0.5), changeText(null, 1)]).toEqual(['+0.30', '-0.30', '+0.34', '', ''])
})
