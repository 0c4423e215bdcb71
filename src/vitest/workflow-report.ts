/** From a training's outcome to the verdict and the report of a workflow. Stage: vitest. */
import type { SourceLocation } from '../core/stack.ts'
import type { CaseRun, TrainingCase } from '../feedback/case-run.ts'
import { decide, type Measured } from '../gate/decide.ts'
import type { Verdict } from '../gate/verdict.ts'
import { measureScore } from '../gate/measure-score.ts'
import { buildWorkflowReport } from '../report/build.ts'
import type { MeasuredScore, Problem, WorkflowReport } from '../report/run-report.ts'
import type { RunsByCase, TrainOutcome } from '../train/outcome.ts'
import { caseScore } from '../train/scores.ts'
import { usageOf } from './workflow-models.ts'
import type { ResolvedWorkflow } from './workflow-plan.ts'

export interface ReportedWorkflow {
  readonly name: string
  readonly file: string
  readonly root: string
  readonly location: SourceLocation | undefined
  readonly plan: ResolvedWorkflow
  readonly outcome: TrainOutcome
  readonly problems: readonly Problem[]
  readonly durationMs: number
}

/** The report, and what the workflow alone would exit with. */
export function reportOn({ name, file, root, location, plan, outcome, problems, durationMs }: ReportedWorkflow): { report: WorkflowReport; exitCode: Verdict['exitCode'] } {
  const gated = outcome.heldOut.length > 0 ? outcome.heldOut : outcome.learn
  const measured = measure(plan, outcome, gated)
  const verdict = decide(plan.rule, measured)
  const { threshold, confidence } = plan.rule
  const report = buildWorkflowReport({
    name, file, root, ...(location && { location }), outcome, plan: plan.announced.plan, ...(threshold !== undefined && { threshold }), confidence, problems, durationMs, usage: usageOf(plan.models.models),
    titles: new Map(plan.plan.cases.map(({ id }) => [id, id])),
    verdict: { verdict: verdict.verdict, passed: verdict.passed, reason: verdict.reason, gates: verdict.gates, final: verdict.final, baseline: sameScores(outcome, gated) ? verdict.final : baselineOf(plan, outcome, gated) },
  })
  return { report, exitCode: verdict.exitCode }
}

function measure({ plan, rule, partial }: ResolvedWorkflow, outcome: TrainOutcome, gated: readonly TrainingCase[]): Measured {
  const { scores, clusters } = scoresOf(gated, outcome.finalRuns)
  const everywhere = plan.cases.map((one) => ({ one, score: caseScore(outcome.finalRuns.get(one.id)) }))
  const failing = everywhere.filter(({ one, score }) => score !== undefined && (score < 1 || outcome.finalRuns.get(one.id)!.some(failedAsserting)))
  return {
    scores, clusters, heldOut: outcome.heldOut.length > 0, seed: `${plan.workflow}/${gated.map(({ id }) => id).join('/')}`,
    total: plan.cases.length, failing: failing.length, mustPassFailed: failing.filter(({ one }) => one.mustPass === true).map(({ one }) => one.id),
    unscored: everywhere.filter(({ one, score }) => score === undefined && (rule.threshold === undefined || one.mustPass === true || gated.includes(one))).length,
    // An earlier run chose saved values, by these cases.
    optimized: Object.keys(plan.startValues).length > 0 || outcome.rounds.some(({ state }) => state === 'kept'), partial, interrupted: outcome.stop === 'interrupted', outOfBudget: outcome.stop === 'budget',
  }
}

/** A case may give itself a full score and fail an assertion all the same; checks without weight do not count. */
function failedAsserting(run: CaseRun): boolean {
  return (run.failures ?? 0) > 0 && run.feedback.some(({ kind, check }) => kind !== 'note' && !run.checks.some(({ name, weight }) => name === check && weight === 0))
}

function baselineOf({ plan, rule }: ResolvedWorkflow, { startRuns, heldOut }: TrainOutcome, gated: readonly TrainingCase[]): MeasuredScore {
  return measureScore({ ...scoresOf(gated, startRuns), heldOut: heldOut.length > 0, seed: plan.workflow }, rule.confidence)
}

/** Where nothing was adopted both sides are the same runs, and fractional bounds cost a while to draw. */
function sameScores({ startRuns, finalRuns }: TrainOutcome, gated: readonly TrainingCase[]): boolean {
  return gated.every(({ id }) => startRuns.get(id)?.[0] === finalRuns.get(id)?.[0])
}

function scoresOf(cases: readonly TrainingCase[], runs: RunsByCase): { scores: number[]; clusters: (string | undefined)[] } {
  const scored = cases.flatMap((one) => {
    const score = caseScore(runs.get(one.id))
    return score === undefined ? [] : [{ score, cluster: one.cluster }]
  })
  return { scores: scored.map(({ score }) => score), clusters: scored.map(({ cluster }) => cluster) }
}
