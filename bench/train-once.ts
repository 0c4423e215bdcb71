/** Trains one eval once, without Vitest: for benchmarks over many seeds. */
import type { CaseRun } from '../src/feedback/case-run.ts'
import { withParameters, type Node } from '../src/index.ts'
import type { Optimizer } from '../src/optimize/optimizer.ts'
import { resolvePlan } from '../src/train/defaults.ts'
import type { CaseRequest, TrainOutcome } from '../src/train/outcome.ts'
import type { RunsByCase } from '../src/train/runs-by-case.ts'
import { train } from '../src/train/train.ts'

export interface Row { readonly id: string; readonly expected: string; readonly input: unknown; readonly cluster?: string }

/** An eval whose cases compare the workflow's answer with the expected one. */
export interface BenchEval {
  readonly name: string
  readonly rows: readonly Row[]
  readonly settings: { readonly threshold: number; readonly rounds: number; readonly patience: number; readonly maxCandidates: number; readonly maxEvaluations: number }
  readonly run: (input: unknown) => Node<string>
  /** More rows, to check on. */
  readonly full?: () => Promise<readonly Row[]>
}

export interface SeedResult {
  readonly outcome: TrainOutcome
  /** Mean scores, of the starting and of the final values. */
  readonly learn: readonly [start: number, final: number]
  readonly heldOut: readonly [start: number, final: number]
  /** Whether final values differ from the starting ones. */
  readonly adopted: boolean
  readonly seconds: number
}

/** One training. The seed also salts the ids of cases, by which they are split. */
export async function trainOnce({ name, rows, settings, run }: BenchEval, seed: string, optimizer: Optimizer): Promise<SeedResult> {
  const byId = new Map(rows.map((row) => [`${seed}/${row.id}`, row]))
  const cases = Array.from(byId, ([id, { cluster }]) => ({ id, ...(cluster === undefined ? {} : { cluster: `${seed}/${cluster}` }) }))
  const plan = resolvePlan({ workflow: name, cases, seed, ...settings })
  const from = performance.now()
  const runCase = async (request: CaseRequest): Promise<CaseRun> => runRow(run, byId.get(request.case.id)!, request)
  const outcome = await train(plan, optimizer, { runCase, signal: new AbortController().signal })
  const score = (runs: RunsByCase, of: TrainOutcome['learn']): number => mean(of.map(({ id }) => runs.get(id)?.[0]?.score ?? 0))
  return {
    outcome,
    learn: [score(outcome.startRuns, outcome.learn), score(outcome.finalRuns, outcome.learn)],
    heldOut: [score(outcome.startRuns, outcome.heldOut), score(outcome.finalRuns, outcome.heldOut)],
    adopted: outcome.adopted && outcome.rounds.some(({ state }) => state === 'kept'),
    seconds: (performance.now() - from) / 1000,
  }
}

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

function runRow(run: BenchEval['run'], { input, expected }: Row, { case: { id }, trial, values, parameters }: CaseRequest): CaseRun {
  const output = withParameters(parameters.map((parameter) => parameter.with(values[parameter.name])), () => run(input))
  const answer = output.value
  const right = answer === expected
  const feedback = right ? [] : [{ kind: 'assertion' as const, message: `expected ${expected}, received ${answer}`, soft: false }]
  return { caseId: id, trial, score: right ? 1 : 0, checks: [], feedback, durationMs: 0, trace: { outputs: [output], leaks: [] } }
}
