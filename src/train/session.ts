/** What one training knows while it runs. Stage: train. */
import { seededRandom, type Random } from '../core/random.ts'
import type { ParameterValues, ReachedParameters, TrainingCase } from '../feedback/case-run.ts'
import { currentValues } from '../graph/load-parameters.ts'
import type { Evaluation, Optimizer, OptimizerCall, OptimizerRun, ParameterSpec } from '../optimize/optimizer.ts'
import { evaluationOf, startCandidate, type Candidate } from './candidate.ts'
import { casePool, runCount, type CasePool } from './case-pool.ts'
import type { RoundOutcome, Spending, TrainIO, TrainPlan } from './outcome.ts'
import { progressReporter, type ProgressReporter } from './progress.ts'
import { planSplit } from './splits.ts'

/** A call, and the values that were best when it was made. */
interface RecordedCall { readonly round: number; readonly call: OptimizerCall; readonly values: ParameterValues }

/** The state of a training; rounds change members and the best one through `enter` and `leave` only. */
export interface Session {
  readonly plan: TrainPlan
  readonly optimizer: Optimizer | undefined
  /** There is an optimizer, and it may have at least one round. */
  readonly optimizes: boolean
  readonly random: Random
  readonly learn: readonly TrainingCase[]
  readonly heldOut: readonly TrainingCase[]
  /** Case runs of all cases to learn from, once. */
  readonly learnRuns: number
  readonly pool: CasePool
  readonly spending: Spending | undefined
  readonly progress: ProgressReporter
  readonly start: Candidate
  /** Runs beside start and winner at the end, for a gate. */
  readonly compared: Candidate | undefined
  readonly rounds: RoundOutcome[]
  /** Candidates that ran at least one case, in order, the start first. */
  readonly history: Candidate[]
  readonly evaluations: Map<Candidate, Evaluation>
  /** Hashes of every candidate that was looked at. */
  readonly tried: Set<string>
  /** What the optimizer asked models. */
  readonly calls: RecordedCall[]
  /** Of a candidate that is another form of a proposal: the proposal as it was asked for. */
  readonly formOf: Map<Candidate, Candidate>
  /** Candidates that the search may go on from, the best one among them. */
  members: Candidate[]
  /** How often the optimizer was asked to improve a candidate. */
  readonly asked: Map<Candidate, number>
  best: Candidate
  parameters: ReachedParameters
  startValues: ParameterValues
  /** The optimizer's run, begun anew when a kept candidate reaches parameters that were unknown before. */
  proposer: { readonly run: OptimizerRun; readonly specs: readonly ParameterSpec[]; readonly known: number } | undefined
}

/** A session before its first case run. Which cases are held out, `planSplit` says. */
export function openSession(plan: TrainPlan, optimizer: Optimizer | undefined, io: TrainIO): Session {
  const optimizes = optimizer !== undefined && plan.rounds > 0
  const { learn, heldOut } = planSplit(plan, optimizes)
  const progress = progressReporter(io, () => session)
  const start = startCandidate(plan.startValues)
  const session: Session = {
    plan, optimizer, optimizes, spending: io.spending, learn, heldOut, learnRuns: runCount(learn, plan), progress, start,
    random: seededRandom(`${plan.seed}/${plan.workflow}`), pool: casePool(plan, io, progress.ran),
    compared: plan.compareWith === undefined ? undefined : startCandidate(plan.compareWith), rounds: [], history: [start], evaluations: new Map(), tried: new Set([start.hash]), calls: [], formOf: new Map(),
    members: [start], asked: new Map(), best: start, parameters: new Map(), startValues: {}, proposer: undefined,
  }
  return session
}

/**
 * The value that each parameter starts with: the plan's, else its own.
 *
 * @throws {TraceEvalError} `PARAMETER_VALUE` when a value of the plan does not fit.
 */
export function startingValues(parameters: ReachedParameters, { startValues }: TrainPlan): ParameterValues {
  const own = currentValues(parameters.values())
  const given = [...parameters.values()].filter(({ name }) => Object.hasOwn(startValues, name)).map((found) => [found.name, found.check(startValues[found.name])])
  return Object.freeze({ ...own, ...Object.fromEntries(given) as ParameterValues })
}

/** A candidate as an optimizer sees it; the same object until something about it changes. */
export function evaluation(session: Session, candidate: Candidate): Evaluation {
  const known = session.evaluations.get(candidate)
  if (known !== undefined) return known
  const made = evaluationOf(candidate, session.startValues, session.learn)
  session.evaluations.set(candidate, made)
  return made
}
