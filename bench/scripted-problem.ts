/** One training on one scripted problem of `bench/optbench`: the workflow, its judge, and what the server knows of the result. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { bundle, parameter, withParameters, type Parameter } from '../src/index.ts'
import type { CaseRun } from '../src/feedback/case-run.ts'
import { meter } from '../src/llm/spending/meter.ts'
import type { Model } from '../src/llm/model.ts'
import { openaiModel } from '../src/llm/openai-model.ts'
import type { Optimizer } from '../src/optimize/optimizer.ts'
import { resolvePlan } from '../src/train/defaults.ts'
import type { CaseRequest } from '../src/train/outcome.ts'
import { train } from '../src/train/train.ts'

interface Row { readonly id: string; readonly input: string }
interface Problem {
  readonly seedCandidate: Readonly<Record<string, string>>
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
  optimizer(model: Model): Optimizer
}

/** A server, and how to stop it. */
export async function startServer(): Promise<{ readonly base: string; stop(): void }> {
  const server = spawn(process.execPath, [fileURLToPath(new URL('optbench/server.mjs', import.meta.url)), '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const base = await new Promise<string>((resolve) => { server.stdout.on('data', (text: Buffer) => resolve(/http:\S+/.exec(String(text))![0])) })
  return { base, stop: () => { server.kill() } }
}

/** Trains once and hands the final values to the server. */
export async function runOnce(base: string, label: string, { problem: name, seed, calls, rollouts, share, strategy, rerunFinalists, optimizer }: Setup): Promise<Final> {
  const run = `${base}/run/${encodeURIComponent(label)}~${name}~${seed}`
  const ask = async <T>(path: string, body?: object): Promise<T> => {
    const response = await fetch(run + path, body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return await response.json() as T
  }
  const problem = await ask<Problem>('/problem')
  const rows = problem.train.slice(0, Math.ceil(problem.train.length * share))
  const parameters = new Map(Object.entries(problem.seedCandidate).map(([key, value]) => [key, (problem.noTask ? parameter(key, Number(value)) : parameter(key, value)) as Parameter<unknown>]))
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
  const model = meter(openaiModel({ model: 'proposer', baseURL: `${run}/v1` }), { maxCalls: calls })
  const plan = resolvePlan({ workflow: name, cases: rows.map(({ id }) => ({ id })), rounds: 3 * calls, patience: calls, maxEvaluations: rollouts, holdOut: false, seed: String(seed), concurrency: 4, strategy, rerunFinalists })
  const { finalValues, rounds, stop } = await train(plan, optimizer(model), { runCase, signal: new AbortController().signal })
  if (process.env['BENCH_ROUNDS'] !== undefined) for (const one of rounds) console.log(label, name, seed, stop, JSON.stringify({ ...one, changes: undefined, blame: undefined }))
  return ask<Final>('/final', { candidate: Object.fromEntries(Object.entries(finalValues).map(([key, value]) => [key, String(value)])) })
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
