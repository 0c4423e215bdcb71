/** Whether a reply is one. Stage: llm. */
import { describeValue } from '../../core/describe-value.ts'
import type { ModelReply } from '../model.ts'
import { UnusableReply } from './model-fault.ts'

const finishes: ReadonlySet<unknown> = new Set<ModelReply['finish']>(['stop', 'length', 'refusal', 'tool-calls', 'other'])

/** Adapters are anyone's: what they return is looked at. @throws {UnusableReply} */
export function checkShape(reply: ModelReply): ModelReply {
  if (typeof reply?.text !== 'string' || !finishes.has(reply.finish)) {
    throw new UnusableReply('malformed', `expected the model to return { text, finish }, received ${describeValue(reply, 200)}`)
  }
  const hasCalls = reply.toolCalls !== undefined && reply.toolCalls.length > 0
  if (reply.text.trim() === '' && !hasCalls && reply.finish !== 'refusal' && reply.finish !== 'length') throw new UnusableReply('empty', 'the answer holds no text')
  return reply
}
