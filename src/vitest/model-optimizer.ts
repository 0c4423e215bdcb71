/** The optimizer that a model drives, where one is named. Stage: vitest. */
import type { Optimizer } from '../optimize/optimizer.ts'
import type { WorkflowModels } from './workflow-models.ts'

/** The optimizer where nobody chose one: a model's if one is named, else search. */
export function defaultOptimizer({ roles }: WorkflowModels): string {
  return roles.optimizer.name === undefined ? 'search' : 'reflect'
}

/**
 * `optimizer` with the model of the optimizer role, where it asks one and has none of its own. A model that nobody would answer for is
 * refused here: the first round would only find out after it ran every case.
 *
 * @throws {TraceEvalError} `OPTIMIZER_MODEL` when no model is named, and as `modelFromEnv` and `checkModel` do.
 */
export async function withRunModel(optimizer: Optimizer, { models, sends }: WorkflowModels, at: string): Promise<Optimizer> {
  if (optimizer.withModel === undefined) return optimizer
  const model = models.model('optimizer')
  if (model !== undefined) {
    // Loaded on demand: runs without a model do not pay for it.
    if (sends) await (await import('../llm/calls/check-model.ts')).checkModel(model)
    return optimizer.withModel(model)
  }
  const { noModel } = await import('../optimize/writing/writing-round.ts')
  throw noModel(optimizer.name, at)
}
