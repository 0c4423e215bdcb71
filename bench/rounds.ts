/** CPU that training itself takes per case run: 1,000 cases, 5 rounds, 30 % failing, a trivial traced workflow. `node bench/rounds.ts` */
import { optimizerOf, toyWorkflow, trainToy, type Toy } from '../test/train/toy-workflow.ts'
import { hashFraction } from '../src/core/hash.ts'
import { parameter } from '../src/graph/parameter.ts'

const CASES = 1000
const ROUNDS = 5
const REPEATS = 9

const limit = parameter('limit', 0.5, { range: [0, 1] })
const mode = parameter('mode', 'a', { choices: ['a', 'b'] })
const feedback = [{ kind: 'assertion' as const, message: 'expected 1 to be 2', soft: false }]
const draws = Array.from({ length: CASES }, (_, index) => hashFraction(`${index}`))
const toyOf = (): Toy => toyWorkflow({
  size: CASES, parameters: [limit, mode],
  judge: (index, values) => (draws[index]! < 0.3 - ((values['limit'] as number) - 0.5) / 50 ? { score: 0, feedback } : 1),
})
const optimizer = optimizerOf(({ round, best }) => Array.from({ length: 4 }, (_, index) => ({ changes: { limit: (best.values['limit'] as number) + (index + round) / 1000 } })))

const measured = async (run: () => Promise<number>): Promise<number> => {
  const before = process.cpuUsage()
  const runs = await run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / runs
}

/** The same case runs without training: what the workflow and the trace cost by themselves. */
async function bare(runs: number): Promise<number> {
  const toy = toyOf()
  const { signal } = new AbortController()
  for (let done = 0; done < runs; done++) await toy.runCase({ case: toy.cases[done % CASES]!, trial: 0, values: {}, parameters: [], signal })
  return runs
}

const training: number[] = []
const empty: number[] = []
for (let repeat = 0; repeat < REPEATS; repeat++) {
  let runs = 0
  training.push(await measured(async () => {
    const { outcome } = await trainToy(toyOf(), optimizer, { rounds: ROUNDS, patience: ROUNDS, maxEvaluations: 2 * ROUNDS * CASES })
    if (outcome.rounds.length !== ROUNDS) throw new Error(`expected ${ROUNDS} rounds, received ${outcome.rounds.length}`)
    return (runs = outcome.evaluations)
  }))
  empty.push(await measured(() => bare(runs)))
  process.stdout.write(`${runs} case runs: ${training.at(-1)!.toFixed(1)} µs CPU each in training, ${empty.at(-1)!.toFixed(1)} µs without\n`)
}
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
process.stdout.write(`median of ${REPEATS}: training adds ${(median(training) - median(empty)).toFixed(1)} µs CPU per case run (limit: 200)\n`)
