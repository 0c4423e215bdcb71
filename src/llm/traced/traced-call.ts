/** One call of a client as one step: through the run, onto a node, into a span. Stage: llm. */
import { systemClock } from '../../core/clock.ts'
import { isNode, settled } from '../../graph/origin.ts'
import { runStep } from '../../graph/traced-node.ts'
import type { Node } from '../../graph/types.ts'
import { throughRun, type ModelCall } from '../model-scope.ts'
import type { ModelReply } from '../model.ts'
import type { Api, Body } from './api.ts'
import { noteReply, type ModelCallInfo } from './call-info.ts'
import type { SpanOptions } from './call-span.ts'
import { CallStep, recordCall } from './call-step.ts'
import { replyNode } from './reply-node.ts'
import { piecesOf, StreamReader } from './traced-stream.ts'

/** A call about to be made. */
export interface CallSetup {
  readonly api: Api
  /** Of the nodes. */
  readonly name: string
  readonly spans: SpanOptions
  /** Without secrets. */
  readonly server: string | undefined
  /** Sends the request, as the client has it. */
  send(body: Body, options: unknown): PromiseLike<unknown>
}

/** Sends `body`, which may hold nodes anywhere; each field of it is an input. Gives the node, or for a stream its reader. */
export function tracedCall(setup: CallSetup, body: unknown, options: unknown): Promise<unknown> {
  const step = new CallStep(setup.name, setup.spans)
  const stream = Promise.withResolvers<StreamReader>()
  let isStream = false
  const [names, inputs, bodyOf] = inputsOf(body)
  const answered = runStep(step, names, inputs, (...values: unknown[]) => {
    const plain = bodyOf(values)
    isStream = plain['stream'] === true && setup.api.parts !== undefined
    const asked = { operation: setup.api.operation, server: setup.server, model: String(plain['model'] ?? 'unknown'), settings: settingsOf(plain), stream: isStream }
    return recordCall(step, asked, (info, answer) => noteAnswer(info, setup.api, answer), () => throughRun(isStream ? streamCall(setup, plain, options, step, stream.resolve) : wholeCall(setup, plain, options)))
  }) as Promise<Node<unknown>>
  step.watch(answered)
  const reply = answered.then((node) => replyNode(node, setup.api.read))
  // The body was read when the step began, which is by now.
  if (!isStream) return reply
  reply.catch(stream.reject)
  return stream.promise.then((reader) => { reader.node = reply; return reader })
}

function inputsOf(body: unknown): [names: string[], inputs: unknown[], body: (values: readonly unknown[]) => Body] {
  if (typeof body !== 'object' || body === null || isNode(body)) return [['request'], [isNode(body) ? settled(body) : body], ([plain]) => (plain ?? {}) as Body]
  const names = Object.keys(body)
  return [names, Object.values(body), (values) => Object.fromEntries(names.map((name, at) => [name, values[at]]))]
}

function noteAnswer(info: ModelCallInfo, api: Api, answer: unknown): void {
  const reply = readable(api, answer)
  if (reply !== undefined) noteReply(info, reply)
  const [reasons, id] = [api.finishReasons(answer), (answer as { id?: unknown } | null)?.id]
  if (reasons.length > 0) info.finishReasons = reasons
  if (typeof id === 'string') info.responseId = id
}

/** Nothing of an answer that is none: that is for its reader to find. */
function readable(api: Api, answer: unknown): ModelReply | undefined {
  try { return api.read(answer) } catch { return undefined }
}

function modelCall({ api, server }: CallSetup, { stream: _stream, stream_options: _options, ...body }: Body): Omit<ModelCall<unknown>, 'send'> {
  const limit = api.maxOutputTokens(body)
  return {
    model: String(body['model'] ?? 'unknown'), server, request: { api: api.name, ...body }, ...(typeof limit === 'number' && { maxOutputTokens: limit }),
    tokensOf(answer) {
      const { inputTokens, outputTokens, cachedTokens } = readable(api, answer) ?? {}
      return { ...(inputTokens !== undefined && { inputTokens }), ...(outputTokens !== undefined && { outputTokens }), ...(cachedTokens !== undefined && { cachedTokens }) }
    },
    textOf: (answer) => readable(api, answer)?.text ?? '',
    isComplete: (answer) => { const reply = readable(api, answer); return reply !== undefined && reply.finish !== 'length' },
  }
}

function wholeCall(setup: CallSetup, body: Body, options: unknown): ModelCall<unknown> {
  return { ...modelCall(setup, body), send: async () => await setup.send(body, options) }
}

/** Ends when somebody has read the stream. */
function streamCall(setup: CallSetup, body: Body, options: unknown, step: CallStep, hand: (reader: StreamReader) => void): ModelCall<unknown> {
  const { api } = setup
  const started = systemClock.now()
  const onFirst = (): void => { step.meta.modelCall!.firstChunkMs = Math.round(systemClock.now() - started) }
  return {
    ...modelCall(setup, body),
    async send() {
      const pieces = await setup.send(body, options) as AsyncIterable<unknown>
      const reader = new StreamReader({ pieces, parts: api.parts!(), onFirst })
      hand(reader)
      return await reader.ended
    },
    kept(answer) { hand(new StreamReader({ pieces: piecesOf(api.pieces!(answer)), parts: api.parts!(), onFirst })) },
  }
}

/** Numbers, flags and short lists: what is neither content nor large. */
function settingsOf(body: Body): Record<string, unknown> {
  const small = (value: unknown): boolean => typeof value === 'number' || typeof value === 'boolean'
  return Object.fromEntries(Object.entries(body).filter(([key, value]) => key !== 'stream' && (small(value) || key === 'stop')))
}
