import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FIRST_LOOK, nextLook, plannedCost, raceRoom } from './schedule.ts'

const single = (cases: number): number[] => Array.from({ length: cases + 1 }, (_, index) => index)
const costsOf = (trials: readonly number[]): number[] => trials.reduce((sums, count) => [...sums, sums.at(-1)! + count], [0])

describe('the looks of a race', () => {
  test('begin with six cases and double until all have run', () => {
    const looks = [0]
    while (looks.at(-1)! < 40) looks.push(nextLook({ seen: looks.at(-1)!, costs: single(40) }))
    expect(looks).toEqual([0, 6, 12, 24, 40])
  })
  test('fewer cases than that are one look', () => {
    expect(nextLook({ seen: 0, costs: single(3) })).toBe(3)
  })
  test('are planned with one of four candidates going on after each', () => {
    expect(plannedCost(16, { seen: 0, costs: single(40) })).toBe(16 * 6 + 4 * 6 + 1 * 12 + 1 * 16)
    expect(plannedCost(16, { seen: 12, costs: single(40) })).toBe(16 * 12 + 4 * 16)
  })
})

describe('the room of a race', () => {
  test('is as large as the budget lets the best run to the end', () => {
    expect(raceRoom(16, { seen: 0, costs: single(40), budget: 148 })).toBe(16)
    expect(raceRoom(16, { seen: 0, costs: single(40), budget: 147 })).toBe(15)
    expect(raceRoom(16, { seen: 0, costs: single(40), budget: 40 })).toBe(1)
    expect(raceRoom(16, { seen: 0, costs: single(40), budget: 39 })).toBe(0)
  })
  test('grows for those still in when others drop out by themselves', () => {
    const state = { seen: 6, costs: single(40), budget: 148 - 16 * 6 }
    expect(raceRoom(16, state)).toBe(4)
    expect(raceRoom(1, state)).toBe(1)
    expect(raceRoom(2, { ...state, budget: 2 * 34 })).toBe(2)
  })
  test('holds the most candidates that fit, and leaves room for the plan at the next look', () => {
    const trials = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 80 })
    fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), trials, fc.nat(2000), fc.nat(79), (candidates, counts, budget, at) => {
      const state = { seen: at % counts.length, costs: costsOf(counts), budget }
      const room = raceRoom(candidates, state)
      const cheapest = Array.from({ length: candidates + 1 }, (_, count) => count).findLast((count) => plannedCost(count, state) <= budget)
      expect(room).toBe(cheapest)
      if (room === 0) return
      const to = nextLook(state)
      const left = budget - room * (state.costs[to]! - state.costs[state.seen]!)
      if (to < counts.length) expect(raceRoom(room, { ...state, seen: to, budget: left })).toBeGreaterThanOrEqual(Math.ceil(room / 4))
      else expect(left).toBeGreaterThanOrEqual(0)
      expect(to).toBe(Math.min(counts.length, state.seen === 0 ? FIRST_LOOK : 2 * state.seen))
    }))
  })
})
