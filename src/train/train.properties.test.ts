import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { optimizerOf, toyWorkflow, trainToy, type RecordingOptimizer, type Toy } from '../../test/train/toy-workflow.ts'
import { hashFraction } from '../core/hash.ts'
import { parameter } from '../graph/parameter.ts'
import type { ParameterSpec } from '../optimize/optimizer.ts'

// Hundreds of whole trainings: slow only on a machine that is busy with other things.
vi.setConfig({ testTimeout: 60_000 })

const parameters = [
  parameter('limit', 0.5, { range: [0, 1] }), parameter('count', 3, { range: [1, 9], integer: true }),
  parameter('mode', 'a', { choices: ['a', 'b', 'c'] }), parameter('loud', false),
]

/** A landscape that a seed decides: each case reads some parameters, and its score depends on their values and nothing else. */
interface World { readonly seed: string; readonly size: number; readonly trials: readonly number[]; readonly clusters: number; readonly unscored: boolean }
const world = fc.record<World>({
  seed: fc.string({ maxLength: 4 }), size: fc.integer({ min: 0, max: 45 }), trials: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }),
  clusters: fc.integer({ min: 1, max: 30 }), unscored: fc.boolean(),
})
const settings = fc.record({
  rounds: fc.integer({ min: 0, max: 6 }), concurrency: fc.integer({ min: 1, max: 8 }), patience: fc.integer({ min: 1, max: 3 }),
  maxCandidates: fc.integer({ min: 1, max: 9 }), seed: fc.string({ maxLength: 3 }), spare: fc.integer({ min: 0, max: 400 }),
})

function toyOf({ seed, size, trials, clusters, unscored }: World, settle?: () => Promise<void>): Toy {
  return toyWorkflow({
    size, parameters, ...(settle && { settle }),
    caseOf: (index) => ({ trials: trials[index % trials.length]!, ...(clusters > 20 ? {} : { cluster: `${index % clusters}` }) }),
    reaches: (index) => parameters.filter(({ name }) => hashFraction(`${seed}${name}${index}`) < 0.6),
    judge: (index, values, trial) => {
      const draw = hashFraction(`${seed}${index % 5}${JSON.stringify(values)}${trial}`)
      if (unscored && draw > 0.97) return { score: undefined }
      return draw < 0.4 ? 0 : draw < 0.7 ? 1 : Math.round(draw * 10) / 10
    },
  })
}

/** Proposes sensible values, nonsense, repetitions and too many of them. */
const wild = (): RecordingOptimizer => optimizerOf(({ maxCandidates }, { parameters: specs, random }) =>
  Array.from({ length: random.integer(2 * maxCandidates + 2) + 1 }, () => {
    const picked = specs.filter(() => random.next() < 0.5)
    return random.next() < 0.1 ? 'nonsense' : { changes: Object.fromEntries(picked.map((spec) => [spec.name, valueFor(spec, random.next())])) }
  }))

function valueFor({ domain }: ParameterSpec, draw: number): unknown {
  if (domain.kind === 'number') return domain.integer ? Math.round(draw * 10) : Math.round(draw * 11) / 10
  return domain.kind === 'choice' ? domain.choices[Math.floor(draw * domain.choices.length)] : draw < 0.5
}

const minimum = ({ size, trials }: World): number => Array.from({ length: size }, (_, index) => trials[index % trials.length]!).reduce((sum, count) => sum + count, 0)

test('the budget is never exceeded and counts every case run, and no case runs more than its trials with the same values', async () => {
  await fc.assert(fc.asyncProperty(world, settings, async (given, { spare, ...options }) => {
    const toy = toyOf(given)
    const { outcome, plan } = await trainToy(toy, wild(), { ...options, maxEvaluations: Math.max(1, minimum(given) + spare) })
    expect(toy.calls.length).toBe(outcome.evaluations)
    expect(outcome.evaluations).toBeLessThanOrEqual(plan.maxEvaluations)
    const asked = toy.calls.map(({ case: { id }, trial, values }) => `${id}/${trial}/${JSON.stringify(Object.entries(values).toSorted())}`)
    expect(new Set(asked).size).toBe(asked.length)
    expect(outcome.rounds.reduce((sum, { evaluations }) => sum + evaluations, 0)).toBeLessThanOrEqual(outcome.evaluations)
    expect([...outcome.finalRuns.keys()]).toEqual(toy.cases.map(({ id }) => id))
    expect([...outcome.startRuns.keys()]).toEqual(toy.cases.map(({ id }) => id))
  }), { numRuns: 50 })
})

test('an optimizer never sees a held-out case, and held-out cases are not run before the last round has ended', async () => {
  await fc.assert(fc.asyncProperty(world, settings, async (given, { spare, ...options }) => {
    const toy = toyOf(given)
    const optimizer = wild()
    const calls: number[] = []
    const { outcome } = await trainToy(toy, optimizer, { ...options, maxEvaluations: Math.max(1, minimum(given) + spare) }, { onProgress: ({ ended }) => { if (ended) calls.push(toy.calls.length) } })
    const heldOut = new Set(outcome.heldOut.map(({ id }) => id))
    const shown = optimizer.views.flatMap(({ history, best, blame }) => [...history, best].flatMap(({ runs }) => [...runs.keys(), ...[...runs.values()].flat().map(({ caseId }) => caseId)]).concat(blame.flatMap(({ cases }) => cases)))
    expect(shown.filter((id) => heldOut.has(id))).toEqual([])
    expect(toy.calls.slice(0, calls.at(-1) ?? 0).filter(({ case: { id } }) => heldOut.has(id))).toEqual([])
    expect(new Set([...outcome.learn, ...outcome.heldOut].map(({ id }) => id))).toEqual(new Set(toy.cases.map(({ id }) => id)))
  }), { numRuns: 25 })
})

test('the best score never falls from round to round, and the final score on held-out cases is not below the starting one', async () => {
  await fc.assert(fc.asyncProperty(world.map((given) => ({ ...given, unscored: false })), settings, async (given, { spare, ...options }) => {
    const { outcome } = await trainToy(toyOf(given), wild(), { ...options, maxEvaluations: Math.max(1, minimum(given) + spare) })
    for (const [index, { before, after, state }] of outcome.rounds.entries()) {
      expect(after).toBeGreaterThanOrEqual(before)
      if (state === 'not-kept') expect(after).toBe(before)
      if (index > 0) expect(before).toBe(outcome.rounds[index - 1]!.after)
    }
    const meanOf = (runs: typeof outcome.finalRuns): number => outcome.heldOut.reduce((sum, { id }) => sum + runs.get(id)!.reduce((all, { score }) => all + score!, 0) / runs.get(id)!.length, 0)
    expect(meanOf(outcome.finalRuns)).toBeGreaterThanOrEqual(meanOf(outcome.startRuns) - 1e-9)
    for (const [name, value] of Object.entries(outcome.finalValues)) expect(() => outcome.parameters.get(name)!.check(value)).not.toThrow()
  }), { numRuns: 40 })
})

test('a seed makes a run repeatable, in whatever order case runs complete', async () => {
  await fc.assert(fc.asyncProperty(world, settings, fc.infiniteStream(fc.integer({ min: 0, max: 3 })), async (given, { spare, ...options }, delays) => {
    const late = async (): Promise<void> => { for (let left = delays.next().value!; left > 0; left--) await Promise.resolve() }
    const plan = { ...options, maxEvaluations: Math.max(1, minimum(given) + spare) }
    const once = (await trainToy(toyOf(given), wild(), plan)).outcome
    const again = (await trainToy(toyOf(given, late), wild(), { ...plan, concurrency: 7 })).outcome
    const plain = ({ rounds, stop, finalValues, adopted, evaluations, blame, startRuns, finalRuns }: typeof once): unknown => ({
      rounds, stop, finalValues, adopted, evaluations, blame,
      runs: [startRuns, finalRuns].map((runs) => [...runs].map(([id, trials]) => [id, trials.map(({ trial, score }) => [trial, score])])),
    })
    expect(plain(again)).toEqual(plain(once))
  }), { numRuns: 25 })
})
