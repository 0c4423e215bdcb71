import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scoreCase, type ScoreParts } from './score-case.ts'

const parts = (own: Partial<ScoreParts>): ScoreParts => ({ given: [], failedHard: false, checks: [], softPassed: 0, softFailed: 0, ...own })
const held = (weight: number) => ({ name: 'held', passed: true, weight })
const broke = (weight: number) => ({ name: 'broke', passed: false, weight })

test.each<readonly [string, Partial<ScoreParts>, number]>([
  ['a case in which nothing failed scores 1', {}, 1],
  ['a hard failure scores 0, whatever held', { failedHard: true, checks: [held(5)], softPassed: 3 }, 0],
  ['a given score counts before all, the mean of several', { given: [1, 0.5], failedHard: true }, 0.75],
  ['checks count by weight', { checks: [held(3), broke(1)] }, 0.75],
  ['a soft assertion counts as a check of weight 1', { checks: [held(2)], softPassed: 1, softFailed: 1 }, 0.75],
  ['a check with a score of its own counts by it', { checks: [{ ...broke(3), score: 0.5 }, held(1)] }, 0.625],
  ['checks without weight decide nothing', { checks: [broke(0)] }, 1],
])('%s', (_rule, own, score) => {
  expect(scoreCase(parts(own))).toBe(score)
})

test('a score is between 0 and 1, and never falls when one more check holds', () => {
  const checks = fc.array(fc.record({ name: fc.string(), passed: fc.boolean(), weight: fc.double({ min: 0, max: 100, noNaN: true }) }))
  fc.assert(fc.property(checks, fc.nat(9), fc.nat(9), (checks, softPassed, softFailed) => {
    const score = scoreCase(parts({ checks, softPassed, softFailed }))
    const better = scoreCase(parts({ checks: [...checks, held(1)], softPassed, softFailed }))
    expect(score).toBeGreaterThanOrEqual(0)
    expect(score).toBeLessThanOrEqual(1 + 1e-12)
    expect(better).toBeGreaterThanOrEqual(score - 1e-12)
  }))
})
