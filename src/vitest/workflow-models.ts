/** The models of a workflow's run, by its options, the settings of the run and the environment. Stage: vitest. */
import { dirname, resolve } from 'node:path'
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { hashValue } from '../core/hash.ts'
import { Budgets, checkBudget, emptyLedger, type ModelBudget, type ModelBudgets } from '../llm/spending/budget.ts'
import { ClosedModels } from '../llm/calls/closed-models.ts'
import { cassetteModes, type CassetteMode } from '../llm/recordings/cassette-mode.ts'
import type { KeptAnswers } from '../llm/recordings/kept-answers.ts'
import type { ModelEnv } from '../llm/model-from-env.ts'
import type { ModelRole } from '../llm/model.ts'
import { checkPrices, priceOf, type CallTokens, type ModelPrices } from '../llm/spending/prices.ts'
import { modelRoles, resolveRoles, roleBudgets, type RoleModel } from '../llm/roles.ts'
import { priceUnknown, RunModels } from '../llm/run-models.ts'
import type { Usage } from '../report/run-report.ts'
import type { RunSettings } from './protocol.ts'
import type { WorkflowOptions } from './workflow-options.ts'

const configuration: ReadonlySet<string> = new Set(['MODEL_OPTIONS', 'MODEL_BUDGET_OPTIONS', 'MODEL_PRICES', 'MODEL_PRICE', 'MODEL_KEY', 'MODEL_URL', 'OPTIMIZER_MODEL', 'CASSETTE_MODE'])

/** Whether a workflow was not run because its models are configured wrongly, rather than because they did not answer. */
export const isModelConfiguration = (error: unknown): boolean => TraceEvalError.is(error) && configuration.has(error.code)

/** The models of a run, and what is known of them before it. */
export interface WorkflowModels {
  readonly models: RunModels
  readonly roles: Readonly<Record<ModelRole, RoleModel>>
  /** Whether requests go out as a rule: what is kept may do without a server. */
  readonly sends: boolean
  readonly prices: ModelPrices
  readonly mode: CassetteMode
  /** Limits of the workflow and of the run, all roles together. */
  readonly limits: readonly ModelBudget[]
  /** The mean size of recorded calls by role. */
  recorded(): Promise<Partial<Record<ModelRole, CallTokens>>>
}

/** What models are resolved from. */
export interface ModelsRequest {
  readonly options: Pick<WorkflowOptions<never[], unknown>, 'models' | 'budget' | 'prices' | 'cassettes'>
  readonly settings: RunSettings
  /** The eval file. */
  readonly file: string
  readonly at: string
}

/**
 * Resolves models, budgets and prices. A workflow's own choice of a model stands above the run's, that above the environment; limits
 * of both hold.
 *
 * @throws {TraceEvalError} `MODEL_OPTIONS`, `MODEL_BUDGET_OPTIONS`, `MODEL_PRICES`, `CASSETTE_MODE`, and `MODEL_PRICE` where a budget in US dollars lacks one.
 */
export async function resolveModels({ options, settings, file, at }: ModelsRequest, env: ModelEnv): Promise<WorkflowModels> {
  const mode = cassetteMode(settings.cassettes?.mode ?? options.cassettes?.mode ?? 'off', at)
  const roles = resolveRoles(env, [options.models, settings.models], { at, keyless: mode === 'replay' })
  const prices: ModelPrices = Object.assign(Object.create(null), checkPrices(settings.prices, at), checkPrices(options.prices, at))
  const budgets = [new Budgets(limitsOf(options, at)), await budgetsOfRun(limitsOf(settings, at), { settings, file, at })]
  for (const role of modelRoles) {
    const { name } = roles[role]
    if (name !== undefined && priceOf(prices, name) === undefined && budgets.some((one) => one.needsPrice(role))) throw priceUnknown(name, at)
  }
  const place = cassettesPlace({ settings, options, file })
  const kept = mode === 'off' ? undefined : await openAnswers(mode, settings.root, place)
  return {
    models: new RunModels({ models: { task: roles.task.make, judge: roles.judge.make, optimizer: roles.optimizer.make }, budgets, prices, kept, closed: new ClosedModels() }),
    roles, prices, mode, sends: settings.dryRun !== true && (mode === 'off' || mode === 'record'), limits: [options.budget ?? {}, settings.budget ?? {}], recorded: () => recordedIn(place),
  }
}

function cassetteMode(mode: unknown, at: string): CassetteMode {
  if (cassetteModes.includes(mode as CassetteMode)) return mode as CassetteMode
  throw new TraceEvalError('CASSETTE_MODE', `expected off, cache, record or replay for cassettes, received ${describeValue(mode)}`, { at, hint: 'Set it by --cassettes, TRACE_EVAL_CASSETTES, or cassettes: { mode }.' })
}

/** Workers of a run share what it may spend, through a file: where nothing is limited there is none. */
async function budgetsOfRun(limits: ModelBudgets, { settings, file, at }: Pick<ModelsRequest, 'settings' | 'file' | 'at'>): Promise<Budgets> {
  const alone = new Budgets(limits)
  if (!alone.any || settings.ledger === undefined) return alone
  const [{ sharedState }, { runFile }] = await Promise.all([import('../store/shared-state.ts'), import('../store/run-files.ts')])
  return new Budgets(limits, sharedState(await runFile(settings.root, 'spending', `${settings.ledger}.json`), emptyLedger), hashValue([file, at]))
}

/** Loaded when needed: most runs keep nothing. */
async function openAnswers(mode: Exclude<CassetteMode, 'off'>, root: string, place: string): Promise<KeptAnswers> {
  const [{ KeptAnswers }, { cassetteFiles }, { runFile }] = await Promise.all([import('../llm/recordings/kept-answers.ts'), import('../store/cassette-files.ts'), import('../store/run-files.ts')])
  if (mode === 'cache') return new KeptAnswers(mode, cassetteFiles(await runFile(root, 'cache'), { folders: true }))
  return new KeptAnswers(mode, cassetteFiles(place))
}

async function recordedIn(place: string): Promise<Partial<Record<ModelRole, CallTokens>>> {
  const [{ recordedSizes }, { cassetteFiles }] = await Promise.all([import('../llm/spending/recorded-sizes.ts'), import('../store/cassette-files.ts')])
  return recordedSizes(await cassetteFiles(place).all())
}

function cassettesPlace({ settings, options, file }: Omit<ModelsRequest, 'at'>): string {
  if (settings.cassettes?.dir !== undefined) return resolve(settings.root, settings.cassettes.dir)
  return options.cassettes?.dir === undefined ? cassettesPath(file) : resolve(dirname(file), options.cassettes.dir)
}

/** `route.eval.ts` → `route.cassettes`. */
const cassettesPath = (file: string): string => `${file.replace(/(?:\.eval)?\.[cm]?[jt]sx?$/, '')}.cassettes`

function limitsOf({ budget, models }: Pick<WorkflowOptions<never[], unknown>, 'models' | 'budget'>, at: string): ModelBudgets {
  return { ...(budget !== undefined && { run: checkBudget(budget, `${at}, budget`) }), ...roleBudgets(models, at) }
}

/** What was spent, as a report says it. */
export function usageOf(models: RunModels): Usage['byRole'] {
  const spend = models.spend()
  const role = (name: ModelRole): Usage['byRole']['task'] => {
    const { keptAnswers, estimated, ...usage } = spend[name]
    return { ...usage, ...(keptAnswers > 0 && { keptAnswers }), ...(estimated && { estimated }) }
  }
  return { task: role('task'), judge: role('judge'), optimizer: role('optimizer') }
}
