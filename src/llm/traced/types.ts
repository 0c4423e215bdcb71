/** What a traced client looks like. Stage: llm. */
import type { OpenAI } from 'openai'
import type { ChatCompletionStream, ChatCompletionStreamParams } from 'openai/lib/ChatCompletionStream'
import type { ResponseCreateAndStreamParams, ResponseStream } from 'openai/lib/responses/ResponseStream'
import type { ParsedChatCompletion } from 'openai/resources/chat/completions'
import type { ParsedResponse } from 'openai/resources/responses/responses'
import type { Node, Traceable } from '../../graph/types.ts'
import type { ToolCall } from '../model.ts'

/** The answer of a traced call: a node of what the client gave, with what one mostly wants of it as nodes of their own. */
export interface TracedReply<out T, out P = unknown> extends Node<T> {
  /** The text of the answer, or of a refusal; empty where the model only calls tools. */
  readonly text: Node<string>
  /** The calls that the model asks for, their arguments parsed. */
  readonly toolCalls: Node<readonly ToolCall[]>
  /** The value of the answer: what `parse` made of it, else the text as JSON; null where it is none. */
  readonly parsed: Node<P>
}

/** The answer of Chat Completions. */
export interface TracedChatReply<out T, out P = unknown> extends TracedReply<T, P> {
  /** The message itself, for the next request of a conversation. */
  readonly message: Node<OpenAI.Chat.Completions.ChatCompletionMessage>
}

/** A stream that is read as ever; its node is there when it has ended. */
export interface TracedStream<out Chunk, out Reply> extends AsyncIterable<Chunk> {
  /** The whole answer. Reads the stream where nobody does; where reading stops early, it is what came until then. */
  reply(): Promise<Reply>
  /** Ends the request. */
  abort(): void
}

type Chat = typeof OpenAI.Chat.Completions.prototype
type Bodies = OpenAI.Chat.Completions.ChatCompletionCreateParamsNonStreaming
type StreamBodies = OpenAI.Chat.Completions.ChatCompletionCreateParamsStreaming
type ResponseBodies = OpenAI.Responses.ResponseCreateParamsNonStreaming
type ResponseStreamBodies = OpenAI.Responses.ResponseCreateParamsStreaming
/** What a format made by a helper of the SDK, such as `zodResponseFormat`, says of the value. */
type ParsedBy<Format> = Format extends { readonly __output: infer Value } ? Value : Format extends { readonly type: 'json_schema' } ? unknown : null

interface TextOf<Format> { readonly format?: Format; readonly verbosity?: 'low' | 'medium' | 'high' | null }

/** A stream of the SDK that puts the answer together; `reply` is the node of it, `parsed` there the text as JSON. */
export type TracedHelper<Stream, Reply> = Stream & { reply(): Promise<Reply> }

/** `chat.completions` of a traced client. */
export interface TracedCompletions extends Omit<Chat, 'create' | 'parse' | 'stream'> {
  create(body: Traceable<Bodies>, options?: OpenAI.RequestOptions): Promise<TracedChatReply<OpenAI.Chat.Completions.ChatCompletion>>
  create(body: Traceable<StreamBodies>, options?: OpenAI.RequestOptions): Promise<TracedStream<OpenAI.Chat.Completions.ChatCompletionChunk, TracedChatReply<OpenAI.Chat.Completions.ChatCompletion>>>
  parse<Format>(body: Traceable<Omit<Bodies, 'response_format'>> & { readonly response_format?: Format }, options?: OpenAI.RequestOptions): Promise<TracedChatReply<ParsedChatCompletion<ParsedBy<Format>>, ParsedBy<Format>>>
  stream<Format>(body: Traceable<Omit<ChatCompletionStreamParams, 'response_format'>> & { readonly response_format?: Format }, options?: OpenAI.RequestOptions): TracedHelper<ChatCompletionStream<ParsedBy<Format>>, TracedChatReply<OpenAI.Chat.Completions.ChatCompletion>>
}

/** `responses` of a traced client. */
export interface TracedResponses extends Omit<OpenAI.Responses, 'create' | 'parse' | 'stream'> {
  create(body: Traceable<ResponseBodies>, options?: OpenAI.RequestOptions): Promise<TracedReply<OpenAI.Responses.Response>>
  create(body: Traceable<ResponseStreamBodies>, options?: OpenAI.RequestOptions): Promise<TracedStream<OpenAI.Responses.ResponseStreamEvent, TracedReply<OpenAI.Responses.Response>>>
  parse<Format>(body: Traceable<Omit<ResponseBodies, 'text'>> & { readonly text?: TextOf<Format> }, options?: OpenAI.RequestOptions): Promise<TracedReply<ParsedResponse<ParsedBy<Format>>, ParsedBy<Format>>>
  stream<Format>(body: Traceable<Omit<ResponseCreateAndStreamParams, 'text'>> & { readonly text?: TextOf<Format> }, options?: OpenAI.RequestOptions): TracedHelper<ResponseStream<ParsedBy<Format>>, TracedReply<OpenAI.Responses.Response>>
}

/** `embeddings` of a traced client. */
export interface TracedEmbeddings extends Omit<OpenAI.Embeddings, 'create'> {
  create(body: Traceable<OpenAI.EmbeddingCreateParams>, options?: OpenAI.RequestOptions): Promise<Node<OpenAI.CreateEmbeddingResponse>>
}

/** A client whose calls are nodes; whatever else it has is as it was. */
export type TracedClient<C> = Omit<C, 'chat' | 'responses' | 'embeddings' | 'withOptions'>
  & (C extends { chat: infer Place } ? { readonly chat: Omit<Place, 'completions'> & { readonly completions: TracedCompletions } } : unknown)
  & (C extends { responses: unknown } ? { readonly responses: TracedResponses } : unknown)
  & (C extends { embeddings: unknown } ? { readonly embeddings: TracedEmbeddings } : unknown)
  & (C extends { withOptions(options: infer Options): unknown } ? { withOptions(options: Options): TracedClient<C> } : unknown)
