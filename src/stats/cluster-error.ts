/** The standard error of a mean whose cases come in clusters. Stage: stats. */

/** A mean with its error, and what clusters do to it. */
export interface ClusteredError {
  readonly mean: number
  /** Robust against whatever cases of one cluster share: CR1, with the correction for few clusters. */
  readonly error: number
  /** As if every case stood alone; too small where cases of a cluster rise and fall together. */
  readonly independent: number
  /** Without the correction for few clusters (CR0), and as Miller (2024) writes it, with n - 1 inside clusters. */
  readonly uncorrected: number
  readonly miller: number
  readonly clusters: number
  /** Of the t distribution that belongs to `error`. */
  readonly df: number
  /** How many times more cases it takes than if they stood alone; 1 where clusters change nothing. */
  readonly designEffect: number
  /** Cases that stand alone and would say as much. */
  readonly effectiveCases: number
}

const TINY = 1e-15

/**
 * The mean of `scores` with its cluster-robust standard error. For display beside a mean over cases; gates count clusters as one each and
 * use exact bounds, which hold for few clusters as well, where this error does not.
 *
 * Cameron and Miller, "A practitioner's guide to cluster-robust inference" (J. Hum. Resour. 50, 2015);
 * Miller, "Adding error bars to evals" (2024).
 */
export function clusteredError(scores: readonly number[], clusters: readonly (string | undefined)[] = []): ClusteredError {
  const n = scores.length
  if (n === 0) return { mean: 0, error: 0, independent: 0, uncorrected: 0, miller: 0, clusters: 0, df: 0, designEffect: 1, effectiveCases: 0 }
  const mean = scores.reduce((sum, score) => sum + score, 0) / n
  const sums = new Map<unknown, number>()
  let squares = 0
  for (const [index, score] of scores.entries()) {
    const name = clusters[index] ?? index
    sums.set(name, (sums.get(name) ?? 0) + score - mean)
    squares += (score - mean) ** 2
  }
  const count = sums.size
  const between = [...sums.values()].reduce((sum, value) => sum + value * value, 0)
  const independent = n < 2 ? 0 : Math.sqrt(squares / (n - 1) / n)
  const uncorrected = Math.sqrt(between) / n
  const error = count < 2 ? 0 : uncorrected * Math.sqrt(count / (count - 1))
  // Scores that differ by less than rounding are equal ones.
  const designEffect = independent < TINY || count < 2 ? 1 : (error / independent) ** 2
  return {
    mean, error, independent, uncorrected, miller: Math.sqrt(Math.max(0, independent ** 2 + (between - squares) / n ** 2)),
    clusters: count, df: Math.max(0, count - 1), designEffect, effectiveCases: designEffect > 0 ? Math.min(n, n / designEffect) : n,
  }
}
