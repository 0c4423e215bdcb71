/** How many cases it would take to know. Stage: stats. */
import { normalQuantile, regularizedBeta } from './special.ts'

/** What the answer depends on beside the score and the threshold. */
export interface SampleSizeOptions {
  /** Of the one-sided bound that has to clear the threshold. @defaultValue 0.95 */
  readonly confidence?: number
  /**
   * The chance that this many cases are enough, when the true score is the one observed.
   *
   * @defaultValue 0.5: enough if the score comes out as it is now
   */
  readonly power?: number
  /** Mean of the squared scores. @defaultValue the score itself, as of pass/fail scores, which need the most cases */
  readonly meanSquare?: number
}

const mostCases = 10_000_000

/**
 * The smallest number of cases whose one-sided bound clears `threshold` at this score: the lower bound for a score above it, the
 * upper bound for one below. `Infinity` for a score at the threshold, and for one so near that 10 million cases are not enough.
 *
 * For pass/fail scores the bound is the exact one (Clopper–Pearson) at the expected count, which need not be whole, so whole counts
 * scatter a few per cent around it: 22 of 24 against 0.90 gives 908. (Rounded to 0.917 first, the score gives 874: close to the
 * threshold every digit counts, so read the number as a size and no more.) Other scores are asked of the beta distribution with the
 * mean and variance of Gaffke's reweighted mean, of which pass/fail scores are the case where nothing is approximated.
 *
 * @example
 * ```ts no-run
 * casesToSettle(1, 0.9) // 29: so many must pass without a failure
 * ```
 */
export function casesToSettle(score: number, threshold: number, options: SampleSizeOptions = {}): number {
  const { confidence = 0.95, power = 0.5, meanSquare = score } = options
  // A score below is settled by its upper bound: the same question about what is missing to 1.
  if (score < threshold) return casesToSettle(1 - score, 1 - threshold, { confidence, power, meanSquare: 1 - 2 * score + meanSquare })
  if (score === threshold) return Infinity
  const spread = normalQuantile(power) * Math.sqrt(Math.max(0, meanSquare - score * score))
  const settles = (n: number): boolean => {
    const mean = Math.max(0, score - spread / Math.sqrt(n))
    return lowerClears(threshold, mean, Math.max(mean * mean, meanSquare + mean * mean - score * score), n, confidence)
  }
  return firstWhere(settles)
}

/** Whether the lower bound of `n` scores with this mean and mean square reaches `threshold`. */
function lowerClears(threshold: number, mean: number, meanSquare: number, n: number, confidence: number): boolean {
  // The scores and one of 0, with random weights: mean and variance of the weighted mean (Dirichlet weights, all ones).
  const centre = n * mean / (n + 1)
  const variance = (n * meanSquare / (n + 1) - centre * centre) / (n + 2)
  const size = centre * (1 - centre) / variance - 1
  // That a quantile lies above is asked of the distribution itself: no search inside a search.
  return threshold <= 0 || (centre > 0 && regularizedBeta(threshold, centre * size, (1 - centre) * size) <= 1 - confidence)
}

/** The first count that satisfies `holds`, which once true stays true. */
function firstWhere(holds: (n: number) => boolean): number {
  let high = 1
  while (!holds(high)) {
    high *= 2
    if (high > mostCases) return Infinity
  }
  let low = Math.floor(high / 2)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle
  }
  return high
}
