/** From runs to the verdict and the report: what the gate sees of them. Stage: vitest. */
import { describe, expect, test } from 'vitest'
import type { CaseRun, TrainingCase } from '../feedback/case-run.ts'
import { fingerprintOf } from '../store/baseline-file.ts'
import type { TrainOutcome } from '../train/outcome.ts'
import type { RunsByCase } from '../train/runs-by-case.ts'
import type { WorkflowOptions } from './workflow-options.ts'
import { resolveWorkflow } from './workflow-plan.ts'
import { reportOn, type ReportedWorkflow } from './workflow-report.ts'

const run = (score: number | undefined, more: Partial<CaseRun> = {}): CaseRun => ({ caseId: '', trial: 0, score, checks: [], feedback: [], durationMs: 1, trace: { outputs: [], leaks: [] }, ...more })
const all = (count: number, runs: (index: number) => CaseRun[]): RunsByCase => new Map(Array.from({ length: count }, (_, index) => [`${index}`, runs(index)]))
const kept = { round: 1, before: 0, after: 1, candidates: 1, evaluations: 1, blame: [], state: 'kept', changes: [], reason: '' } as const

interface Parts { readonly cases?: readonly TrainingCase[]; readonly held?: number; readonly start?: (index: number) => CaseRun[]; readonly final?: (index: number) => CaseRun[]; readonly outcome?: Partial<TrainOutcome>; readonly baseline?: ReportedWorkflow['baseline'] }

async function report(options: Partial<WorkflowOptions<never[], unknown>>, { cases = Array.from({ length: 24 }, (_, index) => ({ id: `${index}` })), held = cases.length, outcome = {}, baseline, ...runs }: Parts = {}) {
  const plan = await resolveWorkflow({ name: 'routing', file: 'a.eval.ts', options: { workflow: () => 1, ...options }, settings: { optimize: false, root: '/' }, cases, partial: false, saved: {} })
  const { start = () => [run(1)], final = start } = runs
  const startRuns = all(cases.length, start)
  const trained: TrainOutcome = {
    learn: cases.slice(0, cases.length - held), heldOut: cases.slice(cases.length - held), parameters: new Map(), optimized: [], blame: [], startValues: {}, finalValues: {}, adopted: true, rounds: [],
    steps: [], stop: 'rounds', evaluations: 0, startRuns, finalRuns: runs.final === undefined ? startRuns : all(cases.length, final), ...outcome,
  }
  return reportOn({ name: 'routing', file: '/a.eval.ts', root: '/', location: undefined, plan, outcome: trained, baseline, problems: [], durationMs: 1 })
}

describe('runs that could not be measured', () => {
  const lost = (index: number): CaseRun[] => [run(1), index === 3 ? run(undefined, { unscored: 'the judge gave\u001b[2J no score\nat all' }) : run(1)]
  test('are an error with the reason, also where other trials of the case have a score', async () => {
    const { report: found, exitCode } = await report({ threshold: 0.5, trials: 2 }, { start: lost })
    expect([exitCode, found.verdict, found.reason]).toEqual([4, 'error', 'could not measure: 1 of 48 runs of gated cases without a score (the judge gave\\x1b[2J no score)'])
  })
  test('may be a share of all', async () => {
    expect((await report({ threshold: 0.5, trials: 2, maxUnscored: 0.05 }, { start: lost })).report.reason).toMatch(/^held out 1\.00 \(24 of 24, .*; 1 of 48 runs without a score left out$/)
  })
  test('count where every case must pass, to learn from or held out', async () => {
    expect((await report({}, { held: 4, start: (index) => [run(index === 3 ? undefined : 1)] })).report.reason).toBe('could not measure: 1 of 24 cases without a score')
  })
})

test('equal scores, no spread and one case give a verdict and no number that is none', async () => {
  for (const count of [1, 24]) {
    const cases = Array.from({ length: count }, (_, index) => ({ id: `${index}` }))
    const { report: found } = await report({ threshold: 0.7, minImprovement: 0.1, maxRegression: 0 }, { cases, start: () => [run(0.75)], final: () => [run(0.75)] })
    expect(JSON.stringify(found)).not.toMatch(/NaN|Infinity/)
    expect(found.gates.every(({ value, lower, upper }) => value === null || (lower! <= value && value <= upper!))).toBe(true)
  }
})

test('a suite whose gated cases all lack a score is no pass of any rule', async () => {
  const { report: found, exitCode } = await report({ maxRegression: 0.5, maxUnscored: 1 }, { start: () => [run(undefined)] })
  expect([exitCode, found.verdict, found.passed]).toEqual([4, 'error', false])
})

test('a winner that held-out cases chose has a bound that allows for the choice', async () => {
  const start = (index: number): CaseRun[] => [run(index < 14 ? 1 : 0)]
  const final = (index: number): CaseRun[] => [run(index < 22 ? 1 : 0)]
  const cases = Array.from({ length: 30 }, (_, index) => ({ id: `${index}` }))
  const one = await report({ threshold: 0.5 }, { cases, held: 24, start, final })
  const two = await report({ threshold: 0.5 }, { cases, held: 24, start, final, outcome: { rounds: [kept] } })
  expect(two.report.final.lower).toBeLessThan(one.report.final.lower)
  expect(two.report.final.upper).toBe(one.report.final.upper)
})

test('trials: what one can rely on, and a case that passes in two of three', async () => {
  const start = (index: number): CaseRun[] => [run(1), run(index % 2), run(index % 3 === 0 ? 0 : 1)]
  const { report: found } = await report({ trials: 3, passes: 2 }, { start })
  expect(found.trials).toEqual({ k: 3, before: { passAtK: 1, passHatK: 8 / 24, n: 24 }, after: { passAtK: 1, passHatK: 8 / 24, n: 24 } })
  // Cases whose second and third trial both fail.
  expect([found.verdict, found.reason]).toEqual(['fail', '4 of 24 cases failed; without a threshold every case must pass'])
  expect(found.caseResults[0]!.trials).toEqual({ passed: 1, n: 3 })
  expect((await report({ trials: 1 })).report).not.toHaveProperty('trials')
})

test('what a baseline file would hold stands in the report, where a gate compares with one', async () => {
  const cases = Object.fromEntries(Array.from({ length: 24 }, (_, index) => [`${index}`, { score: 1 }]))
  const saved = { date: '', seed: '1', passes: 'mean', fingerprint: fingerprintOf(cases), cases }
  const { report: found } = await report({ baseline: true }, { baseline: { file: 'a.baseline.json', saved, inputs: new Map() }, start: () => [run(0)] })
  expect([found.verdict, found.gates[0]!.reason.slice(0, 50)]).toEqual(['fail', 'held out 1.00 → 0.00, -1.00 against the baseline f'])
  expect(found.forBaseline).toMatchObject({ file: 'a.baseline.json', passes: 'mean', cases: { 0: { score: 0 } } })
  expect((await report({ threshold: 0.5 })).report).not.toHaveProperty('forBaseline')
})
