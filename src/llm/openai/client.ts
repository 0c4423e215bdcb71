/** The client that requests go through: the user's own, or one of the `openai` package. Stage: llm. */
import { TraceEvalError } from '../../core/errors.ts'
import { redactSecrets } from '../../core/redact.ts'
import { limitedFetch } from './limited-fetch.ts'

/** Chat Completions, or Responses. */
export type OpenAiApi = 'chat' | 'responses'

/** The part of a client that is used; objects of the `openai` package have it. */
export interface OpenAiClient {
  readonly chat?: { readonly completions: { create(body: never, options?: never): PromiseLike<unknown> } }
  readonly responses?: { create(body: never, options?: never): PromiseLike<unknown> }
  readonly baseURL?: string
}

/** Where requests go, and how they are written. */
export interface Endpoint {
  readonly api: OpenAiApi
  /** Without secrets. */
  readonly server: string | undefined
  readonly baseURL: string
  readonly apiKey: string
  /** Whether it is OpenAI itself, or its twin at Azure. */
  readonly isOpenAi: boolean
}

const OPENAI = 'https://api.openai.com/v1'

/** The environment counts where nothing is given: its key never goes to a server that the code names. */
export function endpointOf({ api, baseURL, apiKey, client }: { readonly api?: OpenAiApi; readonly baseURL?: string; readonly apiKey?: string; readonly client?: OpenAiClient }): Endpoint {
  const { OPENAI_BASE_URL, OPENAI_API_KEY } = process.env as { OPENAI_BASE_URL?: string; OPENAI_API_KEY?: string }
  const address = client === undefined ? baseURL ?? (OPENAI_BASE_URL?.trim() || OPENAI) : typeof client.baseURL === 'string' ? client.baseURL : undefined
  const url = address === undefined ? undefined : URL.parse(address)
  if (address !== undefined && !/^https?:$/.test(url?.protocol ?? '')) {
    throw new TraceEvalError('MODEL_URL', 'expected the base URL of a model to be an http or https address, received something else', { hint: 'For example http://127.0.0.1:11434/v1 for Ollama.' })
  }
  const isOpenAi = /(?:^|\.)(?:openai\.com|openai\.azure\.com|cognitiveservices\.azure\.com)$/.test(url?.hostname ?? '')
  const chosen = api ?? (isOpenAi && (client === undefined || client.responses !== undefined) ? 'responses' : 'chat')
  if (client !== undefined && typeof (chosen === 'chat' ? client.chat?.completions?.create : client.responses?.create) !== 'function') {
    const wanted = chosen === 'chat' ? 'chat.completions.create' : 'responses.create'
    throw new TraceEvalError('MODEL_CLIENT', `expected a client with ${wanted}, received one without`, { hint: 'Give a client of the `openai` package, or one that looks like it.' })
  }
  return {
    api: chosen, isOpenAi, baseURL: address ?? OPENAI,
    server: url === null || url === undefined ? undefined : redactSecrets(`${url.origin}${url.pathname}`.replace(/\/$/, '')),
    apiKey: apiKey ?? (baseURL === undefined ? OPENAI_API_KEY?.trim() || 'none' : 'none'),
  }
}

/** A client whose answers are limited, whose retries are off, and which logs nothing. */
export async function ownClient({ baseURL, apiKey }: Endpoint, maxBytes: number): Promise<OpenAiClient> {
  const { OpenAI } = await import('openai')
  return new OpenAI({ apiKey, baseURL, maxRetries: 0, logLevel: 'off', fetch: limitedFetch(maxBytes) }) as unknown as OpenAiClient
}
