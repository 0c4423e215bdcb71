/** The score of one case run. Stage: feedback. */
import type { CheckResult } from './feedback.ts'

/** What a case run left behind that counts for its score. */
export interface ScoreParts {
  /** Scores that the case gave itself through `feedback(score, text)`. */
  readonly given: readonly number[]
  /** Something hard failed outside of a check. */
  readonly failedHard: boolean
  readonly checks: readonly CheckResult[]
  /** Soft assertions outside of checks: each counts as a check of weight 1. */
  readonly softPassed: number
  readonly softFailed: number
}

/**
 * The score of a case, 0 to 1: the mean of the scores it gave itself, if any; else 0 after a hard failure;
 * else the weighted share of checks and soft assertions that held, a check with a score of its own by that; else 1.
 */
export function scoreCase({ given, failedHard, checks, softPassed, softFailed }: ScoreParts): number {
  if (given.length > 0) return given.reduce((sum, score) => sum + score, 0) / given.length
  if (failedHard) return 0
  const total = checks.reduce((sum, { weight }) => sum + weight, 0) + softPassed + softFailed
  if (total === 0) return 1
  const held = checks.reduce((sum, { passed, weight, score }) => sum + weight * (score ?? Number(passed)), 0) + softPassed
  return held / total
}
