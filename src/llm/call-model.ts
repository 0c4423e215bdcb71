/** One call that can be trusted: attempts, back-off, deadlines. Stage: llm. */
import { systemClock, type Clock } from '../core/clock.ts'
import { TraceEvalError } from '../core/errors.ts'
import type { Model, ModelReply, ModelRequest } from './model.ts'
import { faultOf, maypass, type Fault, type FaultKind } from './model-fault.ts'

/** How long and how often a call is tried. Times are in milliseconds. */
export interface CallPolicy {
  /** Attempts, the first included. @defaultValue 6 */
  readonly attempts?: number
  /** Of one attempt. @defaultValue 120,000 */
  readonly attemptTimeoutMs?: number
  /** Of the call with all its attempts and waits. @defaultValue 600,000 */
  readonly totalTimeoutMs?: number
  /** First and longest wait; each is drawn between 0 and twice the one before (full jitter). @defaultValue 500 and 60,000 */
  readonly backoffMs?: number
  readonly maxBackoffMs?: number
  /** A server that asks to wait longer than this is not waited for. @defaultValue 120,000 */
  readonly maxRetryAfterMs?: number
}

/** Time and chance; tests hand in their own. */
export interface CallWorld { readonly clock?: Clock; readonly random?: () => number }

const defaults: Required<CallPolicy> = { attempts: 6, attemptTimeoutMs: 120_000, totalTimeoutMs: 600_000, backoffMs: 500, maxBackoffMs: 60_000, maxRetryAfterMs: 120_000 }

/** Answers that are none are worth fewer attempts than servers that are busy. */
const attemptsOf: Partial<Record<FaultKind, number>> = { empty: 2, malformed: 3 }

const codes: Readonly<Record<FaultKind, string>> = {
  auth: 'MODEL_AUTH', quota: 'MODEL_QUOTA', 'bad-request': 'MODEL_REQUEST', unreachable: 'MODEL_UNREACHABLE', budget: 'MODEL_BUDGET', aborted: 'MODEL_ABORTED',
  'rate-limited': 'MODEL_RATE_LIMIT', transient: 'MODEL_FAILED', timeout: 'MODEL_TIMEOUT', empty: 'MODEL_EMPTY', malformed: 'MODEL_MALFORMED',
}
const hints: Partial<Record<FaultKind, string>> = {
  auth: 'Check OPENAI_API_KEY, and that it belongs to the server of OPENAI_BASE_URL.',
  quota: 'The account has no quota left; nothing was retried.',
  'bad-request': 'The server refuses this request as it is: check the name of the model and its context length.',
  unreachable: 'Check OPENAI_BASE_URL and that the server is running.',
}

/**
 * Asks `model`, and asks again where that may help. Attempts back off with full jitter (Brooker 2015, "Exponential backoff and
 * jitter") and honour `Retry-After` up to a cap; a refused key, an empty account or a bad request is never repeated.
 *
 * @throws {TraceEvalError} `MODEL_AUTH`, `MODEL_QUOTA`, `MODEL_REQUEST`, `MODEL_UNREACHABLE`, `MODEL_BUDGET`, `MODEL_ABORTED`, and after the last
 * attempt `MODEL_RATE_LIMIT`, `MODEL_TIMEOUT`, `MODEL_EMPTY`, `MODEL_MALFORMED` or `MODEL_FAILED`.
 * @example
 * ```ts
 * import { callModel } from 'trace-eval/llm'
 * const echo = { name: 'echo', send: async ({ messages }) => ({ text: messages.at(-1).content, finish: 'stop' }) }
 * const { text } = await callModel(echo, { messages: [{ role: 'user', content: 'hello' }] })
 * ```
 */
export async function callModel(model: Model, request: ModelRequest, policy: CallPolicy = {}, world: CallWorld = {}): Promise<ModelReply> {
  const { attempts, attemptTimeoutMs, totalTimeoutMs, backoffMs, maxBackoffMs, maxRetryAfterMs } = { ...defaults, ...policy }
  const { clock = systemClock, random = Math.random } = world
  const deadline = clock.now() + totalTimeoutMs
  for (let attempt = 1; ; attempt++) {
    const result = await attemptOnce(model, request, Math.min(attemptTimeoutMs, deadline - clock.now()), clock)
    if ('reply' in result) return result.reply
    const { fault, error } = result
    const wait = fault.retryAfterMs ?? random() * Math.min(maxBackoffMs, backoffMs * 2 ** (attempt - 1))
    const givesUp = !maypass(fault) || attempt >= Math.min(attempts, attemptsOf[fault.kind] ?? attempts) || wait > maxRetryAfterMs || clock.now() + wait >= deadline
    if (givesUp) throw failure(model, { fault, error, attempt, asked: wait > maxRetryAfterMs ? wait : undefined })
    await pause(wait, request.signal, clock)
  }
}

type Attempt = { readonly reply: ModelReply } | { readonly fault: Fault; readonly error: unknown }

/** Settles at the deadline also where the adapter ignores its signal. */
async function attemptOnce(model: Model, request: ModelRequest, timeoutMs: number, clock: Clock): Promise<Attempt> {
  if (request.signal?.aborted === true) return { fault: { kind: 'aborted', message: 'the run was stopped' }, error: undefined }
  const ended = new AbortController()
  const { promise, resolve } = Promise.withResolvers<Attempt>()
  const stop = (fault: Fault): void => { resolve({ fault, error: undefined }); ended.abort() }
  const timer = clock.setTimeout(() => stop({ kind: 'timeout', message: `no complete answer within ${Math.round(timeoutMs / 100) / 10} s` }), Math.max(0, timeoutMs))
  const onAbort = (): void => stop({ kind: 'aborted', message: 'the run was stopped' })
  request.signal?.addEventListener('abort', onAbort, { once: true })
  const sent = async (): Promise<Attempt> => {
    try {
      return { reply: await model.send({ ...request, signal: ended.signal }) }
    } catch (error) {
      return { fault: TraceEvalError.is(error, 'MODEL_BUDGET') ? { kind: 'budget', message: error.summary } : faultOf(error), error }
    }
  }
  try {
    return await Promise.race([sent(), promise])
  } finally {
    clock.clearTimeout(timer)
    request.signal?.removeEventListener('abort', onAbort)
  }
}

interface Failure { readonly fault: Fault; readonly error: unknown; readonly attempt: number; readonly asked: number | undefined }

function failure(model: Model, { fault, error, attempt, asked }: Failure): TraceEvalError {
  const tried = attempt === 1 ? '' : ` (${attempt} attempts)`
  const waiting = asked === undefined ? '' : `; the server asks to wait ${Math.round(asked / 1000)} s`
  const hint = hints[fault.kind]
  return new TraceEvalError(codes[fault.kind], `expected an answer of the model, received: ${fault.message}${waiting}${tried}`, {
    at: `model ${JSON.stringify(model.name)}`, ...(hint === undefined ? {} : { hint }), ...(error === undefined ? {} : { cause: error }),
  })
}

function pause(ms: number, signal: AbortSignal | undefined, clock: Clock): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = clock.setTimeout(resolve, ms)
  const stop = (): void => { clock.clearTimeout(timer); resolve() }
  signal?.addEventListener('abort', stop, { once: true })
  return promise.finally(() => signal?.removeEventListener('abort', stop))
}
