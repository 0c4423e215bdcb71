/** Bounds for the mean of scores between 0 and 1 that need not be 0 or 1. Stage: stats. */
import type { Random } from '../core/random.ts'
import type { Interval } from './binomial.ts'

/** How sure, and how much may be drawn. */
export interface GaffkeOptions {
  /** Of each bound alone. */
  readonly confidence: number
  /** Of the lower bound, where it is another. @defaultValue confidence */
  readonly lowerConfidence?: number
  /** Consumed in order; the same source gives the same bounds. */
  readonly random: Random
  /**
   * Reweightings drawn, fewer when they would cost more than 4 million weights, but never fewer than 1,000.
   *
   * @defaultValue 20_000
   */
  readonly draws?: number
}

const maxWeights = 4_000_000
const minDraws = 1_000

/**
 * One-sided bounds for the mean of `scores`, each 0 to 1: the scores are reweighted at random together with one more that is as bad
 * (for the upper bound: as good) as a score can be, and the bound is the quantile of the reweighted means.
 *
 * On scores of 0 and 1 this is the Clopper–Pearson bound. It needs no spread in the scores, so it stays honest where all are equal.
 * That it holds for every distribution is a conjecture, and held in every published simulation and in `bench/stats.ts`.
 * The order of `scores` does not matter, and with the same random source a better score never gives a lower bound.
 *
 * Gaffke, "Three test statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative variable" (Math. Methods
 * Stat. 14, 2005); Learned-Miller and Thomas, "A new confidence interval for the mean of a bounded random variable" (2020).
 * Where we differ: both bounds come from the same draws, and the quantile is rounded away from the mean.
 */
export function gaffke(scores: readonly number[], { confidence, lowerConfidence = confidence, random, draws = 20_000 }: GaffkeOptions): Interval {
  const sorted = Float64Array.from(scores).sort()
  const count = Math.max(Math.min(draws, minDraws), Math.min(draws, Math.floor(maxWeights / (sorted.length + 1))))
  const groups = equalTogether(sorted)
  const low = new Float64Array(count)
  const high = new Float64Array(count)
  for (let draw = 0; draw < count; draw++) {
    // One draw of weights, uniform among all that sum to 1, by exponential spacings: first that of the added score.
    const worst = exponentials(1, random)
    let total = worst
    let weighted = 0
    for (const { score, size } of groups) {
      const weight = exponentials(size, random)
      total += weight
      weighted += weight * score
    }
    low[draw] = weighted / total
    high[draw] = (weighted + worst) / total
  }
  const rank = (level: number): number => Math.max(0, Math.floor((1 - level) * (count + 1)) - 1)
  return { lower: select(low, rank(lowerConfidence)), upper: Math.min(1, select(high, count - 1 - rank(confidence))) }
}

/** The value that sorting would put at `rank`; sorting them all would take longer than drawing them. Hoare's quickselect, in place. */
function select(values: Float64Array, rank: number): number {
  let [from, to] = [0, values.length - 1]
  while (from < to) {
    const pivot = values[(from + to) >>> 1]!
    let [low, high] = [from, to]
    while (low <= high) {
      while (values[low]! < pivot) low++
      while (values[high]! > pivot) high--
      if (low > high) break
      const held = values[low]!
      values[low++] = values[high]!
      values[high--] = held
    }
    if (rank <= high) to = high
    else if (rank >= low) from = low
    else break
  }
  return values[rank]!
}

function equalTogether(sorted: Float64Array): { readonly score: number; size: number }[] {
  const groups: { readonly score: number; size: number }[] = []
  for (const score of sorted) {
    const last = groups.at(-1)
    if (last?.score === score) last.size++
    else groups.push({ score, size: 1 })
  }
  return groups
}

// So many numbers of at least 2^-32 have a product that is no rounding to 0.
const factors = 16

/** The sum of `size` exponential numbers: one logarithm of a product instead of a sum of logarithms. */
function exponentials(size: number, random: Random): number {
  let sum = 0
  for (let left = size; left > 0; left -= factors) {
    let product = 1
    for (let drawn = Math.min(left, factors); drawn > 0; drawn--) product *= 1 - random.next()
    sum -= Math.log(product)
  }
  return sum
}
