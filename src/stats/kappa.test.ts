import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seededRandom } from '../core/random.ts'
import { cohenKappa } from './kappa.ts'

const rounded = (table: number[][], digits: number): number[] => {
  const { kappa, standardError } = cohenKappa(table)
  return [Number(kappa!.toFixed(digits)), Number(standardError!.toFixed(digits))]
}

test('kappa and its standard error are those of published tables', () => {
  // R, package statpsych, ci.kappa(.05, 31, 12, 4, 58).
  expect(rounded([[31, 12], [4, 58]], 7)).toEqual([0.6756757, 0.0734476])
  // R, package vcd, Kappa(SexualFun): 91 couples, four answers.
  expect(rounded([[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]], 4)).toEqual([0.1293, 0.0686])
  // Two tables with equal agreement, and different kappa.
  expect([rounded([[45, 15], [25, 15]], 4)[0], rounded([[25, 35], [5, 35]], 4)[0]]).toEqual([0.1304, 0.2593])
})

test('raters who say one thing only have no kappa', () => {
  expect(cohenKappa([[12, 0], [0, 0]])).toMatchObject({ agreement: 1, kappa: undefined, kappaLower: undefined })
})

test('few items that all agree prove little', () => {
  const { kappa, kappaLower, standardError } = cohenKappa([[5, 0], [0, 5]])
  expect([kappa, standardError]).toEqual([1, 0])
  expect(kappaLower).toBeCloseTo(2 * 0.05 ** (1 / 10) - 1, 9)
})

test('exchanging raters or renaming labels changes nothing; the bound is never above kappa', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 9, maxLength: 9 }), (counts) => {
    fc.pre(counts.some((count) => count > 0))
    const table = [counts.slice(0, 3), counts.slice(3, 6), counts.slice(6)]
    const { kappa, kappaLower, standardError } = cohenKappa(table)
    const swapped = cohenKappa(table.map((_, i) => table.map((row) => row[i]!)))
    const renamed = cohenKappa(table.map((row) => row.toReversed()).toReversed())
    if (kappa === undefined) return expect([swapped.kappa, renamed.kappa]).toEqual([undefined, undefined])
    expect(kappaLower!).toBeLessThanOrEqual(kappa)
    for (const other of [swapped, renamed]) {
      expect(other.kappa!).toBeCloseTo(kappa, 9)
      expect(other.standardError!).toBeCloseTo(standardError!, 9)
    }
  }))
})

test('the true kappa is below the 95 % bound in at most about one sample of twenty', () => {
  const random = seededRandom('kappa')
  for (const [n, both, first] of [[20, 0.85, 0.5], [40, 0.9, 0.3], [60, 0.7, 0.5]] as const) {
    // Truth: the first rater says yes with `first`, and the second agrees with `both`.
    const second = first * both + (1 - first) * (1 - both)
    const chance = first * second + (1 - first) * (1 - second)
    const truth = (both - chance) / (1 - chance)
    let above = 0
    for (let run = 0; run < 400; run++) {
      const table = [[0, 0], [0, 0]]
      for (let item = 0; item < n; item++) {
        const yes = random.next() < first ? 0 : 1
        table[yes]![random.next() < both ? yes : 1 - yes]!++
      }
      if ((cohenKappa(table).kappaLower ?? -1) > truth) above++
    }
    expect(above / 400, `n ${n}`).toBeLessThan(0.075)
  }
})
