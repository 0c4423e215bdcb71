/** Checks and assertions over all cases. Stage: report. */
import { expect, test } from 'vitest'
import type { CaseRun } from '../feedback/case-run.ts'
import type { Feedback } from '../feedback/feedback.ts'
import { partReports } from './part-reports.ts'

const location = { file: '/app/a.eval.ts', line: 3, column: 5 }
const failed = (feedback: Partial<Feedback>): ReadonlyMap<string, readonly CaseRun[]> => new Map([['c', [{
  caseId: 'c', score: 0, checks: [{ name: 'short', passed: false, weight: 1 }], feedback: [{ kind: 'assertion', message: 'too long', soft: true, ...feedback }],
} as unknown as CaseRun]]])
const names = (feedback: Partial<Feedback>): string[] => partReports({ startRuns: failed(feedback), finalRuns: failed(feedback) }, '/app').map(({ kind, name }) => `${kind} ${name}`)

test('a scorer that failed is its check, and no assertion beside it', () => {
  expect(names({ matcher: 'short', check: 'short' })).toEqual(['check short'])
})

test('an assertion inside of a check stands beside it, with its place', () => {
  expect(names({ matcher: 'toBe', check: 'short', location })).toEqual(['check short', 'assertion toBe at a.eval.ts:3:5'])
  expect(names({ matcher: 'toPassJudge', check: 'short' })).toEqual(['check short', 'assertion toPassJudge'])
})
