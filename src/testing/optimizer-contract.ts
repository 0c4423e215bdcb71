/** The contract of optimizers as a suite of tests. Stage: testing. */
import { describe, test } from 'vitest'
import type { Optimizer } from '../optimize/optimizer.ts'
import { optimizerLaws } from './optimizer-laws.ts'

/**
 * Registers one test per law that an optimizer must keep. Call it in a test file; `make` gives a fresh optimizer each
 * time, one with a scripted model where it needs a model. Only parameters of the optimizer's `kinds` are used.
 *
 * @example
 * ```ts no-run
 * import { search } from 'trace-eval/optimizers'
 * import { optimizerContract } from 'trace-eval/testing'
 * optimizerContract('search', search)
 * ```
 */
export function optimizerContract(name: string, make: () => Optimizer): void {
  describe(`${name} keeps the optimizer contract`, () => {
    for (const law of optimizerLaws) test(law.title, () => law.check(make))
  })
}
