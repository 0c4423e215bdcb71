/** What one run of a case comes to. */
import { expect, test, type RunnerTestCase, type RunnerTestSuite } from 'vitest'
import { unscored } from '../feedback/unscored.ts'
import { Budgets } from '../llm/budget.ts'
import { callModel } from '../llm/call-model.ts'
import { RunModels } from '../llm/run-models.ts'
import { installAttribution } from './attribution.ts'
import type { CaseTools } from './case-api.ts'
import { runCase } from './case-run.ts'
import { stackBudget } from './run-recorder.ts'

installAttribution()

type Tools = CaseTools<[string], string>

/** Runs a case whose workflow shouts, once. */
async function outcome(fn: (tools: Tools) => unknown, models = new RunModels()) {
  const native = { id: '1', name: 'case', fullName: 'case', type: 'test' } as RunnerTestCase
  const definition = { index: 0, title: 'case', mode: 'run', options: {}, row: undefined, fn: fn as never } as const
  const hooks = { none: true } as never
  const host = { file: import.meta.filename, workflow: (text: string) => text.toUpperCase(), stacks: stackBudget(), readSource: () => undefined, inputChanged: () => {} }
  const { run } = await runCase({ id: 'case', definition, test: native, suite: {} as RunnerTestSuite, hooks, timeoutMs: 5000 }, 0, { values: { viewOf: () => undefined }, models, running: new Set() }, host)
  return { score: run.score, unscored: run.unscored, checks: run.checks.map(({ name, passed }) => `${name} ${passed ? 'held' : 'failed'}`), feedback: run.feedback.map(({ message }) => message) }
}

test('a case has no score where a judge cannot say, whatever else it says', async () => {
  const fail = (): never => { throw unscored('the server is down', { at: 'judge "polite"' }) }
  expect(await outcome(fail)).toMatchObject({ score: undefined, unscored: 'judge "polite": the server is down' })
  expect(await outcome(async ({ check, feedback }) => {
    feedback(0.5)
    await check('polite', fail)
  })).toMatchObject({ score: undefined, unscored: 'judge "polite": the server is down', checks: ['polite failed'] })
})

test('a judge that only a check without weight asks may fail', async () => {
  expect(await outcome(({ check }) => check('polite', () => { throw unscored('down') }, { weight: 0 }))).toMatchObject({ score: 1, unscored: undefined })
})

const ask = { messages: [{ role: 'user', content: 'hello' }] } as const
/** A model whose server answers with this status. */
const failing = (status: number) => ({ name: 'failing', send: async (): Promise<never> => { throw Object.assign(new Error('no'), { status }) } })

test('a case that ends with the failure of a model has no score: the workflow was not measured', async () => {
  expect(await outcome(() => callModel(failing(503), ask, { attempts: 1 }))).toMatchObject({ score: undefined, unscored: 'expected an answer of the model, received: no' })
  // As clients of others throw it, and as workflows hand it on.
  const reported = failing(429)
  const wrapping = async (): Promise<never> => { throw new Error('the agent gave up', { cause: await callModel(reported, ask, { attempts: 1 }).catch((error: unknown) => error) }) }
  expect(await outcome(wrapping)).toMatchObject({ score: undefined })
  // Who handles it is measured by what comes of it.
  expect(await outcome(async ({ expect: check }) => check(await callModel(failing(503), ask, { attempts: 1 }).catch(() => 'sorry')).toBe('sorry'))).toMatchObject({ score: 1, unscored: undefined })
})

test('a request that the server refuses as it is, is the workflow\'s own fault', async () => {
  expect(await outcome(() => callModel(failing(400), ask))).toMatchObject({ score: 0, unscored: undefined })
})

test('a case whose call had no budget has no score, also where the workflow went on without it', async () => {
  const broke = new RunModels({ budgets: [new Budgets({ run: { maxCalls: 0 } })] })
  expect(await outcome(() => callModel(failing(503), ask).catch(() => 'sorry'), broke)).toMatchObject({ score: undefined, unscored: 'the model budget is spent: 0 of 0 calls are used' })
})

test('an error whose fields throw is a failure like any other', async () => {
  const hostile = new Proxy(new Error('hidden'), { get: () => { throw new Error('no') }, has: () => { throw new Error('no') } })
  expect(await outcome(() => { throw hostile })).toMatchObject({ score: 0, unscored: undefined })
})
