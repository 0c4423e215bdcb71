import { describe, expect, test } from 'vitest'
import { optimizerOf, randomDraws, scripted, toyWorkflow, trainToy } from '../../test/train/toy-workflow.ts'
import type { Clock } from '../core/clock.ts'
import { parameter } from '../graph/parameter.ts'
import type { Evaluation, Variant } from '../optimize/optimizer.ts'
import type { RoundOutcome } from './outcome.ts'

const limit = parameter('limit', 0.2, { range: [0, 1] })
const mode = parameter('mode', 'a', { choices: ['a', 'b'] })
const tone = parameter('tone', 'kind')
/** Case `i` of 10 passes once the limit is at least `i / 10`. */
const steps = (size: number, settle?: Parameters<typeof toyWorkflow>[0]['settle']): ReturnType<typeof toyWorkflow> =>
  toyWorkflow({ size, parameters: [limit, mode, tone], judge: (index, values) => ((values['limit'] as number) * 10 >= index % 10 ? 1 : 0), ...(settle && { settle }) })
const summary = (rounds: readonly RoundOutcome[]): string[] => rounds.map(({ round, before, after, state, reason }) => `${round}: ${before} → ${after} ${state}, ${reason}`)

describe('rounds', () => {
  test('keep a candidate that is better, start the next from there, and end when nothing is left to try', async () => {
    const { outcome } = await trainToy(steps(10), scripted([{ limit: 0.5 }], [{ limit: 0.4 }, { mode: 'b' }], [{ limit: 0.7 }]))
    expect(summary(outcome.rounds)).toEqual([
      '1: 0.3 → 0.6 kept, 3 cases better, 0 worse',
      '2: 0.6 → 0.6 not-kept, 2 candidates, none better',
      '3: 0.6 → 0.8 kept, 2 cases better, 0 worse',
    ])
    expect(outcome.rounds[0]).toMatchObject({ state: 'kept', changes: [{ parameter: 'limit', from: 0.2, to: 0.5 }], candidates: 1, evaluations: 10 })
    expect(outcome).toMatchObject({ stop: 'no-candidates', adopted: true, startValues: { limit: 0.2, mode: 'a', tone: 'kind' }, finalValues: { limit: 0.7, mode: 'a', tone: 'kind' } })
    expect(outcome).not.toHaveProperty('rejected')
    expect(outcome.optimized).toEqual(['limit', 'mode'])
    expect(outcome.blame[0]).toEqual({ parameter: 'limit', score: expect.closeTo(Math.sqrt(0.7)), cases: Array.from({ length: 7 }, (_, index) => `case ${index + 3}`) })
    expect([...outcome.parameters.keys()]).toEqual(['limit', 'mode', 'tone'])
  })

  test('a candidate that fixes one case and breaks none is kept, also as the only step of a landscape of pass and fail', async () => {
    const toy = toyWorkflow({ size: 19, parameters: [limit], judge: (index, { limit: now }) => (index > 10 || (index === 5 && now === 0.9) ? 1 : 0) })
    const { outcome } = await trainToy(toy, scripted([{ limit: 0.1 }, { limit: 0.9 }]))
    expect(summary(outcome.rounds)[0]).toMatch(/^1: .* kept, 1 case better, 0 worse$/)
    expect(outcome.finalValues).toEqual({ limit: 0.9 })
  })

  test('of several better candidates the best is kept, whatever its place', async () => {
    const { outcome } = await trainToy(steps(10), scripted([{ limit: 0.5 }, { limit: 0.8 }, { limit: 0.6 }]))
    expect(outcome.finalValues).toMatchObject({ limit: 0.8 })
  })

  test('of equal scores the one with more passed checks is kept', async () => {
    const toy = toyWorkflow({ size: 3, parameters: [limit], judge: (_, { limit: now }) => ({ score: 0, checks: [{ name: 'polite', weight: 1, passed: now === 0.9 }] }) })
    const { outcome } = await trainToy(toy, scripted([{ limit: 0.5 }, { limit: 0.9 }]))
    expect(summary(outcome.rounds)).toEqual(['1: 0 → 0 kept, same score, 3 more checks passed'])
  })

  test('where the whole of a proposal is not kept its parts are tried in the same round, against the same best', async () => {
    const parts = [{ changes: { limit: 0.6 }, reason: 'the limit alone' }, { changes: { mode: 'b' } }]
    const toy = toyWorkflow({ size: 10, parameters: [limit, mode], judge: (index, values) => (values['mode'] === 'a' && (values['limit'] as number) * 10 >= index ? 1 : 0) })
    const { outcome } = await trainToy(toy, optimizerOf(({ round }) => (round > 1 ? [] : [{ changes: { limit: 0.6, mode: 'b' }, parts }])))
    expect(summary(outcome.rounds)).toEqual(['1: 0.3 → 0.7 kept, 4 cases better, 0 worse: the limit alone'])
    expect(outcome.rounds[0]).toMatchObject({ candidates: 3, changes: [{ parameter: 'limit', from: 0.2, to: 0.6 }] })
  })

  test('of a whole that is kept no parts are tried, and repairs only where something fails that held before', async () => {
    const others = { parts: [{ changes: { limit: 0.9 } }], repairs: [{ changes: { limit: 0.6 } }] }
    const round = async (broken: number): Promise<RoundOutcome> => {
      const toy = toyWorkflow({ size: 10, parameters: [limit, mode], judge: (index, values) => (index < (values['mode'] === 'b' ? broken : 0) ? 0 : (values['limit'] as number) * 10 >= index ? 1 : 0) })
      const { outcome } = await trainToy(toy, optimizerOf((view) => (view.round > 1 ? [] : [{ changes: { limit: 0.6, mode: 'b' }, ...others }])))
      return outcome.rounds[0]!
    }
    expect(await round(0)).toMatchObject({ candidates: 1, evaluations: 10, after: 0.7 })
    expect(await round(1)).toMatchObject({ candidates: 2, evaluations: 20, after: 0.7, changes: [{ parameter: 'limit', from: 0.2, to: 0.6 }] })
  })

  test('a repair that is a part as well is tried as a repair', async () => {
    const limitAlone = { changes: { limit: 0.6 } }
    const toy = toyWorkflow({ size: 10, parameters: [limit, mode], judge: (index, values) => (index < (values['mode'] === 'b' ? 1 : 0) ? 0 : (values['limit'] as number) * 10 >= index ? 1 : 0) })
    for (const repairs of [[limitAlone], () => [limitAlone]]) {
      const { outcome } = await trainToy(toy, optimizerOf((view) => (view.round > 1 ? [] : [{ changes: { limit: 0.6, mode: 'b' }, parts: [limitAlone], repairs }])))
      expect(outcome.rounds[0]).toMatchObject({ candidates: 2, after: 0.7 })
    }
  })

  test('repairs may be made from what came of the whole, once something fails that held before; where making them fails there are none', async () => {
    const seen: Evaluation[] = []
    const round = async (make: (outcome: Evaluation) => readonly Variant[]): Promise<RoundOutcome> => {
      const toy = toyWorkflow({ size: 10, parameters: [limit, mode], judge: (index, values) => (index < (values['mode'] === 'b' ? 1 : 0) ? 0 : (values['limit'] as number) * 10 >= index ? 1 : 0) })
      const { outcome } = await trainToy(toy, optimizerOf((view) => (view.round > 1 ? [] : [{ changes: { limit: 0.6, mode: 'b' }, repairs: make }])))
      return outcome.rounds[0]!
    }
    expect(await round((outcome) => { seen.push(outcome); return [{ changes: { limit: 0.6 } }] })).toMatchObject({ candidates: 2, changes: [{ parameter: 'limit', from: 0.2, to: 0.6 }] })
    expect(seen).toMatchObject([{ values: { limit: 0.6, mode: 'b' }, complete: true, score: 0.6 }])
    expect(await round(() => { throw new Error('no') })).toMatchObject({ candidates: 1, after: 0.6 })
  })

  test('the reason of a proposal is told', async () => {
    const { outcome } = await trainToy(steps(10), optimizerOf(({ round }) => (round > 1 ? [] : [{ changes: { limit: 0.3 }, reason: 'the limit was too low' }])))
    expect(outcome.rounds[0]!.reason).toBe('1 case better, 0 worse: the limit was too low')
  })

  test('several parameters change together, and one that no failing case depends on never does', async () => {
    const idle = parameter('idle', true)
    const toy = toyWorkflow({
      size: 8, parameters: [limit, mode, idle], reaches: (index) => (index < 4 ? [limit, mode] : [idle]),
      judge: (index, values) => (index >= 4 || (values['mode'] === 'b' && values['limit'] === 1) ? 1 : 0),
    })
    const optimizer = scripted([{ limit: 1, mode: 'b', idle: false }])
    const { outcome } = await trainToy(toy, optimizer)
    expect(optimizer.views[0]!.blame.map(({ parameter: name }) => name)).toEqual(['limit', 'mode'])
    expect(outcome).toMatchObject({ stop: 'perfect', finalValues: { limit: 1, mode: 'b', idle: true } })
    expect(toy.calls.every(({ values }) => !Object.hasOwn(values, 'idle'))).toBe(true)
  })

  test('a parameter that only a kept candidate reaches can be changed from then on', async () => {
    const depth = parameter('depth', 1, { range: [0, 9] })
    let deep = false
    const toy = toyWorkflow({
      size: 2, parameters: [limit, depth], reaches: () => (deep ? [limit, depth] : [limit]), settle: async ({ values }) => { deep = values['limit'] === 1 },
      judge: (_, values) => (values['limit'] === 1 ? (values['depth'] === 5 ? 1 : 0.5) : 0),
    })
    const optimizer = scripted([{ limit: 1, depth: 5 }], [{ depth: 5 }])
    const { outcome } = await trainToy(toy, optimizer, { concurrency: 1 })
    expect(optimizer.setups.map(({ parameters }) => parameters.map(({ name }) => name))).toEqual([['limit'], ['limit', 'depth']])
    expect(outcome).toMatchObject({ stop: 'perfect', optimized: ['limit', 'depth'], startValues: { depth: 1 }, finalValues: { limit: 1, depth: 5 } })
  })

  test('the optimizer sees the best with its traces and every other candidate without', async () => {
    const optimizer = scripted([{ limit: 0.5 }, { limit: 0.1 }], [{ limit: 0.7 }], [])
    await trainToy(steps(10), optimizer)
    const { best, history } = optimizer.views[2]!
    expect(best).toBe(history[3])
    expect(best).toMatchObject({ complete: true, score: 0.8, values: { limit: 0.7, mode: 'a', tone: 'kind' } })
    const traced = history.map(({ runs }) => [...runs.values()].flat().some(({ trace }) => trace.outputs.length > 0))
    expect(traced).toEqual([true, false, false, true])
    expect(history.map(({ values }) => values['limit'])).toEqual([0.2, 0.5, 0.1, 0.7])
  })

  test('a candidate that fails at the first look is dropped there, and shown as incomplete', async () => {
    const optimizer = scripted([{ limit: 0 }], [])
    const { outcome } = await trainToy(toyWorkflow({ size: 19, parameters: [limit], judge: (_, values) => (values['limit'] === 0.2 ? 0.5 : 0) }), optimizer)
    expect(outcome.rounds[0]).toMatchObject({ evaluations: 6, reason: '1 candidate, none better' })
    expect(optimizer.views[1]!.history[1]).toMatchObject({ complete: false })
    expect(optimizer.views[1]!.history[1]!.runs.size).toBe(6)
  })

  test('a candidate under which a case cannot be measured any more is not kept', async () => {
    const toy = toyWorkflow({ size: 3, parameters: [limit], judge: (index, { limit: now }) => ({ score: now === 0.2 ? (index === 0 ? 0.1 : 0) : index === 0 ? undefined : 1 }) })
    const { outcome } = await trainToy(toy, scripted([{ limit: 0.5 }]))
    expect(outcome.rounds[0]).toMatchObject({ state: 'not-kept', reason: '1 candidate, none better' })
  })
})

describe('training stops', () => {
  test('at once when every case passes', async () => {
    const optimizer = randomDraws()
    const { outcome } = await trainToy(toyWorkflow({ size: 25, parameters: [limit], judge: () => 1 }), optimizer)
    expect(outcome).toMatchObject({ stop: 'perfect', evaluations: 25, rounds: [] })
    expect(optimizer.views).toEqual([])
  })
  test('as soon as the best is perfect', async () => {
    const { outcome } = await trainToy(steps(10), scripted([{ limit: 1 }], [{ limit: 0.5 }]))
    expect([outcome.stop, outcome.rounds.length]).toEqual(['perfect', 1])
  })
  test('after the planned rounds', async () => {
    const { outcome } = await trainToy(steps(10), scripted([{ limit: 0.3 }], [{ limit: 0.4 }], [{ limit: 0.5 }]), { rounds: 2 })
    expect([outcome.stop, outcome.rounds.length]).toEqual(['rounds', 2])
  })
  test('after as many rounds in a row without a gain as its patience', async () => {
    const worse = [{ limit: 0.1 }]
    const { outcome } = await trainToy(steps(10), scripted(worse, [{ limit: 0.5 }], [{ limit: 0.05 }], [{ limit: 0.06 }], [{ limit: 0.9 }]), { patience: 2 })
    expect([outcome.stop, outcome.rounds.map(({ state }) => state)]).toEqual(['patience', ['not-kept', 'kept', 'not-kept', 'not-kept']])
  })
  test('when the budget does not suffice for one more candidate, with the held-out runs still reserved', async () => {
    const toy = steps(40)
    const { outcome } = await trainToy(toy, scripted([{ limit: 0.3 }], [{ limit: 0.4 }], [{ limit: 0.5 }]), { maxEvaluations: 20 + 40 + 45 })
    expect([outcome.stop, outcome.rounds.length, outcome.evaluations]).toEqual(['evaluations', 2, 100])
  })
  test('when the budget leaves nothing for a winner: then it only measures', async () => {
    const { outcome } = await trainToy(steps(40), randomDraws(), { maxEvaluations: 40 })
    expect(outcome).toMatchObject({ stop: 'evaluations', rounds: [], evaluations: 40, adopted: true })
    expect(outcome.finalRuns.size).toBe(40)
  })
  test('when the workflow has no parameter that the optimizer can change', async () => {
    const toy = toyWorkflow({ size: 2, parameters: [tone], judge: () => 0 })
    expect((await trainToy(toy, randomDraws())).outcome).toMatchObject({ stop: 'no-parameters', optimized: [] })
    expect((await trainToy(toyWorkflow({ size: 2, parameters: [], judge: () => 0 }), randomDraws())).outcome.stop).toBe('no-parameters')
  })
  test('when no failing case depends on a parameter', async () => {
    const toy = toyWorkflow({ size: 4, parameters: [], reaches: (index) => (index > 0 ? [limit] : []), judge: (index) => (index > 0 ? 1 : 0) })
    expect((await trainToy(toy, randomDraws())).outcome).toMatchObject({ stop: 'no-candidates', rounds: [], blame: [] })
  })
  test.each([['without an optimizer', undefined, {}], ['with 0 rounds', randomDraws(), { rounds: 0 }]] as const)('before it starts, %s: it measures once, and holds nothing out', async (_, optimizer, options) => {
    const { outcome } = await trainToy(steps(40), optimizer, options)
    expect(outcome).toMatchObject({ stop: 'not-optimized', evaluations: 40, heldOut: [], rounds: [], adopted: true })
    expect(outcome.learn).toHaveLength(40)
    expect(outcome.startRuns).toEqual(outcome.finalRuns)
  })
  test('with no cases there is nothing to do, with one case it trains', async () => {
    expect((await trainToy(steps(0), randomDraws())).outcome).toMatchObject({ stop: 'no-parameters', evaluations: 0, learn: [], rounds: [] })
    const one = toyWorkflow({ size: 1, parameters: [limit], judge: (_, { limit: now }) => (now === 0.5 ? 1 : 0) })
    expect((await trainToy(one, scripted([{ limit: 0.5 }]))).outcome).toMatchObject({ stop: 'perfect', evaluations: 2 })
  })
  test('where nothing could be measured, without calling that perfect', async () => {
    const toy = toyWorkflow({ size: 3, parameters: [limit], judge: () => ({ score: undefined }) })
    expect((await trainToy(toy, randomDraws())).outcome).toMatchObject({ stop: 'no-candidates', evaluations: 3 })
  })
})

describe('held-out cases', () => {
  /** Every second case passes at first; `changed` says which do with another limit. */
  const divided = (changed: (index: number) => number): ReturnType<typeof toyWorkflow> => toyWorkflow({
    size: 40, parameters: [limit],
    judge: (index, { limit: now }) => (now === 0.9 ? changed(index) : index % 2),
  })
  test('judge the winner: it is final when it is better there', async () => {
    const { outcome } = await trainToy(divided(() => 1), scripted([{ limit: 0.9 }]))
    expect(outcome).toMatchObject({ adopted: true, finalValues: { limit: 0.9 }, evaluations: 80, stop: 'perfect' })
    expect([outcome.learn.length, outcome.heldOut.length, outcome.startRuns.size, outcome.finalRuns.size]).toEqual([20, 20, 40, 40])
  })
  test('a winner that is not better there is not adopted: the starting values are final', async () => {
    const held = new Set((await trainToy(steps(40), scripted())).outcome.heldOut.map(({ id }) => id))
    const { outcome } = await trainToy(divided((index) => (held.has(`case ${index}`) ? index % 2 : 1)), scripted([{ limit: 0.9 }]))
    const start = [...held].filter((id) => Number(id.split(' ')[1]) % 2).length / 20
    expect(outcome).toMatchObject({ adopted: false, finalValues: { limit: 0.2 }, rejected: { values: { limit: 0.9 }, heldOutScore: start, heldOutStart: start } })
    expect(outcome.finalRuns).toEqual(outcome.startRuns)
    expect(outcome.rounds[0]!.state).toBe('kept')
  })
  test('run once when no round kept anything, and count for both sides', async () => {
    const toy = steps(40)
    const { outcome } = await trainToy(toy, scripted([{ limit: 0 }]))
    expect([outcome.startRuns.size, outcome.finalRuns.size, outcome.adopted]).toEqual([40, 40, true])
    expect(toy.calls.filter(({ case: { id } }) => outcome.heldOut.some((held) => held.id === id))).toHaveLength(20)
  })
  test('run after every round, and are in the order of the eval file in the outcome', async () => {
    const toy = steps(40)
    const { outcome } = await trainToy(toy, randomDraws())
    const held = new Set(outcome.heldOut.map(({ id }) => id))
    const first = toy.calls.findIndex(({ case: { id } }) => held.has(id))
    expect(toy.calls.slice(first).every(({ case: { id } }) => held.has(id))).toBe(true)
    expect([...outcome.finalRuns.keys()]).toEqual(toy.cases.map(({ id }) => id))
  })
  test('are not divided off when the plan says so', async () => {
    expect((await trainToy(steps(40), scripted(), { holdOut: false })).outcome).toMatchObject({ heldOut: [], evaluations: 40 })
  })
})

describe('starting values', () => {
  test('of the plan are part of every run and of what is reported; names that nothing reaches are ignored', async () => {
    const toy = steps(10)
    const { outcome } = await trainToy(toy, scripted([{ mode: 'b', limit: 0.6 }], [{ limit: 0.2 }]), { startValues: { limit: 0.4, gone: 1 } })
    expect(outcome.startValues).toEqual({ limit: 0.4, mode: 'a', tone: 'kind' })
    expect(outcome.finalValues).toEqual({ limit: 0.6, mode: 'b', tone: 'kind' })
    expect(new Set(toy.calls.map(({ values }) => JSON.stringify(values)))).toEqual(new Set([
      '{"limit":0.4,"gone":1}', '{"limit":0.6,"gone":1,"mode":"b"}', '{"limit":0.2,"gone":1,"mode":"b"}',
    ]))
    expect(new Set(toy.calls.map(({ values }) => values)).size).toBe(3)
  })
  test('that do not fit stop the run', async () => {
    await expect(trainToy(steps(10), scripted(), { startValues: { limit: 4 } })).rejects.toMatchObject({ code: 'SAVED_VALUE' })
    const own = steps(10)
    await expect(trainToy({ ...own, runCase: (request) => own.runCase({ ...request, values: {} }) }, scripted(), { startValues: { limit: 4 } })).rejects.toMatchObject({
      code: 'PARAMETER_VALUE', message: expect.stringMatching(/^expected a number from 0 to 1, received 4, at parameter "limit"/),
    })
  })
})

describe('an optimizer may do anything', () => {
  test.each<[string, (round: number) => unknown, string]>([
    ['throw', () => { throw new TypeError('no key\u001b[2J') }, 'no candidate; the optimizer failed: (TypeError) no key\\x1b[2J'],
    ['reject', () => Promise.reject(new Error('429')), 'no candidate; the optimizer failed: (Error) 429'],
    ['answer with nothing', () => undefined, 'no candidate; expected a list of proposals, received undefined'],
    ['answer with garbage', () => [7, { changes: { nope: 1 } }], 'no candidate; expected a proposal { changes }, received 7 (and 1 more)'],
    ['repeat itself', () => [{ changes: { limit: 0.2 } }, { changes: {} }], 'no candidate; already tried (and 1 more)'],
  ])('%s: the round is not kept and says why, and costs nothing', async (_, propose, reason) => {
    const { outcome } = await trainToy(steps(10), optimizerOf(({ round }) => propose(round)))
    expect(summary(outcome.rounds)).toEqual([1, 2, 3].map((round) => `${round}: 0.3 → 0.3 not-kept, ${reason}`))
    expect(outcome).toMatchObject({ stop: 'patience', evaluations: 10 })
  })
  test('fail once: what was kept before stays, and the next round goes on', async () => {
    const { outcome } = await trainToy(steps(10), optimizerOf(({ round }) => {
      if (round === 2) throw new Error('timeout')
      return round > 3 ? [] : [{ changes: { limit: round === 1 ? 0.5 : 0.7 } }]
    }))
    expect(outcome.rounds.map(({ state }) => state)).toEqual(['kept', 'not-kept', 'kept'])
  })
  test('propose thousands: as many are looked at as the budget allows', async () => {
    const optimizer = optimizerOf(() => Array.from({ length: 5000 }, (_, index) => ({ changes: { limit: 0.1 + index / 10_000 } })))
    const { outcome, plan } = await trainToy(steps(19), optimizer, { rounds: 1 })
    expect(outcome.rounds[0]!.candidates).toBe(16)
    expect(outcome.evaluations).toBeLessThanOrEqual(plan.maxEvaluations)
  })
  test('never settle: the time budget ends the round, and the held-out cases still run', async () => {
    const timers: (() => void)[] = []
    const clock: Clock = { now: () => 0, setTimeout: (callback) => timers.push(callback), clearTimeout: () => {} }
    const optimizer = optimizerOf(({ round }) => (round === 1 ? [{ changes: { limit: 0.5 } }] : new Promise(() => timers[0]!())))
    const { outcome } = await trainToy(steps(40), optimizer, { maxDurationMs: 5000 }, { clock })
    expect(outcome).toMatchObject({ stop: 'time', finalValues: { limit: 0.5 }, adopted: true })
    expect([outcome.rounds.length, outcome.finalRuns.size]).toEqual([2, 40])
    expect(outcome.rounds[1]!.reason).toBe('no candidate, stopped early')
  })
  test('be given no time: the start run and the held-out cases still run', async () => {
    const timers: (() => void)[] = []
    const clock: Clock = { now: () => 0, setTimeout: (callback) => timers.push(callback), clearTimeout: () => {} }
    const { outcome } = await trainToy(steps(40, async () => timers[0]!()), randomDraws(), { maxDurationMs: 1 }, { clock })
    expect(outcome).toMatchObject({ stop: 'time', rounds: [], evaluations: 40 })
    expect(outcome.finalRuns.size).toBe(40)
  })
})

describe('an interrupt', () => {
  test('during the first run: what has run so far is the outcome', async () => {
    const stop = new AbortController()
    const toy = steps(19, async ({ case: { id } }) => { if (id === 'case 9') stop.abort() })
    const { outcome } = await trainToy(toy, randomDraws(), { concurrency: 1 }, { signal: stop.signal })
    expect(outcome).toMatchObject({ stop: 'interrupted', rounds: [], adopted: true })
    expect([outcome.startRuns.size, outcome.finalRuns.size]).toEqual([9, 9])
    expect(toy.calls.at(-1)!.case.id).toBe('case 9')
  })
  test('during a round: the best so far stays, runs that hang are not waited for, and nothing new is started', async () => {
    const stop = new AbortController()
    const toy = steps(10, async ({ values }) => { if (values['limit'] === 0.7) { stop.abort(); await new Promise(() => {}) } })
    const { outcome } = await trainToy(toy, scripted([{ limit: 0.5 }], [{ limit: 0.7 }], [{ limit: 0.9 }]), {}, { signal: stop.signal })
    expect(outcome).toMatchObject({ stop: 'interrupted', finalValues: { limit: 0.5 }, adopted: true })
    expect(summary(outcome.rounds)[1]).toBe('2: 0.6 → 0.6 not-kept, 1 candidate, none better, stopped early')
    expect(toy.calls.filter(({ values }) => values['limit'] === 0.7).length).toBeLessThanOrEqual(5)
  })
  test('during the held-out run: the winner stays, not yet proven', async () => {
    const stop = new AbortController()
    let held = new Set<string>()
    held = new Set((await trainToy(steps(40), scripted())).outcome.heldOut.map(({ id }) => id))
    const { outcome } = await trainToy(steps(40, async ({ case: { id } }) => { if (held.has(id)) stop.abort() }), scripted([{ limit: 0.5 }]), {}, { signal: stop.signal })
    expect(outcome).toMatchObject({ stop: 'interrupted', finalValues: { limit: 0.5 }, adopted: true })
    expect(outcome.finalRuns.size).toBeLessThan(40)
  })
  test('before anything: nothing runs', async () => {
    const { outcome } = await trainToy(steps(10), randomDraws(), {}, { signal: AbortSignal.abort() })
    expect(outcome).toMatchObject({ stop: 'interrupted', evaluations: 0, finalValues: {} })
  })
  test('reaches the case runs in flight through their signal', async () => {
    const stop = new AbortController()
    const seen: boolean[] = []
    const toy = steps(1, async ({ signal }) => { stop.abort(); seen.push(signal.aborted) })
    await trainToy(toy, undefined, {}, { signal: stop.signal })
    expect(seen).toEqual([true])
  })
})

describe('mistakes', () => {
  test('a budget that cannot run every case once is an error before anything runs', async () => {
    const toy = steps(40)
    await expect(trainToy(toy, randomDraws(), { maxEvaluations: 39 })).rejects.toMatchObject({
      code: 'WORKFLOW_OPTIONS',
      message: 'expected maxEvaluations of at least 40, to run every case once, received 39, at workflow "toy"\n  Raise maxEvaluations, or run fewer cases or trials.',
    })
    expect(toy.calls).toEqual([])
  })
  test('two cases with one id are an error', async () => {
    const toy = toyWorkflow({ size: 2, parameters: [limit], judge: () => 1, caseOf: () => ({ id: 'T-1' }) })
    await expect(trainToy(toy, undefined)).rejects.toMatchObject({
      code: 'CASE_DUPLICATE', message: 'expected one case "T-1", received two, at workflow "toy"\n  Give each case its own title.',
    })
  })
  test('two parameters with one name are an error', async () => {
    const twin = parameter('limit', 3)
    const toy = toyWorkflow({ size: 2, parameters: [], reaches: (index) => [index === 0 ? limit : twin], judge: () => 1 })
    await expect(trainToy(toy, undefined)).rejects.toMatchObject({ code: 'PARAMETER_CLASH' })
  })
  test('a score that is none is an error that names the case, and case runs in flight are told to stop', async () => {
    const toy = toyWorkflow({ size: 5, parameters: [limit], judge: (index) => (index === 2 ? NaN : 1) })
    await expect(trainToy(toy, undefined)).rejects.toMatchObject({ code: 'CASE_SCORE', message: expect.stringContaining('received NaN, at case "case 2"') })
    expect(toy.calls[0]!.signal.aborted).toBe(true)
  })
})

test('values that a gate compares with run the gated cases too, within the budget, and change nothing else', async () => {
  const alone = await trainToy(steps(20), scripted([{ limit: 0.9 }]), { startValues: {} })
  const beside = await trainToy(steps(20), scripted([{ limit: 0.9 }]), { compareWith: { limit: 0.5 } })
  const { comparedRuns, heldOut } = beside.outcome
  expect([...comparedRuns!.keys()]).toEqual(heldOut.map(({ id }) => id))
  expect([...comparedRuns!].every(([id, [run]]) => run!.score === (5 >= Number(id.slice(5)) % 10 ? 1 : 0))).toBe(true)
  expect(beside.outcome.evaluations - alone.outcome.evaluations).toBe(heldOut.length)
  expect([beside.outcome.finalValues, beside.outcome.rounds]).toEqual([alone.outcome.finalValues, alone.outcome.rounds])
  expect(alone.outcome.comparedRuns).toBeUndefined()
  const measured = await trainToy(steps(8), undefined, { compareWith: { limit: 0.5 } })
  expect(measured.outcome.comparedRuns!.size).toBe(8)
  await expect(trainToy(steps(8), undefined, { compareWith: { limit: 0.5 }, maxEvaluations: 15 })).rejects.toThrow('expected maxEvaluations of at least 16')
})
