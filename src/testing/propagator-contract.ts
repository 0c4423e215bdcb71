/** The contract of propagators as a suite of tests. Stage: testing. */
import { describe, test } from 'vitest'
import { propagatorLaws, type PropagatorSubject } from './propagator-laws.ts'

/**
 * Registers one test per law that a propagator must keep. Call it in a test file; `make` gives a fresh propagator
 * each time, `given` is feedback that it takes.
 *
 * @example
 * ```ts no-run
 * import { sumPropagator } from 'trace-eval/optimizers'
 * import { propagatorContract } from 'trace-eval/testing'
 * propagatorContract('sum', { make: sumPropagator, given: 1 })
 * ```
 */
export function propagatorContract<F, Given>(name: string, subject: PropagatorSubject<F, Given>): void {
  describe(`${name} keeps the propagator contract`, () => {
    for (const law of propagatorLaws) test(law.title, () => law.check(subject))
  })
}
