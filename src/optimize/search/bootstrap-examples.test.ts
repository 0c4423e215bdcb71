/** Selection of few-shot examples. Stage: optimize. */
import { describe, expect, test } from 'vitest'
import { aSpec, contractParameters } from '../../testing/contract-parameters.ts'
import { playRounds } from '../../testing/play-rounds.ts'
import { bootstrapExamples } from './bootstrap-examples.ts'

const pool = Array.from({ length: 12 }, (_, id) => ({ id }))
const parameters = [aSpec('shots', [], { kind: 'examples', pool, max: 4 })]
const ids = (values: Readonly<Record<string, unknown>>): number[] => (values['shots'] as { id: number }[]).map(({ id }) => id)

describe('bootstrapExamples', () => {
  test('changes example lists and nothing else', async () => {
    const played = await playRounds(bootstrapExamples(), { parameters: contractParameters })
    expect(new Set(played.flatMap(({ proposals }) => proposals.flatMap(({ changes }) => Object.keys(changes))))).toEqual(new Set(['shots']))
  })

  test('begins with sets of several sizes', async () => {
    const [first] = await playRounds(bootstrapExamples(), { parameters, rounds: 1, maxCandidates: 16 })
    expect(new Set(first!.proposals.map(({ changes }) => ids(changes).length))).toEqual(new Set([1, 2, 3, 4]))
  })

  test('lists hold no example twice, and stand in the order of the pool while there are other moves to make', async () => {
    const played = await playRounds(bootstrapExamples(), { parameters, rounds: 5, maxCandidates: 12 })
    for (const { proposals } of played) {
      for (const { changes } of proposals) expect(new Set(ids(changes)).size).toBe(ids(changes).length)
    }
    for (const { proposals } of played.slice(0, 2)) {
      for (const { changes } of proposals) expect(ids(changes)).toEqual(ids(changes).toSorted((a, b) => a - b))
    }
  })

  test('finds the examples that help', async () => {
    const helpful = new Set([2, 5, 7, 11])
    const scoreCase = (values: Readonly<Record<string, unknown>>): number => ids(values).filter((id) => helpful.has(id)).length / 4
    const played = await playRounds(bootstrapExamples(), { parameters, rounds: 10, maxCandidates: 8, scoreCase, dropping: false })
    expect(played.at(-1)!.view.best.score).toBe(1)
  })

  test('keeps examples of the start that the pool lacks among the members', async () => {
    const own = [aSpec('shots', [{ id: 99 }], { kind: 'examples', pool, max: 2 })]
    const scoreCase = (values: Readonly<Record<string, unknown>>): number => (ids(values).includes(99) ? 0.5 : 0) + (ids(values).includes(3) ? 0.5 : 0)
    const played = await playRounds(bootstrapExamples(), { parameters: own, rounds: 10, maxCandidates: 8, scoreCase, dropping: false })
    expect(ids(played.at(-1)!.view.best.values).toSorted()).toEqual([3, 99])
  })
})
