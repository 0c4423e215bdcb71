/** Chances of the next trials, against counting every choice. Stage: stats. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { passAtK, passHatK } from './pass-at-k.ts'

test('all trials of a case: any passed, all passed', () => {
  expect([passAtK(1, 3, 3), passHatK(1, 3, 3), passAtK(3, 3, 3), passHatK(3, 3, 3), passAtK(0, 3, 3)]).toEqual([1, 0, 1, 1, 0])
  expect([passAtK(2, 5, 1), passHatK(2, 5, 1)]).toEqual([0.4, 0.4])
})

test('they are the share of choices of trials with a pass, and with passes only', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(8), fc.nat(8), (n, seed, choice) => {
    const [passed, k] = [seed % (n + 1), 1 + choice % n]
    let [all, some, every] = [0, 0, 0]
    for (let mask = 0; mask < 2 ** n; mask++) {
      const chosen = Array.from({ length: n }, (_, bit) => bit).filter((bit) => (mask >> bit) & 1)
      if (chosen.length !== k) continue
      all++
      if (chosen.some((trial) => trial < passed)) some++
      if (chosen.every((trial) => trial < passed)) every++
    }
    expect(passAtK(passed, n, k)).toBeCloseTo(some / all, 12)
    expect(passHatK(passed, n, k)).toBeCloseTo(every / all, 12)
  }))
})
