/** Deciding before all cases ran. Stage: stats. */

/** What is known before all cases ran. */
export interface Unfinished {
  /** Sum of the scores so far, each 0 to 1. */
  readonly sum: number
  /** Cases that ran, and all. */
  readonly done: number
  readonly total: number
}

/**
 * Whether the mean of all cases can still end on the other side of `threshold`: `reached` and `missed` are certain, whatever the
 * missing scores are, so stopping there costs no confidence.
 *
 * @example
 * ```ts no-run
 * curtail({ sum: 2, done: 6, total: 10 }, 0.7) // 'missed': with four more full scores it is 0.6
 * ```
 */
export function curtail({ sum, done, total }: Unfinished, threshold: number): 'reached' | 'missed' | 'open' {
  const slack = 1e-12 * Math.max(1, total)
  if (total === 0) return 'open'
  if (sum >= threshold * total - slack) return 'reached'
  return sum + (total - done) < threshold * total - slack ? 'missed' : 'open'
}

/** Two pass rates to tell apart, and how often each may be taken for the other. */
export interface SprtOptions {
  /** The lower and the higher rate, strictly between 0 and 1. */
  readonly low: number
  readonly high: number
  /** Chance of `high` where the rate is `low`. @defaultValue 0.05 */
  readonly alpha?: number
  /** Chance of `low` where the rate is `high`. @defaultValue 0.2 */
  readonly beta?: number
}

/**
 * Wald's sequential test of pass rates: `high` or `low` as soon as the outcomes so far say so, else `open`. The order of outcomes must
 * not depend on how they end: shuffle cases by a seed first.
 *
 * Wald, "Sequential tests of statistical hypotheses" (Ann. Math. Stat. 16, 1945).
 */
export function sprt(outcomes: readonly boolean[], { low, high, alpha = 0.05, beta = 0.2 }: SprtOptions): { readonly decision: 'high' | 'low' | 'open'; readonly logRatio: number; readonly upper: number; readonly lower: number } {
  const [upper, lower] = [Math.log((1 - beta) / alpha), Math.log(beta / (1 - alpha))]
  let logRatio = 0
  for (const passed of outcomes) {
    logRatio += passed ? Math.log(high / low) : Math.log((1 - high) / (1 - low))
    if (logRatio >= upper || logRatio <= lower) break
  }
  return { decision: logRatio >= upper ? 'high' : logRatio <= lower ? 'low' : 'open', logRatio, upper, lower }
}

/**
 * The evidence that the mean of scores is above `mean`, as a bet that starts with 1 and puts `bet` on every score: where the mean is
 * at most `mean`, it ever reaches 1/α with a chance of at most α, however often one looks (Ville, 1939).
 *
 * @param bet From 0 up to below 1 / `mean`.
 */
export function eValue(scores: readonly number[], mean: number, bet = 1): number {
  return scores.reduce((wealth, score) => wealth * (1 + bet * (score - mean)), 1)
}

/**
 * Bounds of the mean of scores between 0 and 1 that hold at every look at once, two-sided: about twice as wide as a bound for one look.
 * The order of scores must not depend on how they end.
 *
 * Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting" (J. R. Stat. Soc. B 86, 2024): the
 * predictable plug-in empirical Bernstein sequence.
 */
export function confidenceSequence(scores: readonly number[], confidence = 0.95): { readonly centre: number; readonly halfWidth: number } {
  const log = Math.log(2 / (1 - confidence))
  let [sum, squares, weights, weighted, spread] = [0.5, 0.25, 0, 0, 0]
  let [mean, variance] = [0.5, 0.25]
  for (const [index, score] of scores.entries()) {
    const t = index + 1
    const bet = Math.min(Math.sqrt(2 * log / (variance * t * Math.log(1 + t))), 0.5)
    weights += bet
    weighted += bet * score
    spread += (score - mean) ** 2 * (-Math.log(1 - bet) - bet)
    sum += score
    mean = sum / (t + 1)
    squares += (score - mean) ** 2
    variance = squares / (t + 1)
  }
  return weights === 0 ? { centre: 0.5, halfWidth: 0.5 } : { centre: weighted / weights, halfWidth: (log + spread) / weights }
}
