/** The calls of a client that are traced: what each takes, gives and costs. Stage: llm. */
import type { ModelReply } from '../model.ts'
import { chatReply, isPiece } from '../openai/chat-reply.ts'
import { field, listField, textField } from '../openai/read.ts'
import { isWritten, responsesReply } from '../openai/responses-reply.ts'
import { chatParts, keptChatChunks } from './chat-parts.ts'
import type { Parts } from './parts.ts'
import { keptEvents, responseParts } from './response-parts.ts'
import { checkChat, checkEmbeddings, checkResponse, type Body } from './usable-answer.ts'

/** One kind of call. */
export interface Api {
  /** Its place in the client, and in what is kept of a call. */
  readonly name: 'chat.completions' | 'responses' | 'embeddings'
  readonly operation: 'chat' | 'embeddings'
  /** Of its nodes. */
  readonly step: string
  /** An answer as every model gives one. @throws for what is none */
  read(answer: unknown): ModelReply
  /** @throws for what is no answer of a model, as it came. */
  check(answer: unknown, body: Body): void
  finishReasons(answer: unknown): string[]
  maxOutputTokens(body: Body): unknown
  /** Of a stream. */
  parts?(): Parts
  /** Whether a piece of a stream tells of something that was written: what keeps a connection alive does not. */
  isProgress?(piece: unknown): boolean
  /** A stream of an answer that was kept. */
  pieces?(answer: unknown): unknown[]
}

export const chatApi: Api = {
  name: 'chat.completions', operation: 'chat', step: 'chat',
  read: (answer) => chatReply(answer),
  finishReasons: (answer) => listField(answer, 'choices').map((choice) => textField(choice, 'finish_reason')).filter((reason) => reason !== ''),
  maxOutputTokens: (body) => body['max_completion_tokens'] ?? body['max_tokens'],
  check: checkChat,
  parts: chatParts, pieces: keptChatChunks, isProgress: (chunk) => listField(chunk, 'choices').some((choice) => isPiece(field(choice, 'delta'))),
}

export const responsesApi: Api = {
  name: 'responses', operation: 'chat', step: 'response',
  read: (answer) => responsesReply(answer),
  finishReasons: (answer) => [textField(field(answer, 'incomplete_details'), 'reason') || textField(answer, 'status')].filter((reason) => reason !== ''),
  maxOutputTokens: (body) => body['max_output_tokens'],
  check: checkResponse,
  parts: responseParts, pieces: keptEvents, isProgress: (event) => isWritten(textField(event, 'type')),
}

export const embeddingsApi: Api = {
  name: 'embeddings', operation: 'embeddings', step: 'embedding',
  read(answer) {
    const [tokens, model] = [field(field(answer, 'usage'), 'prompt_tokens'), textField(answer, 'model')]
    return { text: '', finish: 'stop', outputTokens: 0, ...(typeof tokens === 'number' && { inputTokens: tokens }), ...(model !== '' && { model }) }
  },
  finishReasons: () => [],
  maxOutputTokens: () => 0,
  check: checkEmbeddings,
}
