/** What a server turned out not to know, and how it is asked for instead. Stage: llm. */
import type { ModelMessage, ModelRequest } from '../model.ts'
import { chatBody } from './chat-body.ts'
import type { Endpoint } from './client.ts'
import { field, textField } from './read.ts'
import { responsesBody } from './responses-body.ts'

/** How one model at one server is spoken to. */
export interface Dialect {
  readonly limitName: 'max_tokens' | 'max_completion_tokens'
  /** What of `responseFormat` the server takes; the rest is said in words. */
  readonly formats: 'schema' | 'json' | 'none'
  /** Whether streams are asked to end with their usage. */
  readonly streamUsage: boolean
}

export const newDialect = ({ isOpenAi }: Endpoint): Dialect => ({ limitName: isOpenAi ? 'max_completion_tokens' : 'max_tokens', formats: 'schema', streamUsage: true })

/** The body of `request`, as `dialect` has it. */
export function bodyOf({ api }: Endpoint, dialect: Dialect, model: string, request: ModelRequest): Record<string, unknown> {
  const spoken = inWords(dialect, request)
  const stream = request.stream ?? request.onText !== undefined
  if (api === 'responses') return { ...responsesBody(model, spoken), ...(stream && { stream }) }
  return { ...chatBody(model, spoken, dialect.limitName), ...(stream && { stream, ...(dialect.streamUsage && { stream_options: { include_usage: true } }) }) }
}

/** The format that the server takes, and the rest of it as words at the end of the last message. */
function inWords({ formats }: Dialect, request: ModelRequest): ModelRequest {
  const { responseFormat = 'text', messages } = request
  if (responseFormat === 'text' || formats === 'schema' || (formats === 'json' && responseFormat === 'json')) return request
  const words = responseFormat === 'json'
    ? 'Answer with one JSON value and nothing else.'
    : `Answer with one JSON value and nothing else. It fits this JSON schema:\n${JSON.stringify(responseFormat.schema)}`
  return { ...request, responseFormat: formats === 'json' ? 'json' : 'text', messages: withWords(messages, words) }
}

function withWords(messages: readonly ModelMessage[], words: string): ModelMessage[] {
  const last = messages.at(-1)
  if (last?.role !== 'user') return [...messages, { role: 'user', content: words }]
  const content = typeof last.content === 'string' ? `${last.content}\n\n${words}` : [...last.content, { type: 'text' as const, text: words }]
  return [...messages.slice(0, -1), { role: 'user', content }]
}

/** What to speak instead of `spoken` after a refusal of a field that can be said otherwise; none where it cannot. */
export function relearn(spoken: Dialect, error: unknown, { maxOutputTokens, responseFormat = 'text' }: ModelRequest): Dialect | undefined {
  const status = field(error, 'status')
  if (status !== 400 && status !== 422) return undefined
  const param = textField(error, 'param')
  const said = `${param} ${textField(error, 'message')}`
  if (!/un(?:supported|known|recognized|expected)|not (?:support|permitted|allowed|available|implement)|invalid|must be|extra/i.test(said)) return undefined
  if (maxOutputTokens !== undefined && new RegExp(`\\b${spoken.limitName}\\b`).test(said) && !/too (?:large|many)|at most|exceed|maximum|context/i.test(said)) {
    return { ...spoken, limitName: spoken.limitName === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens' }
  }
  if (spoken.streamUsage && /\bstream_options\b|\binclude_usage\b/.test(said)) return { ...spoken, streamUsage: false }
  if (responseFormat !== 'text' && spoken.formats !== 'none' && /response_format|json_schema|json_object|text\.format/.test(said) && !/invalid schema/i.test(said)) {
    return { ...spoken, formats: spoken.formats === 'schema' && responseFormat !== 'json' ? 'json' : 'none' }
  }
  return undefined
}
