/** What a run would do and cost, from what earlier runs measured: told before anything is spent. Stage: report. */
import { redactValue } from '../core/redact.ts'
import type { Problem, RoleUsage, RunPlan, Usage, WorkflowReport } from './run-report.ts'

/** From the least to the most. */
export interface Range { readonly least: number; readonly most: number }

/** What a role would be asked for; null where nothing was measured that would tell. */
export interface RoleForecast {
  /** Where one is named. */
  readonly model?: string
  readonly calls: Range | null
  readonly tokens: Range | null
  readonly costUsd: Range | null
}

/** What a run of a workflow would do. Plain data. */
export interface Forecast {
  readonly caseRuns: Range
  readonly roles: Readonly<Record<keyof Usage['byRole'], RoleForecast>>
  /** What the numbers are from. */
  readonly basis: 'report' | 'recordings' | 'none'
  /** Nothing is sent: answers come from recordings. */
  readonly replays: boolean
  /** Limits that are below the least. */
  readonly short: readonly string[]
}

/** One workflow of a dry run. */
export interface WorkflowForecast extends Forecast {
  readonly name: string
  /** The eval file, from the root of the run. */
  readonly file: string
  readonly cases: WorkflowReport['cases']
  readonly plan: RunPlan
}

/** What `--dry-run --json` writes. */
export interface RunForecast {
  readonly schemaVersion: 1
  readonly dryRun: true
  /** 2 where a plan could not be made. */
  readonly exitCode: 0 | 2
  readonly workflows: readonly WorkflowForecast[]
  readonly problems: readonly Problem[]
}

/** The data of a dry run, without secrets; the exit code follows from the problems. */
export function runForecast(workflows: readonly WorkflowForecast[], problems: readonly Problem[]): RunForecast {
  return redactValue({ schemaVersion: 1 as const, dryRun: true as const, exitCode: problems.length > 0 ? 2 as const : 0 as const, workflows: [...workflows], problems: [...problems] })
}

/** Tokens of a call. */
interface CallSize { readonly inputTokens: number; readonly outputTokens: number }

/** What is known before a run. */
export interface ForecastInput {
  readonly optimizes: boolean
  readonly rounds: number
  /** Of all cases, once. */
  readonly caseRuns: number
  readonly maxEvaluations: number
  /** Names of models that were chosen. */
  readonly models: Readonly<Partial<Record<keyof Usage['byRole'], string>>>
  /** US dollars of a call of the model of a role, where its price is known. */
  readonly priceCall: (role: keyof Usage['byRole'], size: CallSize) => number | undefined
  /** What the last run of the workflow used, and how many rounds it had. */
  readonly earlier?: { readonly usage: Usage; readonly rounds: number }
  /** Mean size of the recorded answers by role. */
  readonly recorded?: Readonly<Partial<Record<keyof Usage['byRole'], CallSize>>>
  readonly replays: boolean
  readonly limits: readonly { readonly maxCalls?: number; readonly maxTokens?: number; readonly maxCostUsd?: number }[]
}

const nothing: Range = { least: 0, most: 0 }

/** The plan of a run in numbers. Case runs are known; what they call is taken from earlier runs, and unknown without one. */
export function forecast(input: ForecastInput): Forecast {
  const { optimizes, rounds, maxEvaluations, models, earlier, replays } = input
  const caseRuns = { least: input.caseRuns, most: optimizes ? Math.max(input.caseRuns, maxEvaluations) : input.caseRuns }
  const measured = earlier !== undefined && earlier.usage.evaluations > 0 ? earlier : undefined
  const role = (name: keyof Usage['byRole'], calls: Range | null): RoleForecast => ({ ...(models[name] !== undefined && { model: models[name] }), ...(replays ? { calls: nothing, tokens: nothing, costUsd: nothing } : roleCost(input, name, calls)) })
  const perCase = (name: 'task' | 'judge'): Range | null => (measured === undefined ? null : scaled(caseRuns, callsOf(measured.usage.byRole[name]) / measured.usage.evaluations))
  const asked = !optimizes ? nothing : measured !== undefined && measured.rounds > 0 ? scaled({ least: 0, most: rounds }, callsOf(measured.usage.byRole.optimizer) / measured.rounds) : models.optimizer === undefined ? nothing : null
  const roles = { task: role('task', perCase('task')), judge: role('judge', perCase('judge')), optimizer: role('optimizer', asked) }
  const basis = measured !== undefined ? 'report' : input.recorded !== undefined && Object.keys(input.recorded).length > 0 ? 'recordings' : 'none'
  return { caseRuns, roles, basis, replays, short: replays ? [] : shortLimits(input, roles) }
}

const callsOf = ({ modelCalls, keptAnswers = 0 }: RoleUsage): number => modelCalls + keptAnswers
const scaled = ({ least, most }: Range, by: number): Range => ({ least: least * by, most: most * by })

function roleCost({ earlier, recorded, priceCall }: ForecastInput, name: keyof Usage['byRole'], calls: Range | null): Pick<RoleForecast, 'calls' | 'tokens' | 'costUsd'> {
  if (calls === null) return { calls, tokens: null, costUsd: null }
  if (calls.most === 0) return { calls, tokens: nothing, costUsd: nothing }
  const usage = earlier?.usage.byRole[name]
  // Calls that nobody answered tell nothing about those that will be.
  const sent = usage !== undefined && usage.inputTokens + usage.outputTokens > 0 ? usage : undefined
  const size = sent === undefined ? recorded?.[name] : { inputTokens: sent.inputTokens / sent.modelCalls, outputTokens: sent.outputTokens / sent.modelCalls }
  if (size === undefined) return { calls, tokens: null, costUsd: null }
  const each = sent?.costUsd === null || sent === undefined ? priceCall(name, size) : sent.costUsd / sent.modelCalls
  return { calls, tokens: scaled(calls, size.inputTokens + size.outputTokens), costUsd: each === undefined ? null : scaled(calls, each) }
}

function shortLimits({ limits }: ForecastInput, { task, judge, optimizer }: Forecast['roles']): string[] {
  const least = (field: 'calls' | 'tokens' | 'costUsd'): number => [task, judge, optimizer].reduce((sum, role) => sum + (role[field]?.least ?? 0), 0)
  const checks = [['maxCalls', 'calls'], ['maxTokens', 'tokens'], ['maxCostUsd', 'costUsd']] as const
  return limits.flatMap((limit) => checks.flatMap(([name, field]) => {
    const given = limit[name]
    return given !== undefined && least(field) > given ? [`${name} is ${given}, and measuring every case once takes about ${field === 'costUsd' ? least(field).toFixed(4) : Math.ceil(least(field))}`] : []
  }))
}
