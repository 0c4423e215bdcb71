/** Proposals that know the cases by heart. Stage: optimize. */
import { expect, test } from 'vitest'
import { bundle } from '../../graph/bundle.ts'
import { node } from '../../graph/node.ts'
import type { CaseRun } from '../../feedback/case-run.ts'
import { CaseTexts } from './copied-text.ts'

const answer = bundle(function answer(_ticket: unknown, _system: string) { return 'the model wrote these words and they may be a rule of their own' })
function runOf(caseId: string, ticket: unknown): CaseRun {
  return {
    caseId, trial: 0, score: 0, checks: [], durationMs: 0, trace: { outputs: [answer(node(ticket, 'ticket'), 'You are the support desk of a small shop in the north.')], leaks: [] },
    feedback: [{ kind: 'assertion', message: 'no', expected: 'The refund of order 4711 is on its way to your bank account today', soft: true }],
  }
}
const texts = new CaseTexts(new Map([['a', [runOf('a', { text: 'My order 4711 came broken and I want all of my money back now' })]], ['b', [runOf('b', 'Short.')]]]))

test.each<[string, string, string, unknown]>([
  ['a case’s input', 'Reply to "My order 4711 came broken, and I want all of MY money" kindly.', '', { caseId: 'a', words: 'my order 4711 came broken and i want all of my money' }],
  ['what a case expects', 'Say: the refund of order 4711 is on its way to your bank', '', { caseId: 'a', words: 'the refund of order 4711 is on its way to your bank' }],
  ['a few words', 'Reply when somebody wants all of my money back.', '', undefined],
  ['what the parameter said before', 'Again: my order 4711 came broken and I want all of my money', 'Example: My order 4711 came broken and I want all of my money', undefined],
  ['what a step made', 'the model wrote these words and they may be a rule of their own', '', undefined],
  ['nothing', '', '', undefined],
])('%s', (_, text, before, found) => {
  expect(texts.copiedBy(text, before)).toEqual(found)
})
