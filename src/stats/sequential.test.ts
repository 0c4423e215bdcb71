/** Deciding early: certain, or with the chance of error that was allowed. Stage: stats. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../core/random.ts'
import { confidenceSequence, curtail, eValue, sprt } from './sequential.ts'

describe('curtailment', () => {
  test('says what no further score can change, and never more', () => {
    const score = fc.constantFrom<number>(0, 0.25, 0.5, 1)
    fc.assert(fc.property(fc.array(score, { minLength: 1, maxLength: 12 }), fc.nat(12), fc.constantFrom(0, 0.3, 0.5, 0.75, 1), (scores, seed, threshold) => {
      const done = seed % (scores.length + 1)
      const sum = scores.slice(0, done).reduce((total, one) => total + one, 0)
      const said = curtail({ sum, done, total: scores.length }, threshold)
      const reaches = (rest: number): boolean => (sum + rest * (scores.length - done)) / scores.length >= threshold - 1e-12
      expect(said).toBe(reaches(0) ? 'reached' : reaches(1) ? 'open' : 'missed')
    }))
  })
  test('without cases nothing is certain', () => expect(curtail({ sum: 0, done: 0, total: 0 }, 0.5)).toBe('open'))
})

describe('the sequential probability ratio test', () => {
  test('has Wald\'s limits', () => {
    const { upper, lower, decision } = sprt([], { low: 0.5, high: 0.7 })
    expect([upper.toFixed(7), lower.toFixed(7), decision]).toEqual(['2.7725887', '-1.5581446', 'open'])
  })
  test('stops at the first outcome that settles it', () => {
    expect(sprt(Array<boolean>(40).fill(true), { low: 0.5, high: 0.7 })).toMatchObject({ decision: 'high', logRatio: expect.closeTo(9 * Math.log(1.4), 12) as number })
    expect(sprt(Array<boolean>(40).fill(false), { low: 0.5, high: 0.7 }).decision).toBe('low')
  })
  test('takes the lower rate for the higher one at most as often as allowed', () => {
    const random = seededRandom('sprt')
    let wrong = 0
    for (let repeat = 0; repeat < 2_000; repeat++) if (sprt(Array.from({ length: 400 }, () => random.next() < 0.5), { low: 0.5, high: 0.7 }).decision === 'high') wrong++
    expect(wrong / 2_000).toBeLessThan(0.05 + 2 * Math.sqrt(0.05 * 0.95 / 2_000))
  })
})

describe('evidence at any time', () => {
  const scores = [1, 1, 1, 0, 1, 1, 1, 1]
  test('is what a bet on every score comes to', () => {
    expect(eValue(scores, 0.5)).toBe(8.54296875)
    expect(eValue([], 0.5)).toBe(1)
  })
  test('bounds that hold at every look agree with a worked example, and are wide', () => {
    const { centre, halfWidth } = confidenceSequence(Array.from({ length: 5 }, () => scores).flat())
    expect([centre.toFixed(3), halfWidth.toFixed(3)]).toEqual(['0.875', '0.233'])
    expect(confidenceSequence([])).toEqual({ centre: 0.5, halfWidth: 0.5 })
  })
  test('of many suites at most one in twenty is ever outside', () => {
    const random = seededRandom('sequence')
    let outside = 0
    for (let repeat = 0; repeat < 300; repeat++) {
      const seen: number[] = []
      const left = Array.from({ length: 60 }, () => {
        seen.push(random.next() < 0.8 ? 1 : random.next())
        const { centre, halfWidth } = confidenceSequence(seen)
        return Math.abs(centre - 0.9) > halfWidth
      })
      if (left.includes(true)) outside++
    }
    expect(outside / 300).toBeLessThan(0.05 + 2 * Math.sqrt(0.05 * 0.95 / 300))
  })
})
