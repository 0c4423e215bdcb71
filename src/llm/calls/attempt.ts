/** One attempt of a call, which ends at its deadline whatever the adapter does. Stage: llm. */
import type { Clock } from '../../core/clock.ts'
import { TraceEvalError } from '../../core/errors.ts'
import { modelHere } from '../model-call.ts'
import type { Model, ModelReply, ModelRequest } from '../model.ts'
import { faultOf, type Fault } from './model-fault.ts'
import { checkShape } from './reply-shape.ts'

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
      return { reply: checkShape(await modelHere(model).send({ ...request, ...(onText && { onText }), onProgress, signal: ended.signal })) }
    } catch (error) {
      // What the run itself refuses is said in its own words.
      if (TraceEvalError.is(error) && refusals.has(error.code)) throw error
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

/** Codes of errors that no attempt can cure, and that are no failures of the model. */
const refusals: ReadonlySet<string> = new Set(['MODEL_PRICE', 'CASSETTE_MISS', 'CASSETTE_FILE', 'FILE_WRITE'])

const inSeconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`
