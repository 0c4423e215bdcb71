/** What a caller is told about a call that failed for good. Stage: llm. */
import { TraceEvalError } from '../../core/errors.ts'
import type { Model } from '../model.ts'
import type { Fault, FaultKind } from './model-fault.ts'
import { redactSecrets } from '../../core/redact.ts'

const codes: Readonly<Record<FaultKind, string>> = {
  auth: 'MODEL_AUTH', quota: 'MODEL_QUOTA', context: 'MODEL_CONTEXT', 'not-found': 'MODEL_REQUEST', 'bad-request': 'MODEL_REQUEST', unreachable: 'MODEL_UNREACHABLE', budget: 'MODEL_BUDGET',
  aborted: 'MODEL_ABORTED', 'rate-limited': 'MODEL_RATE_LIMIT', transient: 'MODEL_FAILED', timeout: 'MODEL_TIMEOUT', idle: 'MODEL_TIMEOUT', empty: 'MODEL_EMPTY', malformed: 'MODEL_MALFORMED',
  incomplete: 'MODEL_INCOMPLETE',
}

/** Who was asked. */
type CalledModel = Pick<Model, 'name' | 'server'>

/** A call that is given up. */
export interface Failure {
  readonly fault: Fault
  readonly error: unknown
  readonly attempts: number
  /** What the server asked to wait, where that was too long, in milliseconds. */
  readonly askedMs?: number
  /** The wall clock. */
  readonly now: number
}

/** The error of a failed call: its kind as a code, what was received, how often it was tried, and what to do. */
export function callError(model: CalledModel, { fault, error, attempts, askedMs, now }: Failure): TraceEvalError {
  const tried = attempts < 2 ? '' : ` (${attempts} attempts)`
  const waiting = askedMs === undefined ? '' : `; the server asks to wait until ${clockTime(now + askedMs, now)} (${Math.round(askedMs / 1000)} s)`
  const hint = hintOf(fault.kind, model, askedMs !== undefined)
  return new TraceEvalError(codes[fault.kind], `expected an answer of the model, received: ${fault.message}${waiting}${tried}`, {
    at: `model ${JSON.stringify(model.name)}`, ...(hint === undefined ? {} : { hint }), ...(error === undefined ? {} : { cause: withoutSecrets(error) }),
  })
}

/** What to do about a fault of this kind; `asked`: the server said how long to wait. */
export function hintOf(kind: FaultKind, { server }: { readonly server?: string | undefined }, asked: boolean): string | undefined {
  switch (kind) {
    case 'auth': return `Check OPENAI_API_KEY, and that it belongs to ${server ?? 'the server of OPENAI_BASE_URL'}.`
    case 'quota': return 'The account has no quota left; nothing was retried.'
    case 'context': return 'The request is longer than the model takes: send less, or choose a model with a larger context.'
    case 'not-found': return 'The server does not know this: check the name of the model (TRACE_EVAL_MODEL), and that OPENAI_BASE_URL ends as the server wants it, as a rule in /v1.'
    case 'bad-request': return 'The server refuses this request as it is, so it was not repeated.'
    case 'unreachable': return `${server === undefined ? 'Nobody answers' : `Nobody answers at ${server}`}: check OPENAI_BASE_URL, and that the server runs.`
    case 'rate-limited': return asked ? 'Run again after that.' : 'Ask less at a time: `limits` of the model, or a smaller `concurrency`.'
    default: return undefined
  }
}

/** Hours and minutes, rounded up, with the day where it is another one. */
function clockTime(at: number, now: number): string {
  const date = new Date(Math.ceil(at / 60_000) * 60_000)
  if (Number.isNaN(date.getTime())) return 'the end of time'
  const two = (value: number): string => String(value).padStart(2, '0')
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`
  return date.toDateString() === new Date(now).toDateString() ? time : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`
}

/** What was thrown, as a copy that may be printed: SDK errors hold headers, and servers repeat keys. */
function withoutSecrets(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? redactSecrets(error) : undefined
  const copy = new Error(redactSecrets(error.message))
  copy.name = error.name
  copy.stack = redactSecrets(error.stack ?? '')
  return copy
}
