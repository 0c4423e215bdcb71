/** The normal distribution cut to the unit interval. Stage: optimize. */
import type { Random } from '../../core/random.ts'

/**
 * Distribution function of the standard normal, by the rational approximation 7.1.26 in Abramowitz and Stegun (1964);
 * absolute error below 1e-7.
 */
export function normalCdf(x: number): number {
  const z = Math.abs(x) / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * z)
  const series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
  const half = 0.5 * series * Math.exp(-z * z)
  return x < 0 ? half : 1 - half
}

/** Probability that a normal draw around `mean` falls between `low` and `high`. */
export function normalMass(mean: number, deviation: number, low: number, high: number): number {
  return Math.max(0, normalCdf((high - mean) / deviation) - normalCdf((low - mean) / deviation))
}

/** A normal draw around `mean` (itself in the unit interval), drawn again until it lies in the unit interval. */
export function truncatedNormal(random: Random, mean: number, deviation: number): number {
  for (let attempt = 0; attempt < 50; attempt++) {
    const drawn = mean + deviation * random.normal()
    if (drawn >= 0 && drawn <= 1) return drawn
  }
  return mean
}
