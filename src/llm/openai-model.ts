/** Chat completions of any server that speaks OpenAI's protocol, through the `openai` package. Stage: llm. */
import { describeValue } from '../core/describe-value.ts'
import type { Model, ModelReply, ModelRequest } from './model.ts'
import { UnusableReply } from './model-fault.ts'

/** The part of a client that is used; an `OpenAI` object has it. */
export interface ChatClient {
  readonly chat: { readonly completions: { create(body: never, options?: never): PromiseLike<unknown> } }
}

/** Options of {@link openaiModel}. */
export interface OpenAiModelOptions {
  /** Name of the model, as the server knows it. */
  readonly model: string
  /** @defaultValue `https://api.openai.com/v1` */
  readonly baseURL?: string
  /** Local servers take any. */
  readonly apiKey?: string
  /** A client of your own, with its own address and key. */
  readonly client?: ChatClient
}

/** More than this is not read of an answer. */
const MAX_BYTES = 8 * 2 ** 20

/**
 * A model behind an OpenAI-compatible server: OpenAI, Ollama, llama.cpp, vLLM, gateways. The SDK's own retries are off, since
 * `callModel` does them.
 *
 * @example
 * ```ts no-run
 * const local = openaiModel({ model: 'qwen3', baseURL: 'http://127.0.0.1:11434/v1' })
 * ```
 */
export function openaiModel(options: OpenAiModelOptions): Model {
  let client: Promise<ChatClient> | undefined
  return {
    name: options.model,
    async send(request) {
      const chat = (await (client ??= clientOf(options))).chat.completions
      // Any client will do, so its types are not ours.
      const create = chat.create.bind(chat) as (body: unknown, options: unknown) => PromiseLike<unknown>
      return replyOf(await create(bodyOf(options.model, request), { maxRetries: 0, ...(request.signal && { signal: request.signal }) }))
    },
  }
}

async function clientOf({ client, baseURL, apiKey }: OpenAiModelOptions): Promise<ChatClient> {
  if (client !== undefined) return client
  // Loaded when a model is asked for the first time: runs without one do not pay for it.
  const { OpenAI } = await import('openai')
  return new OpenAI({ apiKey: apiKey ?? 'none', baseURL: baseURL ?? null, maxRetries: 0, fetch: limitedFetch }) as unknown as ChatClient
}

function bodyOf(model: string, { messages, maxOutputTokens, temperature }: ModelRequest): object {
  return {
    model, messages,
    ...(maxOutputTokens === undefined ? {} : { max_completion_tokens: maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
  }
}

/** Trusts no shape: gateways answer with pages, and servers with empty lists. */
function replyOf(answer: unknown): ModelReply {
  const choices = field(answer, 'choices')
  if (!Array.isArray(choices)) throw new UnusableReply('malformed', `expected an OpenAI-style response, received ${describeValue(answer, 200)}`)
  const message = field(choices[0], 'message')
  const [content, refusal, reason] = [field(message, 'content'), field(message, 'refusal'), field(choices[0], 'finish_reason')]
  const usage = field(answer, 'usage')
  const tokens = { ...counted('inputTokens', field(usage, 'prompt_tokens')), ...counted('outputTokens', field(usage, 'completion_tokens')) }
  if (typeof refusal === 'string' && refusal !== '') return { text: refusal, finish: 'refusal', ...tokens }
  if (reason === 'content_filter') return { text: typeof content === 'string' ? content : '', finish: 'refusal', ...tokens }
  if (typeof content !== 'string' || content.trim() === '') throw new UnusableReply('empty', 'the answer holds no text')
  return { text: content, finish: reason === 'stop' ? 'stop' : reason === 'length' ? 'length' : 'other', ...tokens }
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined
}

/** Servers report what they like; a count that cannot be is none. */
function counted(key: 'inputTokens' | 'outputTokens', value: unknown): Partial<ModelReply> {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 1e9 ? { [key]: value } : {}
}

async function limitedFetch(input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init)
  if (response.body === null) return response
  let read = 0
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      read += chunk.byteLength
      if (read > MAX_BYTES) controller.error(new UnusableReply('malformed', `the answer is longer than ${MAX_BYTES} bytes`))
      else controller.enqueue(chunk)
    },
  })
  return new Response(response.body.pipeThrough(limit), { status: response.status, statusText: response.statusText, headers: response.headers })
}
