/** What crosses between the command, Vitest's main process and its workers: plain data only. Stage: vitest. */
import type { Remembered } from '../train/remembered.ts'
import type { Feedback } from '../feedback/feedback.ts'
import type { Verdict } from '../gate/verdict.ts'
import type { ModelBudget } from '../llm/spending/budget.ts'
import type { CassetteMode } from '../llm/recordings/cassette-mode.ts'
import type { ModelPrices } from '../llm/spending/prices.ts'
import type { ModelsOptions } from '../llm/roles.ts'
import type { Forecast } from '../report/forecast.ts'
import type { RunPlan } from '../report/run-report.ts'
import type { TrainProgress } from '../train/outcome.ts'

/** Settings that the command or the plugin gives to every workflow of a run; each overrides the workflow's own. */
export interface RunSettings {
  /** False: measure and gate the saved values only. */
  readonly optimize: boolean
  readonly rounds?: number
  readonly threshold?: number
  readonly minImprovement?: number
  readonly maxRegression?: number
  /** A file, relative to the root of the run, or the one beside each eval file. */
  readonly baseline?: string | true
  readonly confidence?: number
  readonly onInconclusive?: 'point' | 'fail' | 'pass'
  readonly maxUnscored?: number
  readonly optimizer?: string
  readonly strategy?: string
  readonly seed?: string
  readonly concurrency?: number
  readonly maxEvaluations?: number
  readonly maxDurationMs?: number
  readonly patience?: number
  readonly trials?: number
  /** The same as `onInconclusive: 'fail'`. */
  readonly failInconclusive?: boolean
  /** Start from the values in the code, not from the saved ones. */
  readonly ignoreSaved?: boolean
  /** The model of each role, by name, with limits for the run; a workflow's own choice of a model stands above it. */
  readonly models?: ModelsOptions<string>
  /** What the run may spend on models, all roles together. */
  readonly budget?: ModelBudget
  /** US dollars per million tokens, by the name of the model. */
  readonly prices?: ModelPrices
  /** Whether answers of models are kept, and where. */
  readonly cassettes?: CassetteSettings
  /** A file for the spans of every case run, as OTLP JSON lines. */
  readonly otlp?: string
  /** Tell what would be done, and do nothing. */
  readonly dryRun?: boolean
  /** Names the file in which the workers of a run share what was spent; set by whoever starts the run. */
  readonly ledger?: string
  /** Watch mode: answers of models are kept between runs, unless told otherwise. */
  readonly watching?: boolean
  /** Values that this session of watch mode found; they stand above saved ones. */
  readonly session?: SessionValues
  /** What optimizers of this session remember, by the key of a workflow. */
  readonly remembered?: Readonly<Record<string, Remembered>>
  /** Root of the run: report paths are relative to it. */
  readonly root: string
}

/** Whether answers of models are kept from run to run, and where. */
export interface CassetteSettings {
  /**
   * `off`: every call is sent. `cache`: what was answered before is not asked again, on this machine. `record`: the same, in files to be
   * committed. `replay`: nothing is sent, and a request without a recorded answer is an error. @defaultValue TRACE_EVAL_CASSETTES, else 'off'
   */
  readonly mode?: CassetteMode
  /** Of the files of `record` and `replay`. @defaultValue beside the eval file: `route.eval.ts` → `route.cassettes/` */
  readonly dir?: string
}

/** Values by parameter, by the key of a workflow. */
export type SessionValues = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** Which workflow: as its report names it. */
export function sessionKey(file: string, name: string): string { return `${file} ${name}` }

/** Under this key settings are provided to workers: `settings` by the command, `plugin` by the config plugin, with the `root` of the run. */
export const settingsKey = 'traceEvalSettings'
export const pluginKey = 'traceEvalPlugin'
export const rootKey = 'traceEvalRoot'

/** How far a workflow is; published while it runs. */
export interface LiveProgress extends Omit<TrainProgress, 'ended'> {
  readonly workflow: string
  readonly elapsedMs: number
  /** Rounds that have ended, as one clause each. */
  readonly ended: readonly { readonly round: number; readonly before: number; readonly after: number; readonly kept: boolean; readonly text: string }[]
  /** What else people should know while they wait: the last few, numbered from 1. */
  readonly notices: readonly { readonly number: number; readonly text: string }[]
}

/** `meta.traceEval` of a workflow's suite. */
export interface WorkflowMeta {
  readonly kind: 'workflow'
  readonly plan?: { readonly workflow: string; readonly total: number; readonly learn: number; readonly heldOut: number; readonly plan: RunPlan }
  readonly progress?: LiveProgress
  /** The `WorkflowReport` as JSON: one text crosses between processes faster than objects for every case, and it crosses twice. */
  readonly report?: { readonly text: string }
  /** Of a dry run, beside the plan. */
  readonly forecast?: Forecast
  /** What the workflow alone would exit with, and whether it passed; both come with the report. 2 where its models are configured wrongly. */
  readonly exitCode?: Verdict['exitCode'] | 2
  readonly passed?: boolean
  /** In watch mode: what the optimizer remembers for the next run. */
  readonly remembered?: Remembered
}

/** `meta.traceEval` of a case's test. */
export interface CaseMeta {
  readonly kind: 'case'
  readonly workflow: string
  readonly caseId: string
  readonly split: 'learn' | 'held-out'
  readonly before: number | null
  readonly after: number | null
  /** Left out where there is none. */
  readonly feedback?: readonly Feedback[]
}

/** `meta.traceEval` of the suite of a workflow that is skipped. */
export interface SkippedMeta { readonly kind: 'skipped'; readonly workflow: string; readonly reason: string }

/** `meta.eval`: the shape that existing actions and dashboards for Vitest evals read. No other key may be added. */
export interface EvalMeta {
  readonly scores: readonly { readonly name: string; readonly score: number | null; readonly metadata?: Record<string, unknown> }[]
  readonly avgScore: number | null
  readonly output: unknown
  readonly thresholdFailed: boolean
}
