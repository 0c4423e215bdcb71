/** Student's t distribution. Stage: stats. */
import { inverseRegularizedBeta, regularizedBeta } from './special.ts'

/** The share of a t distribution with `df` degrees of freedom below `t`; a small share keeps all its digits. */
export function tCdf(t: number, df: number): number {
  if (t > 0) return 1 - tCdf(-t, df)
  // From the side that is small, which keeps its digits.
  return t * t < df ? (1 - regularizedBeta(t * t / (df + t * t), 0.5, df / 2)) / 2 : regularizedBeta(df / (df + t * t), df / 2, 0.5) / 2
}

/**
 * The `t` below which a t distribution with `df` degrees of freedom has `share`.
 *
 * @example
 * ```ts no-run
 * tQuantile(0.975, 9) // 2.2622
 * ```
 */
export function tQuantile(share: number, df: number): number {
  if (share <= 0) return -Infinity
  if (share >= 1) return Infinity
  if (share > 0.5) return -tQuantile(1 - share, df)
  // t² / (df + t²) is beta distributed: asked for from the side where it is small, or digits of a t near 0 would be lost.
  if (share > 0.25) {
    const near = inverseRegularizedBeta(1 - 2 * share, 0.5, df / 2)
    return -Math.sqrt(df * near / (1 - near))
  }
  const x = inverseRegularizedBeta(2 * share, df / 2, 0.5)
  return -Math.sqrt(df * (1 - x) / x)
}
