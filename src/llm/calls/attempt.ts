/** One attempt of a call, which ends at its deadline whatever the adapter does. Stage: llm. */
import type { Clock } from '../../core/clock.ts'
import { TraceEvalError } from '../../core/errors.ts'
import type { Fault } from './model-fault.ts'

/** How an attempt ended. */
export type Attempt<T> = { readonly answer: T } | { readonly fault: Fault; readonly error: unknown }

/** Times of one attempt, in milliseconds. */
export interface AttemptTimes {
  /** Until an answer is there; of a stream, until its first piece. */
  readonly attemptMs: number
  /** Between pieces of a stream. */
  readonly idleMs: number
  /** Until nothing is waited for any more. */
  readonly totalMs: number
}

/** What an attempt is told, and tells. */
interface AttemptWatch {
  /** Aborts when the attempt is given up. */
  readonly signal: AbortSignal
  /** Tells of a piece of a stream: from the first one on, silence ends the attempt, and not its length. */
  readonly onProgress: () => void
  /** Whether the attempt has ended: what it still says is nobody's. */
  readonly isOver: () => boolean
}

/** An attempt to be made. */
export interface AttemptRequest<T> {
  readonly signal: AbortSignal | undefined
  send(watch: AttemptWatch): Promise<T>
  faultOf(error: unknown): Fault
}

export const stopped: { readonly fault: Fault; readonly error: unknown } = { fault: { kind: 'aborted', message: 'the run was stopped' }, error: undefined }

/** Settles at the deadline also where the adapter ignores its signal. Leaves no timer and no listener behind. */
export async function attemptOnce<T>({ signal, send, faultOf }: AttemptRequest<T>, times: AttemptTimes, clock: Clock): Promise<Attempt<T>> {
  if (signal?.aborted === true) return stopped
  const ended = new AbortController()
  const { promise, resolve } = Promise.withResolvers<Attempt<T>>()
  let over = false
  const stop = (attempt: Attempt<T>): void => { over = true; resolve(attempt); ended.abort() }
  const timedOut = (ms: number) => (): void => stop({ fault: { kind: 'timeout', message: `no complete answer within ${inSeconds(ms)}` }, error: undefined })
  const idle = (): void => stop({ fault: { kind: 'idle', message: `stream idle ${inSeconds(times.idleMs)}` }, error: undefined })
  const total = clock.setTimeout(timedOut(times.totalMs), Math.max(0, times.totalMs))
  let timer = clock.setTimeout(timedOut(times.attemptMs), Math.max(0, times.attemptMs))
  const onProgress = (): void => {
    if (over) return
    clock.clearTimeout(timer)
    timer = clock.setTimeout(idle, times.idleMs)
  }
  const onAbort = (): void => stop(stopped)
  signal?.addEventListener('abort', onAbort, { once: true })
  const sent = async (): Promise<Attempt<T>> => {
    try {
      return { answer: await send({ signal: ended.signal, onProgress, isOver: () => over }) }
    } catch (error) {
      // What the run itself refuses is said in its own words.
      if (TraceEvalError.is(error) && refusals.has(error.code)) throw error
      return { fault: TraceEvalError.is(error, 'MODEL_BUDGET') ? { kind: 'budget', message: error.summary } : faultOf(error), error }
    }
  }
  try {
    return await Promise.race([sent(), promise])
  } finally {
    over = true
    clock.clearTimeout(total)
    clock.clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

/** Codes of errors that no attempt can cure, and that are no failures of the model. */
const refusals: ReadonlySet<string> = new Set(['MODEL_NOT_CALLED', 'MODEL_PRICE', 'CASSETTE_MISS', 'CASSETTE_FILE', 'FILE_WRITE'])

const inSeconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`
