/** A workflow of real parameters and a real bundle with cases judged by a formula, for tests and benches of training. */
import { bundle } from '../../src/graph/bundle.ts'
import { currentContext, runInContext } from '../../src/graph/context.ts'
import { peek } from '../../src/graph/node.ts'
import { overlayByName, type Parameter } from '../../src/graph/parameter.ts'
import type { CaseRun, TrainingCase } from '../../src/feedback/case-run.ts'
import type { Optimizer, OptimizerSetup, Proposal, RoundView } from '../../src/optimize/optimizer.ts'
import { resolvePlan, type TrainOptions } from '../../src/train/defaults.ts'
import type { CaseRequest, TrainIO, TrainOutcome, TrainPlan } from '../../src/train/outcome.ts'
import { train } from '../../src/train/train.ts'

interface Judged { readonly score: number | undefined; readonly checks?: CaseRun['checks']; readonly feedback?: CaseRun['feedback'] }
export interface ToyOptions {
  readonly size: number
  readonly parameters: readonly Parameter<unknown>[]
  /** The parameters that a case reads. */
  readonly reaches?: (index: number) => readonly Parameter<unknown>[]
  readonly judge: (index: number, values: Readonly<Record<string, unknown>>, trial: number) => number | Judged
  readonly caseOf?: (index: number) => Partial<TrainingCase>
  /** Runs before a case answers. */
  readonly settle?: (request: CaseRequest) => Promise<void>
}
export interface Toy {
  readonly cases: readonly TrainingCase[]
  readonly runCase: TrainIO['runCase']
  /** Every request, in order. */
  readonly calls: readonly CaseRequest[]
}

const read = bundle(function read(values: Readonly<Record<string, unknown>>) { return values })

export function toyWorkflow({ size, parameters, reaches = () => parameters, judge, caseOf = () => ({}), settle }: ToyOptions): Toy {
  const cases = Array.from({ length: size }, (_, index) => ({ id: `case ${index}`, ...caseOf(index) }))
  const indexes = new Map(cases.map(({ id }, index) => [id, index]))
  const calls: CaseRequest[] = []
  return {
    cases, calls,
    async runCase(request) {
      calls.push(request)
      await settle?.(request)
      const index = indexes.get(request.case.id)!
      const output = runInContext({ ...currentContext(), values: overlayByName(request.values) },
        () => read(Object.fromEntries(reaches(index).map((found) => [found.name, found]))))
      const judged = judge(index, peek(output) as Record<string, unknown>, request.trial)
      const { score, checks = [], feedback = [] } = typeof judged === 'number' ? { score: judged } : judged
      return {
        caseId: request.case.id, trial: request.trial, score, checks, feedback, durationMs: 1,
        ...(score === undefined ? { unscored: 'rate limited' } : {}), trace: { outputs: [output], leaks: [] },
      }
    },
  }
}

/** Proposes what `answer` gives, and remembers everything that it was shown. */
export interface RecordingOptimizer extends Optimizer { readonly setups: readonly OptimizerSetup[]; readonly views: readonly RoundView[] }

export function optimizerOf(answer: (view: RoundView, setup: OptimizerSetup) => unknown, kinds: Optimizer['kinds'] = ['number', 'choice', 'boolean']): RecordingOptimizer {
  const setups: OptimizerSetup[] = []
  const views: RoundView[] = []
  return {
    name: 'test', kinds, setups, views,
    begin(setup) {
      setups.push(setup)
      return { propose: (view) => { views.push(view); return answer(view, setup) as readonly Proposal[] } }
    },
  }
}

/** One list of proposals a round, then none. */
export const scripted = (...rounds: readonly (readonly Proposal['changes'][])[]): RecordingOptimizer =>
  optimizerOf(({ round }) => (rounds[round - 1] ?? []).map((changes) => ({ changes })))

/** Draws new values of one blamed number at random. */
export const randomDraws = (count = 4): RecordingOptimizer => optimizerOf(({ blame, maxCandidates }, { random }) =>
  Array.from({ length: Math.min(count, maxCandidates) }, () => ({ changes: { [random.pick(blame).parameter]: Math.round(random.next() * 100) / 100 } })))

export interface ToyRun { readonly outcome: TrainOutcome; readonly plan: TrainPlan }

/** Trains a toy; `io` replaces parts of the world. */
export async function trainToy(toy: Toy, optimizer: Optimizer | undefined, { compareWith, ...options }: TrainOptions & Partial<Pick<TrainPlan, 'startValues' | 'compareWith'>> = {}, io: Partial<TrainIO> = {}): Promise<ToyRun> {
  const plan = { ...resolvePlan({ workflow: 'toy', cases: toy.cases, ...options }), ...(compareWith && { compareWith }) }
  return { plan, outcome: await train(plan, optimizer, { signal: new AbortController().signal, runCase: toy.runCase, ...io }) }
}
