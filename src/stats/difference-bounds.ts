/** Bounds of a change of the mean score, from the same cases before and after. Stage: stats. */
import { seededRandom } from '../core/random.ts'
import type { Interval } from './binomial.ts'
import { requireScores, type BoundsOptions } from './bounds.ts'
import { gaffke } from './gaffke.ts'
import { meanOf, unitScores } from './unit-scores.ts'

/**
 * One-sided bounds of the mean of after - before, each -1 to 1: Gaffke's, of differences brought between 0 and 1. So they stay honest
 * where no case changed: twenty cases without any loss do not prove that nothing is ever lost, only less than 0.139 on average.
 * Both sides have one score per case, in the same order, each 0 to 1; without cases the bounds are -1 and 1.
 *
 * @throws {TraceEvalError} `SCORE_RANGE` for a score that is not between 0 and 1.
 * @example
 * ```ts no-run
 * differenceBounds(scores, scores, { confidence: 0.95, seed: 'routing' }).lower // of 20 cases -0.139
 * ```
 */
export function differenceBounds(before: readonly number[], after: readonly number[], { confidence, lowerConfidence = confidence, seed, clusters }: BoundsOptions): Interval {
  requireScores(before)
  requireScores(after)
  const [first, second] = [unitScores(before, clusters), unitScores(after, clusters)]
  const shares = second.map((score, index) => (score - first[index]! + 1) / 2)
  if (shares.length === 0) return { lower: -1, upper: 1 }
  const { lower, upper } = gaffke(shares, { confidence, lowerConfidence, random: seededRandom(`difference/${seed}`) })
  const mean = 2 * meanOf(shares) - 1
  return { lower: Math.min(mean, 2 * lower - 1), upper: Math.max(mean, 2 * upper - 1) }
}
