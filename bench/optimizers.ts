/**
 * Optimizers that ask a model, on problems whose answers are known. The model is scripted (`bench/optbench`): it reads only the prompt it is
 * sent, so the numbers say how much of the evidence an optimizer delivers and how it spends its calls, not how a real model writes.
 *
 *     node bench/optimizers.ts [--seeds 10] [--from 1] [--calls 10] [--problem rules]
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { bundle, parameter, withParameters, type Parameter } from '../src/index.ts'
import type { CaseRun } from '../src/feedback/case-run.ts'
import { meter } from '../src/llm/meter.ts'
import { openaiModel } from '../src/llm/openai-model.ts'
import { reflect } from '../src/optimize/reflect.ts'
import { resolvePlan } from '../src/train/defaults.ts'
import type { CaseRequest } from '../src/train/outcome.ts'
import { train } from '../src/train/train.ts'

interface Problem {
  readonly seedCandidate: Readonly<Record<string, string>>
  readonly modules: readonly string[]
  readonly train: readonly { readonly id: string; readonly input: string }[]
  readonly noTask: boolean
}
interface Judged { readonly score: number; readonly feedback: readonly string[]; readonly trace?: string }
interface Final { readonly final: number; readonly target: number; readonly hit: { readonly rollouts: number; readonly proposer: number } | null; readonly rollouts: number; readonly proposer: number }

const { values: options } = parseArgs({ options: { seeds: { type: 'string', default: '10' }, from: { type: 'string', default: '1' }, calls: { type: 'string', default: '10' }, problem: { type: 'string' } } })
const server = spawn(process.execPath, [fileURLToPath(new URL('optbench/server.mjs', import.meta.url)), '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
const base = await new Promise<string>((resolve) => { server.stdout.on('data', (text: Buffer) => resolve(/http:\S+/.exec(String(text))![0])) })
const calls = Number(options.calls)

try {
  console.log(`reflect, scripted proposer, at most ${calls} calls; seeds ${options.from} to ${Number(options.from) + Number(options.seeds) - 1}; Node ${process.version}`)
  console.log('problem        final mean (min-max)   target seen   median calls / rollouts to it   rollouts   calls')
  for (const name of options.problem === undefined ? ['rules', 'rules-binary', 'pipeline', 'numeric'] : [options.problem]) {
    const finals: Final[] = []
    for (let seed = Number(options.from); seed < Number(options.from) + Number(options.seeds); seed++) finals.push(await runOnce(name, seed))
    console.log(rowOf(name, finals))
  }
} finally {
  server.kill()
}

async function runOnce(name: string, seed: number): Promise<Final> {
  const run = `${base}/run/reflect~${name}~${seed}`
  const ask = async <T>(path: string, body?: object): Promise<T> => {
    const response = await fetch(run + path, body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return await response.json() as T
  }
  const problem = await ask<Problem>('/problem')
  const parameters = new Map(Object.entries(problem.seedCandidate).map(([key, value]) => [key, (problem.noTask ? parameter(key, Number(value)) : parameter(key, value)) as Parameter<unknown>]))
  const steps = problem.modules.map((module) => ({
    module, step: bundle(async (prompt: unknown, input: string) => {
      const answer = await ask<{ choices: [{ message: { content: string } }] }>('/v1/chat/completions', { model: `task:${module}`, messages: [{ role: 'system', content: prompt }, { role: 'user', content: input }] })
      return answer.choices[0].message.content
    }, { name: module, inputs: ['prompt', 'input'] }),
  }))
  const evaluate = bundle(async (candidate: Readonly<Record<string, unknown>>, id: string) => ask<Judged>('/judge', { case: id, outputs: {}, candidate }), { name: 'evaluate' })
  const runCase = async ({ case: { id }, trial, values }: CaseRequest): Promise<CaseRun> => {
    const assignments = Object.entries(values).flatMap(([key, value]) => parameters.get(key)?.with(value) ?? [])
    return withParameters(assignments, async () => {
      const row = problem.train.find((one) => one.id === id)!
      const candidate = Object.fromEntries([...parameters].map(([key, { value }]) => [key, value]))
      if (problem.noTask) {
        const node = await evaluate(Object.fromEntries(parameters), id)
        const trace = node.derive(({ trace }) => trace)
        return caseRun(id, trial, node.value, [trace])
      }
      const outputs: Record<string, string> = {}
      const nodes = []
      let soFar = ''
      for (const { module, step } of steps) {
        const node = await step(parameters.get(module)!, row.input + (soFar === '' ? '' : `\nSo far:\n${soFar}`))
        outputs[module] = node.value
        soFar += `${node.value}\n`
        nodes.push(node)
      }
      return caseRun(id, trial, await ask<Judged>('/judge', { case: id, outputs, candidate }), nodes)
    })
  }
  const model = meter(openaiModel({ model: 'proposer', baseURL: `${run}/v1` }), { maxCalls: calls })
  const plan = resolvePlan({ workflow: name, cases: problem.train.map(({ id }) => ({ id })), rounds: 3 * calls, patience: calls, maxEvaluations: 600, holdOut: false, seed: String(seed), concurrency: 4 })
  const { finalValues, rounds, stop } = await train(plan, reflect(model), { runCase, signal: new AbortController().signal })
  if (process.env['BENCH_ROUNDS'] !== undefined) for (const one of rounds) console.log(name, seed, stop, JSON.stringify({ ...one, changes: undefined }))
  return ask<Final>('/final', { candidate: Object.fromEntries(Object.entries(finalValues).map(([key, value]) => [key, String(value)])) })
}

function caseRun(caseId: string, trial: number, { score, feedback }: Judged, outputs: CaseRun['trace']['outputs']): CaseRun {
  const failed = feedback.filter((text) => text.startsWith('Assertion failed'))
  return { caseId, trial, score, checks: [], feedback: failed.map((message) => ({ kind: 'assertion', message, soft: true })), durationMs: 0, trace: { outputs, leaks: [] } }
}

function rowOf(name: string, finals: readonly Final[]): string {
  const scores = finals.map(({ final }) => final)
  const hits = finals.flatMap(({ hit }) => hit ?? [])
  const median = (values: readonly number[]): string => (values.length * 2 < finals.length ? '–' : String(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]))
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  return [
    name.padEnd(14), `${mean(scores).toFixed(3)} (${Math.min(...scores).toFixed(3)}-${Math.max(...scores).toFixed(3)})`.padEnd(22), `${hits.length}/${finals.length}`.padEnd(13),
    `${median(hits.map(({ proposer }) => proposer))} / ${median(hits.map(({ rollouts }) => rollouts))}`.padEnd(31), mean(finals.map(({ rollouts }) => rollouts)).toFixed(0).padEnd(10), mean(finals.map(({ proposer }) => proposer)).toFixed(1),
  ].join(' ')
}
