/** One attempt of a call, which ends at its deadline whatever the adapter does. Stage: llm. */
import type { Clock } from '../core/clock.ts'
import { TraceEvalError } from '../core/errors.ts'
import { describeValue } from '../core/describe-value.ts'
import type { Model, ModelReply, ModelRequest } from './model.ts'
import { faultOf, UnusableReply, type Fault } from './model-fault.ts'

/** How an attempt ended. */
export type Attempt = { readonly reply: ModelReply } | { readonly fault: Fault; readonly error: unknown }

/** Times of one attempt, in milliseconds. */
export interface AttemptTimes {
  /** Until an answer is there; of a stream, until its first piece. */
  readonly attemptMs: number
  /** Between pieces of a stream. */
  readonly idleMs: number
  /** Until nothing is waited for any more. */
  readonly totalMs: number
}

export const stopped: Attempt = { fault: { kind: 'aborted', message: 'the run was stopped' }, error: undefined }

/** Settles at the deadline also where the adapter ignores its signal. Leaves no timer and no listener behind. */
export async function attemptOnce(model: Model, request: ModelRequest, times: AttemptTimes, clock: Clock, now: () => number): Promise<Attempt> {
  if (request.signal?.aborted === true) return stopped
  const ended = new AbortController()
  const { promise, resolve } = Promise.withResolvers<Attempt>()
  let over = false
  const stop = (attempt: Attempt): void => { over = true; resolve(attempt); ended.abort() }
  const timedOut = (ms: number) => (): void => stop({ fault: { kind: 'timeout', message: `no complete answer within ${inSeconds(ms)}` }, error: undefined })
  const idle = (): void => stop({ fault: { kind: 'idle', message: `stream idle ${inSeconds(times.idleMs)}` }, error: undefined })
  const total = clock.setTimeout(timedOut(times.totalMs), Math.max(0, times.totalMs))
  let timer = clock.setTimeout(timedOut(times.attemptMs), Math.max(0, times.attemptMs))
  const onProgress = (): void => {
    if (over) return
    clock.clearTimeout(timer)
    timer = clock.setTimeout(idle, times.idleMs)
    request.onProgress?.()
  }
  const onAbort = (): void => stop(stopped)
  request.signal?.addEventListener('abort', onAbort, { once: true })
  // What an attempt still says after it was given up is not the caller's.
  const onText = request.onText && ((piece: string, soFar: string): void => { if (!over) request.onText!(piece, soFar) })
  const sent = async (): Promise<Attempt> => {
    try {
      return { reply: checkShape(await model.send({ ...request, ...(onText && { onText }), onProgress, signal: ended.signal })) }
    } catch (error) {
      return { fault: TraceEvalError.is(error, 'MODEL_BUDGET') ? { kind: 'budget', message: error.summary } : faultOf(error, now), error }
    }
  }
  try {
    return await Promise.race([sent(), promise])
  } finally {
    over = true
    clock.clearTimeout(total)
    clock.clearTimeout(timer)
    request.signal?.removeEventListener('abort', onAbort)
  }
}

const inSeconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`

const finishes: ReadonlySet<unknown> = new Set<ModelReply['finish']>(['stop', 'length', 'refusal', 'tool-calls', 'other'])

/** Adapters are anyone's: what they return is looked at. @throws {UnusableReply} */
function checkShape(reply: ModelReply): ModelReply {
  if (typeof reply?.text !== 'string' || !finishes.has(reply.finish)) {
    throw new UnusableReply('malformed', `expected the model to return { text, finish }, received ${describeValue(reply, 200)}`)
  }
  const hasCalls = reply.toolCalls !== undefined && reply.toolCalls.length > 0
  if (reply.text.trim() === '' && !hasCalls && reply.finish !== 'refusal' && reply.finish !== 'length') throw new UnusableReply('empty', 'the answer holds no text')
  return reply
}
