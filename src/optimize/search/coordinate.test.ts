/** Moves of one parameter at a time. Stage: optimize. */
import { describe, expect, test } from 'vitest'
import { aSpec, contractParameters } from '../../testing/contract-parameters.ts'
import { playRounds } from '../../testing/play-rounds.ts'
import { coordinate } from './coordinate.ts'

const real = { kind: 'number', integer: false, log: false } as const

describe('coordinate', () => {
  test('gives every blamed parameter its turn before any has a second', async () => {
    const blamed = ['count', 'model', 'offset', 'rate', 'ratio', 'shots', 'strict']
    const [first] = await playRounds(coordinate(), { parameters: contractParameters, rounds: 1, maxCandidates: blamed.length, blamed })
    const changed = first!.proposals.map(({ changes }) => Object.keys(changes))
    expect(changed.every((names) => names.length === 1)).toBe(true)
    expect(changed.flat().toSorted()).toEqual(blamed)
  })

  test('the most suspect parameter comes first', async () => {
    const [first] = await playRounds(coordinate(), { parameters: contractParameters, rounds: 1, blamed: ['model', 'ratio', 'count'] })
    expect(Object.keys(first!.proposals[0]!.changes)).toEqual(['model'])
  })

  test('flips a boolean and tries every other choice', async () => {
    const [first] = await playRounds(coordinate(), { parameters: contractParameters, rounds: 1, maxCandidates: 4, blamed: ['strict', 'model'] })
    expect(first!.proposals.map(({ changes }) => changes)).toEqual(expect.arrayContaining([{ strict: true }, { model: 'medium' }, { model: 'large' }, { model: null }]))
  })

  test('moves a number both ways, by its step', async () => {
    const [first] = await playRounds(coordinate(), { parameters: [aSpec('x', 0.5, { ...real, range: [0, 1] })], rounds: 1, maxCandidates: 2 })
    expect(first!.proposals.map(({ changes }) => changes['x']).toSorted()).toEqual([0.35, 0.65])
  })

  test('adds, removes and swaps examples', async () => {
    const parameters = [aSpec('shots', ['a', 'b'], { kind: 'examples', pool: ['a', 'b', 'c', 'd'], max: 3 })]
    const [first] = await playRounds(coordinate(), { parameters, rounds: 1, maxCandidates: 3 })
    expect(first!.proposals.map(({ changes }) => (changes['shots'] as string[]).length).toSorted()).toEqual([1, 2, 3])
  })

  test('leaves a plateau: where small moves flip no case, the moves get longer until one does', async () => {
    const parameters = [aSpec('limit', 2, { ...real, range: [0, 1000] })]
    const scoreCase = ({ limit }: Readonly<Record<string, unknown>>): number => Number((limit as number) > 700)
    const played = await playRounds(coordinate(), { parameters, rounds: 6, maxCandidates: 2, scoreCase, dropping: false })
    expect(played.at(-1)!.view.best.score).toBe(1)
  })

  test('closes in on a narrow optimum', async () => {
    const parameters = [aSpec('x', 0.1, { ...real, range: [0, 1] }), aSpec('y', 0.9, { ...real, range: [0, 1] })]
    const scoreCase = ({ x, y }: Readonly<Record<string, unknown>>): number => 1 - (Math.abs((x as number) - 0.62) + Math.abs((y as number) - 0.37)) / 2
    const played = await playRounds(coordinate(), { parameters, rounds: 12, maxCandidates: 6, scoreCase, dropping: false })
    expect(played.at(-1)!.view.best.score).toBeGreaterThan(0.99)
  })
})
