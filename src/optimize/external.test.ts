/** Programs in any language as optimizers: a real one in Python through a whole training, and what broken ones lead to. Stage: optimize. */
import { readFileSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { CaseRun, ParameterValues } from '../feedback/case-run.ts'
import { bundle } from '../graph/bundle.ts'
import { parameter, withParameters } from '../graph/parameter.ts'
import { resolvePlan } from '../train/defaults.ts'
import type { TrainOutcome } from '../train/outcome.ts'
import { train } from '../train/train.ts'
import { externalOptimizer, type ExternalOptions } from './external.ts'
import { LineProcess } from './line-process.ts'
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

it.each(['command', 'process'])('an optimizer in Python finds a limit, as a %s', async (form) => {
  const outcome = await runTraining(optimizerByName(`${form}:python3 ${fileURLToPath(new URL('../../docs/examples/optimizer.py', import.meta.url))}`))
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

describe('a program that stays for the run', () => {
  const lines = (onLine: string, more: Partial<ExternalOptions> = {}): Optimizer =>
    node(`let count = 0; const readline = require('node:readline').createInterface({ input: process.stdin }); readline.on('line', (line) => { count++; const question = JSON.parse(line); ${onLine} })`, { lifetime: 'run', ...more })
  const moves = (limit: string, reason: string): string => `console.log(JSON.stringify({ round: question.round, proposals: [{ changes: { limit: ${limit} }, reason: ${reason} }] }));`
  const reasons = ({ rounds }: TrainOutcome): string[] => rounds.map(({ reason }) => reason)
  const edits = ({ steps }: TrainOutcome): unknown[] => steps.map(({ answer = '', problem }) => problem ?? (JSON.parse(answer) as { proposals: { reason?: string }[] }).proposals[0]?.reason)
  /** Files that the program leaves, by name. */
  const folderFor = async (): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'external-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    return folder
  }

  it('is one process, which remembers, and ends when its input does', async () => {
    const folder = await folderFor()
    const outcome = await runTraining(lines(`${moves('1 - question.round / 10', '`question ${count} to ${process.pid}`')} readline.on('close', () => { require('node:fs').writeFileSync(${JSON.stringify(folder)} + '/ended', ''); })`), { rounds: 3 })
    const said = edits(outcome).map((text) => /^question (\d+) to (\d+)$/.exec(String(text))!)
    expect(said.map(([, count]) => count)).toEqual(['1', '2', '3'])
    expect(new Set(said.map(([, , pid]) => pid)).size).toBe(1)
    expect(readdirSync(folder)).toEqual(['ended'])
  })

  it('that crashes is a round without candidates that says why, and another process has the next question', async () => {
    const outcome = await runTraining(lines(`if (question.round === 2) { console.error('no such model'); process.exit(7) } ${moves('0.9 - question.round / 100', '`question ${count}`')}`), { rounds: 3 })
    expect(reasons(outcome)[1]).toContain('expected a program that stays until its input ends, received exit code 7: no such model')
    expect(edits(outcome)).toEqual(['question 1', expect.stringContaining('exit code 7'), 'question 1'])
  })

  it('that ended between two rounds is started again', async () => {
    const outcome = await runTraining(lines(`${moves('0.9 - question.round / 100', '`question ${count}`')} process.exitCode = 0; readline.close(); process.stdin.destroy()`), { rounds: 2 })
    expect(edits(outcome)).toEqual(['question 1', 'question 1'])
  })

  it.each<[string, string, Partial<ExternalOptions>, string]>([
    ['is not there', '', { command: '/nowhere/optimizer' }, 'expected a command that starts, received: spawn /nowhere/optimizer ENOENT'],
    ['never answers', '', { timeoutMs: 300 }, 'expected an answer within 300 ms, received none'],
    ['writes prose', 'console.log("I think 0.3")', {}, 'expected {"proposals": [{"changes": {…}}]} as JSON, received "I think 0.3"'],
    ['writes without end', 'setInterval(() => process.stdout.write("x".repeat(1 << 20)), 1)', {}, 'expected an answer of at most 4194304 bytes, received more'],
    ['reads to the end of its input', 'question.never()', { args: ['-e', 'require("node:fs").readFileSync(0)'], timeoutMs: 300 }, 'expected an answer within 300 ms, received none'],
  ])('that %s gives a round that says so', async (_, onLine, more, message) => expect(await reasonOf(lines(onLine, more))).toContain(message))

  it('that writes two lines for one question is told at the next one, so that no answer is taken for another', async () => {
    const twice = `${moves('0.9 - question.round / 100', '"first"')} ${moves('0.1', '"second"')}`
    const outcome = await runTraining(lines(twice), { rounds: 3 })
    expect(edits(outcome)).toEqual(['first', expect.stringMatching(/expected one line for each question, received another one: "\{\\"round\\"|expected an answer to round 2, received one to round 1/), 'first'])
  })

  it('that does not end with its input is ended', async () => {
    const stubborn = new LineProcess({ command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000); process.stdin.on("data", () => console.log(process.pid))'] }, 200)
    const pid = Number(await stubborn.ask('{}', new AbortController().signal))
    await stubborn.end()
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })

  it('is ended when the run is stopped', async () => {
    const folder = await folderFor()
    const stop = new AbortController()
    const started = runTraining(lines(`require('node:fs').writeFileSync(${JSON.stringify(folder)} + '/' + process.pid, '')`), { signal: stop.signal })
    await vi.waitFor(() => expect(readdirSync(folder)).toHaveLength(1), 10_000)
    stop.abort()
    expect((await started).stop).toBe('interrupted')
    expect(() => process.kill(Number(readdirSync(folder)[0]), 0)).toThrow('ESRCH')
  })

  it('is one of two lifetimes', () => expect(() => externalOptimizer({ command: 'x', lifetime: 'ever' as never })).toThrow("expected a lifetime 'round' or 'run', received \"ever\""))
})
