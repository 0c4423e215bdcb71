/** The optimizer that a model drives, where the environment names a model, and what it spent. Stage: vitest. */
import { TraceEvalError } from '../core/errors.ts'
import type { ModelEnv } from '../llm/model-from-env.ts'
import type { Optimizer } from '../optimize/optimizer.ts'
import type { Usage } from '../report/run-report.ts'

export interface ModelOptimizer {
  readonly optimizer: Optimizer
  /** What was spent until now, by role. */
  usage(): Usage['byRole']
}

/** The optimizer where nobody chose one: a model's if one is named, else search. */
export function defaultOptimizer({ TRACE_EVAL_MODEL }: ModelEnv): string {
  return TRACE_EVAL_MODEL === undefined || TRACE_EVAL_MODEL.trim() === '' ? 'search' : 'reflect'
}

/**
 * `reflect` with the model of the environment. Loaded on demand: runs without a model do not pay for it.
 *
 * @throws {TraceEvalError} `OPTIMIZER_MODEL` when no model is named, and as `modelFromEnv` does.
 */
export async function modelOptimizer(env: ModelEnv, at: string): Promise<ModelOptimizer> {
  const [{ modelFromEnv }, { meter }, { reflect }] = await Promise.all([import('../llm/model-from-env.ts'), import('../llm/meter.ts'), import('../optimize/reflect.ts')])
  const model = modelFromEnv(env)
  if (model === undefined) {
    throw new TraceEvalError('OPTIMIZER_MODEL', 'expected a model for the optimizer `reflect`, received none', {
      at, hint: 'Set TRACE_EVAL_MODEL, and OPENAI_API_KEY or OPENAI_BASE_URL; a key alone starts no spending.',
    })
  }
  const metered = meter(model)
  const none = { modelCalls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 }
  return {
    optimizer: reflect(metered),
    usage() {
      const { modelCalls, inputTokens, outputTokens } = metered.spend
      return { task: none, judge: none, optimizer: { modelCalls, inputTokens, outputTokens, costUsd: modelCalls === 0 ? 0 : null } }
    },
  }
}
