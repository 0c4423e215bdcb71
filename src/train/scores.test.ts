import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CaseRun } from '../feedback/case-run.ts'
import { caseScore, compare, isBetter, isPerfect, meanScore } from './scores.ts'

const run = (score: number | undefined, parts: Partial<CaseRun> = {}): CaseRun =>
  ({ caseId: 'a', trial: 0, score, checks: [], feedback: [], durationMs: 0, trace: { outputs: [], leaks: [] }, ...parts })
const runs = (...scores: readonly (number | undefined | readonly (number | undefined)[])[]): Map<string, CaseRun[]> =>
  new Map(scores.map((score, index) => [`${index}`, [score].flat().map((one) => run(one as number | undefined))]))
const check = (passed: boolean): CaseRun['checks'][number] => ({ name: 'polite', passed, weight: 1 })
const failure: CaseRun['feedback'][number] = { kind: 'assertion', message: 'no', soft: true }

describe('scores', () => {
  test('a case scores the mean of its trials that could be measured', () => {
    expect(caseScore([run(1), run(undefined), run(0.5)])).toBe(0.75)
    expect(caseScore([run(undefined)])).toBeUndefined()
    expect(caseScore(undefined)).toBeUndefined()
  })
  test('every case counts the same, whatever its number of trials', () => {
    expect(meanScore(runs(1, [0, 0, 0, 0], undefined))).toBe(0.5)
    expect(meanScore(new Map())).toBe(0)
  })
  test('a full score on every case is perfect; no cases and cases that cannot be measured are not', () => {
    expect(isPerfect(runs(1, [1, 1]))).toBe(true)
    expect(isPerfect(runs(1, 0.99))).toBe(false)
    expect(isPerfect(runs(1, undefined))).toBe(false)
    expect(isPerfect(new Map())).toBe(false)
  })
  test('a score that is shown as full is perfect where nothing failed', () => {
    const near = run(0.999)
    expect(isPerfect(new Map([['a', [near]]]))).toBe(true)
    expect(isPerfect(new Map([['a', [{ ...near, failures: 1 }]]]))).toBe(false)
    expect(isPerfect(new Map([['a', [{ ...near, feedback: [{ kind: 'assertion', message: 'off by 0.2', soft: true }] }]]]))).toBe(false)
    expect(isPerfect(new Map([['a', [{ ...near, checks: [{ name: 'exact', passed: false, weight: 0 }] }]]]))).toBe(false)
    expect(isPerfect(new Map([['a', [{ ...near, feedback: [{ kind: 'note', message: 'close', soft: true }] }]]]))).toBe(true)
  })
})

describe('comparing two sets of values', () => {
  const ids = ['0', '1', '2', '3']

  test('the difference is the mean over cases that both sides measured', () => {
    expect(compare(runs(0, 1, undefined, 0.5), runs(1, 0.5, 1), ids)).toEqual({ difference: 0.25, better: 1, worse: 1, lost: 0, checks: 0, failures: 0, error: 0.75 })
  })
  test('one case fixed and none broken is better', () => {
    expect(isBetter(compare(runs(0, 1, 1), runs(1, 1, 1), ids))).toBe(true)
  })
  test('the same scores are not better', () => {
    expect(isBetter(compare(runs(0, 1), runs(0, 1), ids))).toBe(false)
    expect(isBetter(compare(runs(0.1, 0.2), runs(0.2, 0.1), ids))).toBe(false)
  })
  test('a case that cannot be measured any more makes it not better, whatever the rest', () => {
    const change = compare(runs(0, 0, 1), runs(1, 1, undefined), ids)
    expect([change.lost, isBetter(change)]).toEqual([1, false])
  })
  test('of equal scores the one with more passed checks is better, then the one with fewer failed assertions', () => {
    const of = (parts: Partial<CaseRun>): Map<string, CaseRun[]> => new Map([['0', [run(0, parts)]]])
    const checked = compare(of({ checks: [check(true), check(false)] }), of({ checks: [check(true), check(true)], feedback: [failure, failure] }), ids)
    expect([checked.checks, isBetter(checked)]).toEqual([1, true])
    const failed = compare(of({ feedback: [failure, failure] }), of({ feedback: [failure, { ...failure, kind: 'note' }] }), ids)
    expect([failed.failures, isBetter(failed)]).toEqual([1, true])
    expect(isBetter(compare(of({ checks: [check(true)] }), of({ checks: [check(false)] }), ids))).toBe(false)
  })
  test('what is better one way is not better the other way', () => {
    const scores = fc.array(fc.constantFrom(0, 0.3, 1), { minLength: 3, maxLength: 3 })
    fc.assert(fc.property(scores, scores, (a, b) => {
      const [there, back] = [compare(runs(...a), runs(...b), ids), compare(runs(...b), runs(...a), ids)]
      expect(there.difference).toBeCloseTo(-back.difference, 12)
      expect(isBetter(there) && isBetter(back)).toBe(false)
    }))
  })
})
