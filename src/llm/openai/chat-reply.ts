/** An answer of Chat Completions, whole or in pieces. Stage: llm. */
import { describeValue } from '../../core/describe-value.ts'
import type { ModelReply, ModelRequest } from '../model.ts'
import { UnusableReply } from '../calls/model-fault.ts'
import { countsOf, field, listField, namesOf, refuseErrorBody, textField, toolCallsOf } from './read.ts'

/** What is read of an answer before it is judged. */
interface Draft {
  text: string
  refusal: string
  reason: string
  readonly calls: { id: string; name: string; arguments: string }[]
  usage: unknown
}

/** Trusts no shape: gateways answer with pages, and servers with empty lists. */
export function chatReply(answer: unknown, requestId?: string): ModelReply {
  refuseErrorBody(answer)
  const choices = field(answer, 'choices')
  if (!Array.isArray(choices)) throw new UnusableReply('malformed', `expected an OpenAI-style response, received ${describeValue(answer, 200)}`)
  const message = field(choices[0], 'message')
  return replyOf({
    text: contentOf(message), refusal: textField(message, 'refusal'), reason: textField(choices[0], 'finish_reason'), usage: field(answer, 'usage'),
    calls: listField(message, 'tool_calls').map((call) => ({ id: textField(call, 'id'), ...functionOf(call) })),
  }, namesOf(answer, requestId))
}

/** Some gateways send a list of parts. */
function contentOf(message: unknown): string {
  return textField(message, 'content') || listField(message, 'content').map((part) => textField(part, 'text')).join('')
}

const functionOf = (call: unknown): { name: string; arguments: string } => {
  const called = field(call, 'function')
  const given = field(called, 'arguments')
  // Some servers hand over the arguments as an object.
  return { name: textField(called, 'name'), arguments: typeof given === 'object' && given !== null ? JSON.stringify(given) : textField(called, 'arguments') }
}

function replyOf({ text, refusal, reason, calls, usage }: Draft, names: Pick<ModelReply, 'model' | 'requestId'>): ModelReply {
  const about = {
    ...names,
    ...countsOf({
      inputTokens: field(usage, 'prompt_tokens'), outputTokens: field(usage, 'completion_tokens'),
      cachedTokens: field(field(usage, 'prompt_tokens_details'), 'cached_tokens'), reasoningTokens: field(field(usage, 'completion_tokens_details'), 'reasoning_tokens'),
    }),
  }
  if (refusal !== '') return { text: refusal, finish: 'refusal', ...about }
  if (reason === 'content_filter') return { text, finish: 'refusal', ...about }
  const toolCalls = toolCallsOf(calls, reason === 'length')
  const finish = reason === 'length' ? 'length' : toolCalls.length > 0 ? 'tool-calls' : reason === 'stop' ? 'stop' : 'other'
  return { text, finish, ...(toolCalls.length > 0 && { toolCalls }), ...about }
}

/**
 * Reads a stream to its end.
 *
 * @throws {UnusableReply} `incomplete` when it ends before the server said why: what came until then is no answer.
 */
export async function chatStream(chunks: AsyncIterable<unknown>, { onText, onProgress }: ModelRequest, requestId?: string): Promise<ModelReply> {
  const draft: Draft = { text: '', refusal: '', reason: '', calls: [], usage: undefined }
  let model: unknown
  for await (const chunk of chunks) {
    refuseErrorBody(chunk)
    model ??= textField(chunk, 'model') === '' ? undefined : chunk
    draft.usage = field(chunk, 'usage') ?? draft.usage
    const choice = listField(chunk, 'choices').find((one) => (field(one, 'index') ?? 0) === 0)
    // A server that repeats its last piece, or adds to it, does not add to the answer.
    if (choice === undefined || draft.reason !== '') continue
    const delta = field(choice, 'delta')
    if (isPiece(delta)) onProgress?.()
    const piece = contentOf(delta)
    draft.text += piece
    draft.refusal += textField(delta, 'refusal')
    for (const call of listField(delta, 'tool_calls')) addCall(draft.calls, call)
    draft.reason = textField(choice, 'finish_reason')
    if (piece !== '') onText?.(piece, draft.text)
  }
  if (draft.reason === '') throw new UnusableReply('incomplete', `the stream ended before the answer was complete, after ${draft.text.length} characters`)
  return replyOf(draft, namesOf(model, requestId))
}

/** Whether anything was written: a piece of text, reasoning, refusal or call. */
export function isPiece(delta: unknown): boolean {
  if (typeof delta !== 'object' || delta === null) return false
  return Object.entries(delta).some(([key, value]) => key !== 'role' && (Array.isArray(value) ? value.length > 0 : typeof value === 'string' && value !== ''))
}

function addCall(calls: Draft['calls'], call: unknown): void {
  const [index, id] = [field(call, 'index'), textField(call, 'id')]
  const isNew = id !== '' && calls.at(-1)?.id !== id
  const at = typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < 1000 ? index : isNew ? calls.length : calls.length - 1
  const target = (calls[Math.min(Math.max(at, 0), calls.length)] ??= { id: '', name: '', arguments: '' })
  const { name, arguments: piece } = functionOf(call)
  target.id ||= id
  target.name ||= name
  target.arguments += piece
}
