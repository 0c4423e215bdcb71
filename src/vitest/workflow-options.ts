/** The options of `describeWorkflow`. Stage: vitest. */
import type { CodeRunnerOptions } from '../code/types.ts'
import type { GateOptions } from '../gate/gate-rule.ts'
import type { ModelBudget } from '../llm/spending/budget.ts'
import type { ModelPrices } from '../llm/spending/prices.ts'
import type { ModelsOptions } from '../llm/roles.ts'
import type { Plain } from '../graph/types.ts'
import type { Optimizer } from '../optimize/optimizer.ts'
import type { OutputScorers } from './output-scorers.ts'
import type { CassetteSettings } from './protocol.ts'
import type { Objectives } from '../train/objectives.ts'
import type { SearchStrategy } from '../train/strategy.ts'

/** What to run, how far to go, and what to ask for. */
export interface WorkflowOptions<Args extends readonly unknown[], R> extends GateOptions {
  /** The function under evaluation. Of an object: `workflow: (ticket) => agent.route(ticket)`. */
  readonly workflow: (...args: Args) => R
  /**
   * Judge the last output of every case, each as a check of that name: a function `(output, expected, { input }) => score`, or `{ scorer, threshold, weight }`.
   * What is expected is `expected` of the row. @defaultValue none
   */
  readonly scorers?: OutputScorers<NoInfer<Plain<Awaited<R>>>>
  /** At most this many rounds; 0 only measures. @defaultValue 10 */
  readonly rounds?: number
  /** Cases in flight. @defaultValue 5 */
  readonly concurrency?: number
  /** Milliseconds that one run of a case may take. @defaultValue 30_000 */
  readonly timeout?: number
  /** Runs per case and set of values. @defaultValue 1 */
  readonly trials?: number
  /** Rounds in a row that keep nothing before it stops. @defaultValue 3 */
  readonly patience?: number
  /** Candidates looked at in one round, at most. @defaultValue 16 */
  readonly maxCandidates?: number
  /** Case runs of the whole run, the held-out ones included. @defaultValue rounds × cases, at least 600 */
  readonly maxEvaluations?: number
  /** Milliseconds after which no new round starts. @defaultValue no limit */
  readonly maxDuration?: number
  /** The same seed, the same run. @defaultValue '1' */
  readonly seed?: string | number
  /** By name, or an optimizer of your own. @defaultValue 'reflect' where TRACE_EVAL_MODEL names a model, else 'search' */
  readonly optimizer?: string | Optimizer
  /** From whom rounds go on, and who stays: `'auto'`, `'greedy'`, `'beam'`, `'ucb'`, `'pareto'`, `'halving'`, or a strategy of your own. @defaultValue 'auto' */
  readonly strategy?: string | SearchStrategy
  /** Weights of the score and of what it costs: `{ quality: 1, promptLength: -0.05 }`. @defaultValue the score alone */
  readonly objectives?: Objectives
  /** The model of each role, by name or as an object, with limits of its own. @defaultValue TRACE_EVAL_JUDGE_MODEL and TRACE_EVAL_OPTIMIZER_MODEL, else TRACE_EVAL_MODEL */
  readonly models?: ModelsOptions
  /** What this workflow may spend on models, all roles together. @defaultValue no limit */
  readonly budget?: ModelBudget
  /** US dollars per million tokens, by the name of the model. @defaultValue not known */
  readonly prices?: ModelPrices
  /** Whether answers of models are kept from run to run, and where: `dir` is relative to the eval file. @defaultValue TRACE_EVAL_CASSETTES, else off */
  readonly cassettes?: CassetteSettings
  /** Whether cases are held out of the rounds to decide at the end. @defaultValue true from 20 cases up */
  readonly holdOut?: boolean
  /** Whether the best candidates run the cases to learn from again, beyond their trials, where results are noisy. @defaultValue false */
  readonly rerunFinalists?: boolean
  /** How proposed code of trainable functions runs. @defaultValue `{ isolation: 'worker' }`: in a thread of its own, which can always be stopped */
  readonly code?: Partial<CodeRunnerOptions>
  /** A reason for which the workflow is skipped, shown as one line. */
  readonly skip?: string | false
}
