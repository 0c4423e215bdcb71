/**
 * Compares the optimizers that need no model: `node bench/embedded.ts [--seeds 21-40] [--problems spam,mixed] [--racing]`. Stage: bench.
 *
 * A plain loop stands in for training: in each of 10 rounds every proposal is run on every case, and the best one is
 * kept if it is better. With `--racing`, candidates first run on 6 cases, two of three of them failing ones, and on more
 * and more while half of them drop out each time, so that most of the history is incomplete, as in a run with a small
 * budget. Settings were tuned on seeds 1 to 20; the defaults report seeds 21 to 40.
 */
import { parseArgs } from 'node:util'
import { seededRandom, type Random } from '../src/core/random.ts'
import type { CaseRun } from '../src/feedback/case-run.ts'
import { optimizerByName, optimizerNames } from '../src/optimize/optimizer-by-name.ts'
import type { Evaluation, Optimizer } from '../src/optimize/optimizer.ts'
import { problems, type Problem } from './embedded-problems.ts'

const ROUNDS = 10

const { values: flags } = parseArgs({ options: {
  seeds: { type: 'string', default: '21-40' },
  problems: { type: 'string', default: Object.keys(problems).join(',') },
  optimizers: { type: 'string', default: optimizerNames.join(',') },
  candidates: { type: 'string', default: '8,16,32' },
  racing: { type: 'boolean', default: false },
} })
const [firstSeed, lastSeed] = flags.seeds.split('-').map(Number) as [number, number]
const seeds = Array.from({ length: lastSeed - firstSeed + 1 }, (_, index) => firstSeed + index)

console.log(`final score${flags.racing ? ' with racing' : ''}, ${ROUNDS} rounds, seeds ${flags.seeds}: min / median / max, and the mean`)
for (const problemName of flags.problems.split(',')) {
  for (const maxCandidates of flags.candidates.split(',').map(Number)) {
    console.log(`\n${problemName}, ${maxCandidates} candidates a round`)
    for (const name of flags.optimizers.split(',')) await report(name, problemName, maxCandidates)
  }
}

async function report(name: string, problemName: string, maxCandidates: number): Promise<void> {
  const started = performance.now()
  const finals: number[] = []
  for (const seed of seeds) {
    const problem = problems[problemName]!(seed)
    const optimizer = optimizerByName(name)
    if (!problem.parameters.some(({ domain }) => optimizer.kinds.includes(domain.kind))) return
    finals.push(await train(problem, optimizer, { maxCandidates, seed }))
  }
  finals.sort((a, b) => a - b)
  const [low, middle, high] = [finals[0]!, (finals[Math.floor((finals.length - 1) / 2)]! + finals[Math.ceil((finals.length - 1) / 2)]!) / 2, finals.at(-1)!]
  const mean = finals.reduce((sum, score) => sum + score, 0) / finals.length
  const perRound = (performance.now() - started) / seeds.length / ROUNDS
  console.log(`  ${name.padEnd(20)}${[low, middle, high].map((score) => score.toFixed(3)).join(' / ')}   mean ${mean.toFixed(3)}   ${perRound.toFixed(1)} ms a round`)
}

async function train(problem: Problem, optimizer: Optimizer, { maxCandidates, seed }: { maxCandidates: number; seed: number }): Promise<number> {
  const parameters = problem.parameters.filter(({ domain }) => optimizer.kinds.includes(domain.kind))
  const run = optimizer.begin({ parameters, random: seededRandom(`bench ${seed}`) })
  const initial = Object.fromEntries(problem.parameters.map((spec) => [spec.name, spec.initial]))
  let best = evaluate(problem, initial)
  const history = [best]
  const blame = parameters.map(({ name }) => ({ parameter: name, score: 0.5, cases: [] }))
  for (let round = 1; round <= ROUNDS && best.score < 1; round++) {
    const proposals = await run.propose({ round, best, history: [...history], blame, maxCandidates, signal: new AbortController().signal })
    const candidates = proposals.map(({ changes }) => evaluate(problem, { ...best.values, ...changes }))
    const tried = flags.racing ? race(candidates, best, seededRandom(`race ${seed} ${round}`)) : candidates
    history.push(...tried)
    for (const evaluation of tried) if (evaluation.complete && evaluation.score > best.score) best = evaluation
  }
  return best.score
}

/** Every candidate, cut to the cases that it ran before it was dropped. */
function race(candidates: readonly Evaluation[], best: Evaluation, random: Random): Evaluation[] {
  const failing = random.shuffle([...best.runs.keys()].filter((id) => scoreOf(best, id) < 1))
  const passing = random.shuffle([...best.runs.keys()].filter((id) => scoreOf(best, id) >= 1))
  const order: string[] = []
  while (failing.length + passing.length > 0) order.push(...failing.splice(0, 2), ...passing.splice(0, 1))
  const seen = new Map<Evaluation, number>()
  let alive = candidates
  for (const count of [6, order.length / 4, order.length / 2, order.length].map(Math.ceil)) {
    for (const candidate of alive) seen.set(candidate, count)
    const gain = (candidate: Evaluation): number => order.slice(0, count).reduce((sum, id) => sum + scoreOf(candidate, id) - scoreOf(best, id), 0)
    const ranked = alive.filter((candidate) => gain(candidate) >= 0).toSorted((a, b) => gain(b) - gain(a))
    alive = ranked.slice(0, Math.max(1, Math.ceil(alive.length / 2)))
  }
  return candidates.map((candidate) => cut(candidate, order.slice(0, seen.get(candidate))))
}

function scoreOf(evaluation: Evaluation, id: string): number {
  return evaluation.runs.get(id)![0]!.score!
}

function cut(evaluation: Evaluation, ids: readonly string[]): Evaluation {
  if (ids.length === evaluation.runs.size) return evaluation
  return { ...evaluation, complete: false, runs: new Map(ids.map((id) => [id, evaluation.runs.get(id)!])), score: ids.reduce((sum, id) => sum + scoreOf(evaluation, id), 0) / ids.length }
}

function evaluate(problem: Problem, values: Record<string, unknown>): Evaluation {
  const scores = problem.scores(values)
  const runs = new Map(scores.map((score, index): [string, CaseRun[]] => [`case ${index}`, [
    { caseId: `case ${index}`, trial: 0, score, checks: [], feedback: [], durationMs: 0, trace: { outputs: [], leaks: [] } },
  ]]))
  return { values, score: scores.reduce((sum, score) => sum + score, 0) / scores.length, complete: true, runs }
}
