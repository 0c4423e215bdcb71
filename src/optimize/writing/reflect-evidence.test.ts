/** What a question to a model says of failures. Stage: optimize. */
import { expect, test } from 'vitest'
import type { CaseRun } from '../../feedback/case-run.ts'
import type { Feedback } from '../../feedback/feedback.ts'
import { failuresOf, tellingRun } from './reflect-evidence.ts'

const failures = (...feedback: Feedback[]): string[] => failuresOf(new Map([['c1', [{ caseId: 'c1', trial: 0, score: 0, checks: [], feedback, durationMs: 1, trace: { outputs: [], leaks: [] } } satisfies CaseRun]]])).map(({ text }) => text)

test('an error of a step brings its failing line, and the one that called it', () => {
  const source = 'src/route.ts:3:9\n  2 | const x = 1\n→ 3 |   throw new RangeError(`odd`)\n  4 | }\n\nsrc/route.ts:9:3\n→ 9 | share(x) ← called here'
  expect(failures({ kind: 'error', message: 'RangeError: odd', soft: false, source })).toEqual(['RangeError: odd (failing line: throw new RangeError(`odd`), called by: share(x))'])
})

test('the check comes before the message, and both sides after it where the message does not tell them', () => {
  expect(failures({ kind: 'assertion', message: 'no', check: 'polite', expected: '"a"', received: '"b"', soft: true })).toEqual(['polite: no (expected "a", received "b")'])
  expect(failures({ kind: 'assertion', message: 'polite: expected "a", got "b"', check: 'polite', expected: '"a"', received: '"b"', soft: true })).toEqual(['polite: expected "a", got "b"'])
})

test('both sides are not said twice, however they are printed; what the message leaves out is said', () => {
  const sides = { kind: 'assertion', soft: true, expected: '{\n  "team": "billing",\n}', received: '{\n  "team": "human",\n}' } as const
  const said = 'expected { team: \'human\' } to deeply equal { team: \'billing\' }'
  expect(failures({ ...sides, message: said })).toEqual([said])
  expect(failures({ ...sides, message: 'expected { …(1) } to equal { …(1) }' })).toEqual(['expected { …(1) } to equal { …(1) } (expected { "team": "billing", }, received { "team": "human", })'])
  expect(failures({ ...sides, expected: '2', received: '12', message: 'expected 12' })).toEqual(['expected 12 (expected 2, received 12)'])
  // What a negated assertion did not expect is no value to aim at.
  expect(failures({ ...sides, expected: '2', received: '2', negated: true, message: 'odd' })).toEqual(['odd'])
})

test('of long sides only what differs is said', () => {
  const list = (last: string): string => `[\n${'  "the same",\n'.repeat(40)}  "${last}",\n]`
  const diff = `  … 38 equal lines\n    "the same",\n-   "billing",\n+   "human",\n  ]`
  expect(failures({ kind: 'assertion', soft: true, message: 'no', expected: list('billing'), received: list('human'), diff })).toEqual(['no (- expected, + received: - "billing", + "human",)'])
})

test('a note is a failure where the score is not full', () => {
  const note = { kind: 'note', message: 'cites the order number', soft: true } as const
  const of = (score: number): number => failuresOf(new Map([['c1', [{ caseId: 'c1', trial: 0, score, checks: [], feedback: [note], durationMs: 1, trace: { outputs: [], leaks: [] } } satisfies CaseRun]]])).length
  expect([of(0.5), of(1)]).toEqual([1, 0])
})

test('of several trials the worst one is shown, one without a score only where there is no other', () => {
  const run = (trial: number, score?: number): CaseRun => ({ caseId: 'c1', trial, score, checks: [], feedback: [], durationMs: 1, trace: { outputs: [], leaks: [] } })
  expect(tellingRun([run(0, 1), run(1, 0.2), run(2, 0.2)])?.trial).toBe(1)
  expect(tellingRun([run(0), run(1, 1)])?.trial).toBe(1)
  expect(tellingRun([run(0)])?.trial).toBe(0)
  expect(tellingRun([])).toBeUndefined()
})
