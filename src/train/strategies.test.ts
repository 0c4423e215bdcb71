import { describe, expect, test } from 'vitest'
import { optimizerOf, toyWorkflow, trainToy } from '../../test/train/toy-workflow.ts'
import { seededRandom } from '../core/random.ts'
import { parameter } from '../graph/parameter.ts'
import { caseFront, objectiveFront } from './front.ts'
import { mergePairs } from './merges.ts'
import { auto, beam, pareto, ucb } from './strategies.ts'
import { strategyByName } from './strategy-by-name.ts'
import type { Member, StrategyView } from './strategy.ts'

const member = (id: number, scores: readonly number[], more: Partial<Member> = {}): Member => ({
  id, values: {}, scores: new Map(scores.map((score, index) => [`${index}`, score])), score: scores.reduce((sum, score) => sum + score, 0) / scores.length, failures: new Map(), costs: new Map(), asked: 0, ...more,
})
const view = (members: readonly Member[], more: Partial<StrategyView> = {}): StrategyView => ({
  round: 5, members, best: members.reduce((best, one) => (one.score > best.score ? one : best)), start: {}, stalled: 0, random: seededRandom('test'), ...more,
})
const ids = (members: readonly Member[]): number[] => members.map(({ id }) => id)

describe('fronts', () => {
  test('over cases: who leads somewhere, but for those whose cases another one leads in as well', () => {
    const found = caseFront([member(0, [0, 0, 0]), member(1, [1, 0, 0]), member(2, [1, 1, 0]), member(3, [0, 0, 0.5])])
    expect(found.map(({ member: { id }, cases }) => [id, [...cases]])).toEqual([[2, ['0', '1']], [3, ['2']]])
  })
  test('of those that lead in the same cases the better one stays, of equal ones the older', () => {
    expect(caseFront([member(0, [1, 0.2]), member(1, [1, 0.2]), member(2, [1, 0.1])]).map(({ member: { id } }) => id)).toEqual([0])
  })
  test('over cases of equal scores: whoever fails fewer checks leads, so that the start of a suite in which everything fails does not', () => {
    const failing = (id: number, counts: readonly number[]): Member => member(id, counts.map(() => 0), { failures: new Map(counts.map((count, index) => [`${index}`, count])) })
    expect(caseFront([failing(0, [5, 5]), failing(1, [2, 4]), failing(2, [3, 1])]).map(({ member: { id }, cases }) => [id, [...cases]])).toEqual([[2, ['1']], [1, ['0']]])
  })
  test('over objectives: shorter at the price of the score stays, longer for nothing does not', () => {
    const long = (length: number): Partial<Member> => ({ costs: new Map([['promptLength', length]]) })
    expect(ids(objectiveFront([member(0, [0.5], long(1)), member(1, [0.9], long(5)), member(2, [0.4], long(2)), member(3, [0.9], long(6))]))).toEqual([1, 0])
  })
})

describe('merges', () => {
  const start = { tone: 'a', limit: 1 }
  test('join what two members that lead in different cases changed each', () => {
    const members = [member(0, [0, 0], { values: start }), member(1, [1, 0], { values: { tone: 'b', limit: 1 } }), member(2, [0, 0.5], { values: { tone: 'a', limit: 2 } })]
    expect(mergePairs(view(members, { start })).map(({ base, changes }) => [base.id, changes])).toEqual([[1, { limit: 2 }]])
  })
  test('take from the better one what both changed, and are none when nothing new comes out', () => {
    const members = [member(1, [1, 0], { values: { tone: 'b', limit: 1 } }), member(2, [0, 0.5], { values: { tone: 'c', limit: 1 } })]
    expect(mergePairs(view(members, { start }))).toEqual([])
  })
  test('go by the newest ancestor in common: what was changed before it is no reason to drop what one side changed since', () => {
    const values = (tone: string, limit: number): Member['values'] => ({ tone, limit })
    const older = { id: 0, values: start, score: 0 }
    const shared = { id: 1, values: values('b', 1), score: 0.25 }
    const members = [
      member(2, [1, 0], { values: values('b', 2), ancestors: [shared, older] }), member(3, [0, 0.6], { values: values('c', 1), ancestors: [shared, older] }),
    ]
    // Both differ from the start in their tone; beside the shared ancestor only one changed it.
    expect(mergePairs(view(members, { start })).map(({ base, giver, changes }) => [base.id, giver?.id, changes])).toEqual([[2, 3, { tone: 'c' }]])
    // An ancestor that scores higher than a side of the pair is none to build on.
    const better = [shared, older].map((one) => ({ ...one, score: one.id === 1 ? 0.4 : 0 }))
    expect(mergePairs(view(members.map((one) => ({ ...one, ancestors: better })), { start }))).toEqual([])
  })
  test('are none of a member and what it was made of', () => {
    const [old, made] = [member(1, [1, 0], { values: { tone: 'b', limit: 1 } }), member(2, [0, 0.5], { values: { tone: 'b', limit: 2 } })]
    const ancestors = [{ id: 1, values: old.values, score: 0.5 }, { id: 0, values: start, score: 0 }]
    expect(mergePairs(view([old, { ...made, ancestors }], { start }))).toEqual([])
  })
})

describe('strategies', () => {
  const many = [member(0, [0.2, 0.2], { asked: 4 }), member(1, [0.9, 0], { asked: 4 }), member(2, [0, 0.8], { asked: 0 }), member(3, [0.5, 0.5], { asked: 4 })]
  test('beam goes on from the best few and races against the weakest once it is full', () => {
    expect(ids(beam(2).parents(view(many)))).toEqual([3, 1])
    expect(beam(4).rival!(view(many), many[0]!)?.id).toBe(0)
    expect(beam(5).rival!(view(many), many[0]!)).toBeUndefined()
  })
  test('upper confidence bounds give a turn to whoever was hardly asked', () => {
    expect(ids(ucb().parents(view(many)))).toEqual([2])
    expect(ids(ucb(10, 0).parents(view(many)))).toEqual([3])
    expect(ids(ucb(2).survivors(view(many)))).toEqual([2, 3])
  })
  test('pareto draws among those that lead somewhere, by the number of their cases', () => {
    const drawn = Array.from({ length: 40 }, (_, seed) => pareto().parents(view([...many, member(4, [0.9, 0.1])], { random: seededRandom(seed) }))[0]!.id)
    expect(new Set(drawn)).toEqual(new Set([2, 4]))
    expect(ids(pareto().survivors(view(many)))).toEqual([1, 2])
  })
  test('auto stays with the best one until two rounds gained nothing, then takes turns with another leader', () => {
    const from = (stalled: number): number => auto().parents(view(many, { stalled, best: many[3]! }))[0]!.id
    expect([0, 1, 3].map(from)).toEqual([3, 3, 3])
    expect([1, 2]).toContain(from(2))
    expect(auto().merges!(view(many, { stalled: 1 }))).toEqual([])
  })
  test('a name that is none is told with the nearest one', () => {
    expect(() => strategyByName('paretto')).toThrow(expect.objectContaining({ code: 'STRATEGY_UNKNOWN', hint: 'Did you mean `pareto`?' }) as Error)
  })
})

describe('a training', () => {
  const [tone, limit] = [parameter('tone', 'a', { choices: ['a', 'b'] }), parameter('limit', 1, { range: [1, 2], integer: true })]
  /** Two cases for each setting; each is right only with its own one, and the other one must not be touched for it. */
  const toy = () => toyWorkflow({
    size: 4, parameters: [tone, limit],
    judge: (index, values) => (values['tone'] === 'b' && values['limit'] === 2 ? 1 : index < 2 ? (values['tone'] === 'b' ? 0.9 : 0.3) : values['limit'] === 2 ? 0.9 : 0.3),
  })
  const oneByOne = () => optimizerOf(({ round, best }) => (round === 1 ? [{ changes: { tone: 'b' } }] : round === 2 && best.values['tone'] === 'a' ? [{ changes: { limit: 2 } }] : [{ changes: {} }]), ['choice', 'number'])

  test('by pareto joins two members without a question', async () => {
    const { outcome } = await trainToy(toy(), optimizerOf(({ round }) => (round === 1 ? [{ changes: { tone: 'b' } }, { changes: { limit: 2 } }] : [{ changes: {} }]), ['choice', 'number']), { strategy: 'pareto' })
    expect(outcome.finalValues).toEqual({ tone: 'b', limit: 2 })
    expect(outcome.rounds[1]).toMatchObject({ state: 'kept', reason: '4 cases better, 0 worse: two good candidates joined' })
  })
  test('tells who a newcomer beats that is not the best', async () => {
    const { outcome } = await trainToy(toy(), oneByOne(), { strategy: 'beam' })
    expect(outcome.rounds[1]!.reason).toContain('1 candidate, none better, 1 joins the archive')
  })
  test('asks for every parent, and shows it as the best of the question', async () => {
    const optimizer = optimizerOf(({ round, best }) => [{ changes: round === 1 ? { tone: 'b' } : { limit: 3 - (best.values['limit'] as number) } }], ['choice', 'number'])
    await trainToy(toy(), optimizer, { strategy: 'beam', rounds: 2 })
    expect(optimizer.views.map(({ round, best }) => [round, best.values['tone']])).toEqual([[1, 'a'], [2, 'b'], [2, 'a']])
  })
  test('by halving lets only the better half of a look go on', async () => {
    const wide = parameter('wide', 0, { range: [0, 9], integer: true })
    const big = toyWorkflow({ size: 18, parameters: [wide], judge: (_, values) => 0.1 + (values['wide'] as number) / 20 })
    const ask = () => optimizerOf(({ round }) => (round > 1 ? [] : [1, 2, 3, 4].map((value) => ({ changes: { wide: value } }))))
    const spent = async (strategy: string): Promise<number> => (await trainToy(big, ask(), { strategy })).outcome.rounds[0]!.evaluations
    expect(await spent('halving')).toBe(4 * 6 + 2 * 6 + 1 * 6)
    expect(await spent('greedy')).toBe(4 * 18)
  })
  test('by weights keeps a shorter prompt at the same score, and a longer one only for a gain that is worth it', async () => {
    const prompt = parameter('prompt', 'x'.repeat(500))
    const worth = toyWorkflow({ size: 4, parameters: [prompt], judge: (_, values) => ((values['prompt'] as string).length > 600 ? 0.52 : 0.5) })
    const ask = (text: string) => optimizerOf(({ round }) => (round > 1 ? [] : [{ changes: { prompt: text } }]), ['text'])
    const kept = async (text: string, weight: number): Promise<string> => (await trainToy(worth, ask(text), { objectives: { promptLength: weight } })).outcome.rounds[0]!.state
    expect(await kept('x'.repeat(300), -0.01)).toBe('kept')
    expect(await kept('x'.repeat(1500), -0.05)).toBe('not-kept')
    expect(await kept('x'.repeat(1500), -0.01)).toBe('kept')
  })
  test('with several objectives tells every candidate that no other one beats in all of them', async () => {
    const prompt = parameter('prompt', 'x'.repeat(500))
    const longer = toyWorkflow({ size: 4, parameters: [prompt], judge: (_, values) => Math.min(0.9, (values['prompt'] as string).length / 1000) })
    const ask = optimizerOf(({ round }) => (round > 1 ? [] : [800, 1500, 900].map((length) => ({ changes: { prompt: 'x'.repeat(length) } }))), ['text'])
    const { outcome } = await trainToy(longer, ask, { objectives: { promptLength: -0.01 }, strategy: 'pareto' })
    expect(outcome.front!.map(({ score, costs }) => [score, costs['promptLength']])).toEqual([[0.9, 0.9], [0.8, 0.8], [0.5, 0.5]])
    expect((await trainToy(longer, ask)).outcome).not.toHaveProperty('front')
  })
  test('says what it settled by itself', async () => {
    const { outcome } = await trainToy(toy(), oneByOne())
    expect(outcome.decided).toBe('test for 1 choice and 1 number; auto, archive of 4; first look 4 of 4 cases, 16 candidates a round at most')
    expect((await trainToy(toy(), undefined)).outcome).not.toHaveProperty('decided')
  })
})
