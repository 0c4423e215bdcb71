/** The interface of every optimizer: from what a round showed to the values to try next. Stage: optimize. */
import type { Random } from '../core/random.ts'
import type { Domain, ParameterKind } from '../graph/domain.ts'
import type { Model } from '../llm/model.ts'
import type { CaseRun, ParameterValues } from '../feedback/case-run.ts'

/**
 * Proposes parameter values. It sees the cases to learn from and nothing else, and whatever it proposes is
 * checked against each parameter's domain before it is tried.
 */
export interface Optimizer {
  /** Stable name, as in `--optimizer tpe`. */
  readonly name: string
  /** Kinds of parameters it can change; the trainer reports the others as left alone. */
  readonly kinds: readonly ParameterKind[]
  /** Name of the search strategy that belongs to it, where a run names none. @defaultValue `auto` */
  readonly strategy?: string
  /** The same optimizer with this model; there where it needs one and was given none. */
  withModel?(model: Model): Optimizer
  /** Starts one optimization run. Holds no state outside of what it returns. */
  begin(setup: OptimizerSetup): OptimizerRun
}

/** What does not change during a run. */
export interface OptimizerSetup {
  /** Parameters it may change, in declaration order: only kinds it named. */
  readonly parameters: readonly ParameterSpec[]
  /** Its own source of randomness; with the same seed and the same rounds it proposes the same. */
  readonly random: Random
  /**
   * What `memory` of an earlier run of the same optimizer, over the same parameters and cases, gave: in watch mode, after an edit. Scores in it may be
   * of other code. It has been JSON, and may be of another version: what does not fit is to be ignored. @defaultValue none
   */
  readonly memory?: unknown
}

/** A parameter as an optimizer sees it: plain data. */
export interface ParameterSpec {
  readonly name: string
  readonly description?: string
  readonly domain: Domain
  /** The value it started with. */
  readonly initial: unknown
  /** `value` as the parameter accepts it, or what is wrong with it. */
  check(value: unknown): { readonly value: unknown } | { readonly problem: string }
}

/** One optimization run. */
export interface OptimizerRun {
  /** Candidates for this round, the most promising first; none means there is nothing left to try. */
  propose(view: RoundView): readonly Proposal[] | Promise<readonly Proposal[]>
  /** What the next run should know, as plain data (JSON): lessons, not values, which a run starts from anyway. Asked after the last round, with every evaluation. */
  memory?(history: readonly Evaluation[]): unknown
  /** Frees what it holds; called once, after its last round. The run waits for it, and what it throws changes nothing. */
  end?(): void | Promise<void>
}

/** What an optimizer may look at when it proposes. */
export interface RoundView {
  /** From 1. */
  readonly round: number
  /** The best candidate so far: new values start from here. */
  readonly best: Evaluation
  /** Every evaluation so far, in order, the starting values first; also of candidates that were not kept. */
  readonly history: readonly Evaluation[]
  /** Parameters that failing cases depend on, the most suspect first. Only these are worth changing. */
  readonly blame: readonly Blame[]
  /** How many candidates the budget allows to be looked at in this round. */
  readonly maxCandidates: number
  /** Aborts when the run is stopped. */
  readonly signal: AbortSignal
  /** Takes down what a model was asked and what came of it, for the report and `--explain`. Absent: nobody wants to know. */
  readonly record?: (call: OptimizerCall) => void
}

/** A candidate with what is known of it. */
export interface Evaluation {
  readonly values: ParameterValues
  /** Mean score over the cases that were run, 0 to 1. */
  readonly score: number
  /** Whether all cases to learn from were run, or only some before it was dropped. */
  readonly complete: boolean
  /** By case id; each with its trials. */
  readonly runs: ReadonlyMap<string, readonly CaseRun[]>
}

/** How much a parameter is suspected. */
export interface Blame {
  readonly parameter: string
  /** Suspiciousness, 0 to 1, over the cases whose trace reaches the parameter. */
  readonly score: number
  /** Failing cases that depend on it. */
  readonly cases: readonly string[]
}

/** Values to try. */
export interface Proposal {
  /** Only what changes against the best candidate; names must be those of the setup. */
  readonly changes: ParameterValues
  /** Why, for the report. */
  readonly reason?: string
  /**
   * The same changes less harmful: a rewrite with what it left out put back, or without what made something fail. They are tried in the same round where the whole was kept, but
   * something fails that held before. `changes` are against the best candidate, as above. A function is given what came of the whole, which may have run
   * on some cases only.
   */
  readonly repairs?: readonly Variant[] | ((outcome: Evaluation) => readonly Variant[])
  /** Smaller changes out of the same ones: single edits out of several. Repairs and they are tried in the same round where the whole was not kept. */
  readonly parts?: readonly Variant[]
}

/** One call of a model by an optimizer: what was sent, what came back, what it asks to change. */
export interface OptimizerCall {
  /** The optimizer that asked. */
  readonly optimizer: string
  /** What the call was for. */
  readonly purpose: 'propose' | 'criticise' | 'select' | 'repair' | 'summarise'
  readonly model: string
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  /** As it came. None: the call failed. */
  readonly answer?: string
  /** Why there is no answer, or why nothing in it could be used. */
  readonly problem?: string
  readonly edits: readonly CallEdit[]
  readonly inputTokens?: number
  readonly outputTokens?: number
  readonly durationMs: number
}

/** One change that an answer asked for. */
export interface CallEdit {
  readonly parameter: string
  readonly to: unknown
  /** Why it was refused at once; none: it was proposed. */
  readonly refused?: string
  /** What a reader should know of it: that it copies the text of a case. */
  readonly notes?: readonly string[]
}

/** Another form of a proposal. */
export type Variant = Pick<Proposal, 'changes' | 'reason'>
