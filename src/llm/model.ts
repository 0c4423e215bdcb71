/** What a language model is to everything above: one request, one reply, as plain data. Stage: llm. */

/** Who pays: the workflow under test, a judge, or the optimizer. */
export type ModelRole = 'task' | 'judge' | 'optimizer'

/** One message of a conversation. */
export interface ModelMessage { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }

/** What is asked of a model. */
export interface ModelRequest {
  readonly messages: readonly ModelMessage[]
  /** Tokens of the answer, at most. @defaultValue the server's */
  readonly maxOutputTokens?: number
  /** @defaultValue the server's */
  readonly temperature?: number
  readonly signal?: AbortSignal
}

/** What a model answered. */
export interface ModelReply {
  readonly text: string
  /** `length`: the answer was cut off. */
  readonly finish: 'stop' | 'length' | 'refusal' | 'other'
  /** Tokens, where the server tells them. */
  readonly inputTokens?: number
  readonly outputTokens?: number
}

/**
 * A model behind one interface. `send` makes one attempt and throws whatever went wrong; retries, deadlines and budgets
 * belong to `callModel`. An adapter for another provider is an object with these two members.
 */
export interface Model {
  /** As in reports. */
  readonly name: string
  send(request: ModelRequest): Promise<ModelReply>
}
