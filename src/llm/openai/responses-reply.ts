/** An answer of the Responses API, whole or in events. Stage: llm. */
import { describeValue } from '../../core/describe-value.ts'
import type { ModelReply, ModelRequest } from '../model.ts'
import { UnusableReply } from '../calls/model-fault.ts'
import { countsOf, field, listField, namesOf, refuseErrorBody, textField, toolCallsOf } from './read.ts'

/** Trusts no shape. `items` stand for the output of an answer that lists none. */
export function responsesReply(answer: unknown, requestId?: string, items: readonly unknown[] = []): ModelReply {
  refuseErrorBody(answer)
  const [given, status] = [field(answer, 'output'), textField(answer, 'status')]
  if (!Array.isArray(given)) throw new UnusableReply('malformed', `expected a response of OpenAI's Responses API, received ${describeValue(answer, 200)}`)
  if (status === 'failed' || status === 'cancelled' || status === 'queued' || status === 'in_progress') throw new UnusableReply('incomplete', `the response is ${status.replace('_', ' ')}`)
  const output = given.length === 0 ? items : given
  const parts = output.flatMap((item) => (textField(item, 'type') === 'message' ? listField(item, 'content') : []))
  const text = parts.map((part) => (textField(part, 'type') === 'output_text' ? textField(part, 'text') : '')).join('')
  const refusal = parts.map((part) => textField(part, 'refusal')).join('')
  const usage = field(answer, 'usage')
  const about = {
    ...namesOf(answer, requestId),
    ...countsOf({
      inputTokens: field(usage, 'input_tokens'), outputTokens: field(usage, 'output_tokens'),
      cachedTokens: field(field(usage, 'input_tokens_details'), 'cached_tokens'), reasoningTokens: field(field(usage, 'output_tokens_details'), 'reasoning_tokens'),
    }),
  }
  const why = status === 'incomplete' ? textField(field(answer, 'incomplete_details'), 'reason') : ''
  if (refusal !== '' || why === 'content_filter') return { text: refusal || text, finish: 'refusal', ...about }
  const calls = output.filter((item) => textField(item, 'type') === 'function_call').map((item) => ({ id: textField(item, 'call_id'), name: textField(item, 'name'), arguments: textField(item, 'arguments') }))
  const toolCalls = toolCallsOf(calls, why !== '')
  const finish = why === 'max_output_tokens' ? 'length' : why !== '' ? 'other' : toolCalls.length > 0 ? 'tool-calls' : 'stop'
  return { text, finish, ...(toolCalls.length > 0 && { toolCalls }), ...about }
}

/** Whether an event tells of something that was written. */
export const isWritten = (type: string): boolean => type.endsWith('.delta') || type === 'response.output_item.added'

const LAST = new Set(['response.completed', 'response.incomplete', 'response.failed'])

/**
 * Reads events to the last one, which holds the whole response. An event that comes twice counts once.
 *
 * @throws {UnusableReply} `incomplete` when the last event never comes.
 */
export async function responsesStream(events: AsyncIterable<unknown>, { onText, onProgress }: ModelRequest, requestId?: string): Promise<ModelReply> {
  let [text, seen] = ['', -1]
  let last: unknown
  const items: unknown[] = []
  for await (const event of events) {
    const [type, number] = [textField(event, 'type'), field(event, 'sequence_number')]
    if (typeof number === 'number') {
      if (number <= seen) continue
      seen = number
    }
    if (type === 'error') refuseErrorBody({ error: field(event, 'error') ?? event })
    else refuseErrorBody(event)
    if (isWritten(type)) onProgress?.()
    if (type === 'response.output_item.done') items.push(field(event, 'item'))
    if (LAST.has(type)) last = field(event, 'response')
    const piece = type === 'response.output_text.delta' ? textField(event, 'delta') : ''
    text += piece
    if (piece !== '') onText?.(piece, text)
  }
  if (last === undefined) throw new UnusableReply('incomplete', `the stream ended before the answer was complete, after ${text.length} characters`)
  return responsesReply(last, requestId, items)
}
