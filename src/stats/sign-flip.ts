/** The sign-flip permutation test: is the mean of paired differences above 0? Stage: stats. */
import type { Random } from '../core/random.ts'

/** Where draws come from, and how many. */
export interface SignFlipOptions {
  /** Used only above 16 differences that are not 0. */
  readonly random: Random
  /** 1: is the mean above 0? 2: is it different from 0? @defaultValue 1 */
  readonly sides?: 1 | 2
  /** @defaultValue 20_000 */
  readonly draws?: number
}

const mostExact = 16

/**
 * The p-value of the sum of `differences` among all sums that arise when each difference may as well have had the other sign.
 * Exact up to 16 differences that are not 0, else from seeded draws, the observed one counted among them so that p is never 0.
 *
 * Fisher, "The Design of Experiments" (1935), section 21.
 */
export function signFlip(differences: readonly number[], { random, sides = 1, draws = 20_000 }: SignFlipOptions): number {
  // A difference of 0 has no sign to flip. Sorted, so that the order of cases decides nothing.
  const sizes = differences.filter((difference) => difference !== 0).toSorted((a, b) => a - b)
  const observed = sizes.reduce((sum, difference) => sum + difference, 0)
  const slack = 1e-12 * sizes.reduce((sum, difference) => sum + Math.abs(difference), 0)
  const isExtreme = (sum: number): boolean => (sides === 1 ? sum : Math.abs(sum)) >= (sides === 1 ? observed : Math.abs(observed)) - slack
  if (sizes.length <= mostExact) return countExtreme(sizes, isExtreme) / 2 ** sizes.length
  let extreme = 1
  for (let draw = 0; draw < draws; draw++) {
    if (isExtreme(sizes.reduce((sum, size) => (random.next() < 0.5 ? sum - size : sum + size), 0))) extreme++
  }
  return extreme / (draws + 1)
}

/** How many of all choices of signs give an extreme sum. */
function countExtreme(sizes: readonly number[], isExtreme: (sum: number) => boolean, at = 0, sum = 0): number {
  if (at === sizes.length) return isExtreme(sum) ? 1 : 0
  return countExtreme(sizes, isExtreme, at + 1, sum + sizes[at]!) + countExtreme(sizes, isExtreme, at + 1, sum - sizes[at]!)
}
