/**
 * Optimizers that ask a model and search strategies, on problems whose answers are known. The model is scripted (`bench/optbench`): it reads only the
 * prompt it is sent, so the numbers say how much of the evidence an optimizer delivers and how it spends its calls, not how a real model writes.
 *
 *     node bench/optimizers.ts [--seeds 10] [--from 1] [--calls 10] [--rollouts 600] [--share 1] [--problem rules,numeric] [--only default,gepa] [--set all|optimizers|strategies|ablations] [--rerun-finalists] [--flaky 0.4] [--markdown]
 */
import { parseArgs } from 'node:util'
import type { Model } from '../src/llm/model.ts'
import { bootstrapFewShot } from '../src/optimize/writing/bootstrap-few-shot.ts'
import { gepa } from '../src/optimize/writing/gepa.ts'
import { mipro } from '../src/optimize/writing/mipro.ts'
import type { Optimizer } from '../src/optimize/optimizer.ts'
import { opro } from '../src/optimize/writing/opro.ts'
import { optoPrimeMulti } from '../src/optimize/writing/opto-prime-multi.ts'
import { optoPrime } from '../src/optimize/writing/opto-prime.ts'
import { randomSearch } from '../src/optimize/search/random-search.ts'
import { search } from '../src/optimize/search/search.ts'
import { reflect } from '../src/optimize/writing/reflect.ts'
import { simba } from '../src/optimize/writing/simba.ts'
import { textGrad } from '../src/optimize/writing/text-grad.ts'
import { strategyNames } from '../src/train/strategy-by-name.ts'
import { runOnce, startServer, type Final } from './scripted-problem.ts'

interface Entry { readonly optimizer: (model: Model) => Optimizer; readonly strategy?: string }

const optimizers: Readonly<Record<string, Entry>> = {
  'default': { optimizer: (model) => reflect(model) },
  'gepa': { optimizer: (model) => gepa({ model }) },
  'gepa, batch 8, best': { optimizer: (model) => gepa({ model, batch: 8 }), strategy: 'greedy' },
  'optoprime': { optimizer: (model) => optoPrime({ model }) },
  'optoprime, sections': { optimizer: (model) => optoPrime({ model, form: 'sections' }) },
  'optoprime-multi': { optimizer: (model) => optoPrimeMulti({ model }) },
  'mipro': { optimizer: (model) => mipro({ model }) },
  'simba': { optimizer: (model) => simba({ model }) },
  'opro': { optimizer: (model) => opro({ model }) },
  'bootstrap-few-shot': { optimizer: (model) => bootstrapFewShot({ model }) },
  'search': { optimizer: () => search() },
  'random': { optimizer: () => randomSearch() },
  'textgrad': { optimizer: (model) => textGrad({ model }) },
}
const strategies: Readonly<Record<string, Entry>> = Object.fromEntries(strategyNames.map((name) => [`reflect, ${name}`, { optimizer: (model: Model) => reflect(model), strategy: name }]))
const bare = { graph: false, feedback: false, blame: false }
const ablations: Readonly<Record<string, Entry>> = Object.fromEntries(Object.entries({ gepa, optoPrime, textGrad, opro }).flatMap(([name, make]) =>
  [['', {}], [', no graph', { graph: false }], [', no feedback', { feedback: false }], [', no blame', { blame: false }], [', none', bare]]
    // OPRO reads no graph.
    .filter(([what]) => name !== 'opro' || what !== ', no graph')
    .map(([what, options]) => [`${name.toLowerCase()}${what as string}`, { optimizer: (model: Model) => make({ model, ...options as object }) }])))
const sets: Readonly<Record<string, Readonly<Record<string, Entry>>>> = { optimizers, strategies, ablations, all: { ...optimizers, ...strategies } }

const text = { type: 'string' } as const
const { values: options } = parseArgs({ options: { seeds: text, from: text, calls: text, rollouts: text, share: text, problem: text, only: text, set: text, flaky: text, markdown: { type: 'boolean' }, 'rerun-finalists': { type: 'boolean' } } })
const [seeds, from, calls, share] = [Number(options.seeds ?? 10), Number(options.from ?? 1), Number(options.calls ?? 10), Number(options.share ?? 1)]
const rollouts = Number(options.rollouts ?? (calls > 10 ? 1500 : 600))
const all = { ...sets['all'], ...ablations }
const chosen = options.only === undefined ? Object.entries(sets[options.set ?? 'optimizers']!) : options.only.split(';').map((name) => [name.trim(), all[name.trim()]!] as const)

const columns = ['problem', 'optimizer', 'final mean (min–max)', 'target seen', 'calls to it', 'rollouts to it', 'calls', 'rollouts', 'characters a call']
const server = await startServer()
try {
  console.log(`scripted model, at most ${calls} calls and ${rollouts} rollouts${share === 1 ? '' : `, ${share} of the cases`}; seeds ${from} to ${from + seeds - 1}; Node ${process.version}`)
  line(columns)
  if (options.markdown === true) line(columns.map(() => '---'))
  for (const problem of (options.problem ?? 'rules,rules-binary,pipeline,numeric').split(',')) {
    for (const [name, entry] of chosen) {
      const finals: Final[] = []
      for (let seed = from; seed < from + seeds; seed++) finals.push(await runOnce(server.base, `${name} ${calls} ${share} ${options.flaky ?? ''}`, { problem, seed, calls, rollouts, share, rerunFinalists: options['rerun-finalists'] ?? false, flaky: Number(options.flaky ?? 0), ...entry }))
      line(rowOf(problem, name, finals))
    }
  }
} finally {
  server.stop()
}

function rowOf(problem: string, name: string, finals: readonly Final[]): string[] {
  const scores = finals.map(({ final }) => final)
  const hits = finals.flatMap(({ hit }) => hit ?? [])
  return [
    problem, name, `${mean(scores).toFixed(3)} (${Math.min(...scores).toFixed(3)}–${Math.max(...scores).toFixed(3)})`, `${hits.length}/${finals.length}`,
    // Runs that never saw the target count as later than any that did.
    ...[hits.map(({ proposer, critic }) => proposer + critic), hits.map((hit) => hit.rollouts)].map((values) => median([...values, ...Array.from({ length: finals.length - hits.length }, () => Infinity)])),
    mean(finals.map(({ proposer, critic }) => proposer + critic)).toFixed(1), mean(finals.map((final) => final.rollouts)).toFixed(0),
    (finals.reduce((sum, { propChars }) => sum + propChars, 0) / Math.max(1, finals.reduce((sum, { proposer }) => sum + proposer, 0))).toFixed(0),
  ]
}

function median(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.floor(sorted.length / 2)]!) / 2
  return Number.isFinite(middle) ? String(middle) : '–'
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function line(cells: readonly string[]): void {
  const widths = [13, 24, 22, 11, 11, 14, 6, 9, 10]
  console.log(options.markdown === true ? `| ${cells.join(' | ')} |` : cells.map((cell, index) => cell.padEnd(widths[index]!)).join(' '))
}
