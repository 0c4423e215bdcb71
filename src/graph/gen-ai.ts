/** What is known of a call to a model, and its names in OpenTelemetry. Stage: graph. */

/** Of one call: what was asked of whom, what it cost and how long it took. */
export interface ModelCallInfo {
  readonly operation: 'chat' | 'embeddings'
  /** As OpenTelemetry names it: `openai`, `azure.ai.openai`, `anthropic`; of an unknown server that speaks OpenAI's protocol `openai`. */
  readonly provider: string
  /** Where it runs, without secrets. */
  readonly server?: string | undefined
  /** The model that was asked for. */
  readonly model: string
  /** Numbers and flags of the request: `temperature`, `max_tokens`. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly stream: boolean
  /** Milliseconds since 1970. */
  readonly startedAt: number
  latencyMs?: number
  /** Until the first piece of a stream. */
  firstChunkMs?: number
  /** The model that answered. */
  responseModel?: string
  responseId?: string
  finishReasons?: readonly string[]
  inputTokens?: number
  outputTokens?: number
  cachedTokens?: number
  reasoningTokens?: number
  /** The class of error that it ended with. */
  error?: string
}

/** What an attribute of a span may be. */
export type AttributeValue = string | number | boolean | string[]
export type Attributes = Record<string, AttributeValue>

const settingNames: Readonly<Record<string, string>> = {
  temperature: 'temperature', top_p: 'top_p', top_k: 'top_k', max_tokens: 'max_tokens', max_completion_tokens: 'max_tokens', max_output_tokens: 'max_tokens',
  frequency_penalty: 'frequency_penalty', presence_penalty: 'presence_penalty', seed: 'seed',
}

/** The span's name by the conventions: what is done, and by which model. */
export const spanName = ({ operation, model }: ModelCallInfo): string => `${operation} ${model}`

/** Attributes of a request: semantic conventions for generative AI of OpenTelemetry, as of November 2026. */
export function requestAttributes({ operation, provider, server, model, settings, stream }: ModelCallInfo): Attributes {
  const attributes: Attributes = { 'gen_ai.operation.name': operation, 'gen_ai.provider.name': provider, 'gen_ai.request.model': model }
  for (const [name, key] of Object.entries(settingNames)) if (typeof settings[name] === 'number') attributes[`gen_ai.request.${key}`] = settings[name]
  if (typeof settings['n'] === 'number' && settings['n'] !== 1) attributes['gen_ai.request.choice.count'] = settings['n']
  const stops = [settings['stop'] ?? []].flat().filter((stop) => typeof stop === 'string')
  if (stops.length > 0) attributes['gen_ai.request.stop_sequences'] = stops
  if (stream) attributes['gen_ai.request.stream'] = true
  const url = server === undefined ? null : URL.parse(server)
  if (url !== null) Object.assign(attributes, { 'server.address': url.hostname, 'server.port': Number(url.port) || (url.protocol === 'http:' ? 80 : 443) })
  return attributes
}

/** Attributes of an answer. */
export function responseAttributes(info: ModelCallInfo): Attributes {
  const known = {
    'gen_ai.response.id': info.responseId, 'gen_ai.response.model': info.responseModel, 'gen_ai.response.finish_reasons': info.finishReasons,
    'gen_ai.response.time_to_first_chunk': info.firstChunkMs === undefined ? undefined : info.firstChunkMs / 1000,
    'gen_ai.usage.input_tokens': info.inputTokens, 'gen_ai.usage.output_tokens': info.outputTokens,
    'gen_ai.usage.cache_read.input_tokens': info.cachedTokens, 'gen_ai.usage.reasoning.output_tokens': info.reasoningTokens, 'error.type': info.error,
  }
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) as Attributes
}

/** By this variable OpenTelemetry's instrumentations are told to send content. */
export const capturesContent = (): boolean => /^(?:true|span_only|span_and_event)$/i.test(process.env['OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT']?.trim() ?? '')

/** Longer texts are cut. */
const MAX_TEXT = 32_000

/** A value of the program as an attribute. */
export function attributeOf(value: unknown): AttributeValue {
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return value
  const text = typeof value === 'string' ? value : json(value)
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`
}

function json(value: unknown): string {
  try { return JSON.stringify(value) ?? String(value) } catch { return String(value) }
}
