/** Demonstrations, few-shot examples made on the way, instructions up front, rules from good against bad runs. Stage: optimize. */
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../core/random.ts'
import type { CaseRun } from '../../feedback/case-run.ts'
import { bundle } from '../../graph/bundle.ts'
import { derive } from '../../graph/node.ts'
import { parameter, type Parameter } from '../../graph/parameter.ts'
import { replyWorld, rules, scriptedModel } from '../../testing/reply-world.ts'
import { parameterSpecs } from '../../train/parameter-specs.ts'
import { bootstrapFewShot } from './bootstrap-few-shot.ts'
import { tracedDemonstrations } from './demonstrations.ts'
import { mipro } from './mipro.ts'
import type { Evaluation, ParameterSpec, Proposal, RoundView } from '../optimizer.ts'
import { contrastsOf, simba } from './simba.ts'

interface Shot { readonly ticket: string; readonly team: string }
const pool: readonly Shot[] = [{ ticket: 'Money back!', team: 'billing' }, { ticket: 'It is broken', team: 'support' }]
const shots = parameter('shots', [] as Shot[], { pool: [...pool], max: 2 })
const route = bundle(function route(request: { readonly prompt: string; readonly ticket: string }) { return request.ticket.includes('refund') ? 'billing' : 'support' })
const upper = bundle(function upper(team: string) { return team.toUpperCase() })
const specOf = (found: unknown): ParameterSpec => parameterSpecs([found as Parameter<unknown>], { kinds: ['examples'] } as never, { shots: [] })[0]!

function runOf(id: string, ticket: string, score: number): CaseRun {
  const prompt = derive(() => `Route it.${shots.value.map((shot) => `${shot.ticket}: ${shot.team}`).join()}`)
  const output = upper(route({ prompt, ticket } as never))
  return { caseId: id, trial: 0, score, checks: [], durationMs: 1, trace: { outputs: [output], leaks: [] }, feedback: score < 1 ? [{ kind: 'assertion', message: 'wrong team', soft: true }] : [] }
}
const runs = new Map([['a', [runOf('a', 'A refund, please', 1)]], ['b', [runOf('b', 'No light', 1)]], ['c', [runOf('c', 'Where is my refund?', 0)]]])

describe('demonstrations', () => {
  test('of the step that takes the parameter stand in the form of the pool: inputs by name, the result in the field that is left', () => {
    expect(tracedDemonstrations(runs, specOf(shots))).toEqual([{ ticket: 'A refund, please', team: 'billing' }, { ticket: 'No light', team: 'support' }])
  })
  test('need fields that the trace tells, of the same types, and examples of one form', () => {
    const of = (examples: readonly unknown[]): readonly unknown[] => tracedDemonstrations(runs, specOf(parameter('shots', [] as unknown[], { pool: [...examples] })))
    expect(of([{ ticket: 'x', team: 'y', why: 'z' }])).toEqual([])
    expect(of([{ ticket: 7, team: 'y' }])).toEqual([])
    expect(of(['Money back!: billing'])).toEqual([])
    expect(of([{ ticket: 'x' }, { team: 'y' }])).toEqual([])
  })
  test('that stand in the pool already are not told again', () => {
    expect(tracedDemonstrations(runs, specOf(parameter('shots', [] as Shot[], { pool: [{ ticket: 'No light', team: 'support' }] })))).toEqual([{ ticket: 'A refund, please', team: 'billing' }])
  })
})

describe('few-shot examples', () => {
  const best: Evaluation = { values: { shots: [] }, score: 2 / 3, complete: true, runs }
  const view = (more: Partial<RoundView> = {}): RoundView => ({ round: 1, best, history: [best], blame: [{ parameter: 'shots', score: 1, cases: ['c'] }], maxCandidates: 30, signal: new AbortController().signal, ...more })
  const listsOf = (proposals: readonly Proposal[]): string[] => proposals.flatMap(({ changes }) => (changes['shots'] as Shot[]).map(({ ticket }) => ticket))
  const begin = (options = {}) => bootstrapFewShot(options).begin({ parameters: [specOf(shots)], random: seededRandom('few') })

  test('are chosen out of the pool and of what passed', async () => {
    expect(new Set(listsOf(await begin().propose(view())))).toEqual(new Set(['Money back!', 'It is broken', 'A refund, please', 'No light']))
  })
  test('that a model writes must have the form of the others, and are asked for once', async () => {
    const model = scriptedModel(() => 'Here: [{"ticket": "Double charge", "team": "billing"}, {"ticket": 1, "team": "x"}, {"ticket": "no team"},]')
    const run = begin({ model, count: 3 })
    expect(listsOf(await run.propose(view()))).toContain('Double charge')
    await run.propose(view({ round: 2 }))
    expect(model.prompts).toHaveLength(1)
    expect(model.prompts[0]).toContain('{"ticket":"Money back!","team":"billing"}')
    expect(model.prompts[0]).toContain('- wrong team (1 of 3 cases)')
    expect(model.prompts[0]).toContain('Write 3 further ones.')
  })
  test('a model without an answer leaves the rest as it is', async () => {
    const model = { name: 'silent', send: async () => ({ text: 'I would rather not.', finish: 'stop' as const }) }
    expect(listsOf(await begin({ model }).propose(view()))).toContain('A refund, please')
  })
  test('of which none is asked for is an error', () => {
    expect(() => bootstrapFewShot({ count: 0 })).toThrow('expected count to be a whole number from 1 up, received 0')
  })
})

describe('MIPRO', () => {
  const world = replyWorld()
  const writes = (prompt: string, call: number): string => (prompt.includes('What are these cases about?') ? 'Tickets of a shop.' : `<component name="prompt">Answer {{name}}. Always ${rules[call % 3]}.</component>`)

  test('asks what the cases are about, then for sets of instructions with a tip each, and tries them as they came', async () => {
    const model = scriptedModel(writes)
    const proposals = await mipro({ model, candidates: 3 }).begin(world.setup()).propose(world.view())
    expect(model.prompts).toHaveLength(4)
    expect(model.prompts[1]).toMatch(/What the cases are about:\n<data-\w+>\nTickets of a shop\.\n/)
    expect(new Set(model.prompts.slice(1).map((prompt) => prompt.split('\n').at(-3))).size).toBe(3)
    expect(proposals.slice(0, 3).map(({ changes, reason }) => [changes['prompt'], reason])).toEqual([1, 2, 0].map((rule) => [`Answer {{name}}. Always ${rules[rule]}.`, 'as written']))
  })
  test('searches numbers and instructions together without a further call, and asks again when all is used up', async () => {
    const model = scriptedModel((prompt, call) => (call < 3 ? writes(prompt, call) : `<component name="prompt">Answer {{name}} at last.</component>`))
    const run = mipro({ model, candidates: 2 }).begin(world.setup())
    const first = await run.propose(world.view({}, [{}], { maxCandidates: 40 }))
    expect(first.some(({ changes }) => 'prompt' in changes && 'limit' in changes)).toBe(true)
    expect(model.prompts).toHaveLength(3)
    const texts = mipro({ model: scriptedModel(writes), candidates: 1, summary: false }).begin(world.setup(['text']))
    const [only] = await texts.propose(world.view())
    const again = await texts.propose(world.view({}, [{}, only!.changes], { round: 2 }))
    expect(again.map(({ changes }) => changes['prompt'])).toEqual([`Answer {{name}}. Always ${rules[1]}.`])
  })
  test('goes on searching when the model has no budget left', async () => {
    const run = mipro({ model: { name: 'poor', send: async () => { throw new Error('no') } }, policy: { attempts: 1, backoffMs: 1 } }).begin(world.setup())
    expect((await run.propose(world.view())).every(({ changes }) => 'limit' in changes)).toBe(true)
  })
})

describe('SIMBA', () => {
  const world = replyWorld()

  test('compares the best and the worst run of the cases that fail now, those that differ most first', () => {
    const view = world.view({ prompt: `Answer {{name}}. Always ${rules[0]}. Always ${rules[1]}.` })
    const found = contrastsOf(view)
    // Two cases pass now: what they said before has nothing left to tell.
    expect(found.map(({ id, good, bad }) => [id, bad.score, good.score])).toEqual([['c1', 0, 0.5], ['c2', 0, 0.5], ['c4', 0, 0.5], ['c5', 0, 0.5]])
    expect(found[0]!.bad.said).toEqual([`missing: ${rules[1]}`, `missing: ${rules[2]}`])
    expect(contrastsOf(view, new Map([['c1', 1], ['c2', 2], ['c5', 1]])).map(({ id }) => id)).toEqual(['c4', 'c1', 'c5', 'c2'])
  })
  test('takes out a rule that new failures speak of', async () => {
    const model = scriptedModel(() => `<component name="prompt">Always ${rules[1]}. Always praise the manager.</component>`)
    const view = world.view()
    const [proposal] = await simba({ model }).begin(world.setup()).propose(view)
    const broken = new Map(Array.from(view.best.runs, ([id, trials]) => [id, trials.map((run) => ({ ...run, feedback: [...run.feedback, { kind: 'assertion', message: 'it must not praise the manager', soft: true } as const] }))]))
    const repair = proposal!.repairs as (outcome: Evaluation) => readonly Proposal[]
    expect(repair({ ...view.best, runs: broken })).toEqual([{ changes: { prompt: `Answer {{name}} politely. Always ${rules[1]}.` }, reason: 'rules, without those that new failures speak of' }])
    expect(repair(view.best)).toEqual([])
  })
  test('appends the rules that a text does not hold yet', async () => {
    const start = `Answer {{name}}. Always ${rules[0]}.`
    const model = scriptedModel(() => `<component name="prompt">${start} Always ${rules[1]}.\nBe kind.</component>`)
    const view = world.view({ prompt: start })
    const [proposal] = await simba({ model }).begin(world.setup()).propose(view)
    expect(proposal).toMatchObject({ changes: { prompt: `${start} Always ${rules[1]}. Be kind.` }, reason: 'rules from good against bad runs' })
    expect(model.prompts[0]).toMatch(/case 1: worst run 0\.00; missing: .*\ncase 1: best run 0\.50; missing: /)
    expect(view.calls[0]!.edits).toEqual([{ parameter: 'prompt', to: `${start} Always ${rules[1]}. Be kind.` }])
  })
  test('an answer without a new rule is refused, and the next question says so', async () => {
    const model = scriptedModel((_, call) => `<component name="prompt">${call === 0 ? 'Answer {{name}} politely.' : 'Be kind.'}</component>`)
    const run = simba({ model, fallback: false }).begin(world.setup(['text']))
    await expect((async () => run.propose(world.view()))()).rejects.toThrow('prompt: no rule that it does not hold already')
    await run.propose(world.view({}, [{}], { round: 2 }))
    expect(model.prompts[1]).toContain('- not accepted: prompt: no rule that it does not hold already')
  })
  test('gives examples a demonstration of a case that passed', async () => {
    const best: Evaluation = { values: { shots: pool }, score: 2 / 3, complete: true, runs }
    const run = simba({ model: scriptedModel(() => '') }).begin({ parameters: [specOf(shots)], random: seededRandom('simba') })
    const view: RoundView = { round: 1, best, history: [best], blame: [{ parameter: 'shots', score: 1, cases: ['c'] }], maxCandidates: 4, signal: new AbortController().signal }
    const lists = (await run.propose(view)).map(({ changes }) => changes['shots'] as Shot[])
    expect(lists[0]!.length).toBeLessThanOrEqual(2)
  })
})
