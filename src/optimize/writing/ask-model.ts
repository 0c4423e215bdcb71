/** One question of an optimizer to a model, taken down whatever comes of it. Stage: optimize. */
import { systemClock } from '../../core/clock.ts'
import { TraceEvalError } from '../../core/errors.ts'
import { callModel, type CallPolicy } from '../../llm/calls/call-model.ts'
import { messageText } from '../../llm/message-text.ts'
import type { Model, ModelMessage, ModelReply } from '../../llm/model.ts'
import type { CallEdit, OptimizerCall, RoundView } from '../optimizer.ts'

/** Who asks whom. */
export interface Asker {
  /** Name of the optimizer. */
  readonly optimizer: string
  readonly model: Model
  readonly policy?: CallPolicy | undefined
}

/** What is asked, and how the answer is read. */
export interface Question<T> {
  readonly purpose: OptimizerCall['purpose']
  readonly messages: readonly ModelMessage[]
  readonly temperature?: number
  read(reply: ModelReply): Reading<T>
}

/** An answer that was read. */
interface Reading<T> {
  readonly result: T
  /** What it asks to change, what is refused of that included. */
  readonly edits?: readonly CallEdit[]
  /** Why nothing of it could be used. */
  readonly problem?: string | undefined
}

/**
 * Asks, reads, and records both.
 *
 * @throws {TraceEvalError} As `callModel` does.
 */
export async function askModel<T>({ signal, record }: Pick<RoundView, 'signal' | 'record'>, { optimizer, model, policy }: Asker, question: Question<T>): Promise<T> {
  const { purpose, messages, temperature, read } = question
  const started = systemClock.now()
  const call = { optimizer, purpose, model: model.name, messages: messages.map((message) => ({ role: message.role, content: messageText(message) })) }
  try {
    const reply = await callModel(model, { messages, signal, ...(temperature !== undefined && { temperature }) }, { raiseCutOff: true, ...policy })
    const { result, edits = [], problem } = read(reply)
    const { text: answer, inputTokens, outputTokens } = reply
    record?.({
      ...call, answer, edits, durationMs: systemClock.now() - started,
      ...(problem !== undefined && { problem }), ...(inputTokens !== undefined && { inputTokens }), ...(outputTokens !== undefined && { outputTokens }),
    })
    return result
  } catch (error) {
    record?.({ ...call, problem: TraceEvalError.is(error) ? error.summary : String(error), edits: [], durationMs: systemClock.now() - started })
    throw error
  }
}
