/** A model of any provider whose calls are nodes. Stage: llm. */
import type { AnySchema } from '../../graph/standard-schema.ts'
import { runStep } from '../../graph/traced-node.ts'
import type { Node, Traceable } from '../../graph/types.ts'
import type { AnswerOf } from '../calls/answer-schema.ts'
import { callModel, type CallPolicy } from '../calls/call-model.ts'
import { callModelFor, type CallForPolicy, type ModelReplyFor, type ModelRequestFor } from '../calls/call-model-for.ts'
import type { JsonSchema, Model, ModelReply, ModelRequest } from '../model.ts'
import { noteReply } from './call-info.ts'
import type { SpanOptions } from './call-span.ts'
import { CallStep, recordCall } from './call-step.ts'
import { replyNode } from './reply-node.ts'
import type { TracedReply } from './types.ts'

/** What {@link tracedModel} gives. */
export interface TracedModel {
  readonly name: string
  /** As `callModel`: a node of the reply. */
  call(request: Traceable<ModelRequest>, policy?: CallPolicy): Promise<TracedReply<ModelReply>>
  /** As `callModelFor`: `parsed` is a node of the value. */
  callFor<S extends AnySchema | JsonSchema>(request: Traceable<ModelRequestFor>, schema: S, policy?: CallForPolicy): Promise<TracedReply<ModelReplyFor<AnswerOf<S>>, AnswerOf<S>>>
}

/** Options of {@link tracedModel}. */
export interface TracedModelOptions extends CallForPolicy, SpanOptions {
  /** Of the nodes. @defaultValue `chat` */
  readonly name?: string
}

/**
 * `model` with calls that are traced, and tried as `callModel` tries them. Requests may hold nodes anywhere; the reply is a node with
 * `text`, `toolCalls` and `parsed` as nodes. An error is recorded as an exception node. Inside a run the calls are counted,
 * limited and kept as those of role `task`.
 *
 * @example
 * ```ts
 * import { backward, parameter } from 'trace-eval'
 * import { tracedModel } from 'trace-eval/llm'
 * const echo = tracedModel({ name: 'echo', send: async ({ messages }) => ({ text: String(messages[0]?.content).toUpperCase(), finish: 'stop' }) })
 * const instructions = parameter('instructions', 'Be brief.')
 * const { text } = await echo.call({ messages: [{ role: 'system', content: instructions }] })
 * text.value // 'BE BRIEF.'
 * backward(text, 'too loud').parameters.map(({ parameter }) => parameter.name) // ['instructions']
 * ```
 */
export function tracedModel(model: Model, { name = 'chat', tracer, content, ...defaults }: TracedModelOptions = {}): TracedModel {
  const call = async (request: object, send: (plain: ModelRequest) => Promise<ModelReply>): Promise<Node<ModelReply>> => {
    const step = new CallStep(name, { ...(tracer && { tracer }), ...(content !== undefined && { content }) })
    // These decide nothing about the answer.
    const { signal, onText, onProgress, ...asked } = request as ModelRequest
    const names = Object.keys(asked)
    const answered = runStep(step, names, Object.values(asked), (...values: unknown[]) => {
      const plain = Object.fromEntries(names.map((key, at) => [key, values[at]])) as unknown as ModelRequest
      const whole: ModelRequest = { ...plain, ...(signal && { signal }), ...(onText && { onText }), ...(onProgress && { onProgress }) }
      return recordCall(step, { operation: 'chat', server: model.server, model: model.name, settings: settingsOf(plain), stream: plain.stream ?? onText !== undefined }, noteReply, () => send(whole))
    }) as Promise<Node<ModelReply>>
    step.watch(answered)
    return replyNode(await answered, (reply) => reply as ModelReply)
  }
  return {
    name: model.name,
    call: (request, policy) => call(request, (plain) => callModel(model, plain, { ...defaults, ...policy })) as Promise<TracedReply<ModelReply>>,
    callFor: (request, schema, policy) => call(request, (plain) => callModelFor(model, plain, schema, { ...defaults, ...policy })) as never,
  }
}

function settingsOf({ temperature, maxOutputTokens, seed }: ModelRequest): Record<string, unknown> {
  return { ...(temperature !== undefined && { temperature }), ...(maxOutputTokens !== undefined && { max_tokens: maxOutputTokens }), ...(seed !== undefined && { seed }) }
}
