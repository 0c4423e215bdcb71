/** What went wrong with a call, told by what to do about it. Stage: llm. */
import { shorten } from '../../core/describe-value.ts'
import { redactSecrets } from '../../core/redact.ts'
import { escapeControls } from '../../core/text.ts'
import { retryAfter } from './retry-after.ts'

/**
 * `transient`, `rate-limited`, `timeout` and `idle` (a stream that stopped) may pass by themselves; `empty`, `malformed` and
 * `incomplete` are answers that were none; the others stay as they are however often one asks.
 */
export type FaultKind = 'transient' | 'rate-limited' | 'timeout' | 'idle' | 'empty' | 'malformed' | 'incomplete' | 'quota' | 'auth' | 'context' | 'not-found' | 'bad-request' | 'unreachable' | 'budget' | 'aborted'

/** Kinds that another attempt may cure. */
const passing: ReadonlySet<FaultKind> = new Set<FaultKind>(['transient', 'rate-limited', 'timeout', 'idle', 'empty', 'malformed', 'incomplete'])

/** A call that failed. */
export interface Fault {
  readonly kind: FaultKind
  /** One line, without secrets. */
  readonly message: string
  /** What the server asked to wait. */
  readonly retryAfterMs?: number
}

export const maypass = ({ kind }: Fault): boolean => passing.has(kind)

/** Thrown by adapters for an answer that is no answer. @internal */
export class UnusableReply extends Error {
  readonly kind: 'empty' | 'malformed' | 'incomplete'
  constructor(kind: UnusableReply['kind'], message: string) {
    super(message)
    this.name = 'UnusableReply'
    this.kind = kind
  }
}

/**
 * Reads any error of an SDK or of `fetch` by what they have in common: `status`, `code`, `headers`, `cause`. `now` is the wall
 * clock, for dates in `Retry-After`.
 */
export function faultOf(error: unknown, now: () => number = Date.now): Fault {
  const { status, code, type, message, name, body } = fields(error)
  const unusable = causesOf(error).find((cause) => cause instanceof UnusableReply)
  if (unusable !== undefined) return { kind: unusable.kind, message: oneLine(unusable.message) }
  const said = `${code} ${type} ${message} ${body}`
  const fault = (kind: FaultKind, text: string = told(withStatus(status, message || name))): Fault => {
    const wait = passing.has(kind) ? retryAfter(error, now()) : undefined
    return { kind, message: text, ...(wait === undefined ? {} : { retryAfterMs: wait }) }
  }
  const kind = kindOfStatus(status, said)
  if (kind !== undefined) return fault(kind)
  const deep = deepCode(error)
  if (UNREACHABLE.test(deep)) return fault('unreachable', `${told(message)} (${deep})`)
  if (/timed? ?out/i.test(`${name} ${message}`)) return fault('timeout')
  return fault(name === 'SyntaxError' ? 'malformed' : 'transient', deep === '' || message.includes(deep) ? undefined : `${told(message)} (${deep})`)
}

const QUOTA = /insufficient_quota|insufficient[_ ](?:credits?|balance|funds)|billing|exceeded your current quota/i
// Without a status, anyone may have said it: a ticket about billing is no empty account.
const SURE_QUOTA = /insufficient_quota|insufficient_(?:credits?|balance|funds)|billing_(?:hard_limit|not_active)|exceeded your current quota/i
const CONTEXT = /context_length_exceeded|context (?:length|window|size)|maximum context|too many (?:input )?tokens|prompt is too long|exceeds? the (?:available|maximum) context/i

/** By status; an error in the body of a 200 has none, and is told by its code. */
function kindOfStatus(status: number | undefined, said: string): FaultKind | undefined {
  if (status === 402 || ((status === 429 || status === 403) && QUOTA.test(said)) || (status === undefined && SURE_QUOTA.test(said))) return 'quota'
  if (status === 429 || (status === undefined && /rate_?limit/i.test(said))) return 'rate-limited'
  if (status === 401 || status === 403 || (status === undefined && /invalid_api_key|authentication_error/i.test(said))) return 'auth'
  if (status === 408) return 'timeout'
  if ((status === 400 || status === 413 || status === 422 || status === undefined) && CONTEXT.test(said)) return 'context'
  if (status === 404) return 'not-found'
  if ((status !== undefined && status >= 400 && status < 500 && status !== 409 && status !== 425) || (status === undefined && /invalid_request_error/i.test(said))) return 'bad-request'
  return undefined
}

// Names that no server answers to, and certificates that no second attempt makes true.
const UNREACHABLE = /^(?:bad port|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_INVALID_URL|ERR_TLS_CERT_ALTNAME_INVALID|CERT_HAS_EXPIRED|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/

/** The SDK of OpenAI begins its messages with the status, others do not. */
const withStatus = (status: number | undefined, message: string): string => (status === undefined || message.startsWith(String(status)) ? message : `${status} ${message}`)

/** One line that may be shown; of a page only that it was one. */
function told(message: string): string {
  const page = /<(?:!doctype|html|head|body)\b/i.exec(message)
  return oneLine(page === null ? message : `${message.slice(0, page.index)} a page instead of an answer`)
}

const oneLine = (text: string): string => redactSecrets(shorten(escapeControls(text.replaceAll(/\s+/g, ' ').trim() || 'an error without a message'), 300))

function fields(error: unknown): { status: number | undefined; code: string; type: string; message: string; name: string; body: string } {
  const read = (key: string): unknown => {
    try { return (error as Record<string, unknown> | null | undefined)?.[key] } catch { return undefined }
  }
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  const status = read('status') ?? read('statusCode')
  return {
    status: typeof status === 'number' ? status : undefined,
    body: text(read('responseBody')).slice(0, 2000),
    code: text(read('code')), type: text(read('type')), name: text(read('name')),
    message: typeof error === 'string' ? error : text(read('message')),
  }
}

/** The error and what caused it, the outermost first. */
function causesOf(error: unknown): unknown[] {
  const found: unknown[] = []
  for (let at = error; found.length < 8 && typeof at === 'object' && at !== null;) {
    found.push(at)
    const { cause, errors } = at as { cause?: unknown; errors?: unknown }
    at = cause ?? (Array.isArray(errors) ? errors[0] : undefined)
  }
  return found
}

/** The code of the first cause that has one: `fetch failed` hides `ECONNREFUSED` behind itself. */
function deepCode(error: unknown): string {
  const causes = causesOf(error).map(fields)
  // `fetch` refuses ports of other services before it asks anyone.
  if (causes.some(({ message }) => message === 'bad port')) return 'bad port'
  return causes.map(({ code }) => code).find((code) => /^(?:E[A-Z_]+|UND_ERR_[A-Z_]+)$/.test(code) || UNREACHABLE.test(code)) ?? ''
}
