/** Models that will not answer in this run whatever they are asked: a refused key, an empty account. Stage: llm. */
import { TraceEvalError } from '../../core/errors.ts'
import { field } from '../openai/read.ts'
import { hintOf } from './call-error.ts'
import { faultOf } from './model-fault.ts'

/** Which model, and where. */
interface Asked { readonly model: string; readonly server?: string | undefined }

/** One refusal ends all calls to that model: those of the following cases would each be one more. */
export class ClosedModels {
  readonly #refusals = new Map<string, TraceEvalError>()
  readonly #answering = new Set<string>()

  /** What a call gets instead of being sent; none where it may be sent. */
  refusalOf(asked: Asked): TraceEvalError | undefined { return this.#refusals.get(keyOf(asked)) }

  answered(asked: Asked): void { this.#answering.add(keyOf(asked)) }

  /** Closes the model where `error` says so; gives the notice of that, once. */
  failed(asked: Asked, error: unknown): string | undefined {
    const key = keyOf(asked)
    const { kind, message } = faultOf(error)
    if ((kind !== 'auth' && kind !== 'quota') || this.#refusals.has(key)) return undefined
    // A key that was taken before may be refused one thing, such as a text that a filter does not like.
    if (field(error, 'status') === 403 && kind === 'auth' && this.#answering.has(key)) return undefined
    const hint = hintOf(kind, asked, false)
    this.#refusals.set(key, new TraceEvalError('MODEL_NOT_CALLED', `expected an answer of the model, received none: not called again in this run after ${message}`, {
      at: `model ${JSON.stringify(asked.model)}`, ...(hint !== undefined && { hint }),
    }))
    return `${asked.model}: ${message}; it is not called again in this run`
  }
}

const keyOf = ({ model, server = '' }: Asked): string => `${server}\n${model}`
