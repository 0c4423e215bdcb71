/** What model objects of the AI SDK answer, whole or in parts. Stage: llm. */
import { describeValue } from '../../core/describe-value.ts'
import type { ModelReply, ModelRequest } from '../model.ts'
import { UnusableReply } from '../calls/model-fault.ts'
import { countsOf, field, textField, toolCallsOf } from '../openai/read.ts'

/** Of `doGenerate`. */
export function generatedReply(result: unknown): ModelReply {
  const content = field(result, 'content')
  if (!Array.isArray(content)) throw new UnusableReply('malformed', `expected a result of the AI SDK with content, received ${describeValue(result, 200)}`)
  return replyOf({
    text: field(result, 'structuredOutputText') === undefined ? textOf(content) : textField(result, 'structuredOutputText'),
    calls: content, finish: field(result, 'finishReason'), usage: field(result, 'usage'), response: field(result, 'response'), model: field(field(result, 'response'), 'modelId'), streamed: false,
  })
}

const textOf = (content: readonly unknown[]): string => content.map((part) => (textField(part, 'type') === 'text' ? textField(part, 'text') : '')).join('')

/** Of `doStream`. @throws whatever an `error` part holds, and {@link UnusableReply} for a stream without its last part. */
export async function streamedReply(result: unknown, { onText, onProgress }: ModelRequest): Promise<ModelReply> {
  const stream = field(result, 'stream')
  if (!(stream instanceof ReadableStream)) throw new UnusableReply('malformed', `expected a stream of the AI SDK, received ${describeValue(result, 200)}`)
  let [text, model, last] = ['', undefined as unknown, undefined as unknown]
  const calls: unknown[] = []
  for await (const part of stream) {
    const type = textField(part, 'type')
    if (type === 'error') throw field(part, 'error')
    if (/-delta$|^tool-call$/.test(type)) onProgress?.()
    if (type === 'tool-call') calls.push(part)
    if (type === 'response-metadata') model = field(part, 'modelId') ?? model
    if (type === 'finish') last = part
    const piece = type === 'text-delta' ? textField(part, 'delta') : ''
    text += piece
    if (piece !== '') onText?.(piece, text)
  }
  if (last === undefined) throw new UnusableReply('incomplete', `the stream ended before the answer was complete, after ${text.length} characters`)
  return replyOf({ text, calls, finish: field(last, 'finishReason'), usage: field(last, 'usage'), response: field(result, 'response'), model, streamed: true })
}

interface Draft { readonly text: string; readonly calls: readonly unknown[]; readonly finish: unknown; readonly usage: unknown; readonly response: unknown; readonly model: unknown; readonly streamed: boolean }

function replyOf({ text, calls, finish: given, usage, response, model, streamed }: Draft): ModelReply {
  // Version 2 has a word here, later ones the word and what the provider said.
  const reason = typeof given === 'string' ? given : textField(given, 'unified')
  const unsaid = typeof given === 'string' ? reason === 'unknown' : reason === 'other' && field(given, 'raw') === undefined
  if (reason === 'error' || reason === 'interrupted' || (streamed && unsaid)) throw new UnusableReply('incomplete', `the answer ended before it was complete, after ${text.length} characters`)
  const requestId = textField(field(response, 'headers'), 'x-request-id')
  const about = { ...(typeof model === 'string' && model !== '' && { model }), ...(requestId !== '' && { requestId }), ...usageOf(usage) }
  if (reason === 'content-filter') return { text, finish: 'refusal', ...about }
  const own = calls.filter((part) => textField(part, 'type') === 'tool-call' && field(part, 'providerExecuted') !== true)
  const toolCalls = toolCallsOf(own.map((part) => ({ id: textField(part, 'toolCallId'), name: textField(part, 'toolName'), arguments: inputOf(part) })), reason === 'length')
  const finish = reason === 'length' ? 'length' : toolCalls.length > 0 ? 'tool-calls' : reason === 'stop' ? 'stop' : 'other'
  return { text, finish, ...(toolCalls.length > 0 && { toolCalls }), ...about }
}

function inputOf(part: unknown): string {
  const input = field(part, 'input')
  return typeof input === 'string' ? input : JSON.stringify(input ?? {})
}

/** Version 2 counts flat, later ones by kind. */
function usageOf(usage: unknown): ReturnType<typeof countsOf> {
  const [input, output] = [field(usage, 'inputTokens'), field(usage, 'outputTokens')]
  const total = (counted: unknown): unknown => (typeof counted === 'number' ? counted : field(counted, 'total'))
  return countsOf({
    inputTokens: total(input), outputTokens: total(output),
    cachedTokens: field(usage, 'cachedInputTokens') ?? field(input, 'cacheRead'), reasoningTokens: field(usage, 'reasoningTokens') ?? field(output, 'reasoning'),
  })
}
