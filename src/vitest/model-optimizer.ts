/** The optimizer that a model drives, where one is named. Stage: vitest. */
import { TraceEvalError } from '../core/errors.ts'
import type { Optimizer } from '../optimize/optimizer.ts'
import type { WorkflowModels } from './workflow-models.ts'

/** The optimizer where nobody chose one: a model's if one is named, else search. */
export function defaultOptimizer({ roles }: WorkflowModels): string {
  return roles.optimizer.name === undefined ? 'search' : 'reflect'
}

/**
 * `reflect` with the model of the optimizer role. Loaded on demand: runs without a model do not pay for it.
 *
 * @throws {TraceEvalError} `OPTIMIZER_MODEL` when no model is named, and as `modelFromEnv` does.
 */
export async function modelOptimizer({ models }: WorkflowModels, at: string): Promise<Optimizer> {
  const { reflect } = await import('../optimize/reflect.ts')
  const model = models.model('optimizer')
  if (model === undefined) {
    throw new TraceEvalError('OPTIMIZER_MODEL', 'expected a model for the optimizer `reflect`, received none', {
      at, hint: 'Set TRACE_EVAL_MODEL, and OPENAI_API_KEY or OPENAI_BASE_URL; a key alone starts no spending.',
    })
  }
  return reflect(model)
}
