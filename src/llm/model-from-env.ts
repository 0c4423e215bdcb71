/** The model that the environment names. A key alone names none, so it never starts spending. Stage: llm. */
import { TraceEvalError } from '../core/errors.ts'
import type { Model } from './model.ts'
import { openaiModel } from './openai-model.ts'

/** Which model runs where. */
export interface ModelEnv {
  readonly TRACE_EVAL_MODEL?: string
  /** Of judges. @defaultValue TRACE_EVAL_MODEL */
  readonly TRACE_EVAL_JUDGE_MODEL?: string
  /** Of the optimizer. @defaultValue TRACE_EVAL_MODEL */
  readonly TRACE_EVAL_OPTIMIZER_MODEL?: string
  readonly OPENAI_API_KEY?: string
  readonly OPENAI_BASE_URL?: string
}

/**
 * The model of `TRACE_EVAL_MODEL`, at `OPENAI_BASE_URL` (default: OpenAI's) with `OPENAI_API_KEY`; none where no model is named.
 *
 * @throws {TraceEvalError} `MODEL_KEY` when a model is named, and neither a key nor a server of one's own; `MODEL_URL` for an address that is none.
 */
export function modelFromEnv(env: ModelEnv): Model | undefined {
  const model = env.TRACE_EVAL_MODEL?.trim()
  return model === undefined || model === '' ? undefined : modelNamed(model, env, { from: `TRACE_EVAL_MODEL=${JSON.stringify(model)}` })
}

/** The model `name` at the server of the environment. `keyless`: nothing will be sent, so no key is needed. @internal */
export function modelNamed(name: string, env: ModelEnv, { from, keyless = false }: { readonly from: string; readonly keyless?: boolean }): Model {
  const [apiKey, baseURL] = [env.OPENAI_API_KEY?.trim() || undefined, env.OPENAI_BASE_URL?.trim() || undefined]
  if (baseURL !== undefined && !/^https?:$/.test(URL.parse(baseURL)?.protocol ?? '')) {
    throw new TraceEvalError('MODEL_URL', 'expected OPENAI_BASE_URL to be an http or https address, received something else', { hint: 'For example http://127.0.0.1:11434/v1 for Ollama.' })
  }
  if (apiKey === undefined && baseURL === undefined && !keyless) {
    throw new TraceEvalError('MODEL_KEY', `expected OPENAI_API_KEY or OPENAI_BASE_URL beside ${from}, received neither`,
      { hint: 'Set the key, or the address of a compatible server (a local one needs no key).' })
  }
  return openaiModel({ model: name, ...(apiKey !== undefined && { apiKey }), ...(baseURL !== undefined && { baseURL }) })
}
