/** What a number of cases can tell, planned before they run. Stage: stats. */
import { normalQuantile } from './special.ts'

/** What to tell, and how sure to be. */
export interface PowerOptions {
  /** Variance of the paired differences between cases; of pass/fail scores the share of cases that change, less the squared gain. */
  readonly variance: number
  /** Mean variance between the trials of one case, and trials, on each side. @defaultValue 0 and 1: one trial, within `variance` */
  readonly trialVariance?: number
  readonly trials?: number
  /** @defaultValue 0.95 */
  readonly confidence?: number
  /** Chance to see a change that is there. @defaultValue 0.8 */
  readonly power?: number
  /** 1: is it better? 2: is it different? @defaultValue 1 */
  readonly sides?: 1 | 2
}

/**
 * Cases that it takes to see a change of `change` in the mean score, paired: a plan, by the normal distribution, rounded up.
 * More cases always help more than more trials of the same ones.
 *
 * Miller, "Adding error bars to evals" (2024), section 5.
 *
 * @example
 * ```ts no-run
 * casesToDetect(0.05, { variance: 0.2 - 0.05 ** 2 }) // 489: five points, where one case in five changes
 * ```
 */
export function casesToDetect(change: number, options: PowerOptions): number {
  return change === 0 ? Infinity : Math.ceil((reach(options) / change) ** 2 - 1e-9)
}

/** The smallest change of the mean score that `n` paired cases show; of 0 cases none, so `Infinity`. */
export function smallestDetectable(n: number, options: PowerOptions): number {
  return n === 0 ? Infinity : reach(options) / Math.sqrt(n)
}

/** Of one case. */
function reach({ variance, trialVariance = 0, trials = 1, confidence = 0.95, power = 0.8, sides = 1 }: PowerOptions): number {
  return (normalQuantile(power) - normalQuantile((1 - confidence) / sides)) * Math.sqrt(variance + 2 * trialVariance / trials)
}

/**
 * Cases for which the mean of any scores between 0 and 1 lies within `width` of the true one: the safe side of every plan.
 *
 * Hoeffding, "Probability inequalities for sums of bounded random variables" (J. Am. Stat. Assoc. 58, 1963).
 */
export function hoeffdingCases(width: number, confidence = 0.95): number {
  return Math.log(2 / (1 - confidence)) / (2 * width * width)
}
