/**
 * Compares the optimizers that need no model: `node bench/embedded.ts [--seeds 21-40] [--problems spam,mixed]`. Stage: bench.
 *
 * A plain loop stands in for training: in each of 10 rounds every proposal is run on every case, and the best one is
 * kept if it is better. Settings were tuned on seeds 1 to 20; the defaults report seeds 21 to 40.
 */
import { parseArgs } from 'node:util'
import { seededRandom } from '../src/core/random.ts'
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
} })
const [firstSeed, lastSeed] = flags.seeds.split('-').map(Number) as [number, number]
const seeds = Array.from({ length: lastSeed - firstSeed + 1 }, (_, index) => firstSeed + index)

console.log(`final score, ${ROUNDS} rounds, seeds ${flags.seeds}: min / median / max, and the mean`)
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
    const tried = proposals.map(({ changes }) => evaluate(problem, { ...best.values, ...changes }))
    history.push(...tried)
    for (const evaluation of tried) if (evaluation.score > best.score) best = evaluation
  }
  return best.score
}

function evaluate(problem: Problem, values: Record<string, unknown>): Evaluation {
  const scores = problem.scores(values)
  const runs = new Map(scores.map((score, index): [string, CaseRun[]] => [`case ${index}`, [
    { caseId: `case ${index}`, trial: 0, score, checks: [], feedback: [], durationMs: 0, trace: { outputs: [], leaks: [] } },
  ]]))
  return { values, score: scores.reduce((sum, score) => sum + score, 0) / scores.length, complete: true, runs }
}
