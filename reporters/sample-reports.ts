/** Reports to try a reporter with: a real gain, a failed gate, a first run without a model, and what can go wrong. Stage: reporters. */
import { unmeasuredReport } from '../src/report/build.ts'
import type { CaseReport, GateReport, MeasuredScore, RunReport, Usage, WorkflowReport } from '../src/report/run-report.ts'

const noUsage = { modelCalls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 }
const used = (evaluations: number): Usage => ({ evaluations, ...noUsage, byRole: { task: noUsage, judge: noUsage, optimizer: noUsage } })
const score = (value: number, passed: number, n: number, [lower, upper]: readonly [number, number], heldOut: boolean): MeasuredScore =>
  ({ score: value, n, passed, lower, upper, heldOut })

function aGate(kind: GateReport['kind'], verdict: GateReport['verdict'], measured: MeasuredScore, more: Pick<GateReport, 'rule' | 'reason' | 'passed'> & Partial<GateReport>): GateReport {
  const { score: value, lower, upper, n, heldOut } = measured
  return { what: 'score', metric: 'score', kind, verdict, value, lower, upper, n, confidence: 0.95, heldOut, ...more }
}

function aCase(id: string, title: string, before: number | null, after: number | null, more: Partial<CaseReport> = {}): CaseReport {
  const change = before === null || after === null || before === after ? 'same' : after > before ? 'better' : 'worse'
  return { id, title, split: 'learn', tags: [], before, after, change, feedback: [], feedbackBefore: [], durationMs: 12, ...more }
}

const wrongTeam = (expected: string, received: string): CaseReport['feedback'][number] => ({
  kind: 'assertion', message: `refunds belong to billing: expected '${received}' to be '${expected}'`, userMessage: 'refunds belong to billing',
  matcher: 'toBe', expected: `'${expected}'`, received: `'${received}'`, location: { file: 'evals/route.eval.ts', line: 9, column: 47 }, soft: false,
})

/** A gain with a prompt, a number and examples changed; every optional field is there. */
export const aGain: WorkflowReport = {
  name: 'ticket routing', file: 'evals/route.eval.ts', location: { file: 'evals/route.eval.ts', line: 6, column: 1 },
  verdict: 'inconclusive', passed: true, threshold: 0.9, confidence: 0.95,
  reason: 'held out 0.92 (22 of 24, 95 % lower bound 0.76), threshold 0.90; not settled: about 870 cases would settle it',
  gates: [aGate('threshold', 'inconclusive', score(22 / 24, 22, 24, [0.76, 0.98], true), {
    rule: 'at least 0.90', mark: 0.9, passed: true, reason: 'held out 0.92 (22 of 24, 95 % lower bound 0.76), threshold 0.90; not settled: about 870 cases would settle it',
  })],
  cases: { total: 60, learn: 36, heldOut: 24 },
  plan: { rounds: 10, maxEvaluations: 600, maxDurationMs: 600_000, concurrency: 5, trials: 1, optimizer: 'opto-prime', optimizes: true },
  baseline: score(14 / 24, 14, 24, [0.4, 0.75], true), final: score(22 / 24, 22, 24, [0.76, 0.98], true),
  learn: { baseline: 22 / 36, final: 1 },
  rounds: [
    { round: 1, before: 22 / 36, after: 26 / 36, kept: true, reason: 'better on 5 cases, worse on 1', candidates: 3, evaluations: 92, changes: [{ parameter: 'instructions', from: 'Route the ticket to a team.', to: 'Route the ticket to one team.' }] },
    { round: 2, before: 26 / 36, after: 26 / 36, kept: false, reason: '3 candidates, none better', candidates: 3, evaluations: 61, changes: [] },
    { round: 3, before: 26 / 36, after: 1, kept: true, reason: 'better on 10 cases', candidates: 2, evaluations: 72, changes: [{ parameter: 'instructions', from: 'Route …', to: 'Route …' }, { parameter: 'minConfidence', from: 0.5, to: 0.72 }, { parameter: 'shots', from: [], to: [] }] },
  ],
  stopReason: 'perfect', adopted: true,
  parameters: [
    { name: 'instructions', kind: 'text', description: 'System prompt of the router', location: { file: 'src/route.ts', line: 3, column: 29 },
      from: 'You route support tickets.\nRoute the ticket to a team.\nAnswer with the name of the team.',
      to: 'You route support tickets.\nRoute the ticket to exactly one of: billing, technical, sales, human.\nA refund belongs to billing, also when the customer is angry or mentions a bug.\nAnswer with the name of the team.',
      changed: true, optimized: true, blamedCases: 14 },
    { name: 'minConfidence', kind: 'number', location: { file: 'src/route.ts', line: 4, column: 30 }, from: 0.5, to: 0.72, changed: true, optimized: true, blamedCases: 9 },
    { name: 'model', kind: 'choice', from: 'small', to: 'small', changed: false, optimized: true, blamedCases: 14 },
    { name: 'shots', kind: 'examples', location: { file: 'src/route.ts', line: 6, column: 22 }, from: [{ ticket: 'The app crashes', team: 'technical' }, { ticket: 'Hello?', team: 'human' }],
      to: [{ ticket: 'The app crashes', team: 'technical' }, { ticket: 'You charged me twice and I want my money back now', team: 'billing' }], changed: true, optimized: true, blamedCases: 14 },
  ],
  caseResults: [
    aCase('T-101', 'T-101', 1, 0, { split: 'held-out', feedback: [wrongTeam('technical', 'billing')] }),
    ...Array.from({ length: 9 }, (_, index) => aCase(`T-2${index}`, `T-2${index}`, 0, 1, { split: index % 2 === 0 ? 'learn' : 'held-out', feedbackBefore: [wrongTeam('billing', 'human')] })),
    aCase('threat', 'a threat goes to a person', 0.5, 0.75, { feedback: [{ kind: 'assertion', message: 'expected 2 to be less than 2', matcher: 'toBeLessThan', soft: true, check: 'short' }] }),
    aCase('T-300', 'T-300', 0, 0, { split: 'held-out', feedback: [{ kind: 'timeout', message: 'the case took longer than 30000 ms', soft: false }] }),
    aCase('T-301', 'T-301', 0, null, { unscored: 'the judge gave no score: 3 attempts failed with 529 overloaded' }),
    ...Array.from({ length: 47 }, (_, index) => aCase(`ok-${index}`, `ok-${index}`, 1, 1)),
  ],
  checks: [
    { name: 'not automated', kind: 'check', before: 0.5, after: 1, n: 2, failedBefore: 1, failedAfter: 0 },
    { name: 'short', kind: 'check', before: 1, after: 0.75, n: 4, failedBefore: 0, failedAfter: 1 },
    { name: 'toBe at evals/route.eval.ts:9:47', kind: 'assertion', before: 0.62, after: 0.95, n: 60, failedBefore: 23, failedAfter: 3, location: { file: 'evals/route.eval.ts', line: 9, column: 47 }, message: 'refunds belong to billing' },
  ],
  leaks: [
    { node: 'instructions', how: 'text', location: { file: 'src/route.ts', line: 12, column: 5 }, count: 36 },
    { node: 'classify', how: 'value', count: 1 },
  ],
  problems: [{ code: 'FEW_CASES', level: 'warning', message: 'with 24 held-out cases a gain below 0.20 cannot be told from chance', location: { file: 'evals/route.eval.ts', line: 6, column: 1 } }],
  usage: { evaluations: 309, modelCalls: 318, inputTokens: 91_204, outputTokens: 4_112, costUsd: 0.1234,
    byRole: { task: { modelCalls: 309, inputTokens: 80_000, outputTokens: 2_000, costUsd: 0.08 }, judge: noUsage, optimizer: { modelCalls: 9, inputTokens: 11_204, outputTokens: 2_112, costUsd: 0.0434 } } },
  durationMs: 73_400,
}

/** A gate that failed: what won the rounds did not hold on held-out cases. */
export const aFailure: WorkflowReport = {
  name: 'spam', file: 'evals/spam.eval.ts', verdict: 'fail', passed: false, threshold: 0.97, confidence: 0.95,
  reason: 'held out 0.85 (68 of 80, 95 % upper bound 0.91), threshold 0.97',
  gates: [aGate('threshold', 'fail', score(0.85, 68, 80, [0.77, 0.91], true), { rule: 'at least 0.97', mark: 0.97, passed: false, reason: 'held out 0.85 (68 of 80, 95 % upper bound 0.91), threshold 0.97' })],
  cases: { total: 200, learn: 120, heldOut: 80 },
  plan: { rounds: 10, maxEvaluations: 2000, concurrency: 5, trials: 1, optimizer: 'tpe', optimizes: true },
  baseline: score(0.85, 68, 80, [0.77, 0.91], true), final: score(0.85, 68, 80, [0.77, 0.91], true),
  learn: { baseline: 101 / 120, final: 101 / 120 },
  rounds: [
    { round: 1, before: 101 / 120, after: 104 / 120, kept: true, reason: 'better on 4 cases, worse on 1', candidates: 8, evaluations: 400, changes: [{ parameter: 'weights.links', from: 0.5, to: 0.9 }] },
    { round: 2, before: 104 / 120, after: 104 / 120, kept: false, reason: '8 candidates, none better', candidates: 8, evaluations: 380, changes: [] },
  ],
  stopReason: 'patience', adopted: false,
  rejected: { heldOutScore: 0.8375, heldOutStart: 0.85, changes: [{ parameter: 'weights.links', from: 0.5, to: 0.9 }] },
  parameters: [{ name: 'weights.links', kind: 'number', from: 0.5, to: 0.5, changed: false, optimized: true, blamedCases: 19 }],
  caseResults: Array.from({ length: 31 }, (_, index) => aCase(`mail-${index}`, `mail ${index}: 您的账户已被冻结 🎉 click here`, 0, 0, {
    feedback: [{ kind: 'assertion', message: `expected 'ham' to be 'spam'`, matcher: 'toBe', location: { file: 'evals/spam.eval.ts', line: 14, column: 20 }, soft: false }] })),
  checks: [{ name: 'toBe at evals/spam.eval.ts:14:20', kind: 'assertion', before: 0.845, after: 0.845, n: 200, failedBefore: 31, failedAfter: 31 }],
  leaks: [], problems: [], usage: used(940), durationMs: 4_200,
}

/** A newcomer's first run: no model, no threshold, nothing held out, no optional field. */
export const aFirstRun: WorkflowReport = {
  name: 'greeting', file: 'greet.eval.ts', verdict: 'fail', passed: false, confidence: 0.95,
  reason: '1 of 3 cases failed; without a threshold every case must pass',
  gates: [aGate('every-case', 'fail', score(2 / 3, 2, 3, [0.13, 0.98], false), { rule: 'every case passes', passed: false, reason: '1 of 3 cases failed; without a threshold every case must pass' })],
  cases: { total: 3, learn: 3, heldOut: 0 },
  plan: { rounds: 10, maxEvaluations: 300, concurrency: 5, trials: 1, optimizer: 'tpe', optimizes: true },
  baseline: score(2 / 3, 2, 3, [0.13, 0.98], false), final: score(2 / 3, 2, 3, [0.13, 0.98], false),
  learn: { baseline: 2 / 3, final: 2 / 3 }, rounds: [], stopReason: 'no-parameters', adopted: true,
  parameters: [{ name: 'prompt', kind: 'text', from: 'Say hello.', to: 'Say hello.', changed: false, optimized: false, blamedCases: 1 }],
  caseResults: [
    aCase('a', 'greets by name', 1, 1), aCase('b', 'is short', 1, 1),
    aCase('c', 'never shouts', 0, 0, { feedback: [{ kind: 'error', message: 'TypeError: reply.text is not a function', location: { file: 'greet.ts', line: 8, column: 16 }, soft: false }] }),
  ],
  checks: [], leaks: [], problems: [], usage: used(3), durationMs: 41,
}

/** A workflow that could not be measured at all. */
export const anError: WorkflowReport = unmeasuredReport({
  name: 'broken', file: '/project/evals/broken.eval.ts', root: '/project', verdict: 'error', passed: false,
  reason: 'the optimizer threw: fetch failed (ECONNREFUSED 127.0.0.1:11434)',
  problems: [{ code: 'OPTIMIZER_FAILED', level: 'error', message: 'fetch failed (ECONNREFUSED 127.0.0.1:11434)\nStart the model server, or set OPENAI_BASE_URL.' }],
})

/** Runs that every reporter must be able to show, by what is special about them. */
export const sampleRuns: Readonly<Record<string, RunReport>> = {
  'a run without any workflow': aRun([], 2, [{ code: 'NO_EVALS', level: 'error', message: 'no eval file matches **/*.eval.{ts,tsx,mts,js,mjs}. Create one with `npx trace-eval init`.' }]),
  'a gain': aRun([aGain], 0),
  'a failed gate': aRun([aFailure], 1),
  'a first run without a model': aRun([aFirstRun], 1),
  'several workflows': aRun([aGain, aFailure, aFirstRun, anError], 4),
}

function aRun(workflows: readonly WorkflowReport[], exitCode: number, problems: RunReport['problems'] = []): RunReport {
  return { schemaVersion: 1, startedAt: '2026-01-02T03:04:05.000Z', durationMs: 78_000, seed: '42', exitCode, workflows, problems }
}
