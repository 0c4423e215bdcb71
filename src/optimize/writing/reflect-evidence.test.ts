/** What a question to a model says of failures. Stage: optimize. */
import { expect, test } from 'vitest'
import type { CaseRun } from '../../feedback/case-run.ts'
import type { Feedback } from '../../feedback/feedback.ts'
import { failuresOf } from './reflect-evidence.ts'

const failures = (...feedback: Feedback[]): string[] => failuresOf(new Map([['c1', [{ caseId: 'c1', trial: 0, score: 0, checks: [], feedback, durationMs: 1, trace: { outputs: [], leaks: [] } } satisfies CaseRun]]])).map(({ text }) => text)

test('an error of a step brings its failing line, and the one that called it', () => {
  const source = 'src/route.ts:3:9\n  2 | const x = 1\n→ 3 |   throw new RangeError(`odd`)\n  4 | }\n\nsrc/route.ts:9:3\n→ 9 | share(x) ← called here'
  expect(failures({ kind: 'error', message: 'RangeError: odd', soft: false, source })).toEqual(['RangeError: odd (failing line: throw new RangeError(`odd`), called by: share(x))'])
})

test('the check comes before the message, and both sides after it where the message does not tell them', () => {
  expect(failures({ kind: 'assertion', message: 'no', check: 'polite', expected: '"a"', received: '"b"', soft: true })).toEqual(['polite: no (expected "a", received "b")'])
  expect(failures({ kind: 'assertion', message: 'polite: expected "a"', check: 'polite', expected: '"a"', received: '"b"', soft: true })).toEqual(['polite: expected "a"'])
})
