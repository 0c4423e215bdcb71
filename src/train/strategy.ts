/** The interface of search strategies: from whom a training goes on, and who stays. Stage: train. */
import type { Random } from '../core/random.ts'
import type { ParameterValues } from '../feedback/case-run.ts'

/** A candidate that ran all cases to learn from, and may be gone on from. */
export interface Member {
  /** In the order of entry; the start has 0. */
  readonly id: number
  readonly values: ParameterValues
  /** Mean score over the cases, further objectives included. */
  readonly score: number
  /** Score of each case that could be measured. */
  readonly scores: ReadonlyMap<string, number>
  /** Failed checks and assertions of each case, per trial: what tells equal scores apart. */
  readonly failures: ReadonlyMap<string, number>
  /** What it is measured by beside the score, smaller is better; only objectives that were asked for. */
  readonly costs: ReadonlyMap<string, number>
  /** Rounds in which the optimizer was asked to improve it. */
  readonly asked: number
  /** What it was made of, the newest first, the start last. @defaultValue none */
  readonly ancestors?: readonly Ancestor[]
}

/** A candidate from which a member descends; it may be no member any more. */
export interface Ancestor {
  readonly id: number
  readonly values: ParameterValues
  /** As of a member. */
  readonly score: number
}

/** What a strategy decides by. */
export interface StrategyView {
  /** From 1. */
  readonly round: number
  /** Never empty; the best one is among them. */
  readonly members: readonly Member[]
  readonly best: Member
  /** The values that the training started with. */
  readonly start: ParameterValues
  /** Rounds since the best one changed. */
  readonly stalled: number
  /** Its own for this round: the same seed draws the same. */
  readonly random: Random
}

/** Values made of members, without an optimizer. */
export interface Merge {
  /** Goes on from this one. */
  readonly base: Member
  /** Whose values the changes are. */
  readonly giver?: Member
  readonly changes: ParameterValues
  readonly reason: string
}

/**
 * How a training walks through candidates; which values are tried is the optimizer's business. It holds no state: everything that it decides by
 * stands in the view. What never runs twice, what a race drops early and when the training ends is not up to it.
 */
export interface SearchStrategy {
  /** As in `--strategy beam`. */
  readonly name: string
  /** Members that it keeps at most, from 1. */
  readonly size: number
  /** Members that the optimizer is asked to improve in this round, in order; each is one question. At least one. */
  parents(view: StrategyView): readonly Member[]
  /** Whom newcomers race against: one that is clearly behind on a few cases runs no more. None: everyone runs all cases. @defaultValue the parent */
  rival?(view: StrategyView, parent: Member): Member | undefined
  /** Candidates that need no optimizer, the most promising first. @defaultValue none */
  merges?(view: StrategyView): readonly Merge[]
  /** Who stays, out of the members of the view, newcomers included; at most `size`. The best one stays in any case. */
  survivors(view: StrategyView): readonly Member[]
  /** Of this many candidates in a look of a race, one goes on, whatever the budget. @defaultValue as many go on as the budget allows */
  readonly cut?: number
}
