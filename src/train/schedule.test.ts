import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { costOf, FIRST_LOOK, raceSchedule } from './schedule.ts'

const single = (cases: number): number[] => Array.from({ length: cases + 1 }, (_, index) => index)

describe('the rungs of a race', () => {
  test('with budget for all, every candidate runs all cases, after a first look', () => {
    expect(raceSchedule(3, single(36), 108)).toEqual([{ candidates: 3, cases: 6 }, { candidates: 3, cases: 36 }])
  })

  test('with less, half of the candidates drop out each time the cases double', () => {
    expect(raceSchedule(8, single(64), 160)).toEqual([
      { candidates: 8, cases: 6 }, { candidates: 8, cases: 8 }, { candidates: 4, cases: 16 }, { candidates: 2, cases: 32 }, { candidates: 1, cases: 64 },
    ])
  })

  test('with still less, fewer candidates are looked at', () => {
    expect(raceSchedule(16, single(36), 60)).toEqual([{ candidates: 2, cases: 6 }, { candidates: 2, cases: 18 }, { candidates: 1, cases: 36 }])
  })

  test('no candidate is looked at when not even one can run all cases', () => {
    expect(raceSchedule(16, single(36), 35)).toEqual([])
    expect(raceSchedule(0, single(36), 100)).toEqual([])
  })

  test('cases fewer than the first look are one rung', () => {
    expect(raceSchedule(4, single(3), 100)).toEqual([{ candidates: 4, cases: 3 }])
  })

  test('it never costs more than the budget, ends with all cases, and no schedule with more candidates would fit', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 80 }), fc.integer({ min: 0, max: 2000 }), (candidates, trials, budget) => {
      const costs = trials.reduce((sums, count) => [...sums, sums.at(-1)! + count], [0])
      const rungs = raceSchedule(candidates, costs, budget)
      if (rungs.length === 0) {
        expect(costs.at(-1)).toBeGreaterThan(budget)
        return
      }
      expect(costOf(rungs, costs)).toBeLessThanOrEqual(budget)
      expect(rungs.at(-1)!.cases).toBe(trials.length)
      expect(rungs.at(-1)!.candidates).toBeGreaterThan(0)
      for (const [index, rung] of rungs.entries()) {
        const before = rungs[index - 1]
        if (before === undefined) expect(rung.cases).toBe(Math.min(trials.length, FIRST_LOOK))
        else expect(rung.cases > before.cases && rung.candidates <= before.candidates).toBe(true)
      }
      if (candidates * costs.at(-1)! <= budget) expect(rungs.every((rung) => rung.candidates === candidates)).toBe(true)
    }))
  })
})
