/** A call with all its attempts: turns, back-off, deadlines. The one loop, whatever client sends. Stage: llm. */
import { systemClock, type Clock } from '../../core/clock.ts'
import { modelScope, type CaseCalls } from '../model-scope.ts'
import { attemptOnce, stopped, type Attempt, type AttemptRequest } from './attempt.ts'
import type { Failure } from './call-error.ts'
import { attemptsOf, type CallPolicy } from './call-policy.ts'
import { maypass, type Fault } from './model-fault.ts'
import type { Pacer, Turn } from './pacer.ts'

/** Time and chance; tests hand in their own. `now` is the wall clock. */
export interface CallWorld { readonly clock?: Clock; readonly random?: () => number; readonly now?: () => number }

/** A call to be made: how one attempt is made, and what the loop has to know of it. */
export interface TriedCall<T> extends AttemptRequest<T> {
  /** Of the model, in notices. */
  readonly name: string
  readonly pacer: Pacer | undefined
  /** Estimate of its tokens in and out. */
  readonly tokens: number
  /** What was answered in an earlier run, where that is kept: it waits for no turn and no pause. */
  kept(): Promise<T | undefined>
  /** Tokens in and out, where the server told them. */
  tokensOf(answer: T): number | undefined
  /** Whether another attempt can still stand for one that failed. @defaultValue it can */
  mayRepeat?(): boolean
  /** The call to make once more instead of being content with `answer`. @defaultValue none */
  more?(answer: T): TriedCall<T> | undefined
  /** What is thrown when it is given up. */
  failed(failure: Failure): unknown
}

/** An answer, and what it took: the time of the last attempt, and how many there were. */
export interface Tried<T> { readonly answer: T; readonly latencyMs: number; readonly attempts: number }

/** Timers may be a millisecond early: what is left then is not worth an attempt. */
const LEAST_MS = 5

/**
 * Tries `call` until there is an answer, or no attempt may help. Back-off has full jitter (Brooker 2015, "Exponential backoff and
 * jitter"); a wait that the server asks for is kept up to a cap.
 */
export async function tryCall<T>(call: TriedCall<T>, policy: Required<CallPolicy>, world: CallWorld = {}): Promise<Tried<T>> {
  const waits = new Waits(modelScope()?.calls, call.name)
  try {
    return await attemptsOfCall(call, policy, world, waits)
  } finally {
    waits.end()
  }
}

async function attemptsOfCall<T>(call: TriedCall<T>, policy: Required<CallPolicy>, world: CallWorld, waits: Waits): Promise<Tried<T>> {
  const { clock = systemClock, random = Math.random, now = Date.now } = world
  const deadline = clock.now() + policy.totalTimeoutMs
  const left = (): number => deadline - clock.now()
  let asked = call
  for (let attempts = 1; ; attempts++) {
    // Of a case that is over nobody waits for an answer any more.
    if (waits.isOver) throw asked.failed({ ...stopped, attempts: attempts - 1, now: now() })
    const kept = await asked.kept()
    if (kept === undefined && asked.pacer !== undefined && attempts === 1) waits.for('no turn yet')
    const turn = kept === undefined ? await turnOf(asked, left(), policy) : noTurn
    if (attempts === 1) waits.end()
    if ('refused' in turn) throw asked.failed({ ...refusal(turn, policy), attempts: attempts - 1, now: now() })
    const started = clock.now()
    const times = { attemptMs: Math.min(policy.attemptTimeoutMs, left()), idleMs: policy.idleTimeoutMs, totalMs: left() }
    const result: Attempt<T> = kept !== undefined ? { answer: kept } : await attemptOnce(asked, times, clock).catch((error: unknown) => {
      // What the run refuses was never sent: its turn is free for the next call.
      turn.end({ answered: false, tokens: 0 })
      throw error
    })
    const wait = 'answer' in result ? 0 : result.fault.retryAfterMs ?? random() * Math.min(policy.maxBackoffMs, policy.backoffMs * 2 ** (attempts - 1))
    const notice = turn.end(endOf(asked, result, wait))
    if (notice !== undefined && wait <= policy.maxRetryAfterMs) modelScope()?.handler.notice?.(`${call.name}: ${notice}`)
    if ('answer' in result) {
      const more = asked === call ? call.more?.(result.answer) : undefined
      if (more === undefined || left() <= 0) return { answer: result.answer, latencyMs: Math.round(clock.now() - started), attempts }
      asked = more
      continue
    }
    const { fault, error } = result
    const tooLong = wait > policy.maxRetryAfterMs
    const isLast = !maypass(fault) || attempts >= attemptsOf(fault.kind, policy) || asked.mayRepeat?.() === false
    if (isLast || tooLong || wait + LEAST_MS >= left()) throw asked.failed({ fault, error, attempts, now: now(), ...(tooLong && { askedMs: wait }) })
    waits.for(`${fault.message}; asked again`)
    await pause(wait, asked.signal, clock)
  }
}

/** Tells the run of a case what one of its calls waits for. */
class Waits {
  readonly #calls: CaseCalls | undefined
  readonly #model: string

  constructor(calls: CaseCalls | undefined, model: string) {
    this.#calls = calls
    this.#model = model
  }

  for(what: string): void { if (this.#calls !== undefined) (this.#calls.waiting ??= new Map()).set(this, `model ${JSON.stringify(this.#model)}: ${what}`) }
  end(): void { this.#calls?.waiting?.delete(this) }
  /** Whether the run of the case has ended. */
  get isOver(): boolean { return this.#calls?.isOver === true }
}

const noTurn = { end: (): undefined => undefined }

/** Waits for the pacer of the call, where it has one. */
async function turnOf({ pacer, tokens, signal }: TriedCall<unknown>, deadlineMs: number, { maxRetryAfterMs }: Required<CallPolicy>): Promise<Turn> {
  if (signal?.aborted === true) return { refused: 'stopped' }
  return pacer === undefined ? noTurn : await pacer.enter({ tokens, deadlineMs, maxPauseMs: maxRetryAfterMs, ...(signal && { signal }) })
}

function refusal(turn: Extract<Turn, { refused: unknown }>, { totalTimeoutMs }: Required<CallPolicy>): { fault: Fault; error: unknown; askedMs?: number } {
  if (turn.refused === 'paused') return { fault: { kind: 'rate-limited', message: 'rate limited before, nothing was sent' }, error: undefined, askedMs: turn.forMs }
  if (turn.refused === 'deadline') return { fault: { kind: 'timeout', message: `no turn within ${Math.round(totalTimeoutMs / 100) / 10} s` }, error: undefined }
  return stopped
}

function endOf<T>(call: TriedCall<T>, result: Attempt<T>, wait: number): Parameters<Extract<Turn, { end: unknown }>['end']>[0] {
  if (!('answer' in result)) return { answered: false, ...(result.fault.kind === 'rate-limited' && { pauseMs: wait }) }
  const tokens = call.tokensOf(result.answer)
  return { answered: true, ...(tokens !== undefined && { tokens }) }
}

function pause(ms: number, signal: AbortSignal | undefined, clock: Clock): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = clock.setTimeout(resolve, ms)
  const stop = (): void => { clock.clearTimeout(timer); resolve() }
  if (signal?.aborted === true) stop()
  signal?.addEventListener('abort', stop, { once: true })
  return promise.finally(() => signal?.removeEventListener('abort', stop))
}
