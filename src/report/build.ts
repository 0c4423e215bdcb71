/** From a training's outcome and its verdict to the report: every number that is shown is computed here. Stage: report. */
import { redactValue } from '../core/redact.ts'
import type { SourceLocation } from '../core/stack.ts'
import type { CaseRun } from '../feedback/case-run.ts'
import type { Leak } from '../feedback/feedback.ts'
import type { TrainOutcome } from '../train/outcome.ts'
import { caseReports, meanScore } from './case-reports.ts'
import { frontReport, parameterReports, rejectedReport, roundReports } from './parameter-reports.ts'
import { partReports } from './part-reports.ts'
import { placeIn, relativeFile } from './report-text.ts'
import type { BaselineScores, GateReport, MeasuredScore, Problem, RoleUsage, RunPlan, RunReport, StopReason, TrialsReport, Usage, VerdictName, WorkflowReport } from './run-report.ts'
import { copyNotes, stepReports } from './step-reports.ts'

/** What names a workflow in a report. */
interface WorkflowPlace {
  readonly name: string
  readonly file: string
  /** Of its `describeWorkflow`. */
  readonly location?: SourceLocation
  /** Files in the report are relative to it. */
  readonly root: string
}

/** What the gate said, with the scores it said it about. */
interface ReportedVerdict {
  readonly verdict: VerdictName
  readonly passed: boolean
  readonly reason: string
  readonly gates: readonly GateReport[]
  readonly baseline: MeasuredScore
  readonly final: MeasuredScore
}

/** What a workflow's report is made from. */
export interface WorkflowReportInput extends WorkflowPlace {
  readonly outcome: TrainOutcome
  /** Titles by case id, in the order of the eval file. */
  readonly titles: ReadonlyMap<string, string>
  readonly plan: RunPlan
  readonly threshold?: number
  readonly confidence: number
  readonly verdict: ReportedVerdict
  readonly trials?: TrialsReport
  readonly forBaseline?: BaselineScores
  /** Of model calls. @defaultValue none were made */
  readonly usage?: Usage['byRole']
  readonly problems?: readonly Problem[]
  readonly durationMs: number
}

/** The report of a workflow that ran: plain data without references to the input and without secrets, ready for JSON and structured clone. */
export function buildWorkflowReport(input: WorkflowReportInput): WorkflowReport {
  const { outcome, root, plan, verdict, threshold } = input
  return redactValue({
    ...placeOf(input),
    verdict: verdict.verdict, passed: verdict.passed, reason: verdict.reason, gates: verdict.gates.map((gate) => ({ ...gate })),
    ...(threshold === undefined ? {} : { threshold }), confidence: input.confidence,
    cases: { total: outcome.learn.length + outcome.heldOut.length, learn: outcome.learn.length, heldOut: outcome.heldOut.length },
    plan: { ...plan }, ...(outcome.decided !== undefined && { decided: outcome.decided }), ...frontReport(outcome),
    baseline: { ...verdict.baseline }, final: { ...verdict.final },
    learn: { baseline: meanScore(outcome.learn, outcome.startRuns), final: meanScore(outcome.learn, outcome.finalRuns) },
    rounds: roundReports(outcome.rounds), ...stepReports(outcome.steps), ...(input.trials && { trials: input.trials }), ...(input.forBaseline && { forBaseline: input.forBaseline }), stopReason: outcome.stop, adopted: outcome.adopted, ...rejectedReport(outcome),
    parameters: parameterReports(outcome, root),
    caseResults: caseReports(outcome, input.titles, root),
    checks: partReports(outcome, root),
    leaks: leaksOf(outcome, root),
    problems: [...problemsIn(input.problems, root), ...copyNotes(outcome.steps)],
    usage: usageOf(outcome.evaluations, input.usage),
    durationMs: input.durationMs,
  })
}

/** What the report of a workflow that could not be trained is made from. */
export interface UnmeasuredWorkflow extends WorkflowPlace {
  readonly verdict: Extract<VerdictName, 'error' | 'partial'>
  readonly passed: boolean
  readonly reason: string
  readonly problems?: readonly Problem[]
  /** Cases in the file. @defaultValue 0 */
  readonly cases?: number
  readonly durationMs?: number
  /** Of model calls that were made all the same. @defaultValue none were made */
  readonly usage?: Usage['byRole']
}

/** The report of a workflow without any measurement, so that a run never leaves one out. */
export function unmeasuredReport(input: UnmeasuredWorkflow): WorkflowReport {
  const nothing: MeasuredScore = { score: 0, n: 0, passed: 0, lower: 0, upper: 1, heldOut: false }
  const stopReason: StopReason = input.verdict === 'error' ? 'error' : 'not-optimized'
  return redactValue({
    ...placeOf(input),
    verdict: input.verdict, passed: input.passed, reason: input.reason, gates: [], confidence: 0.95,
    cases: { total: input.cases ?? 0, learn: 0, heldOut: 0 },
    plan: { rounds: 0, maxEvaluations: 0, concurrency: 0, trials: 0, optimizer: 'none', optimizes: false },
    baseline: nothing, final: { ...nothing }, learn: { baseline: 0, final: 0 },
    rounds: [], stopReason, adopted: false, parameters: [], caseResults: [], checks: [], leaks: [],
    problems: problemsIn(input.problems, input.root), usage: usageOf(0, input.usage), durationMs: input.durationMs ?? 0,
  })
}

/** What a run's report is made from. */
export type RunReportInput = Omit<RunReport, 'schemaVersion' | 'problems'> & { readonly problems?: readonly Problem[] }

/** The report of a run: workflows by file, then in the order of the file. */
export function buildRunReport({ startedAt, durationMs, seed, exitCode, workflows, problems = [], environment }: RunReportInput): RunReport {
  const inOrder = workflows.toSorted((a, b) => compare(a.file, b.file) || (a.location?.line ?? 0) - (b.location?.line ?? 0) || compare(a.name, b.name))
  // The reports of workflows hold no secrets any more.
  return { schemaVersion: 1, startedAt, durationMs, seed, exitCode, workflows: inOrder, ...redactValue({ problems: problems.map((problem) => ({ ...problem })), ...(environment && { environment }) }) }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function placeOf({ name, file, location, root }: WorkflowPlace): Pick<WorkflowReport, 'name' | 'file' | 'location'> {
  return { name, file: relativeFile(file, root), ...placeIn(location, root) }
}

function problemsIn(problems: readonly Problem[] = [], root: string): Problem[] {
  return problems.map((problem) => ({ ...problem, ...placeIn(problem.location, root) }))
}

/** Leaks of all runs, one per node, way and place. */
function leaksOf({ startRuns, finalRuns }: TrainOutcome, root: string): Leak[] {
  // Where nothing changed, both sides are the same runs.
  const runs = new Set<CaseRun>([...startRuns.values(), ...finalRuns.values()].flat())
  const merged = new Map<string, Leak>()
  for (const leak of [...runs].flatMap(({ trace }) => trace.leaks)) {
    const key = JSON.stringify([leak.node, leak.how, leak.location])
    merged.set(key, { ...leak, ...placeIn(leak.location, root), count: (merged.get(key)?.count ?? 0) + leak.count })
  }
  return [...merged.values()].sort((a, b) => b.count - a.count)
}

function usageOf(evaluations: number, byRole: Usage['byRole'] = { task: noUsage, judge: noUsage, optimizer: noUsage }): Usage {
  const { task, judge, optimizer } = byRole
  const roles = [task, judge, optimizer]
  const sum = (key: 'modelCalls' | 'inputTokens' | 'outputTokens'): number => roles.reduce((total, role) => total + role[key], 0)
  const costUsd = roles.some((role) => role.costUsd === null) ? null : roles.reduce((total, role) => total + role.costUsd!, 0)
  return {
    evaluations, modelCalls: sum('modelCalls'), inputTokens: sum('inputTokens'), outputTokens: sum('outputTokens'), costUsd,
    byRole: { task: { ...task }, judge: { ...judge }, optimizer: { ...optimizer } },
  }
}

const noUsage: RoleUsage = { modelCalls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 }
