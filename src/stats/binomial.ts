/** Bounds of a pass rate and the tail of a coin-flip count, exact. Stage: stats. */
import { inverseRegularizedBeta, normalQuantile, regularizedBeta } from './special.ts'

/** A lower and an upper bound, 0 to 1. */
export interface Interval {
  readonly lower: number
  readonly upper: number
}

/** How sure, and on how many sides at once. */
export interface IntervalOptions {
  /** @defaultValue 0.95 */
  readonly confidence?: number
  /**
   * 1: each bound holds alone with this confidence, as a gate needs it; 2: both hold together, as a displayed interval does.
   *
   * @defaultValue 1
   */
  readonly sides?: 1 | 2
}

/**
 * The exact bounds of a pass rate, after `passed` of `n` cases. They hold at least as often as `confidence` says, for any `n`;
 * with no cases they are 0 and 1. Counts need not be whole, so that expected counts can be asked about.
 *
 * Clopper and Pearson, "The use of confidence or fiducial limits" (Biometrika 26, 1934), by quantiles of the beta distribution.
 *
 * @example
 * ```ts no-run
 * clopperPearson(10, 10).lower // 0.741: ten of ten cannot prove a pass rate of 0.80
 * ```
 */
export function clopperPearson(passed: number, n: number, { confidence = 0.95, sides = 1 }: IntervalOptions = {}): Interval {
  const missed = (1 - confidence) / sides
  return {
    lower: passed <= 0 ? 0 : inverseRegularizedBeta(missed, passed, n - passed + 1),
    // Through the mirrored distribution: 1 - missed would round.
    upper: passed >= n ? 1 : 1 - inverseRegularizedBeta(missed, n - passed, passed + 1),
  }
}

/**
 * The score interval of a pass rate: narrower than the exact one and right on average over rates, so for display, not for gates.
 * With no cases it is 0 and 1.
 *
 * Wilson, "Probable inference, the law of succession, and statistical inference" (J. Am. Stat. Assoc. 22, 1927),
 * without continuity correction.
 */
export function wilson(passed: number, n: number, { confidence = 0.95, sides = 1 }: IntervalOptions = {}): Interval {
  if (n === 0) return { lower: 0, upper: 1 }
  const z = -normalQuantile((1 - confidence) / sides)
  const rate = passed / n
  const centre = rate + z * z / (2 * n)
  const spread = z * Math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
  const scale = 1 + z * z / n
  // At no and at all passes the far bound is 0 and 1 exactly; the formula would leave a rounding error.
  return { lower: passed === 0 ? 0 : (centre - spread) / scale, upper: passed === n ? 1 : (centre + spread) / scale }
}

/** The chance of at least `k` successes in `n` tries that succeed with `rate` each. */
export function binomialTail(k: number, n: number, rate: number): number {
  if (k <= 0) return 1
  return k > n ? 0 : regularizedBeta(rate, k, n - k + 1)
}

/**
 * The two-sided p-value of `passed` of `n` against a pass rate: the chance of an outcome that is at most as likely.
 *
 * @example
 * ```ts no-run
 * binomialTest(682, 925, 0.75) // 0.382
 * ```
 */
export function binomialTest(passed: number, n: number, rate: number): number {
  const chance = (k: number): number => Math.max(0, binomialTail(k, n, rate) - binomialTail(k + 1, n, rate))
  const most = chance(passed) * (1 + 1e-7)
  return Math.min(1, Array.from({ length: n + 1 }, (_, k) => chance(k)).reduce((sum, one) => sum + (one <= most ? one : 0), 0))
}
