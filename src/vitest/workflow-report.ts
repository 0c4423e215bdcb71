/** From a training's outcome to the verdict and the report of a workflow. Stage: vitest. */
import type { SourceLocation } from '../core/stack.ts'
import { shorten } from '../core/describe-value.ts'
import { escapeControls } from '../core/text.ts'
import type { TrainingCase } from '../feedback/case-run.ts'
import { baselineOf, type Baseline } from '../gate/baseline.ts'
import { failsCase, gateScore } from '../gate/case-score.ts'
import { decide, type Measured } from '../gate/decide.ts'
import { asksEveryCase, type GateRule } from '../gate/gate-rule.ts'
import { reliability } from '../gate/reliability.ts'
import { ruleScores } from '../gate/rule-scores.ts'
import type { Verdict } from '../gate/verdict.ts'
import { measureScore } from '../gate/measure-score.ts'
import { buildWorkflowReport } from '../report/build.ts'
import type { MeasuredScore, Problem, TrialsReport, WorkflowReport } from '../report/run-report.ts'
import { trialsOf } from '../train/case-pool.ts'
import type { TrainOutcome, TrainPlan } from '../train/outcome.ts'
import type { RunsByCase } from '../train/runs-by-case.ts'
import { usageOf } from './workflow-models.ts'
import type { ResolvedWorkflow } from './workflow-plan.ts'

export interface ReportedWorkflow {
  readonly name: string
  readonly file: string
  readonly root: string
  readonly location: SourceLocation | undefined
  readonly plan: ResolvedWorkflow
  readonly outcome: TrainOutcome
  /** What the gate compares with, where it does. */
  readonly baseline: Baseline | undefined
  readonly problems: readonly Problem[]
  readonly durationMs: number
}

/** The report, and what the workflow alone would exit with. */
export function reportOn({ name, file, root, location, plan, outcome, baseline, problems, durationMs }: ReportedWorkflow): { report: WorkflowReport; exitCode: Verdict['exitCode'] } {
  const gated = outcome.heldOut.length > 0 ? outcome.heldOut : outcome.learn
  const measured = measure(plan, outcome, gated, baseline)
  const verdict = decide(plan.rule, measured)
  const { threshold, confidence } = plan.rule
  const report = buildWorkflowReport({
    name, file, root, ...(location && { location }), outcome, plan: plan.announced.plan, ...(threshold !== undefined && { threshold }), confidence, problems, durationMs, usage: usageOf(plan.models.models),
    titles: new Map(plan.plan.cases.map(({ id }) => [id, id])),
    verdict: { verdict: verdict.verdict, passed: verdict.passed, reason: verdict.reason, gates: verdict.gates, final: verdict.final, baseline: sameScores(outcome, gated) ? verdict.final : startScore(plan, outcome, gated) },
    ...(baseline && { forBaseline: { file: baseline.file, ...baselineOf(plan.rule, { cases: plan.plan.cases, runs: outcome.finalRuns, inputs: baseline.inputs }) } }),
    ...trialsOn(plan, outcome, gated),
  })
  return { report, exitCode: verdict.exitCode }
}

/** Where cases run several times, how far one can rely on a pass. */
function trialsOn({ plan }: ResolvedWorkflow, { startRuns, finalRuns }: TrainOutcome, gated: readonly TrainingCase[]): { trials?: TrialsReport } {
  const k = Math.max(...gated.map((one) => trialsOf(one, plan)))
  if (!(k > 1)) return {}
  const [before, after] = [reliability(gated, startRuns, k), reliability(gated, finalRuns, k)]
  return { trials: { k, ...(before && { before }), ...(after && { after }) } }
}

/** Everything the gate looks at, computed once. */
function measure({ plan, rule, startsSaved, partial, announced }: ResolvedWorkflow, outcome: TrainOutcome, gated: readonly TrainingCase[], baseline: Baseline | undefined): Measured {
  const { finalRuns, startRuns, comparedRuns } = outcome
  const [heldOut, seed] = [outcome.heldOut.length > 0, `${plan.workflow}/${gated.map(({ id }) => id).join('/')}`]
  const failing = plan.cases.filter(({ id }) => failsCase(finalRuns.get(id) ?? [], rule.passes))
  const must = plan.cases.filter(({ mustPass }) => mustPass === true)
  const savedRuns = startsSaved ? startRuns : comparedRuns
  return {
    ...scoresOf(gated, finalRuns, rule), heldOut, seed,
    total: plan.cases.length, failing: failing.length, mustPass: must.length, mustPassFailed: failing.filter(({ mustPass }) => mustPass === true).map(({ id }) => id),
    ...unscoredIn(plan, rule, finalRuns, gated),
    // An earlier run chose saved values, by these cases.
    optimized: Object.keys(plan.startValues).length > 0 || outcome.rounds.some(({ state }) => state === 'kept'), ...chosenBy(outcome), partial, interrupted: outcome.stop === 'interrupted', outOfBudget: outcome.stop === 'budget',
    ...(rule.rules.length > 0 && {
      rules: ruleScores(rule, { cases: plan.cases, gated, heldOut, seed, startRuns, finalRuns, optimizes: announced.plan.optimizes, ...(savedRuns && { savedRuns }), ...(baseline && { baseline }) }),
    }),
  }
}

/** Which values the held-out cases chose, where they had a choice. */
function chosenBy({ adopted, heldOut, rounds }: TrainOutcome): Pick<Measured, 'chosen'> {
  if (heldOut.length === 0 || !rounds.some(({ state }) => state === 'kept')) return {}
  return { chosen: adopted ? 'winner' : 'start' }
}

/** What has no score: among the gated cases and those that must pass, and among all where every case must pass. */
function unscoredIn(plan: TrainPlan, rule: GateRule, runs: RunsByCase, gated: readonly TrainingCase[]): Pick<Measured, 'unscored' | 'mustPassUnscored' | 'runs' | 'unscoredReason'> {
  const looked = new Set(gated)
  const asked = asksEveryCase(rule) ? plan.cases : plan.cases.filter((one) => one.mustPass === true || looked.has(one))
  const without = asked.filter(({ id }) => gateScore(runs.get(id), rule.passes) === undefined)
  const expected = asked.reduce((sum, one) => sum + trialsOf(one, plan), 0)
  const ran = asked.flatMap(({ id }) => runs.get(id) ?? [])
  const failed = ran.filter(({ score }) => score === undefined)
  const reason = failed.find(({ unscored }) => unscored !== undefined)?.unscored
  return {
    unscored: without.length, mustPassUnscored: without.filter(({ mustPass }) => mustPass === true).length,
    runs: { total: expected, unscored: failed.length + expected - ran.length },
    ...(reason !== undefined && { unscoredReason: shorten(escapeControls(reason).split('\n', 1)[0]!, 200) }),
  }
}

function startScore({ plan, rule }: ResolvedWorkflow, { startRuns, heldOut }: TrainOutcome, gated: readonly TrainingCase[]): MeasuredScore {
  return measureScore({ ...scoresOf(gated, startRuns, rule), heldOut: heldOut.length > 0, seed: plan.workflow }, rule.confidence)
}

/** Where nothing was adopted both sides are the same runs, and fractional bounds cost a while to draw. */
function sameScores({ startRuns, finalRuns }: TrainOutcome, gated: readonly TrainingCase[]): boolean {
  return gated.every(({ id }) => startRuns.get(id)?.[0] === finalRuns.get(id)?.[0])
}

function scoresOf(cases: readonly TrainingCase[], runs: RunsByCase, { passes }: GateRule): { scores: number[]; clusters: (string | undefined)[] } {
  const scored = cases.flatMap((one) => {
    const score = gateScore(runs.get(one.id), passes)
    return score === undefined ? [] : [{ score, cluster: one.cluster }]
  })
  return { scores: scored.map(({ score }) => score), clusters: scored.map(({ cluster }) => cluster) }
}
