/** The baseline: random values. Stage: optimize. */
import { randomPoints } from './initial-design.ts'
import type { Optimizer } from '../optimizer.ts'
import { SEARCHED_KINDS } from './search-space.ts'
import { sourceOptimizer } from './source-optimizer.ts'

/**
 * Draws every blamed parameter evenly at random (Bergstra and Bengio 2012). Learns nothing from what it tried but not
 * to repeat it: what another optimizer must beat.
 *
 * @example
 * ```ts
 * import { randomSearch } from 'trace-eval/optimizers'
 * const optimizer = randomSearch()
 * ```
 */
export function randomSearch(): Optimizer {
  return sourceOptimizer('random', SEARCHED_KINDS, () => [{ source: randomPoints, weight: 1 }])
}
