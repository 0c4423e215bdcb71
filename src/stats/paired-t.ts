/** The paired t-test and Wilcoxon's signed ranks, for whoever compares with other tools. Stage: stats. */
import { tCdf, tQuantile } from './student-t.ts'
import { meanOf } from './unit-scores.ts'

/** Of the mean of paired differences. */
export interface PairedT {
  readonly difference: number
  readonly t: number
  readonly df: number
  /** Two-sided. */
  readonly p: number
  /** Two-sided. */
  readonly lower: number
  readonly upper: number
}

/**
 * Student's t-test that the mean of `differences` is 0. No gate here uses it: with few cases, or cases that barely differ, its error of
 * the mean is far too small, and 0 where nothing differs. Under two differences nothing is known.
 */
export function pairedT(differences: readonly number[], confidence = 0.95): PairedT {
  const [n, difference] = [differences.length, meanOf(differences)]
  if (n < 2) return { difference, t: 0, df: 0, p: 1, lower: -Infinity, upper: Infinity }
  const variance = differences.reduce((sum, value) => sum + (value - difference) ** 2, 0) / (n - 1)
  const [error, df] = [Math.sqrt(variance / n), n - 1]
  if (error === 0) return { difference, t: difference === 0 ? 0 : Math.sign(difference) * Infinity, df, p: difference === 0 ? 1 : 0, lower: difference, upper: difference }
  const [t, width] = [difference / error, -tQuantile((1 - confidence) / 2, df) * error]
  return { difference, t, df, p: 2 * tCdf(-Math.abs(t), df), lower: difference - width, upper: difference + width }
}

/** What Wilcoxon's test gives: the sum of the ranks of positive differences, and exact p-values. */
export interface SignedRanks {
  readonly positive: number
  readonly negative: number
  /** One-sided: are differences above 0? */
  readonly greater: number
  readonly twoSided: number
}

/**
 * Wilcoxon's signed-rank test, exact, differences of 0 left out, ties with their mean rank. It asks whether differences are symmetric
 * about 0, which is not whether their mean is 0, so no gate on a mean uses it.
 *
 * Wilcoxon, "Individual comparisons by ranking methods" (Biometrics Bull. 1, 1945).
 */
export function signedRanks(differences: readonly number[]): SignedRanks {
  const sizes = differences.filter((value) => value !== 0).toSorted((a, b) => Math.abs(a) - Math.abs(b))
  // Twice the ranks, which are whole also for ties.
  const ranks = sizes.map((value) => {
    const same = (other: number): boolean => Math.abs(other) === Math.abs(value)
    return sizes.findIndex(same) + sizes.findLastIndex(same) + 2
  })
  const total = ranks.reduce((sum, rank) => sum + rank, 0)
  const positive = ranks.reduce((sum, rank, index) => sum + (sizes[index]! > 0 ? rank : 0), 0)
  const tail = (from: number): number => shareOfSums(ranks, total).slice(from).reduce((sum, share) => sum + share, 0)
  return { positive: positive / 2, negative: (total - positive) / 2, greater: tail(positive), twoSided: Math.min(1, 2 * tail(Math.max(positive, total - positive))) }
}

/** At index s, the share of all choices of signs whose positive ranks sum to s. */
function shareOfSums(ranks: readonly number[], total: number): number[] {
  let shares: number[] = Array.from({ length: total + 1 }, (_, sum) => (sum === 0 ? 1 : 0))
  for (const rank of ranks) shares = shares.map((share, sum) => (share + (sum >= rank ? shares[sum - rank]! : 0)) / 2)
  return shares
}
