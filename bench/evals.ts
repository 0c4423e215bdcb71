/**
 * What the optimizer that needs no model gains on the evals of this repository, over many seeds, on held-out cases.
 * Each seed is another split as well as another search. Run: `node bench/evals.ts [--seeds 12] [--from 1] [--eval spam] [--optimizer search] [--full-corpus]`.
 */
import { registerHooks } from 'node:module'
import { parseArgs } from 'node:util'
import { mean, trainOnce, type BenchEval, type SeedResult } from './train-once.ts'

// The workflows import the package by its name; here that is the source.
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'trace-eval' ? { url: new URL('../src/index.ts', import.meta.url).href, shortCircuit: true } : next(specifier, context),
})

const { values: flags } = parseArgs({
  options: { seeds: { type: 'string', default: '12' }, from: { type: 'string', default: '1' }, eval: { type: 'string' }, optimizer: { type: 'string', default: 'search' }, 'full-corpus': { type: 'boolean', default: false } },
})
const { optimizerByName } = await import('../src/optimize/optimizer-by-name.ts')
const evals = (await Promise.all([spamEval(), crawlerEval()])).filter(({ name }) => flags.eval === undefined || name.includes(flags.eval))
for (const one of evals) {
  console.log(`\n${one.name}: ${one.rows.length} cases, threshold ${one.settings.threshold}, at most ${one.settings.maxEvaluations} evaluations, optimizer ${flags.optimizer}`)
  console.log('seed   learn            held out         cases  rounds  evaluations  seconds  stopped by')
  const results: SeedResult[] = []
  for (let seed = Number(flags.from); seed < Number(flags.from) + Number(flags.seeds); seed++) {
    const result = await trainOnce(one, String(seed), optimizerByName(flags.optimizer))
    results.push(result)
    console.log(line(seed, result))
  }
  console.log(summary(results, one.settings.threshold))
  if (flags['full-corpus'] && one.full !== undefined) await checkOnFullCorpus(one, results[0]!)
}

async function spamEval(): Promise<BenchEval> {
  const [{ classifyMail }, { settings }, { default: rows }] = await Promise.all([
    import('../evals/spam/spam.ts'), import('../evals/spam/settings.ts'), import('../evals/spam/mails.json', { with: { type: 'json' } })])
  return {
    name: 'spam filter', settings, rows, run: (input) => classifyMail(input as never),
    full: async () => (await import('../evals/spam/corpus.ts')).corpusMails().filter(({ id }) => !rows.some((row) => row.id === id)),
  }
}

async function crawlerEval(): Promise<BenchEval> {
  const [{ classifyAgent }, { settings }, { default: rows }] = await Promise.all([
    import('../evals/crawlers/crawlers.ts'), import('../evals/crawlers/settings.ts'), import('../evals/crawlers/agents.json', { with: { type: 'json' } })])
  return { name: 'crawler recognition', settings, rows, run: (input) => classifyAgent(input as never) }
}

function line(seed: number, { learn, heldOut, adopted, outcome, seconds }: SeedResult): string {
  const arrow = ([from, to]: readonly [number, number]): string => `${from.toFixed(3)} -> ${to.toFixed(3)}`
  return [String(seed).padStart(4), `  ${arrow(learn)}   ${arrow(heldOut)}`, String(outcome.heldOut.length).padStart(7), String(outcome.rounds.length).padStart(7),
    String(outcome.evaluations).padStart(12), seconds.toFixed(1).padStart(8), `  ${outcome.stop}${adopted ? '' : '; winner not adopted'}`].join(' ')
}

function summary(results: readonly SeedResult[], threshold: number): string {
  const gains = results.map(({ heldOut: [from, to] }) => to - from)
  const finals = results.map(({ heldOut }) => heldOut[1])
  const starts = results.map(({ heldOut }) => heldOut[0])
  const range = (values: readonly number[]): string => `${mean(values).toFixed(3)} (${Math.min(...values).toFixed(3)} to ${Math.max(...values).toFixed(3)})`
  const deviation = Math.sqrt(mean(gains.map((gain) => (gain - mean(gains)) ** 2)) * gains.length / Math.max(1, gains.length - 1))
  return [
    `held out  start ${range(starts)}, final ${range(finals)}`,
    `gain      ${range(gains)}, standard deviation ${deviation.toFixed(3)}, above 0 in ${gains.filter((gain) => gain > 0).length} of ${gains.length}`,
    `adopted   ${results.filter(({ adopted }) => adopted).length} of ${results.length}; threshold ${threshold} met by ${finals.filter((score) => score >= threshold).length}, by the starting values ${starts.filter((score) => score >= threshold).length}`,
  ].join('\n')
}

/** The values that the first seed learned, on all mails that are not in the excerpt. */
async function checkOnFullCorpus({ run, full }: BenchEval, { outcome }: SeedResult): Promise<void> {
  const { withParameters } = await import('../src/graph/parameter.ts')
  const { untraced } = await import('../src/graph/context.ts')
  const unseen = await full!()
  const learned = Object.entries(outcome.finalValues).flatMap(([name, value]) => outcome.parameters.get(name)?.with(value) ?? [])
  const accuracy = (of: typeof unseen): number => untraced(() => mean(of.map(({ input, expected }) => (run(input).value === expected ? 1 : 0))))
  for (const kind of ['ham', 'spam', undefined]) {
    const mails = unseen.filter(({ expected }) => kind === undefined || expected === kind)
    console.log(`full corpus, ${kind ?? 'all'}: ${mails.length} unseen mails, right ${accuracy(mails).toFixed(3)} -> ${withParameters(learned, () => accuracy(mails)).toFixed(3)}`)
  }
}
