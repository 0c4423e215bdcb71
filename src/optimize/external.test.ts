/** Programs in any language as optimizers: a real one in Python through a whole training, and what broken ones lead to. Stage: optimize. */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, it, onTestFinished } from 'vitest'
import type { CaseRun, ParameterValues } from '../feedback/case-run.ts'
import { bundle } from '../graph/bundle.ts'
import { parameter, withParameters } from '../graph/parameter.ts'
import { resolvePlan } from '../train/defaults.ts'
import type { TrainOutcome } from '../train/outcome.ts'
import { train } from '../train/train.ts'
import { externalOptimizer, type ExternalOptions } from './external.ts'
import { optimizerByName } from './optimizer-by-name.ts'
import type { Optimizer } from './optimizer.ts'

/** Twenty numbers that a limit of about 0.3 tells apart. */
async function runTraining(optimizer: Optimizer, { rounds = 8, signal = new AbortController().signal } = {}): Promise<TrainOutcome> {
  const limit = parameter('limit', 0.9, { range: [0, 1], description: 'From here up it is high' })
  const decide = bundle(function decide(score: number, limit: number) { return score >= limit ? 'high' : 'low' })
  const runCase = async ({ case: { id }, trial, values }: { case: { id: string }; trial: number; values: ParameterValues }): Promise<CaseRun> => {
    const score = Number(id) / 20
    const output = withParameters(Object.hasOwn(values, 'limit') ? [limit.with(values['limit'] as number)] : [], () => decide(score, limit))
    const right = output.value === (score >= 0.3 ? 'high' : 'low')
    return { caseId: id, trial, score: right ? 1 : 0, checks: [], durationMs: 0, trace: { outputs: [output], leaks: [] }, feedback: right ? [] : [{ kind: 'assertion', message: `wrong for ${score}`, soft: false }] }
  }
  const plan = resolvePlan({ workflow: 'w', cases: Array.from({ length: 20 }, (_, index) => ({ id: String(index) })), rounds, holdOut: false })
  return train(plan, optimizer, { runCase, signal })
}
const node = (script: string, more: Partial<ExternalOptions> = {}): Optimizer => externalOptimizer({ command: process.execPath, args: ['-e', script], ...more })
const reasonOf = async (optimizer: Optimizer): Promise<string> => (await runTraining(optimizer, { rounds: 1 })).rounds[0]!.reason

it('an optimizer in Python finds a limit', async () => {
  const outcome = await runTraining(optimizerByName(`command:python3 ${fileURLToPath(new URL('../../docs/examples/optimizer.py', import.meta.url))}`))
  expect(outcome.rounds.filter(({ state }) => state === 'kept').length).toBeGreaterThan(1)
  expect(outcome.finalValues['limit']).toBeGreaterThan(0.2)
  expect(outcome.finalValues['limit']).toBeLessThan(0.4)
}, 60_000)

it('what it reads and writes are what the schemas say, graphs included', async () => {
  const schema = (path: string): object => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as object
  const ajv = new Ajv2020({ strict: false })
  const folder = await mkdtemp(join(tmpdir(), 'external-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const copy = join(folder, 'question.json')
  await runTraining(node(`require('node:fs').writeFileSync(${JSON.stringify(copy)}, require('node:fs').readFileSync(0)); console.log('{"proposals": []}')`), { rounds: 1 })
  const question = JSON.parse(readFileSync(copy, 'utf8')) as { cases: { graph?: object }[] }
  expect(ajv.validate(schema('./external-question.schema.json'), question), ajv.errorsText()).toBe(true)
  const graphs = question.cases.flatMap(({ graph }) => graph ?? [])
  const isTgj = ajv.compile(schema('../graph/tgj.schema.json'))
  expect(graphs.map((graph) => isTgj(graph))).toEqual([true, true, true, true])
  expect(ajv.validate(schema('./external-answer.schema.json'), { proposals: [{ changes: { limit: 0.3 } }] })).toBe(true)
})

it.each<[string, () => Optimizer, string]>([
  ['a program that is not there', () => externalOptimizer({ command: '/nowhere/optimizer' }), 'expected a command that starts, received: spawn /nowhere/optimizer ENOENT'],
  ['one that fails', () => node('console.error("no such file"); process.exit(3)'), 'expected exit code 0, received 3: no such file'],
  ['prose instead of JSON', () => node('console.log("I think 0.3")'), 'expected {"proposals": [{"changes": {…}}]} as JSON, received "I think 0.3\\n"'],
  ['half an answer', () => node('process.stdout.write(`{"proposals": [{"chan`)'), 'expected {"proposals": [{"changes": {…}}]} as JSON'],
  ['another form', () => node('console.log(`{"proposals": [3]}`)'), 'expected {"proposals": [{"changes": {…}}]} as JSON, received 3'],
  ['an answer that never comes', () => node('setInterval(() => {}, 1000)', { timeoutMs: 200 }), 'expected an answer within 200 ms, received none'],
  ['an endless answer', () => node('setInterval(() => process.stdout.write("x".repeat(1 << 20)), 1)'), 'expected an answer of at most 4194304 bytes, received more'],
  ['an unknown parameter', () => node('console.log(`{"proposals": [{"changes": {"__proto__": 1, "speed": 2}}]}`)'), 'expected a parameter that may change, received "__proto__" (and 1 more)'],
  ['a value outside the range', () => node('console.log(`{"proposals": [{"changes": {"limit": 7}}]}`)'), 'expected a number from 0 to 1, received 7'],
])('%s is told, and keeps the run going', async (_, make, message) => expect(await reasonOf(make())).toContain(message))

it('what it was asked and answered stands in the report, with what became of each value', async () => {
  const { steps } = await runTraining(node('console.log(`{"proposals": [{"changes": {"limit": 0.95, "speed": 2}}, {"changes": {"limit": 7}}]}`)'), { rounds: 1 })
  expect(steps).toMatchObject([{ round: 1, messages: [{ role: 'stdin' }], answer: expect.stringContaining('"speed": 2'), edits: [
    { parameter: 'limit', from: 0.9, to: 0.95, state: 'not-better' },
    { parameter: 'speed', from: null, to: 2, state: 'refused', reason: '"speed" is no parameter that it may change' },
    { parameter: 'limit', to: 7, state: 'refused', reason: expect.stringContaining('expected a number from 0 to 1, received 7') },
  ] }])
  expect((await runTraining(node('console.log("I think 0.3")'), { rounds: 1 })).steps).toMatchObject([{ answer: 'I think 0.3\n', problem: expect.stringContaining('as JSON'), edits: [] }])
})

it('stopping the run ends the program', async () => {
  const stop = new AbortController()
  const started = runTraining(node('setInterval(() => {}, 1000)', { timeoutMs: 600_000 }), { signal: stop.signal })
  setTimeout(() => stop.abort(), 300)
  expect((await started).stop).toBe('interrupted')
})
