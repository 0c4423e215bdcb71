/** The contract of search strategies as a suite of tests. Stage: testing. */
import { describe, test } from 'vitest'
import type { SearchStrategy } from '../train/strategy.ts'
import { strategyLaws } from './strategy-laws.ts'

/**
 * Registers one test per law that a search strategy must keep. Call it in a test file; `make` gives a fresh strategy each time.
 *
 * @example
 * ```ts no-run
 * import { beam } from 'trace-eval/optimizers'
 * import { strategyContract } from 'trace-eval/testing'
 * strategyContract('beam', () => beam())
 * ```
 */
export function strategyContract(name: string, make: () => SearchStrategy): void {
  describe(`${name} keeps the strategy contract`, () => {
    for (const law of strategyLaws) test(law.title, () => law.check(make))
  })
}
