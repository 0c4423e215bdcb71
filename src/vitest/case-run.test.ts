/** What one run of a case comes to. */
import { expect, test } from 'vitest'
import { reachedParameters } from '../backward/reach.ts'
import { unscored } from '../feedback/unscored.ts'
import { bundle } from '../graph/bundle.ts'
import type { Node } from '../graph/node.ts'
import { parameter } from '../graph/parameter.ts'
import { Budgets } from '../llm/spending/budget.ts'
import { callModel } from '../llm/calls/call-model.ts'
import { RunModels } from '../llm/run-models.ts'
import { contains } from '../judge/contains.ts'
import { editDistance } from '../judge/edit-distance.ts'
import { exact } from '../judge/exact.ts'
import { runOneCase } from './one-case.ts'
import { namedScorers, type OutputScorers } from './output-scorers.ts'

const fail = (): never => { throw unscored('the server is down', { at: 'judge "polite"' }) }
const withScorers = (scorers: OutputScorers) => ({ scorers: namedScorers(scorers, 'here') })

test('a case has no score where a judge cannot say, whatever else it says', async () => {
  expect(await runOneCase(fail)).toMatchObject({ score: undefined, unscored: 'judge "polite": the server is down' })
  expect(await runOneCase(async ({ check, feedback }) => {
    feedback(0.5)
    await check('polite', fail)
  })).toMatchObject({ score: undefined, unscored: 'judge "polite": the server is down', checks: [{ name: 'polite', passed: false }] })
})

test('a judge that only a check without weight asks may fail', async () => {
  expect((await runOneCase(({ check }) => check('polite', fail, { weight: 0 }))).score).toBe(1)
  expect((await runOneCase(({ run }) => run('x'), withScorers({ polite: { scorer: fail, weight: 0 } }))).score).toBe(1)
})

test('a check that answers false did not hold; whatever else it answers says nothing', async () => {
  const run = await runOneCase(async ({ check }) => [await check('short', () => 'long'.length < 3), await check('soon', async () => Promise.resolve(false)), await check('true', () => true), await check('empty', () => 0)])
  expect(run.checks.map(({ name, passed }) => [name, passed])).toEqual([['short', false], ['soon', false], ['true', true], ['empty', true]])
  expect(run.feedback).toMatchObject([{ kind: 'error', check: 'short', soft: true, message: 'expected the check to hold, received false' }, { check: 'soon' }])
})

test('the mistake of a scorer that was given nonsense is not the output\'s', async () => {
  expect(await runOneCase(() => { contains()('x', []) })).toMatchObject({ score: undefined, unscored: 'scorer "contains": expected a text or a list of texts as what is expected, received []' })
})

test('scorers of the workflow judge the output by what the row expects: by their score, or by whether it passes', async () => {
  const scorers = { near: editDistance(), same: { scorer: exact({ ignoreCase: true }), threshold: 1, weight: 2 }, near2: { scorer: editDistance(), threshold: 0.5 } }
  const run = await runOneCase(({ input }, { run }) => run(input), withScorers(scorers), { input: 'abcd', expected: 'ABCX' })
  expect(run.checks).toEqual([{ name: 'near', passed: false, weight: 1, score: 0.75 }, { name: 'same', passed: false, weight: 2 }, { name: 'near2', passed: true, weight: 1 }])
  expect(run.score).toBe((0.75 + 0 + 1) / 4)
  const difference = 'first difference at line 1, column 4: expected "X", received "D"'
  expect(run.feedback).toEqual([
    { kind: 'assertion', matcher: 'near', soft: true, check: 'near', received: '"ABCD"', message: `the output scored 0.75 by "near", needs at least 1: 1 edit in 4 characters; ${difference}` },
    { kind: 'assertion', matcher: 'same', soft: true, check: 'same', received: '"ABCD"', message: `the output scored 0 by "same", needs at least 1: ${difference.toLowerCase()}` },
    { kind: 'note', soft: true, check: 'near2', message: `the output scored 0.75 by "near2", and passes from 0.5: 1 edit in 4 characters; ${difference}` },
  ])
})

test('scorers see what the workflow was given, and stand beside the assertions of the case', async () => {
  const scorers = withScorers({ echo: (output: string, expected: unknown, { input }) => Number(expected === undefined && output === String(input).toUpperCase()) })
  expect(await runOneCase(async ({ run }) => { expect.soft(await run('hello')).toBe('nothing') }, scorers)).toMatchObject({ score: 0.5, checks: [{ name: 'echo', passed: true, score: 1 }] })
})

test('scorers are not asked where the case failed already, and need an output', async () => {
  let asked = 0
  const scorers = withScorers({ count: () => ++asked })
  expect(await runOneCase(async ({ run }) => { expect(await run('x')).toBe('y') }, scorers)).toMatchObject({ score: 0, checks: [] })
  expect(await runOneCase(() => {}, scorers)).toMatchObject({ score: undefined, unscored: 'case "case": the case did not run the workflow, so its scorers have no output to judge' })
  expect(asked).toBe(0)
})

test('what is no scorer is refused', () => {
  expect(() => namedScorers({ polite: 'yes' as never }, 'workflow "x"')).toThrow('expected a scorer as scorers.polite, received "yes", at workflow "x"')
  expect(() => namedScorers({ polite: { scorer: exact(), threshold: 2 } }, 'workflow "x"')).toThrow('expected a threshold from 0 to 1 as scorers.polite, received 2, at workflow "x"\n  Write 0.02 for 2 %.')
  expect(() => namedScorers({ polite: { scorer: exact(), weight: -1 } }, 'workflow "x"')).toThrow('expected a weight from 0 up as scorers.polite, received -1')
})

const ask = { messages: [{ role: 'user', content: 'hello' }] } as const
/** A model whose server answers with this status. */
const failing = (status: number) => ({ name: 'failing', send: async (): Promise<never> => { throw Object.assign(new Error('no'), { status }) } })

test('a case that ends with the failure of a model has no score: the workflow was not measured', async () => {
  expect(await runOneCase(() => callModel(failing(503), ask, { attempts: 1 }))).toMatchObject({ score: undefined, unscored: 'expected an answer of the model, received: 503 no' })
  // As clients of others throw it, and as workflows hand it on.
  const reported = failing(429)
  const wrapping = async (): Promise<never> => { throw new Error('the agent gave up', { cause: await callModel(reported, ask, { attempts: 1 }).catch((error: unknown) => error) }) }
  expect(await runOneCase(wrapping)).toMatchObject({ score: undefined })
  // Who handles it is measured by what comes of it.
  expect(await runOneCase(async ({ expect: check }) => check(await callModel(failing(503), ask, { attempts: 1 }).catch(() => 'sorry')).toBe('sorry'))).toMatchObject({ score: 1 })
})

test('a request that the server refuses as it is, is the workflow\'s own fault', async () => {
  expect(await runOneCase(() => callModel(failing(400), ask))).toMatchObject({ score: 0 })
})

test('a case whose call had no budget has no score, also where the workflow went on without it', async () => {
  const broke = new RunModels({ budgets: [new Budgets({ run: { maxCalls: 0 } })] })
  expect(await runOneCase(() => callModel(failing(503), ask).catch(() => 'sorry'), { models: broke })).toMatchObject({ score: undefined, unscored: 'the model budget is spent: 0 of 0 calls are used' })
})

test('an error whose fields throw is a failure like any other', async () => {
  const hostile = new Proxy(new Error('hidden'), { get: () => { throw new Error('no') }, has: () => { throw new Error('no') } })
  expect(await runOneCase(() => { throw hostile })).toMatchObject({ score: 0 })
})

test('messages of assertions are kept where a gate looks at them, held or not, hard, soft or awaited', async () => {
  const assertions = async (_tools: unknown): Promise<void> => {
    expect(1, 'one').toBe(1)
    expect.soft(1, 'two').toBe(2)
    await expect(Promise.resolve(1), 'three').resolves.toBe(1)
    expect(1).toBe(1)
    expect(1, 'four').toBe(2)
    expect(1, 'never').toBe(1)
  }
  expect((await runOneCase(assertions, { assertions: { keepMessages: true } })).asserted).toEqual([
    { name: 'one', passed: true }, { name: 'two', passed: false }, { name: 'three', passed: true }, { name: 'four', passed: false },
  ])
  expect((await runOneCase(assertions)).asserted).toBeUndefined()
})
test('a node without members that is opened counts as what the case depends on, and is no leak', async () => {
  const tone = parameter('tone', 'kind')
  const reply = bundle(function reply(): { team: { name: string } | undefined } { return { team: tone.value === 'kind' ? undefined : { name: 'a' } } })
  const { trace, score } = await runOneCase(async ({ run }) => void await run(''), { workflow: () => (reply().$.team.$ as { name: Node<string> }).name })
  expect([score, trace.leaks, reachedParameters(trace.outputs).map(({ name }) => name)]).toEqual([0, [], ['tone']])
})

test('what a case does after its time is over counts nowhere', async () => {
  const { promise: over, resolve } = Promise.withResolvers<undefined>()
  const late: Promise<unknown>[] = []
  const run = await runOneCase(({ check, feedback }) => {
    late.push(over.then(async () => { await check('late', () => { throw new Error('late') }); feedback(0.5, 'a late note') }))
    return over
  }, { timeoutMs: 20 })
  resolve(undefined)
  await Promise.all(late)
  expect([run.checks, run.feedback.map(({ kind }) => kind)]).toEqual([[], ['timeout']])
})
