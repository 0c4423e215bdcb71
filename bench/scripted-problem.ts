/** One training on one scripted problem of `bench/optbench`: the workflow, its judge, and what the server knows of the result. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { bundle, parameter, withParameters, type Parameter } from '../src/index.ts'
import { seededRandom, type Random } from '../src/core/random.ts'
import type { CaseRun } from '../src/feedback/case-run.ts'
import { meter } from '../src/llm/spending/meter.ts'
import type { Model } from '../src/llm/model.ts'
import { openaiModel } from '../src/llm/openai-model.ts'
import type { Optimizer } from '../src/optimize/optimizer.ts'
import { resolvePlan } from '../src/train/defaults.ts'
import type { CaseRequest } from '../src/train/outcome.ts'
import { train } from '../src/train/train.ts'

interface Row { readonly id: string; readonly input: string }
type ParameterRow = { readonly name: string } & (
  | { readonly kind: 'text'; readonly initial: string } | { readonly kind: 'boolean'; readonly initial: boolean }
  | { readonly kind: 'number'; readonly initial: number; readonly min: number; readonly max: number }
  | { readonly kind: 'choice'; readonly initial: unknown; readonly choices: readonly string[] }
  | { readonly kind: 'examples'; readonly initial: readonly object[]; readonly pool: readonly object[]; readonly max: number })
interface Problem {
  readonly parameters: readonly ParameterRow[]
  readonly modules: readonly string[]
  readonly train: readonly Row[]
  readonly noTask: boolean
}
interface Judged { readonly score: number; readonly feedback: readonly string[]; readonly trace?: string }

/** What the server knows at the end; `final` and `bestSeen` are true scores that no optimizer ever sees. */
export interface Final {
  readonly final: number
  readonly bestSeen: number
  readonly target: number
  readonly hit: { readonly rollouts: number; readonly proposer: number; readonly critic: number } | null
  readonly rollouts: number
  readonly proposer: number
  readonly critic: number
  readonly propChars: number
}

/** How to train. */
export interface Setup {
  readonly problem: string
  readonly seed: number
  /** Calls of the scripted model at most. */
  readonly calls: number
  readonly rollouts: number
  /** Of the cases that the problem has for learning. */
  readonly share: number
  readonly strategy?: string | undefined
  readonly rerunFinalists?: boolean
  /** Of the answers of the model, this part is broken: cut off, in no form, with names that are none, or what was there already. */
  readonly flaky?: number
  optimizer(model: Model): Optimizer
}

/** A server, and how to stop it. */
export async function startServer(): Promise<{ readonly base: string; stop(): void }> {
  const server = spawn(process.execPath, [fileURLToPath(new URL('optbench/server.mjs', import.meta.url)), '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const base = await new Promise<string>((resolve) => { server.stdout.on('data', (text: Buffer) => resolve(/http:\S+/.exec(String(text))![0])) })
  return { base, stop: () => { server.kill() } }
}

/** Trains once and hands the final values to the server. */
export async function runOnce(base: string, label: string, { problem: name, seed, calls, rollouts, share, strategy, rerunFinalists, flaky = 0, optimizer }: Setup): Promise<Final> {
  const run = `${base}/run/${encodeURIComponent(label)}~${name}~${seed}`
  const ask = async <T>(path: string, body?: object): Promise<T> => {
    const response = await fetch(run + path, body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return await response.json() as T
  }
  const problem = await ask<Problem>('/problem')
  const rows = problem.train.slice(0, Math.ceil(problem.train.length * share))
  const parameters = new Map(problem.parameters.map((row) => [row.name, parameterOf(row, problem.noTask)]))
  const workflow = problem.noTask ? formula(ask, parameters) : chain(ask, problem.modules, parameters)
  const runCase = async ({ case: { id }, trial, values }: CaseRequest): Promise<CaseRun> => {
    const assignments = Object.entries(values).flatMap(([key, value]) => parameters.get(key)?.with(value) ?? [])
    return withParameters(assignments, async () => {
      const candidate = Object.fromEntries([...parameters].map(([key, { value }]) => [key, value]))
      const { judged, outputs } = await workflow(rows.find((one) => one.id === id)!, candidate)
      const failed = judged.feedback.filter((text) => text.startsWith('Assertion failed'))
      return { caseId: id, trial, score: judged.score, checks: [], durationMs: 0, trace: { outputs, leaks: [] }, feedback: failed.map((message) => ({ kind: 'assertion', message, soft: true })) }
    })
  }
  const model = meter(unreliable(openaiModel({ model: 'proposer', baseURL: `${run}/v1` }), seededRandom(`flaky ${seed}`), flaky), { maxCalls: calls })
  const chosen = optimizer(model)
  const plan = resolvePlan({ workflow: name, cases: rows.map(({ id }) => ({ id })), rounds: 3 * calls, patience: calls, maxEvaluations: rollouts, holdOut: false, seed: String(seed), concurrency: 4, strategy: strategy ?? chosen.strategy, rerunFinalists })
  const { finalValues, rounds, stop } = await train(plan, chosen, { runCase, signal: new AbortController().signal })
  if (process.env['BENCH_ROUNDS'] !== undefined) for (const one of rounds) console.log(label, name, seed, stop, JSON.stringify({ ...one, changes: undefined, blame: undefined }))
  return ask<Final>('/final', { candidate: Object.fromEntries(Object.entries(finalValues).map(([key, value]) => [key, typeof value === 'object' ? JSON.stringify(value) : String(value)])) })
}

// Without a range, as a user would write it who knows none: the optimizer has to find the scale.
function parameterOf(row: ParameterRow, isFormula: boolean): Parameter<unknown> {
  switch (row.kind) {
    case 'number': return (isFormula ? parameter(row.name, row.initial) : parameter(row.name, row.initial, { range: [row.min, row.max] })) as Parameter<unknown>
    case 'choice': return parameter(row.name, row.initial as string, { choices: row.choices }) as Parameter<unknown>
    case 'examples': return parameter(row.name, row.initial, { pool: row.pool, max: row.max }) as Parameter<unknown>
    case 'boolean': return parameter(row.name, row.initial) as Parameter<unknown>
    default: return parameter(row.name, row.initial) as Parameter<unknown>
  }
}

/** A model whose answers are broken now and then. */
function unreliable(model: Model, random: Random, share: number): Model {
  if (share === 0) return model
  return {
    ...model, name: model.name,
    async send(request) {
      const reply = await model.send(request)
      if (random.next() >= share) return reply
      const broken: readonly (() => Partial<typeof reply>)[] = [
        () => ({ text: reply.text.slice(0, reply.text.length / 2), finish: 'length' }), () => ({ text: reply.text.slice(0, reply.text.length * 0.6) }), () => ({ text: 'I would make the prompts clearer.' }),
        () => ({ text: reply.text.replaceAll(/name="/g, 'name="the_') }), () => ({ text: '' }), () => ({ text: '{"suggestion": {"system": "Be nice"' }),
      ]
      return { ...reply, ...random.pick(broken)() }
    },
  }
}

type Ask = <T>(path: string, body?: object) => Promise<T>
type Workflow = (row: Row, candidate: Readonly<Record<string, unknown>>) => Promise<{ readonly judged: Judged; readonly outputs: CaseRun['trace']['outputs'] }>

/** Each module is a step that asks the scripted task model with its own prompt and what the steps before it wrote. */
function chain(ask: Ask, modules: readonly string[], parameters: ReadonlyMap<string, Parameter<unknown>>): Workflow {
  const steps = modules.map((module) => ({
    module, step: bundle(async (prompt: unknown, input: string) => {
      const answer = await ask<{ choices: [{ message: { content: string } }] }>('/v1/chat/completions', { model: `task:${module}`, messages: [{ role: 'system', content: prompt }, { role: 'user', content: input }] })
      return answer.choices[0].message.content
    }, { name: module, inputs: ['prompt', 'input'] }),
  }))
  const settings = [...parameters.keys()].filter((name) => !modules.includes(name))
  const finish = bundle((values: unknown, text: string) => ({ text, settings: values }), { name: 'finish' })
  return async ({ id, input }, candidate) => {
    const written: Record<string, string> = {}
    const outputs = []
    let soFar = ''
    for (const { module, step } of steps) {
      const node = await step(parameters.get(module)!, input + (soFar === '' ? '' : `\nSo far:\n${soFar}`))
      written[module] = node.value
      soFar += `${node.value}\n`
      outputs.push(node)
    }
    if (settings.length > 0) outputs.push(await finish(Object.fromEntries(settings.map((name) => [name, parameters.get(name)!])), outputs.at(-1)!))
    return { judged: await ask<Judged>('/judge', { case: id, outputs: written, candidate }), outputs }
  }
}

/** A formula over the parameters; how it came about is what the server traced. */
function formula(ask: Ask, parameters: ReadonlyMap<string, Parameter<unknown>>): Workflow {
  const evaluate = bundle(async (candidate: Readonly<Record<string, unknown>>, id: string) => ask<Judged>('/judge', { case: id, outputs: {}, candidate }), { name: 'evaluate' })
  return async ({ id }) => {
    const node = await evaluate(Object.fromEntries(parameters), id)
    return { judged: node.value, outputs: [node.derive(({ trace }) => trace)] }
  }
}
