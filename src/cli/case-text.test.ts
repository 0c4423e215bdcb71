/** One case, whole. Stage: cli. */
import { expect, test } from 'vitest'
import { caseText } from './case-text.ts'

test('a case shows its scores and all of its feedback, harmless to a terminal', () => {
  expect(caseText('routing', {
    id: 't7', title: 'a refund \u001b[31m', split: 'held-out', tags: ['billing'], before: null, after: 0.5, change: 'same', durationMs: 3,
    feedbackBefore: [{ kind: 'timeout', message: 'took longer than 30 s', soft: false }],
    feedback: [
      { kind: 'assertion', message: 'refunds belong to billing: expected "sales" to be "billing"', diff: '- billing\n+ sales', soft: true, check: 'team', location: { file: 'a.eval.ts', line: 3, column: 5 } },
      { kind: 'error', message: 'boom\nat once', soft: false },
      { kind: 'assertion', message: 'no diff', expected: '1', received: '2', soft: false },
    ],
  })).toBe([
    'routing > a refund \\x1b[31m', '  id        t7', '  split     held out', '  score     not measured → 0.50, same', '  tags      billing',
    '', '  with the starting values', '    timeout', '      took longer than 30 s',
    '', '  with the final values',
    '    assertion, check "team", a.eval.ts:3:5, soft', '      refunds belong to billing: expected "sales" to be "billing"', '', '      - billing', '      + sales',
    '    error', '      boom', '      at once', '    assertion', '      no diff', '', '      - 1', '      + 2', '',
  ].join('\n'))
})
