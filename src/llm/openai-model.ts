/** Models of OpenAI, and of any server that speaks its protocols, through the `openai` package. Stage: llm. */
import type { Model } from './model.ts'
import { checkEndpoint } from './openai/check.ts'
import { endpointOf, ownClient, type OpenAiApi, type OpenAiClient } from './openai/client.ts'
import { bodyOf, newDialect, relearn } from './openai/dialect.ts'
import { sendBody } from './openai/send.ts'
import { MAX_BYTES } from './calls/reply-shape.ts'
import { sharedPacer, type PacerLimits } from './calls/pacer.ts'

export type { OpenAiClient, OpenAiApi }

/** Options of {@link openaiModel}. */
export interface OpenAiModelOptions {
  /** Name of the model, as the server knows it. */
  readonly model: string
  /** Chat Completions, which every compatible server speaks, or Responses. @defaultValue `'responses'` at OpenAI itself, else `'chat'` */
  readonly api?: OpenAiApi
  /** @defaultValue `OPENAI_BASE_URL`, else `https://api.openai.com/v1` */
  readonly baseURL?: string
  /** @defaultValue `OPENAI_API_KEY` where no `baseURL` is given, else none: local servers need none */
  readonly apiKey?: string
  /** A client of your own (`new OpenAI()`, `new AzureOpenAI()`), with its own address and key. */
  readonly client?: OpenAiClient
  /** Fields of every request, as the server names them: `{ reasoning_effort: 'low' }`. */
  readonly extra?: Readonly<Record<string, unknown>>
  /** Calls and tokens a minute, calls at a time. All models of one server and key share them; the strictest counts. @defaultValue none until the server complains */
  readonly limits?: PacerLimits
  /** More is not read of an answer; a client of your own reads it, and it is refused then. @defaultValue 8 MB */
  readonly maxResponseBytes?: number
}

/**
 * A model behind an OpenAI-compatible server: OpenAI, Ollama, llama.cpp, vLLM, gateways. The SDK's own retries are off, since
 * `callModel` does them. What a server turns out not to know (the name of the token limit, JSON schemas, usage in streams) is
 * asked for in another way, and remembered.
 *
 * @throws {TraceEvalError} `MODEL_URL` for a `baseURL` that is no address, `MODEL_CLIENT` for a client that lacks `api`.
 * @example
 * ```ts no-run
 * const local = openaiModel({ model: 'qwen3', baseURL: 'http://127.0.0.1:11434/v1' })
 * const own = openaiModel({ model: 'gpt-5-mini', client: new OpenAI({ organization: 'org-1' }), limits: { requestsPerMinute: 500 } })
 * ```
 */
export function openaiModel(options: OpenAiModelOptions): Model {
  const endpoint = endpointOf(options)
  let dialect = newDialect(endpoint)
  let own: Promise<OpenAiClient> | undefined
  return {
    name: options.model,
    ...(endpoint.server !== undefined && { server: endpoint.server }),
    ...(options.extra !== undefined && { extra: options.extra }),
    ...(options.maxResponseBytes !== undefined && { maxResponseBytes: options.maxResponseBytes }),
    pacer: sharedPacer(options.client ?? `${endpoint.server}\n${endpoint.apiKey}`, options.limits),
    ...(options.client === undefined && { check: (signal: AbortSignal) => checkEndpoint(endpoint, signal) }),
    async send(given) {
      // Loaded when a model is asked for the first time: runs without one do not pay for it.
      const client = options.client ?? await (own ??= ownClient(endpoint, options.maxResponseBytes ?? MAX_BYTES))
      const request = options.extra === undefined ? given : { ...given, extra: { ...options.extra, ...given.extra } }
      const spoken = new Set<string>()
      for (let now = dialect; ;) {
        spoken.add(JSON.stringify(now))
        try {
          const reply = await sendBody(client, endpoint, bodyOf(endpoint, now, options.model, request), request)
          dialect = now
          return reply
        } catch (error) {
          const next = relearn(now, error, request)
          // A server that refuses either way has said why.
          if (next === undefined || spoken.has(JSON.stringify(next))) throw error
          now = next
        }
      }
    },
  }
}
