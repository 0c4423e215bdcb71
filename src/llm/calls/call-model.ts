/** One call that can be trusted: attempts, back-off, deadlines. Stage: llm. */
import { estimateTokens } from '../spending/estimate-tokens.ts'
import { keptReply, modelHere } from '../model-call.ts'
import type { Model, ModelReply, ModelRequest } from '../model.ts'
import { callError } from './call-error.ts'
import { completePolicy, type CallPolicy } from './call-policy.ts'
import { faultOf } from './model-fault.ts'
import { checkShape } from './reply-shape.ts'
import { tryCall, type CallWorld, type TriedCall } from './try-call.ts'

export type { CallPolicy, CallWorld }

/**
 * Asks `model`, and asks again where that may help. Attempts back off with full jitter (Brooker 2015, "Exponential backoff and
 * jitter") and honour `Retry-After` up to a cap; a refused key, an empty account or a bad request is never repeated. All calls to
 * one server share its pauses and limits. Text of an attempt that failed is not part of the answer.
 *
 * @throws {TraceEvalError} `MODEL_AUTH`, `MODEL_QUOTA`, `MODEL_CONTEXT`, `MODEL_REQUEST`, `MODEL_UNREACHABLE`, `MODEL_BUDGET`, `MODEL_ABORTED`,
 * `MODEL_POLICY`, and after the last attempt `MODEL_RATE_LIMIT`, `MODEL_TIMEOUT`, `MODEL_EMPTY`, `MODEL_MALFORMED`, `MODEL_INCOMPLETE` or `MODEL_FAILED`.
 * @example
 * ```ts
 * import { callModel, type Model } from 'trace-eval/llm'
 * const echo: Model = { name: 'echo', send: async ({ messages }) => ({ text: String(messages.at(-1)?.content), finish: 'stop' }) }
 * const { text } = await callModel(echo, { messages: [{ role: 'user', content: 'hello' }] })
 * text // 'hello'
 * ```
 */
export async function callModel(model: Model, request: ModelRequest, policy: CallPolicy = {}, world: CallWorld = {}): Promise<ModelReply> {
  const complete = completePolicy(policy)
  const { answer, ...took } = await tryCall(callOf(model, request, complete, world), complete, world)
  return finished(answer, request, took)
}

/** `request` of `model` as the loop has it. */
function callOf(model: Model, request: ModelRequest, policy: Required<CallPolicy>, world: CallWorld): TriedCall<ModelReply> {
  const { onText, signal } = request
  return {
    name: model.name, pacer: model.pacer, signal, tokens: estimateTokens(request) + (request.maxOutputTokens ?? 0),
    kept: () => keptReply(model, request),
    async send({ signal, isOver, ...watch }) {
      const onProgress = (): void => {
        watch.onProgress()
        if (!isOver()) request.onProgress?.()
      }
      // What an attempt still says after it was given up is not the caller's.
      const onOwnText = onText && ((piece: string, soFar: string): void => { if (!isOver()) onText(piece, soFar) })
      return checkShape(await modelHere(model).send({ ...request, ...(onOwnText && { onText: onOwnText }), onProgress, signal }), model)
    },
    faultOf: (error) => faultOf(error, world.now),
    tokensOf: ({ inputTokens, outputTokens }) => (inputTokens === undefined || outputTokens === undefined ? undefined : inputTokens + outputTokens),
    more(reply) {
      const more = policy.raiseCutOff ? withMoreRoom(request, reply) : undefined
      return more && callOf(model, more, policy, world)
    },
    failed: (failure) => callError(model, failure),
  }
}

/** Twice what was allowed, or what the server allowed by itself. */
function withMoreRoom(request: ModelRequest, { finish, outputTokens }: ModelReply): ModelRequest | undefined {
  const allowed = request.maxOutputTokens ?? outputTokens
  return finish === 'length' && allowed !== undefined && allowed > 0 ? { ...request, maxOutputTokens: allowed * 2 } : undefined
}

/** The reply with its value, where JSON was asked for and came, and what the call took. */
function finished(reply: ModelReply, { responseFormat = 'text' }: ModelRequest, took: Pick<ModelReply, 'latencyMs' | 'attempts'>): ModelReply {
  if (responseFormat === 'text' || reply.finish !== 'stop' || reply.parsed !== undefined) return { ...reply, ...took }
  try {
    return { ...reply, parsed: JSON.parse(reply.text) as unknown, ...took }
  } catch {
    return { ...reply, ...took }
  }
}
