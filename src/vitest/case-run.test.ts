/** What one run of a case comes to. */
import { expect, test, type RunnerTestCase, type RunnerTestSuite } from 'vitest'
import { unscored } from '../feedback/unscored.ts'
import { installAttribution } from './attribution.ts'
import type { CaseTools } from './case-api.ts'
import { runCase } from './case-run.ts'
import { stackBudget } from './run-recorder.ts'

installAttribution()

type Tools = CaseTools<[string], string>

/** Runs a case whose workflow shouts, once. */
async function outcome(fn: (tools: Tools) => unknown) {
  const native = { id: '1', name: 'case', fullName: 'case', type: 'test' } as RunnerTestCase
  const definition = { index: 0, title: 'case', mode: 'run', options: {}, row: undefined, fn: fn as never } as const
  const hooks = { none: true } as never
  const host = { file: import.meta.filename, workflow: (text: string) => text.toUpperCase(), stacks: stackBudget(), readSource: () => undefined, inputChanged: () => {} }
  const { run } = await runCase({ id: 'case', definition, test: native, suite: {} as RunnerTestSuite, hooks, timeoutMs: 5000 }, 0, { values: { viewOf: () => undefined }, running: new Set() }, host)
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
