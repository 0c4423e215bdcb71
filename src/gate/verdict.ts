/** The answer of the gate. Stage: gate. */

/**
 * What is known: `pass` and `fail` are settled; `inconclusive` is not, at the confidence asked for; `ungated` was not asked;
 * `partial` is a run that a filter cut down; `error` could not be measured.
 */
export type VerdictName = 'pass' | 'fail' | 'inconclusive' | 'ungated' | 'partial' | 'error'

/** A mean score over `n` cases with one-sided bounds at the gate's confidence. */
export interface MeasuredScore {
  /** 0 to 1; 0 where nothing was measured. */
  readonly score: number
  /** Cases (or clusters), never trials. */
  readonly n: number
  /** Cases (or clusters) with a full score. */
  readonly passed: number
  readonly lower: number
  readonly upper: number
  readonly heldOut: boolean
}

/** What a rule judges: the score of cases, or a part of it. */
export type GateMetric = 'score' | 'check' | 'assertion' | 'scorer'

/** What a rule asks for: that every case passes, that those do which must, a level, or a change. */
export type GateKind = 'every-case' | 'must-pass' | 'threshold' | 'min-improvement' | 'max-regression'

/** One rule of the gate and what came of it: plain data, with every number that a reader needs. */
export interface GateReport {
  /** What was judged, in words that are safe to print: `score`, `check "short"`, `score of tag "billing"`. */
  readonly what: string
  readonly metric: GateMetric
  /** Of the check, assertion or scorer. */
  readonly name?: string
  /** Only cases with this tag were looked at. */
  readonly tag?: string
  readonly kind: GateKind
  /** The rule in words: `at least 0.90`, `at most 0.02 worse than the baseline file`. */
  readonly rule: string
  /** The number of the rule: the threshold, the gain asked for, the loss allowed. */
  readonly mark?: number
  /** Of a change: the other side. */
  readonly against?: 'start' | 'saved' | 'baseline'
  /** `ungated` where there was nothing to judge, as a gain where nothing was optimized. */
  readonly verdict: Exclude<VerdictName, 'partial'>
  /** How the rule resolved the verdict. */
  readonly passed: boolean
  /** One line with the numbers behind it, safe to print. */
  readonly reason: string
  /** The mean score, or the mean change; null where nothing was measured. */
  readonly value: number | null
  /** One-sided bounds of `value`, each at `confidence`. */
  readonly lower: number | null
  readonly upper: number | null
  /** Cases (or clusters) behind the numbers, never trials. */
  readonly n: number
  readonly confidence: number
  /** False: measured on cases that values were chosen by, or nothing was held out. */
  readonly heldOut: boolean
  /** Of a change: cases (or clusters) that score more, and fewer. */
  readonly gained?: number
  readonly lost?: number
  /** Of a change: the chance of one at least this good if both sides were alike. */
  readonly p?: number
}

/** What a run found, and what follows from it. */
export interface Verdict {
  readonly verdict: VerdictName
  /** How the rule resolved the verdict. True as well for `ungated` and `partial`: they fail nothing. */
  readonly passed: boolean
  /** One line with the numbers behind it, safe to print. */
  readonly reason: string
  readonly final: MeasuredScore
  /** Each rule with its own verdict, the one that is asked first in front. */
  readonly gates: readonly GateReport[]
  /** What the command exits with if this is its only workflow: 0 passed, 1 failed, 3 inconclusive and set to fail, 4 not measured. */
  readonly exitCode: 0 | 1 | 3 | 4
}
