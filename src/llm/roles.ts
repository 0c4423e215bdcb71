/** Which model each role has, by the environment and by what the user chose. Stage: llm. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { checkBudget, type ModelBudget } from './spending/budget.ts'
import { modelNamed, type ModelEnv } from './model-from-env.ts'
import type { Model, ModelRole } from './model.ts'

/** A model for a role, with limits of its own. `M` is what may name it. */
export interface RoleOptions<M = string | Model> extends ModelBudget {
  /** By name, at the server and with the key of the environment, or an object. @defaultValue the environment's */
  readonly model?: M
}

/** Models by role; a name or a model alone has no limits of its own. */
export type ModelsOptions<M = string | Model> = Readonly<Partial<Record<ModelRole, M | RoleOptions<M>>>>

/** Where the environment names the model of a role. */
const variables = { task: 'TRACE_EVAL_MODEL', judge: 'TRACE_EVAL_JUDGE_MODEL', optimizer: 'TRACE_EVAL_OPTIMIZER_MODEL' } as const
export const modelRoles = ['task', 'judge', 'optimizer'] as const

/** What was found for a role. */
export interface RoleModel {
  /** The name in reports; none where no model is named. */
  readonly name: string | undefined
  /**
   * Made when it is first needed, so that a role that is not used needs no key.
   *
   * @throws {TraceEvalError} `MODEL_KEY`, `MODEL_URL`
   */
  make(): Model | undefined
}

/**
 * The model of every role: the first of `given` that names one, else `TRACE_EVAL_JUDGE_MODEL` and `TRACE_EVAL_OPTIMIZER_MODEL` for these roles,
 * else `TRACE_EVAL_MODEL`. A key alone names none. `keyless`: no key is needed, as nothing will be sent.
 *
 * @throws {TraceEvalError} `MODEL_OPTIONS` for what names no model.
 */
export function resolveRoles(env: ModelEnv, given: readonly (ModelsOptions | undefined)[], { at, keyless = false }: { readonly at: string; readonly keyless?: boolean }): Record<ModelRole, RoleModel> {
  for (const options of given) checkModels(options, at)
  return Object.fromEntries(modelRoles.map((role) => {
    const chosen = given.flatMap((options) => chosenModel(options, role) ?? [])[0]
    if (typeof chosen === 'object') return [role, { name: chosen.name, make: () => chosen }]
    const variable = env[variables[role]]?.trim() ? variables[role] : variables.task
    const name = chosen ?? (env[variable]?.trim() || undefined)
    const from = chosen === undefined ? `${variable}=${JSON.stringify(name)}` : `models.${role} ${JSON.stringify(name)}`
    return [role, { name, make: () => (name === undefined ? undefined : modelNamed(name, env, { from, keyless })) }]
  })) as Record<ModelRole, RoleModel>
}

/** Limits of each role. */
export function roleBudgets(options: ModelsOptions | undefined, at: string): Partial<Record<ModelRole, ModelBudget>> {
  return Object.fromEntries(modelRoles.flatMap((role) => {
    const chosen = options?.[role]
    return typeof chosen === 'object' && !isModel(chosen) ? [[role, checkBudget(chosen, `${at}, models.${role}`)]] : []
  }))
}

function chosenModel(options: ModelsOptions | undefined, role: ModelRole): string | Model | undefined {
  const chosen = options?.[role]
  return typeof chosen !== 'object' || isModel(chosen) ? chosen : chosen.model
}

const isModel = (value: object): value is Model => typeof (value as Partial<Model>).send === 'function'

function checkModels(options: ModelsOptions | undefined, at: string): void {
  if (options === undefined) return
  const wrong = (what: string, value: unknown): TraceEvalError => new TraceEvalError('MODEL_OPTIONS', `expected ${what}, received ${describeValue(value)}`,
    { at, hint: 'models: { task: \'gpt-x\', judge: { model: \'gpt-y\', maxCalls: 200 }, optimizer: aModel }' })
  if (typeof options !== 'object' || options === null) throw wrong('models by role', options)
  for (const [role, value] of Object.entries(options as Record<string, unknown>)) {
    if (!modelRoles.includes(role as ModelRole)) throw wrong('the roles task, judge and optimizer', role)
    const named: unknown = typeof value === 'object' && value !== null && !isModel(value) ? (value as RoleOptions).model : value
    const fits = named === undefined || (typeof named === 'string' && named.trim() !== '') || (typeof named === 'object' && named !== null && isModel(named) && typeof named.name === 'string')
    if (!fits) throw wrong(`the name of a model, or a model with a name and send, as models.${role}`, named)
  }
}
