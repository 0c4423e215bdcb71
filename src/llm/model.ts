/** What a language model is to everything above: one request, one reply, as plain data. Stage: llm. */
import type { Pacer } from './calls/pacer.ts'

/** Who pays: the workflow under test, a judge, or the optimizer. */
export type ModelRole = 'task' | 'judge' | 'optimizer'

/** A part of a message. An image is an `https:` or `data:` address. */
export type ContentPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly url: string }

/** A call that a model asks for. */
export interface ToolCall {
  readonly id: string
  readonly name: string
  /** Parsed: a value of JSON, as a rule an object. Nothing checked it against the tool's schema. */
  readonly arguments: unknown
}

/** One message of a conversation. A `tool` message is the result of the call with that id. */
export type ModelMessage =
  | { readonly role: 'system'; readonly content: string }
  | { readonly role: 'user'; readonly content: string | readonly ContentPart[] }
  | { readonly role: 'assistant'; readonly content: string; readonly toolCalls?: readonly ToolCall[] }
  | { readonly role: 'tool'; readonly toolCallId: string; readonly content: string }

/** A JSON schema, as an object. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** A function that the model may ask to be called. */
export interface ToolSpec {
  readonly name: string
  readonly description?: string
  /** Of its one argument, an object. @defaultValue an object of any shape */
  readonly parameters?: JsonSchema
  /** Whether the server should hold the model to `parameters`. @defaultValue the server's */
  readonly strict?: boolean
}

/** Whether tools may, must or must not be called, or which one must. */
export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string }

/** The shape of the answer: any text, any JSON, or JSON of a schema. */
export type ResponseFormat = 'text' | 'json' | {
  readonly schema: JsonSchema
  /** Letters, digits, `_` and `-`. @defaultValue `'answer'` */
  readonly name?: string
  /** @defaultValue the server's */
  readonly strict?: boolean
}

/** What is asked of a model. */
export interface ModelRequest {
  readonly messages: readonly ModelMessage[]
  /** @defaultValue none */
  readonly tools?: readonly ToolSpec[]
  /** @defaultValue `'auto'` where there are tools */
  readonly toolChoice?: ToolChoice
  /** @defaultValue `'text'` */
  readonly responseFormat?: ResponseFormat
  /** Tokens of the answer, at most. @defaultValue the server's */
  readonly maxOutputTokens?: number
  /** @defaultValue the server's */
  readonly temperature?: number
  /** For servers that can repeat an answer. @defaultValue none */
  readonly seed?: number
  /** Further fields of the request, as the server names them. They win over ours. @defaultValue none */
  readonly extra?: Readonly<Record<string, unknown>>
  /** Whether the answer is read as it is written. @defaultValue whether `onText` is given */
  readonly stream?: boolean
  /**
   * Called with each new piece and all text until then. A call that is tried again begins again: `soFar` is then the new piece alone.
   */
  readonly onText?: (piece: string, soFar: string) => void
  /** Called by adapters for each piece of a stream, of any kind: a stream without pieces is given up. `callModel` sets it. */
  readonly onProgress?: () => void
  readonly signal?: AbortSignal
}

/** What a model answered. */
export interface ModelReply {
  /** Empty where the model only calls tools. */
  readonly text: string
  /** `length`: the answer was cut off. `refusal`: `text` is what the model or a filter says instead of an answer. */
  readonly finish: 'stop' | 'length' | 'refusal' | 'tool-calls' | 'other'
  /** Calls that the model asks for. @defaultValue none */
  readonly toolCalls?: readonly ToolCall[]
  /** The answer as a value, where `responseFormat` asked for JSON and it is JSON. */
  readonly parsed?: unknown
  /** The model that answered, as the server names it: an alias leads to one that changes. */
  readonly model?: string
  /** The server's name of this request, for its support. */
  readonly requestId?: string
  /** Tokens, where the server tells them. Cached ones are among `inputTokens`, those of reasoning among `outputTokens`. */
  readonly inputTokens?: number
  readonly outputTokens?: number
  readonly cachedTokens?: number
  readonly reasoningTokens?: number
  /** Milliseconds of the attempt that gave this answer. Set by `callModel`. */
  readonly latencyMs?: number
  /** Attempts, this one included. Set by `callModel`. */
  readonly attempts?: number
}

/**
 * A model behind one interface. `send` makes one attempt and throws whatever went wrong; retries, deadlines and budgets
 * belong to `callModel`. An adapter for another provider is an object with `name` and `send`; what wraps a model hands on
 * the rest: `{ ...model, send }`.
 */
export interface Model {
  /** As in reports. */
  readonly name: string
  /** Where it runs, without secrets, as in messages and keys of caches: `https://api.openai.com/v1`. @defaultValue unknown */
  readonly server?: string
  /** What it adds to every request: answers are kept by it as well. @defaultValue nothing */
  readonly extra?: Readonly<Record<string, unknown>>
  /** A longer answer is refused (`MODEL_MALFORMED`): in bytes of its text, and of its calls. @defaultValue 8 MB */
  readonly maxResponseBytes?: number
  /** What its calls wait for. @defaultValue they do not wait */
  readonly pacer?: Pacer
  /** Rejects where the server is not there, or refuses the key; costs nothing. @defaultValue it cannot be known */
  check?(signal: AbortSignal): Promise<void>
  send(request: ModelRequest): Promise<ModelReply>
}
