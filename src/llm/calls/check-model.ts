/** Whether a model's server is there, before anything is spent. Stage: llm. */
import { callError } from './call-error.ts'
import type { Model } from '../model.ts'
import { faultOf } from './model-fault.ts'

/** How long a server has to answer, in milliseconds. */
const PATIENCE_MS = 10_000

/**
 * Fails where calls of `model` would: nobody answers at its address, or its key is refused. Whatever else goes wrong may pass, so it
 * is left to the calls. Asks for the server's list of models, which costs nothing; of a model that cannot be checked nothing is known.
 *
 * @throws {TraceEvalError} `MODEL_UNREACHABLE`, `MODEL_AUTH`
 * @example
 * ```ts
 * import { checkModel, openaiModel } from 'trace-eval/llm'
 * const told = await checkModel(openaiModel({ model: 'qwen3', baseURL: 'http://127.0.0.1:9/v1' })).catch((error) => error.code)
 * told // 'MODEL_UNREACHABLE'
 * ```
 */
export async function checkModel(model: Model, { signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
  if (model.check === undefined) return
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS)
  try {
    await model.check(signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]))
  } catch (error) {
    const fault = faultOf(error)
    if (fault.kind === 'unreachable' || fault.kind === 'auth') throw callError(model, { fault, error, attempts: 1, now: Date.now() })
  } finally {
    clearTimeout(timer)
  }
}
