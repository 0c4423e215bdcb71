/** Whether a reply is one. Stage: llm. */
import { describeValue } from '../../core/describe-value.ts'
import type { Model, ModelReply } from '../model.ts'
import { UnusableReply } from './model-fault.ts'

const finishes: ReadonlySet<unknown> = new Set<ModelReply['finish']>(['stop', 'length', 'refusal', 'tool-calls', 'other'])

/** Of an answer, where a model says nothing else. */
export const MAX_BYTES: number = 8 * 2 ** 20

/** Adapters are anyone's: what they return is looked at. @throws {UnusableReply} */
export function checkShape(reply: ModelReply, { maxResponseBytes = MAX_BYTES }: Pick<Model, 'maxResponseBytes'> = {}): ModelReply {
  if (typeof reply?.text !== 'string' || !finishes.has(reply.finish)) {
    throw new UnusableReply('malformed', `expected the model to return { text, finish }, received ${describeValue(reply, 200)}`)
  }
  if (isLonger(reply.text, maxResponseBytes) || isLonger(JSON.stringify(reply.toolCalls ?? ''), maxResponseBytes)) throw new UnusableReply('malformed', `the answer is longer than ${maxResponseBytes} bytes`)
  const hasCalls = reply.toolCalls !== undefined && reply.toolCalls.length > 0
  if (reply.text.trim() === '' && !hasCalls && reply.finish !== 'refusal' && reply.finish !== 'length') throw new UnusableReply('empty', 'the answer holds no text')
  return reply
}

/** In UTF-8, where no character takes more than three bytes for each of its units. */
function isLonger(text: string, bytes: number): boolean {
  return text.length > bytes || (text.length * 3 > bytes && new TextEncoder().encode(text).length > bytes)
}
