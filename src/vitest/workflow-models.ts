/** The models of a workflow's run, by its options, the settings of the run and the environment. Stage: vitest. */
import { Budgets, checkBudget, type ModelBudgets } from '../llm/budget.ts'
import type { ModelEnv } from '../llm/model-from-env.ts'
import type { ModelRole } from '../llm/model.ts'
import { checkPrices, priceOf, type ModelPrices } from '../llm/prices.ts'
import { modelRoles, resolveRoles, roleBudgets, type RoleModel } from '../llm/roles.ts'
import { priceUnknown, RunModels } from '../llm/run-models.ts'
import type { Usage } from '../report/run-report.ts'
import type { RunSettings } from './protocol.ts'
import type { WorkflowOptions } from './workflow-options.ts'

/** The models of a run, and what is known of them before it. */
export interface WorkflowModels {
  readonly models: RunModels
  readonly roles: Readonly<Record<ModelRole, RoleModel>>
}

/**
 * Resolves models, budgets and prices. A workflow's own choice of a model stands above the run's, that above the environment; limits
 * of both hold.
 *
 * @throws {TraceEvalError} `MODEL_OPTIONS`, `MODEL_BUDGET_OPTIONS`, `MODEL_PRICES`, and `MODEL_PRICE` where a budget in US dollars lacks one.
 */
export function resolveModels(options: Pick<WorkflowOptions<never[], unknown>, 'models' | 'budget' | 'prices'>, settings: RunSettings, env: ModelEnv, at: string): WorkflowModels {
  const roles = resolveRoles(env, [options.models, settings.models], { at })
  const prices: ModelPrices = Object.assign(Object.create(null), checkPrices(settings.prices, at), checkPrices(options.prices, at))
  const own = limitsOf(options, at)
  const ofRun = limitsOf(settings, at)
  const budgets = [new Budgets(own), new Budgets(ofRun)]
  for (const role of modelRoles) {
    const { name } = roles[role]
    if (name !== undefined && priceOf(prices, name) === undefined && budgets.some((one) => one.needsPrice(role))) throw priceUnknown(name, at)
  }
  return { models: new RunModels({ models: { task: roles.task.make, judge: roles.judge.make, optimizer: roles.optimizer.make }, budgets, prices }), roles }
}

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
