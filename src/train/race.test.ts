import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CaseRun } from '../feedback/case-run.ts'
import { startCandidate, type Candidate } from './candidate.ts'
import { casePool } from './case-pool.ts'
import { resolvePlan } from './defaults.ts'
import { race, type RaceResult } from './race.ts'

type Scores = readonly (number | undefined)[]
interface Ran { readonly result: RaceResult; readonly named: (candidates: readonly Candidate[]) => number[]; readonly evaluations: number }

/** Races candidates that score `scores[candidate][case]` against `best`; the first `targets` cases are those to fix. */
async function raced(best: Scores, scores: readonly Scores[], { budget = 10_000, targets = 0, signal = new AbortController().signal } = {}): Promise<Ran> {
  const cases = best.map((_, index) => ({ id: `${index}` }))
  const plan = resolvePlan({ workflow: 'w', cases, maxEvaluations: 100_000 })
  const leader = startCandidate({})
  for (const [index, score] of best.entries()) leader.runs.set(`${index}`, [runOf(`${index}`, score)])
  const candidates = scores.map((_, index) => startCandidate({ index }))
  const pool = casePool(plan, { signal, runCase: async ({ case: { id }, values }) => runOf(id, scores[values['index'] as number]![Number(id)]) }, () => {})
  const result = await race(candidates, { best: leader, order: cases, targets: new Set(cases.slice(0, targets).map(({ id }) => id)), plan, pool, budget, signal })
  return { result, evaluations: pool.evaluations, named: (found) => found.map((candidate) => candidates.indexOf(candidate)) }
}
const runOf = (caseId: string, score: number | undefined): CaseRun => ({ caseId, trial: 0, score, checks: [], feedback: [], durationMs: 0, trace: { outputs: [], leaks: [] } })
const repeat = (score: number, count: number): number[] => Array.from({ length: count }, () => score)

describe('a race', () => {
  test('is won by the candidate with the greatest gain over all cases', async () => {
    const { result, named } = await raced([0, 0, 1], [[0, 1, 1], [1, 1, 1], [1, 0, 1], [0, 0, 1]])
    expect(named(result.finished)).toEqual([1, 0, 2])
  })
  test('of equal gains is won by the one proposed first', async () => {
    const { result, named } = await raced([0, 0, 1], [[0, 1, 1], [1, 0, 1]])
    expect(named(result.finished)).toEqual([0, 1])
  })
  test('drops a candidate as soon as it is behind the best', async () => {
    const { result, evaluations } = await raced(repeat(0.5, 40), [repeat(0.4, 40)])
    expect([result.looked.length, result.finished.length, evaluations]).toEqual([1, 0, 6])
  })
  test('goes on with a candidate that a few cases cannot tell from the best, as long as there is room for all', async () => {
    // The first 6 cases are behind, by less than they tell; all others are better.
    const best = [0, 0, 0, 0, 1, 1, ...repeat(0.5, 34)]
    const scores = [[0, 0, 0, 0, 1, 1, ...repeat(0.8, 34)], [0.4, 0, 0, 0, 0.5, 1, ...repeat(0.9, 34)]]
    const { result, named } = await raced(best, [scores[1]!])
    expect(named(result.finished)).toEqual([0])
    const short = await raced(best, [scores[1]!, scores[0]!], { budget: 52 })
    expect(short.named(short.result.finished)).toEqual([1])
  })
  test('goes on with a candidate that is level: one fixed case may come late', async () => {
    const { result, named } = await raced(repeat(0, 40), [[...repeat(0, 39), 1]])
    expect(named(result.finished)).toEqual([0])
  })
  test('drops a candidate that has gained nothing as soon as there is nothing more to gain', async () => {
    const { result, evaluations } = await raced([...repeat(0, 3), ...repeat(1, 37)], [[...repeat(0, 3), ...repeat(1, 37)]])
    expect([result.finished.length, evaluations]).toEqual([0, 6])
  })
  test('weighs targets and others by their share: fixing every target at the price of a rare other case is a gain', async () => {
    // The first look: 6 targets of 10 cases, then the others; one of four others breaks.
    const { result, named } = await raced([...repeat(0, 6), 1, 1, 1, 1], [[...repeat(1, 6), 0, 1, 1, 1]], { targets: 6 })
    expect(named(result.finished)).toEqual([0])
  })
  test('drops a candidate under which a case cannot be measured', async () => {
    const { result } = await raced([0, 0, 1], [[1, 1, undefined]])
    expect(result.finished).toEqual([])
  })
  test('without budget looks at nobody', async () => {
    const { result, evaluations } = await raced([0, 0, 1], [[1, 1, 1]], { budget: 2 })
    expect([result, evaluations]).toEqual([{ looked: [], complete: [], finished: [] }, 0])
  })
  test('that is stopped counts only who has run all cases', async () => {
    const { result } = await raced([0, 0, 1], [[1, 1, 1]], { signal: AbortSignal.abort() })
    expect([result.looked.length, result.finished]).toEqual([1, []])
  })
})

test('with budget for all, a race that nobody leaves finds the same winner as running everything', async () => {
  const score = fc.constantFrom(0, 0.5, 1)
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 6 }).chain((size) => fc.tuple(fc.array(score, { minLength: size, maxLength: size }), fc.array(fc.array(score, { minLength: size, maxLength: size }), { minLength: 1, maxLength: 5 }))), async ([best, scores]) => {
    const sum = (all: Scores): number => all.reduce<number>((total, one) => total + one!, 0)
    const level = scores.map((all, index) => ({ index, gain: sum(all) - sum(best) })).filter(({ gain }) => gain > 0).toSorted((a, b) => b.gain - a.gain)
    const { result, named } = await raced(best, scores)
    expect(named(result.finished)).toEqual(level.map(({ index }) => index))
  }))
})

test('a race never spends more than its budget', async () => {
  const scores = fc.array(fc.array(fc.constantFrom(0, 1), { minLength: 25, maxLength: 25 }), { minLength: 1, maxLength: 12 })
  await fc.assert(fc.asyncProperty(scores, fc.integer({ min: 0, max: 320 }), async (all, budget) => {
    expect((await raced(repeat(0.4, 25), all, { budget })).evaluations).toBeLessThanOrEqual(budget)
  }))
})
