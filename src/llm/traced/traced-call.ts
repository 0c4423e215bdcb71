/** One call of a client as one step: through the run, onto a node, into a span. Stage: llm. */
import { isNode, settled } from '../../graph/origin.ts'
import { runStep } from '../../graph/traced-node.ts'
import type { Node } from '../../graph/types.ts'
import { completePolicy, type CallPolicy } from '../calls/call-policy.ts'
import { tryCall } from '../calls/try-call.ts'
import { modelScope } from '../model-scope.ts'
import type { Api } from './api.ts'
import type { Body } from './usable-answer.ts'
import { noteReply, type ModelCallInfo } from './call-info.ts'
import type { SpanOptions } from './call-span.ts'
import { CallStep, recordCall } from './call-step.ts'
import { replyNode } from './reply-node.ts'
import { StreamReader } from './traced-stream.ts'
import { readable, streamCall, wholeCall, type Sender, type SendOptions } from './tried-call.ts'

/** A call about to be made. */
export interface CallSetup extends Sender {
  /** Of the nodes. */
  readonly name: string
  readonly spans: SpanOptions
}

/** Sends `body`, which may hold nodes anywhere; each field of it is an input. Gives the node, or for a stream its reader. */
export function tracedCall(setup: CallSetup, body: unknown, options: unknown): Promise<unknown> {
  const { reply, reader } = begin(setup, body, options)
  return reader === undefined ? reply : reader.opened
}

/** As {@link tracedCall}, of a body that asks for a stream: its reader, before the server answers. */
export function tracedStream(setup: CallSetup, body: unknown, options: unknown): StreamReader {
  return begin(setup, body, options).reader!
}

function begin(setup: CallSetup, body: unknown, options: unknown): { readonly reply: Promise<Node<unknown>>; readonly reader: StreamReader | undefined } {
  const { api } = setup
  const step = new CallStep(setup.name, setup.spans)
  const given = (options ?? {}) as SendOptions
  const policy = policyOf(setup.policy, given)
  const replied = Promise.withResolvers<Node<unknown>>()
  let reader: StreamReader | undefined
  const [names, inputs, bodyOf] = inputsOf(body)
  const answered = runStep(step, names, inputs, (...values: unknown[]) => {
    const plain = bodyOf(values)
    if (plain['stream'] === true && api.parts !== undefined) reader = new StreamReader(replied.promise)
    const call = reader === undefined ? wholeCall(setup, plain, given) : streamCall(setup, plain, given, reader)
    const asked = { operation: api.operation, server: setup.server, model: call.name, settings: settingsOf(plain), stream: reader !== undefined }
    return recordCall(step, asked, (info, answer) => {
      noteAnswer(info, api, answer)
      if (reader?.firstMs !== undefined) info.firstChunkMs = reader.firstMs
    }, async () => (await tryCall(call, policy)).answer)
  }) as Promise<Node<unknown>>
  step.watch(answered)
  const reply = answered.then((node) => replyNode(node, api.read))
  // The body was read when the step began, which is by now; of a stream the reader tells what becomes of it.
  if (reader !== undefined) reply.then(replied.resolve, replied.reject)
  return { reply, reader }
}

/** The client's way to say how often a call is repeated holds for one call. */
function policyOf(policy: Required<CallPolicy>, { maxRetries }: SendOptions): Required<CallPolicy> {
  // What is part of a call of a run is not repeated by itself: the call is.
  const attempts = modelScope()?.inCall === true ? 1 : maxRetries === undefined ? policy.attempts : Math.max(0, maxRetries) + 1
  return attempts === policy.attempts ? policy : completePolicy({ ...policy, attempts })
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

/** Numbers, flags and short lists: what is neither content nor large. */
function settingsOf(body: Body): Record<string, unknown> {
  const small = (value: unknown): boolean => typeof value === 'number' || typeof value === 'boolean'
  return Object.fromEntries(Object.entries(body).filter(([key, value]) => key !== 'stream' && (small(value) || key === 'stop')))
}
