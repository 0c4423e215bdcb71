/**
 * How long questions to a model get and how long they take to build, on traces from 10 to 10,000 nodes. A graph of a program that runs in a loop: each
 * pass reads a parameter, a given record of some kilobytes and the last result. Twenty cases, all failing.
 *
 *     node bench/prompt-size.ts [--limit 24000]
 *
 * The target is a build time of at most 20 ms at 1,000 nodes, and no question beyond its limit.
 */
import { parseArgs } from 'node:util'
import { blameParameters } from '../src/backward/blame.ts'
import type { CaseRun } from '../src/feedback/case-run.ts'
import { bundle, node, parameter, type Node } from '../src/index.ts'
import type { Model } from '../src/llm/model.ts'
import type { Evaluation, Optimizer, RoundView } from '../src/optimize/optimizer.ts'
import { gepa, opro, optoPrime, reflect, textGrad } from '../src/optimizers.ts'
import { seededRandom } from '../src/core/random.ts'
import { parameterSpecs } from '../src/train/parameter-specs.ts'

const { values: options } = parseArgs({ options: { limit: { type: 'string', default: '24000' } } })
const promptLimit = Number(options.limit)
const [WARM, REPEATS] = [5, 30]

const prompt = parameter('prompt', 'Summarise what is new in the record, in one sentence. '.repeat(8), { description: 'System prompt of each pass' })
const least = parameter('least', 0.5, { range: [0, 1] })
const read = bundle(function read(record: { readonly text: string }, prompt: string) { return { summary: record.text.slice(0, 400), rules: prompt.length } }, { description: 'asks a model' })
const join = bundle(function join(last: string, next: { readonly summary: string }, least: number) { return `${last.slice(-200)} ${next.summary.slice(0, 200)} ${least}` })

function traceOf(size: number, id: number): Node<string> {
  let result: Node<string> = node('Nothing yet.', 'start')
  for (let made = 3; made < size; made += 3) result = join(result, read(node({ text: `record ${id} ${made} `.repeat(200), tags: Array.from({ length: 50 }, (_, tag) => tag) }, 'record'), prompt), least)
  return result
}

function viewOf(size: number): RoundView {
  const runs = new Map(Array.from({ length: 20 }, (_, id): [string, CaseRun[]] => [`case ${id}`, [{
    caseId: `case ${id}`, trial: 0, score: 0.5, checks: [], durationMs: 0, trace: { outputs: [traceOf(size, id)], leaks: [] },
    feedback: Array.from({ length: 3 }, (_, index) => ({ kind: 'assertion' as const, message: `rule ${(id + index) % 7} does not hold: ${'expected this and received that '.repeat(10)}`, soft: true })),
  }]]))
  const best: Evaluation = { values: { prompt: prompt.value, least: least.value }, score: 0.5, complete: true, runs }
  const blame = blameParameters(runs)
  return { round: 1, best, history: [best], blame, maxCandidates: 4, signal: new AbortController().signal }
}

const optimizers: readonly (readonly [string, (model: Model) => Optimizer])[] = [
  ['reflect', (model) => reflect(model, { promptLimit })],
  ['gepa', (model) => gepa({ model, promptLimit })],
  ['optoprime, tags', (model) => optoPrime({ model, promptLimit })],
  ['optoprime, sections', (model) => optoPrime({ model, promptLimit, form: 'sections' })],
  ['opro', (model) => opro({ model, promptLimit, samples: 1 })],
  ['textgrad, with critics', (model) => textGrad({ model, promptLimit })],
]

const setup = () => ({ parameters: parameterSpecs([prompt, least] as never, { kinds: ['text', 'number'] } as never, { prompt: prompt.value, least: least.value }), random: seededRandom('bench') })
console.log(`questions of at most ${promptLimit} characters; Node ${process.version}; mean of ${REPEATS} builds, in milliseconds of this thread's own work`)
console.log(`${'nodes'.padStart(7)}  ${'optimizer'.padEnd(24)} ${'longest'.padStart(8)}  ${'ms'.padStart(7)}`)
for (const size of [10, 100, 1000, 10_000]) {
  const view = viewOf(size)
  for (const [name, make] of optimizers) {
    let spent = 0
    let longest = 0
    for (let repeat = 0; repeat < REPEATS + WARM; repeat++) {
      const model: Model = {
        name: 'measure',
        async send({ messages }) {
          longest = Math.max(longest, messages.reduce((sum, { content }) => sum + content.length, 0))
          return { text: `<component name="least">0.${repeat + 10}</component><variable name="least">0.${repeat + 10}</variable>`, finish: 'stop' }
        },
      }
      const run = make(model).begin(setup())
      const started = process.threadCpuUsage()
      await run.propose({ ...view, round: repeat + 1 })
      const { user, system } = process.threadCpuUsage(started)
      // The first builds are not compiled yet.
      if (repeat >= WARM) spent += (user + system) / 1000
    }
    const mean = spent / REPEATS
    console.log(`${String(size).padStart(7)}  ${name.padEnd(24)} ${String(longest).padStart(8)}  ${mean.toFixed(1).padStart(7)}${longest > promptLimit ? '  TOO LONG' : ''}${size === 1000 && mean > 20 ? '  TOO SLOW' : ''}`)
  }
}
