/** For tests of contracts: every law of one is broken by something, and says so. Stage: testing. */
import { describe, expect, test } from 'vitest'

/** A law by its title. */
interface Titled { readonly title: string }

/** `breakers`: by title, what breaks the law, and what the failure says. `check` applies a law to it. */
export function lawsCanFail<L extends Titled, B>(laws: readonly L[], breakers: Readonly<Record<string, readonly [broken: B, message: string]>>, check: (law: L, broken: B) => unknown): void {
  describe('every law of the contract can fail', () => {
    test('there is something broken for each', () => expect(Object.keys(breakers)).toEqual(laws.map(({ title }) => title)))
    test.each(laws)('a law fails when it is broken: $title', async (law) => {
      const [broken, message] = breakers[law.title]!
      await expect((async () => check(law, broken))()).rejects.toThrow(message)
    })
  })
}
