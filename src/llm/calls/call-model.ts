/** One call that can be trusted: attempts, back-off, deadlines. Stage: llm. */
import { systemClock, type Clock } from '../../core/clock.ts'
import { attemptOnce, stopped, type Attempt } from './attempt.ts'
import { callError } from './call-error.ts'
import { attemptsOf, completePolicy, type CallPolicy } from './call-policy.ts'
import { estimateTokens } from '../spending/estimate-tokens.ts'
import { keptReply } from '../model-call.ts'
import { modelScope } from '../model-scope.ts'
import type { Model, ModelReply, ModelRequest } from '../model.ts'
import { maypass, type Fault } from './model-fault.ts'
import type { Turn } from './pacer.ts'

export type { CallPolicy }

/** Time and chance; tests hand in their own. `now` is the wall clock. */
export interface CallWorld { readonly clock?: Clock; readonly random?: () => number; readonly now?: () => number }

/** Timers may be a millisecond early: what is left then is not worth an attempt. */
const LEAST_MS = 5

/**
 * Asks `model`, and asks again where that may help. Attempts back off with full jitter (Brooker 2015, "Exponential backoff and
 * jitter") and honour `Retry-After` up to a cap; a refused key, an empty account or a bad request is never repeated. All calls to
 * one server share its pauses and limits. Text of an attempt that failed is not part of the answer.
 *
 * @throws {TraceEvalError} `MODEL_AUTH`, `MODEL_QUOTA`, `MODEL_CONTEXT`, `MODEL_REQUEST`, `MODEL_UNREACHABLE`, `MODEL_BUDGET`, `MODEL_ABORTED`,
 * `MODEL_POLICY`, and after the last attempt `MODEL_RATE_LIMIT`, `MODEL_TIMEOUT`, `MODEL_EMPTY`, `MODEL_MALFORMED`, `MODEL_INCOMPLETE` or `MODEL_FAILED`.
 * @example
 * ```ts
 * import { callModel } from 'trace-eval/llm'
 * const echo = { name: 'echo', send: async ({ messages }) => ({ text: messages.at(-1).content, finish: 'stop' }) }
 * const { text } = await callModel(echo, { messages: [{ role: 'user', content: 'hello' }] })
 * text // 'hello'
 * ```
 */
export async function callModel(model: Model, request: ModelRequest, policy: CallPolicy = {}, world: CallWorld = {}): Promise<ModelReply> {
  const complete = completePolicy(policy)
  const { clock = systemClock, random = Math.random, now = Date.now } = world
  const deadline = clock.now() + complete.totalTimeoutMs
  const left = (): number => deadline - clock.now()
  let asked = request
  for (let attempts = 1; ; attempts++) {
    const kept = await keptReply(model, asked)
    const turn = kept === undefined ? await turnOf(model, asked, left(), complete) : noTurn
    if ('refused' in turn) throw callError(model, { ...refusal(turn, complete), attempts: attempts - 1, now: now() })
    const started = clock.now()
    const result: Attempt = kept !== undefined ? { reply: kept } : await attemptOnce(model, asked, { attemptMs: Math.min(complete.attemptTimeoutMs, left()), idleMs: complete.idleTimeoutMs, totalMs: left() }, clock, now)
    const wait = 'reply' in result ? 0 : result.fault.retryAfterMs ?? random() * Math.min(complete.maxBackoffMs, complete.backoffMs * 2 ** (attempts - 1))
    const notice = turn.end(endOf(result, wait))
    if (notice !== undefined && wait <= complete.maxRetryAfterMs) modelScope()?.handler.notice?.(`${model.name}: ${notice}`)
    if ('reply' in result) {
      const more = complete.raiseCutOff && asked === request ? withMoreRoom(request, result.reply) : undefined
      if (more === undefined || left() <= 0) return finished(result.reply, request, { latencyMs: Math.round(clock.now() - started), attempts })
      asked = more
      continue
    }
    const { fault, error } = result
    const tooLong = wait > complete.maxRetryAfterMs
    if (!maypass(fault) || attempts >= attemptsOf(fault.kind, complete) || tooLong || wait + LEAST_MS >= left()) throw callError(model, { fault, error, attempts, now: now(), ...(tooLong && { askedMs: wait }) })
    await pause(wait, asked.signal, clock)
  }
}

const noTurn = { end: (): undefined => undefined }

/** Waits for the pacer of the model, where it has one. */
async function turnOf({ pacer }: Model, request: ModelRequest, deadlineMs: number, { maxRetryAfterMs }: Required<CallPolicy>): Promise<Turn> {
  if (request.signal?.aborted === true) return { refused: 'stopped' }
  if (pacer === undefined) return noTurn
  return await pacer.enter({ tokens: estimateTokens(request) + (request.maxOutputTokens ?? 0), deadlineMs, maxPauseMs: maxRetryAfterMs, ...(request.signal && { signal: request.signal }) })
}

function refusal(turn: Extract<Turn, { refused: unknown }>, { totalTimeoutMs }: Required<CallPolicy>): { fault: Fault; error: undefined; askedMs?: number } {
  if (turn.refused === 'paused') return { fault: { kind: 'rate-limited', message: 'rate limited before, nothing was sent' }, error: undefined, askedMs: turn.forMs }
  if (turn.refused === 'deadline') return { fault: { kind: 'timeout', message: `no turn within ${Math.round(totalTimeoutMs / 100) / 10} s` }, error: undefined }
  return { ...(stopped as { fault: Fault }), error: undefined }
}

function endOf(result: Attempt, wait: number): Parameters<Extract<Turn, { end: unknown }>['end']>[0] {
  if (!('reply' in result)) return { answered: false, ...(result.fault.kind === 'rate-limited' && { pauseMs: wait }) }
  const { inputTokens, outputTokens } = result.reply
  return { answered: true, ...(inputTokens !== undefined && outputTokens !== undefined && { tokens: inputTokens + outputTokens }) }
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

function pause(ms: number, signal: AbortSignal | undefined, clock: Clock): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = clock.setTimeout(resolve, ms)
  const stop = (): void => { clock.clearTimeout(timer); resolve() }
  if (signal?.aborted === true) stop()
  signal?.addEventListener('abort', stop, { once: true })
  return promise.finally(() => signal?.removeEventListener('abort', stop))
}
