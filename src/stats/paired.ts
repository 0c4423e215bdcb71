/** Whether the same cases went better after than before. Stage: stats. */
import { TraceEvalError } from '../core/errors.ts'
import { seededRandom } from '../core/random.ts'
import { mcnemar } from './mcnemar.ts'
import { signFlip } from './sign-flip.ts'
import { meanOf, unitScores } from './unit-scores.ts'

/** The seed of the draws, and which cases belong together. */
export interface PairedOptions {
  /** The same seed and scores give the same answer. Pass/fail scores and up to 16 differences draw nothing. */
  readonly seed: string
  /** One per case; cases of one cluster count as one, with their mean. @defaultValue every case alone */
  readonly clusters?: readonly (string | undefined)[]
}

/** A change of the mean score. */
export interface PairedComparison {
  /** Mean of after - before, -1 to 1; 0 where there are no cases. */
  readonly difference: number
  /** Units that scored more after than before, and fewer. */
  readonly gained: number
  readonly lost: number
  /** Units: clusters, and cases without one. */
  readonly n: number
  /** The chance of a change at least this good if before and after were alike: small speaks for an improvement. One-sided. */
  readonly p: number
  /** `mid-p`: McNemar's test, all units scored 0 or 1; `sign-flip`: a permutation test. */
  readonly method: 'mid-p' | 'sign-flip'
}

/**
 * Compares the scores of the same cases before and after a change, case by case: what makes a case easy or hard cancels out.
 *
 * @param before One score per case.
 * @param after In the same order.
 * @throws {TraceEvalError} `PAIRED_LENGTH` when the two are not as long as each other.
 * @example
 * ```ts no-run
 * comparePaired([0, 0, 0, 1], [1, 1, 1, 1], { seed: 'routing' }) // difference 0.75, gained 3, lost 0, p 0.0625
 * ```
 */
export function comparePaired(before: readonly number[], after: readonly number[], { seed, clusters }: PairedOptions): PairedComparison {
  if (before.length !== after.length) {
    throw new TraceEvalError('PAIRED_LENGTH', `expected as many scores after as before (${before.length}), received ${after.length}`, {
      hint: 'Compare only the cases that were measured both times.',
    })
  }
  const [first, second] = [unitScores(before, clusters), unitScores(after, clusters)]
  const differences = second.map((score, index) => withoutNoise(score - first[index]!))
  const gained = differences.filter((difference) => difference > 0).length
  const lost = differences.filter((difference) => difference < 0).length
  const numbers = { difference: meanOf(differences), gained, lost, n: differences.length }
  if ([...first, ...second].every((score) => score === 0 || score === 1)) return { ...numbers, p: mcnemar(gained, lost).midP, method: 'mid-p' }
  return { ...numbers, p: signFlip(differences, { random: seededRandom(`paired/${seed}`) }), method: 'sign-flip' }
}

/** Two sums of the same parts may differ in their last bits; that is no change. */
function withoutNoise(difference: number): number {
  return Math.abs(difference) < 1e-12 ? 0 : difference
}
