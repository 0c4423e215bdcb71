/** What `--explain` prints. Stage: reporters. */
import { expect, test } from 'vitest'
import type { WorkflowReport } from '../src/report/run-report.ts'
import { renderExplanation } from './explain.ts'
import { aFirstRun, aGain } from './sample-reports.ts'

const explained: WorkflowReport = {
  ...aGain,
  rounds: [{ ...aGain.rounds[0]!, blame: [{ parameter: 'instructions', score: 0.8165, cases: 14, failures: [{ text: 'refunds belong to billing', cases: 9 }] }] }, aGain.rounds[1]!],
  steps: [{
    round: 1, optimizer: 'reflect', purpose: 'propose', model: 'qwen3', messages: [{ role: 'system', content: 'You improve.' }, { role: 'user', content: 'Fix\u001b[2J this.\n::error::x' }], answer: 'Here.',
    edits: [
      { parameter: 'instructions', from: 'Route the ticket.', to: 'Route the ticket to one team.', state: 'kept', reason: 'kept in round 1', notes: ['copies 40 characters of case T-7'] },
      { parameter: 'minConfidence', from: 0.5, to: 7, state: 'refused', reason: 'expected a number from 0 to 1, received 7', notes: [] },
    ],
    inputTokens: 3200, outputTokens: 120, durationMs: 2100,
  }, {
    round: 2, optimizer: 'reflect', purpose: 'repair', model: 'qwen3', messages: [], answer: null, problem: 'expected an answer of the model, received: 503', edits: [], inputTokens: null, outputTokens: null, durationMs: 20,
  }],
}

test('each round tells whom it suspected and why, what was asked and answered, and what became of every edit', () => {
  expect(renderExplanation(explained)).toMatchInlineSnapshot(`
    " ticket routing
       optimizer opto-prime, 2 rounds, 2 questions to a model

     round 1   0.61 → 0.72   3 candidates, 92 evaluations
       kept: better on 5 cases, worse on 1
       suspected
         instructions   0.82, 14 failing cases
           9 × refunds belong to billing
       reflect asked qwen3 to propose values (2.1 s, 3,200 tokens in, 120 out)
         system
         │ You improve.
         user
         │ Fix\\x1b[2J this.
         │ ::error::x
         answer
         │ Here.
         instructions (text)
         - Route the ticket.
         + Route the ticket to one team.
           kept in round 1
           note: copies 40 characters of case T-7
         minConfidence  0.5 → 7
           refused: expected a number from 0 to 1, received 7

     round 2   0.72 → 0.72   3 candidates, 61 evaluations
       not kept: 3 candidates, none better
       reflect asked qwen3 to write its answer again (20 ms)
         problem: expected an answer of the model, received: 503

    "
  `)
})

test('a run without rounds says so', () => {
  expect(renderExplanation(aFirstRun)).toMatchInlineSnapshot(`
    " greeting
       optimizer tpe, 0 rounds, 0 questions to a model
       no round was played

    "
  `)
})

test('no line is wider than the terminal, and nothing foreign moves the cursor or starts a command', () => {
  const text = renderExplanation(explained, { columns: 60 })
  expect(text.split('\n').filter((line) => line.length > 60)).toEqual([])
  expect(text).not.toContain('\u001b')
  expect(text).not.toMatch(/^\s*::/m)
})
