/** Who judges where a judge has no model of its own. Stage: judge. */
import { currentModels } from '../llm/model-scope.ts'
import type { Model } from '../llm/model.ts'
import { resolveRoles } from '../llm/roles.ts'

const variables = ['TRACE_EVAL_JUDGE_MODEL', 'TRACE_EVAL_MODEL', 'OPENAI_API_KEY', 'OPENAI_BASE_URL'] as const

// Kept while the environment stays the same: a model knows how busy its server is.
let kept: { readonly env: string; readonly model: Model | undefined } | undefined

/**
 * The judge of the run that is under way; outside of one, in a plain test or a script, the one that the environment names.
 *
 * @throws {TraceEvalError} `MODEL_KEY`, `MODEL_URL`
 */
export function modelOfJudges(): Model | undefined {
  const current = currentModels()
  if (current !== undefined) return current.judge
  const env = JSON.stringify(variables.map((name) => process.env[name]))
  if (kept?.env !== env) kept = { env, model: resolveRoles(process.env, [], { at: 'a judge' }).judge.make() }
  return kept.model
}
