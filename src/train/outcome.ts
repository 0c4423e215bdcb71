/** What training one workflow gives: live data, turned into a report above. Stage: train. */
import type { RunsByCase } from './runs-by-case.ts'
import type { Clock } from '../core/clock.ts'
import type { CaseRun, ParameterValues, TrainingCase } from '../feedback/case-run.ts'
import type { Parameter } from '../graph/parameter.ts'
import type { Remembered } from './remembered.ts'
import type { Objectives } from './objectives.ts'
import type { SearchStrategy } from './strategy.ts'
import type { Blame, OptimizerCall } from '../optimize/optimizer.ts'
import type { Failure } from '../optimize/writing/reflect-evidence.ts'

/** What to train, and how far to go. Every field is resolved: defaults and overrides are applied by the caller. */
export interface TrainPlan {
  readonly workflow: string
  readonly cases: readonly TrainingCase[]
  /**
   * Values to start from, by parameter name, where they differ from the parameters' own (saved values). They are part
   * of every set of values that `runCase` is asked for, and what `startValues` of the outcome reports. A name that no
   * run reaches is ignored; a value that does not fit its parameter is an error that stops the run.
   */
  readonly startValues: ParameterValues
  /** Values that the gated cases run with as well, for a gate that compares with them. @defaultValue none */
  readonly compareWith?: ParameterValues
  /** At most this many rounds; 0 measures only. */
  readonly rounds: number
  /** Case runs in flight. */
  readonly concurrency: number
  /** Case runs of the whole training, the start and the held-out run included. */
  readonly maxEvaluations: number
  readonly maxDurationMs?: number
  /** Stop after this many rounds in a row that kept nothing. */
  readonly patience: number
  /** Candidates looked at in a round, at most. */
  readonly maxCandidates: number
  /** Runs per case and set of values, where a case does not say otherwise. */
  readonly trials: number
  /** Whether cases are held out at all. */
  readonly holdOut: boolean
  /** Tags of which cases have to be held out, since gates look at them. @defaultValue none */
  readonly gatedTags?: readonly string[]
  /** Whether the best candidates run more than their trials where results are noisy. */
  readonly rerunFinalists: boolean
  readonly seed: string
  /** What the optimizer said to remember in an earlier run; left aside where it is about something else. @defaultValue nothing */
  readonly remembered?: Remembered
  /** From whom rounds go on, and who stays. */
  readonly strategy: SearchStrategy
  /** What counts beside the score; empty where nothing does. */
  readonly objectives: Objectives
}

/** The parts of the world that training needs. */
export interface TrainIO {
  /** Runs one case once with these values; settles always, also for a case that fails or times out. */
  runCase(request: CaseRequest): Promise<CaseRun>
  /** Called at every change worth showing. */
  onProgress?(progress: TrainProgress): void
  readonly signal: AbortSignal
  /** What case runs cost where models are paid for. @defaultValue nothing is limited */
  readonly spending?: Spending
  /** @defaultValue the real one */
  readonly clock?: Clock
}

/** Budgets for models, as training sees them. */
export interface Spending {
  /** Case runs that still fit, by what runs cost so far, beside those that are under way. Infinity without a limit, and before the first has ended. */
  caseRunsLeft(): number
  /** Keeps back what so many case runs cost, for the held-out cases. */
  keepFor(caseRuns: number): Promise<void>
  /** Whether a call of a case run was refused since the last `keepFor`. */
  readonly isRefused: boolean
  /** Whether the optimizer was refused a call. */
  readonly isOptimizerRefused?: boolean
}

/** One run of one case. */
export interface CaseRequest {
  readonly case: TrainingCase
  /** From 0. */
  readonly trial: number
  /** Values that differ from the parameters' own: the plan's starting values and what was changed. One object for all runs with these values. */
  readonly values: ParameterValues
  /** The parameters of the values that were changed; those of the plan's starting values are not known before they are reached. */
  readonly parameters: readonly Parameter<unknown>[]
  readonly signal: AbortSignal
}

/** Where a run is. */
export interface TrainProgress {
  readonly phase: 'start' | 'round' | 'held-out' | 'done'
  readonly round: number
  readonly rounds: number
  /** Case runs done in this phase (of rounds: in this round) and expected; a round expects more when candidates do well. */
  readonly done: number
  readonly total: number
  readonly evaluations: number
  readonly maxEvaluations: number
  readonly startScore?: number
  readonly bestScore?: number
  /** Milliseconds until the budget of rounds is through, as far as can be told. */
  readonly remainingMs?: number
  /** A round that just ended. */
  readonly ended?: RoundOutcome
}

/** How one round ended. */
export type RoundOutcome = RoundNumbers & (
  | { readonly state: 'kept'; readonly changes: readonly ValueChange[]; readonly reason: string }
  | { readonly state: 'not-kept'; readonly reason: string }
)
interface RoundNumbers {
  readonly round: number
  readonly before: number
  readonly after: number
  readonly candidates: number
  readonly evaluations: number
  /** The most suspect parameters with what failed in the cases that depend on them. */
  readonly blame: readonly RoundBlame[]
}
/** A suspect of a round, and the evidence. */
export interface RoundBlame extends Blame { readonly failures: readonly Failure[] }

/** One call of a model by the optimizer, with what became of its edits. */
export interface StepOutcome extends Omit<OptimizerCall, 'edits'> { readonly round: number; readonly edits: readonly EditOutcome[] }
/** What became of an edit: `kept` in some round, `not-better` in every candidate that had it, `refused` before it was tried, or `not-tried`. */
export interface EditOutcome extends ValueChange {
  readonly state: 'kept' | 'not-better' | 'refused' | 'not-tried'
  /** Why, as one clause. */
  readonly reason: string
  readonly notes: readonly string[]
}
export interface ValueChange { readonly parameter: string; readonly from: unknown; readonly to: unknown }

export type TrainStop =
  | 'perfect' | 'patience' | 'rounds' | 'evaluations' | 'budget' | 'time' | 'no-candidates' | 'no-parameters' | 'interrupted' | 'not-optimized'

/** A candidate of the front: its score on the cases to learn from, and what it costs. */
export interface FrontMember { readonly values: ParameterValues; readonly score: number; readonly costs: Readonly<Record<string, number>> }

export interface TrainOutcome {
  readonly learn: readonly TrainingCase[]
  readonly heldOut: readonly TrainingCase[]
  /** Every parameter that a run reached, by name. */
  readonly parameters: ReadonlyMap<string, Parameter<unknown>>
  /** Names of the parameters the optimizer could change. */
  readonly optimized: readonly string[]
  readonly blame: readonly Blame[]
  readonly startValues: ParameterValues
  /** The starting values again when the winner was not better on held-out cases. */
  readonly finalValues: ParameterValues
  /** Whether the winner of the rounds became final. True as well when no round kept anything. */
  readonly adopted: boolean
  /** The winner of the rounds, when it was not adopted. */
  readonly rejected?: { readonly values: ParameterValues; readonly heldOutScore: number; readonly heldOutStart: number }
  readonly rounds: readonly RoundOutcome[]
  /** Calls of models by the optimizer, in order; none where no model took part. */
  readonly steps: readonly StepOutcome[]
  readonly stop: TrainStop
  /** What was settled by itself: which parameters, which search, how far candidates run at first. None where nothing was optimized. */
  readonly decided?: string
  /** Candidates that no other one beats in the score and in every objective, the highest score first. None where the score alone counts. */
  readonly front?: readonly FrontMember[]
  /** What the optimizer says to remember for the next run. */
  readonly remembered?: Remembered
  readonly evaluations: number
  /** With the starting and with the final values, learn and held-out cases together. Incomplete only after an interruption. */
  readonly startRuns: RunsByCase
  readonly finalRuns: RunsByCase
  /** Of the gated cases with the plan's `compareWith`, where it has some. */
  readonly comparedRuns?: RunsByCase
}
