/** The default optimizer. Stage: optimize. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../core/canonical-json.ts'
import { hashFraction } from '../../core/hash.ts'
import { aSpec, contractParameters, smallParameters } from '../../testing/contract-parameters.ts'
import { playRounds } from '../../testing/play-rounds.ts'
import { randomSearch } from './random-search.ts'
import { search } from './search.ts'

/** Brute force over the small parameters. */
function allScores(scoreCase: (values: Readonly<Record<string, unknown>>) => number): number[] {
  const scores: number[] = []
  for (const flag of [true, false]) for (const size of ['s', 'm', 'l']) for (const level of [1, 2]) for (const shot of [[], ['yes'], ['no']]) scores.push(scoreCase({ flag, size, level, shot }))
  return scores
}

const real = { kind: 'number', integer: false, log: false } as const

describe('search', () => {
  test('tries every value of a small space exactly once, then proposes nothing', async () => {
    const played = await playRounds(search(), { parameters: smallParameters, rounds: 12, maxCandidates: 5 })
    const tried = played.at(-1)!.view.history.map(({ values }) => canonicalJson(values))
    expect(tried).toHaveLength(2 * 3 * 2 * 3)
    expect(new Set(tried).size).toBe(36)
    expect(played.at(-1)!.proposals).toEqual([])
  })

  test('finds the optimum of a small space, whatever the seed', async () => {
    const scoreCase = (values: Readonly<Record<string, unknown>>): number => hashFraction(canonicalJson(values))
    await fc.assert(fc.asyncProperty(fc.integer(), async (seed) => {
      const played = await playRounds(search(), { parameters: smallParameters, rounds: 6, maxCandidates: 8, seed: String(seed), dropping: false, scoreCase })
      expect(played.at(-1)!.view.best.score).toBeCloseTo(Math.max(...allScores(scoreCase)), 12)
    }), { numRuns: 5 })
  })

  test('fills every round while there is something left to try', async () => {
    const played = await playRounds(search(), { parameters: contractParameters, rounds: 5, maxCandidates: 12 })
    expect(played.map(({ proposals }) => proposals.length)).toEqual([12, 12, 12, 12, 12])
  })

  test('keeps a starting value as it is, to the last digit, and goes back to that very value', async () => {
    const played = await playRounds(search(), { parameters: contractParameters, rounds: 3, maxCandidates: 12 })
    for (const { proposals } of played) for (const { changes } of proposals) expect(changes['ratio']).not.toBe(0.3142)
  })

  test('says why it proposes a candidate', async () => {
    const [first] = await playRounds(search(), { parameters: contractParameters, rounds: 1, maxCandidates: 4 })
    expect(first!.proposals.map(({ reason }) => reason)).toMatchInlineSnapshot(`
      [
        "ratio alone",
        "rate alone",
        "count alone",
        "spread over the whole range",
      ]
    `)
  })

  test('reaches a higher score than random search with the same evaluations, on thresholds and weights', async () => {
    const parameters = [...['a', 'b', 'c', 'd'].map((name) => aSpec(name, 1, { ...real, range: [0, 5] })), aSpec('limit', 8, { ...real, range: [0, 20] })]
    const goal = { a: 4.2, b: 0.3, c: 2.5, d: 3.3, limit: 4 }
    const scoreCase = (values: Readonly<Record<string, unknown>>): number => 1 - Object.entries(goal).reduce((sum, [name, aim]) => sum + Math.abs((values[name] as number) - aim), 0) / 40
    const finalScore = async (make: typeof search, seed: number): Promise<number> =>
      (await playRounds(make(), { parameters, rounds: 9, maxCandidates: 8, seed: String(seed), scoreCase, dropping: false })).at(-1)!.view.best.score
    for (const seed of [1, 2, 3, 4, 5]) expect(await finalScore(search, seed)).toBeGreaterThan(await finalScore(randomSearch, seed))
  })
})
