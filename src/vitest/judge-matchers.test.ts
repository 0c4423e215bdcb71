/** Judges as assertions: in cases, soft and hard, imported and local, and in plain tests. */
import { createExpect, expect, test, type ExpectStatic } from 'vitest'
import type { Feedback } from '../feedback/feedback.ts'
import { exact } from '../judge/exact.ts'
import { rubric } from '../judge/rubric.ts'
import type { ScoringContext } from '../judge/scorer.ts'
import { currentModels } from '../llm/model-scope.ts'
import { RunModels } from '../llm/run-models.ts'
import { addJudgeMatchers } from './judge-matchers.ts'
import { namedScorers } from './output-scorers.ts'
import { runOneCase, type ShoutTools } from './one-case.ts'

addJudgeMatchers()

const judge = (score: number, reasons = 'Curt.') => rubric('polite', { steps: ['Look.'], model: { name: 'm', send: async () => ({ text: JSON.stringify({ reasons, score }), finish: 'stop' }) } })
const down = rubric('polite', { steps: ['Look.'], model: { name: 'm', send: async () => { throw new Error('down') } }, policy: { attempts: 1 } })

const said = ({ feedback }: { feedback: readonly Feedback[] }): string[] => feedback.map(({ message, matcher, soft, negated }) => `${soft ? 'soft' : 'hard'} ${negated ? 'not.' : ''}${matcher}: ${message}`)

test('a judge that is not content fails the case, and its reasons are the feedback', async () => {
  const run = await runOneCase(async ({ run, expect }) => { await expect(await run('no.'), 'be kind').toPassJudge(judge(2)) })
  expect(run.score).toBe(0)
  expect(said(run)).toEqual(['hard toPassJudge: be kind: the output scored 0.25 by "polite", needs at least 0.7: 2 of 5: Curt.'])
  expect(run.feedback[0]).toMatchObject({ kind: 'assertion', userMessage: 'be kind', received: '"NO."', location: { file: import.meta.filename } })
  expect((await runOneCase(async () => { await expect('x').toPassJudge(judge(4)) })).score).toBe(1)
})

test.each<[string, (local: ExpectStatic) => ExpectStatic]>([['imported', () => expect], ['local', (local) => local]])('%s: soft and hard, negated, with a threshold of its own', async (_, which) => {
  const run = await runOneCase(async ({ expect: local }) => {
    const check = which(local)
    await check.soft('x').toPassJudge(judge(3))
    await check.soft('x').toPassJudge(judge(3), { threshold: 0.5 })
    await check.soft('x').not.toPassJudge(judge(3), { threshold: 0.5 })
    check.soft('a cat').toPassJudge(exact(), { expected: 'a car' })
  })
  expect(run.score).toBe(1 / 4)
  expect(said(run)).toEqual([
    'soft toPassJudge: the output scored 0.5 by "polite", needs at least 0.7: 3 of 5: Curt.',
    'soft not.toPassJudge: the output scored 0.5 by "polite", and passes from 0.5: 3 of 5: Curt.',
    'soft toPassJudge: the output scored 0 by "exact", needs at least 1: first difference at line 1, column 5: expected "r", received "t"',
  ])
  expect(run.feedback[2]).toMatchObject({ expected: '"a car"', received: '"a cat"', diff: '- "a car"\n+ "a cat"' })
})

test('a judge that fails leaves the case unscored, negated or soft or in a check', async () => {
  const failing = [
    async () => { await expect('x').toPassJudge(down) },
    async () => { await expect('x').not.toPassJudge(down) },
    async () => { await expect.soft('x').toPassJudge(down) },
    ({ check }: ShoutTools) => check('polite', () => expect('x').toPassJudge(down)),
    () => { expect('x').toPassJudge(() => { throw new RangeError('bug') }) },
    () => { expect('x').toPassJudge(() => Number.NaN) },
  ]
  const runs = await Promise.all(failing.map((fn) => runOneCase(fn)))
  expect(runs.map(({ score }) => score)).toEqual(failing.map(() => undefined))
  const server = 'judge "polite": expected an answer of the model, received: down, at model "m"'
  expect(runs.map(({ unscored }) => unscored)).toEqual([server, server, server, server, 'scorer "scorer": the scorer threw: RangeError: bug', 'scorer "scorer": expected a score from 0 to 1, received NaN'])
})

test('a judge without a model of its own asks that of the role `judge`, which pays', async () => {
  const asked: unknown[] = []
  const model = { name: 'm', send: async () => { asked.push(currentModels()?.role); return { text: '{"reasons": "Fine.", "score": 5}', finish: 'stop' as const } } }
  const models = new RunModels({ models: { judge: () => model } })
  const polite = rubric('polite', { steps: ['Look.'] })
  expect((await runOneCase(async () => { await expect('x').toPassJudge(polite) }, { models })).score).toBe(1)
  expect((await runOneCase(async () => { await expect('x').toPassJudge(rubric('polite', { steps: ['Look.'], model })) }, { models })).score).toBe(1)
  expect([asked, models.spend().judge.modelCalls, models.spend().task.modelCalls]).toEqual([['judge', 'judge'], 2, 0])
  expect((await runOneCase(async () => { await expect('x').toPassJudge(polite) })).unscored).toBe('judge "polite": expected a model for the judge, received none')
})

test('a judge that is late leaves the case unscored and is told to stop; a workflow that is late scores 0', async () => {
  const stopped: string[] = []
  const hangs = (name: string) => (_output: unknown, _expected: unknown, { signal }: ScoringContext): Promise<number> =>
    new Promise(() => { signal?.addEventListener('abort', () => { stopped.push(name) }) })
  const never = rubric('polite', { steps: ['Look.'], model: { name: 'm', send: ({ signal }) => new Promise(() => { signal?.addEventListener('abort', () => { stopped.push('model') }) }) } })
  const late = await Promise.all([
    runOneCase(async () => { await expect('x').toPassJudge(hangs('matcher')) }, { timeoutMs: 20 }),
    runOneCase(async ({ feedback }) => { feedback((await never('x')).score) }, { timeoutMs: 20 }),
    runOneCase(async ({ run }) => { await run('x') }, { timeoutMs: 20, scorers: namedScorers({ own: hangs('scorer') }, 'here') }),
    runOneCase(async () => { await new Promise(() => {}) }, { timeoutMs: 20 }),
  ])
  const reason = (name: string): string => `judge "${name}": no answer before the case was over, after 20 ms`
  expect(late.map(({ score, unscored }) => [score, unscored])).toEqual([[undefined, reason('scorer')], [undefined, reason('polite')], [undefined, reason('own')], [0, undefined]])
  expect(stopped.sort()).toEqual(['matcher', 'model', 'scorer'])
})

test('a judge that nobody awaited fails the case', async () => {
  const run = await runOneCase(() => { void expect('x').toPassJudge(judge(5)) })
  expect(said(run)).toEqual(['hard toPassJudge: expect(actual).toPassJudge(expected) was not awaited: put `await` before it, or the case may end before it is known'])
})

test('any function is a judge: of a number, of a score and words, with what is expected and the input', async () => {
  expect('abc').toPassJudge((output: string, expected: number) => Number(output.length === expected), { expected: 3 })
  expect('abc').not.toPassJudge((output: string) => output.length / 4)
  await expect('abc').toPassJudge(async (_output: string, _expected: unknown, { input }) => ({ score: input === 'q' ? 1 : 0 }), { input: 'q' })
  await expect(Promise.resolve('abc')).resolves.toPassJudge(judge(5))
  expect(() => { expect('abc').toPassJudge(function short(output: string) { return { score: 0.69999, text: `${output.length} letters` } }, { threshold: 0.7 }) }).toThrow('the output scored 0.6999 by "short", needs at least 0.7: 3 letters')
})

test('in a plain test it is a plain assertion', async () => {
  await expect(expect('x').toPassJudge(judge(1))).rejects.toThrow('the output scored 0 by "polite", needs at least 0.7: 1 of 5: Curt.')
  await expect(createExpect()('x').toPassJudge(down)).rejects.toMatchObject({ code: 'UNSCORED' })
  expect({ team: 'Billing' }).toEqual({ team: expect.toSatisfy((team) => exact({ ignoreCase: true })(team, 'billing').score === 1) })
  expect(() => { expect('x').toPassJudge('polite' as never) }).toThrow('expected a scorer, received "polite"\n  A scorer is a function')
  expect(() => { expect('x').toPassJudge(exact(), { threshold: 7 }) }).toThrow('expected a threshold from 0 to 1, received 7, at scorer "exact"\n  Write 0.07 for 7 %.')
})
