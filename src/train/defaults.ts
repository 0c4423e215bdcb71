/** Defaults of a training, and the check of what a user asks for. Stage: train. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { trialsOf } from './case-pool.ts'
import { checkedObjectives, type Objectives } from './objectives.ts'
import type { TrainPlan } from './outcome.ts'
import { auto } from './strategies.ts'
import { strategyByName } from './strategy-by-name.ts'
import type { SearchStrategy } from './strategy.ts'

/** What a user may set, in `describeWorkflow` or on the command line. */
export interface TrainOptions {
  /** At most this many rounds; 0 measures only. @defaultValue 10 */
  readonly rounds?: number | undefined
  /** Case runs in flight. @defaultValue 5 */
  readonly concurrency?: number | undefined
  /** Case runs of the whole training. @defaultValue 600, or rounds (at least 2) × case runs when that is more */
  readonly maxEvaluations?: number | undefined
  /** Milliseconds after which no round goes on; the held-out cases still run. @defaultValue no limit */
  readonly maxDurationMs?: number | undefined
  /** Stop after this many rounds in a row that kept nothing. @defaultValue 3 */
  readonly patience?: number | undefined
  /** Candidates looked at in a round, at most. @defaultValue 16 */
  readonly maxCandidates?: number | undefined
  /** Runs per case and set of values, where a case does not say otherwise. @defaultValue 1 */
  readonly trials?: number | undefined
  /** Whether cases are held out where there are enough of them. @defaultValue true */
  readonly holdOut?: boolean | undefined
  /**
   * Whether the best candidates run all cases to learn from again where results are noisy, beyond their trials, and the mean of all runs decides
   * among them. @defaultValue false: a case never runs more than its trials for the same values
   */
  readonly rerunFinalists?: boolean | undefined
  /** Makes a run repeatable. @defaultValue '1' */
  readonly seed?: string | number | undefined
  /** From whom rounds go on, and who stays: by name, or a strategy of your own. @defaultValue 'auto' */
  readonly strategy?: string | SearchStrategy | undefined
  /** What counts beside the score. @defaultValue nothing */
  readonly objectives?: Objectives | undefined
}

/** The defaults that do not depend on the cases. */
export const trainDefaults = {
  rounds: 10,
  concurrency: 5,
  /** Milliseconds that a case run may take. */
  timeoutMs: 30_000,
  patience: 3,
  maxCandidates: 16,
  trials: 1,
  holdOut: true,
  rerunFinalists: false,
  seed: '1',
} as const

const LEAST_EVALUATIONS = 600
/** With more rounds than this, a larger archive pays: there is time to come back to it. */
const MANY_ROUNDS = 20

/**
 * The plan for these cases: `overrides` (the command line) stand above `options` (the eval file), those above the defaults.
 *
 * @throws {TraceEvalError} `WORKFLOW_OPTIONS` when a number is out of place, `STRATEGY_UNKNOWN`.
 * @example
 * ```ts no-run
 * resolvePlan({ workflow: 'routing', cases, rounds: 5 }, { seed: '7' }).rounds // 5
 * ```
 */
export function resolvePlan(options: TrainOptions & Pick<TrainPlan, 'workflow' | 'cases'> & Partial<Pick<TrainPlan, 'startValues' | 'gatedTags'>>, overrides: TrainOptions = {}): TrainPlan {
  const { workflow, cases, startValues = {}, gatedTags = [] } = options
  const at = `workflow ${JSON.stringify(workflow)}`
  const given = { ...trainDefaults, ...defined(options), ...defined(overrides) }
  const whole = (name: CountOption, least: number): number => wholeNumber(given[name], { name, least, at })
  for (const one of cases) if (one.trials !== undefined) wholeNumber(one.trials, { name: 'trials', least: 1, at: `case ${JSON.stringify(one.id)} of ${at}` })
  const rounds = whole('rounds', 0)
  const trials = whole('trials', 1)
  const runs = cases.reduce((sum, one) => sum + trialsOf(one, { trials }), 0)
  return {
    workflow, cases, startValues, rounds, trials, ...(gatedTags.length > 0 && { gatedTags }),
    concurrency: whole('concurrency', 1), patience: whole('patience', 1), maxCandidates: whole('maxCandidates', 1),
    maxEvaluations: given.maxEvaluations === undefined ? Math.max(LEAST_EVALUATIONS, Math.max(rounds, 2) * runs) : whole('maxEvaluations', 1),
    ...(given.maxDurationMs === undefined ? {} : { maxDurationMs: whole('maxDurationMs', 1) }),
    holdOut: yesOrNo(given.holdOut, 'holdOut', at), rerunFinalists: yesOrNo(given.rerunFinalists, 'rerunFinalists', at), seed: String(given.seed),
    strategy: given.strategy === undefined ? auto(rounds > MANY_ROUNDS ? 8 : 4) : strategyOf(given.strategy, at), objectives: given.objectives === undefined ? {} : checkedObjectives(given.objectives, at),
  }
}

function yesOrNo(value: unknown, name: string, at: string): boolean {
  if (typeof value === 'boolean') return value
  throw new TraceEvalError('WORKFLOW_OPTIONS', `expected ${name} to be true or false, received ${describeValue(value)}`, { at })
}

function strategyOf(strategy: unknown, at: string): SearchStrategy {
  if (typeof strategy === 'string') return strategyByName(strategy)
  const given = strategy as Partial<SearchStrategy> | null
  if (typeof given?.parents === 'function' && typeof given.survivors === 'function' && typeof given.name === 'string' && typeof given.size === 'number') return given as SearchStrategy
  throw new TraceEvalError('WORKFLOW_OPTIONS', `expected a search strategy or the name of one, received ${describeValue(strategy)}`, { at, hint: 'A strategy has a name, a size, parents(view) and survivors(view): see docs/strategies.md.' })
}

type CountOption = 'rounds' | 'concurrency' | 'maxEvaluations' | 'maxDurationMs' | 'patience' | 'maxCandidates' | 'trials'

function defined(options: TrainOptions): { [K in keyof TrainOptions]: NonNullable<TrainOptions[K]> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

/**
 * `value`, when it is a whole number from `least` up.
 *
 * @throws {TraceEvalError} `WORKFLOW_OPTIONS` otherwise.
 */
function wholeNumber(value: unknown, { name, least, at }: { readonly name: string; readonly least: number; readonly at: string }): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value
  throw new TraceEvalError('WORKFLOW_OPTIONS', `expected ${name} to be a whole number from ${least} up, received ${describeValue(value)}`, { at })
}
