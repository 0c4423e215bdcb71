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

/** What a run found, and what follows from it. */
export interface Verdict {
  readonly verdict: VerdictName
  /** How the rule resolved the verdict. True as well for `ungated` and `partial`: they fail nothing. */
  readonly passed: boolean
  /** One line with the numbers behind it, safe to print. */
  readonly reason: string
  readonly final: MeasuredScore
  /** What the command exits with if this is its only workflow: 0 passed, 1 failed, 3 inconclusive and set to fail, 4 not measured. */
  readonly exitCode: 0 | 1 | 3 | 4
}
