/** What went wrong with a call, told by what to do about it. Stage: llm. */
import { shorten } from '../core/describe-value.ts'
import { escapeControls } from '../core/text.ts'
import { redactSecrets } from './redact.ts'

/**
 * `transient` and `rate-limited` may pass by themselves; `empty` and `malformed` are answers that were none; the others
 * stay as they are however often one asks.
 */
export type FaultKind = 'transient' | 'rate-limited' | 'timeout' | 'empty' | 'malformed' | 'quota' | 'auth' | 'bad-request' | 'unreachable' | 'budget' | 'aborted'

/** Kinds that another attempt may cure. */
const passing: ReadonlySet<FaultKind> = new Set<FaultKind>(['transient', 'rate-limited', 'timeout', 'empty', 'malformed'])

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
  readonly kind: 'empty' | 'malformed'
  constructor(kind: 'empty' | 'malformed', message: string) {
    super(message)
    this.name = 'UnusableReply'
    this.kind = kind
  }
}

/** Reads any error of an SDK or of `fetch` by what they have in common: `status`, `code`, `headers`, `cause`. `now` is the wall clock, for dates in `Retry-After`. */
export function faultOf(error: unknown, now: () => number = Date.now): Fault {
  const { status, code, type, message, name } = fields(error)
  const told = redactSecrets(shorten(escapeControls(message || name || 'an error without a message'), 300))
  if (error instanceof UnusableReply) return { kind: error.kind, message: told }
  if (status === 429 || status === 402) {
    if (status === 402 || /insufficient_quota|billing|exceeded your current quota/i.test(`${code} ${type} ${message}`)) return { kind: 'quota', message: told }
    const wait = retryAfter(error, now())
    return { kind: 'rate-limited', message: told, ...(wait === undefined ? {} : { retryAfterMs: wait }) }
  }
  if (status === 401 || status === 403) return { kind: 'auth', message: told }
  if (status === 408) return { kind: 'timeout', message: told }
  if (status !== undefined && status >= 400 && status < 500 && status !== 409) return { kind: 'bad-request', message: told }
  const deep = deepCode(error)
  if (/^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN)$/.test(deep)) return { kind: 'unreachable', message: `${told} (${deep})` }
  if (/timed? ?out/i.test(`${name} ${message}`)) return { kind: 'timeout', message: told }
  if (name === 'SyntaxError') return { kind: 'malformed', message: told }
  return { kind: 'transient', message: told }
}

function fields(error: unknown): { status: number | undefined; code: string; type: string; message: string; name: string } {
  const read = (key: string): unknown => {
    try { return (error as Record<string, unknown> | null | undefined)?.[key] } catch { return undefined }
  }
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  const status = read('status')
  return {
    status: typeof status === 'number' ? status : undefined,
    code: text(read('code')), type: text(read('type')), name: text(read('name')),
    message: typeof error === 'string' ? error : text(read('message')),
  }
}

/** The code of the first cause that has one: `fetch failed` hides `ECONNREFUSED` behind itself. */
function deepCode(error: unknown): string {
  let at: unknown = error
  for (let depth = 0; depth < 8 && typeof at === 'object' && at !== null; depth++) {
    const { code } = fields(at)
    if (/^E[A-Z_]+$/.test(code)) return code
    const { cause, errors } = at as { cause?: unknown; errors?: unknown }
    at = cause ?? (Array.isArray(errors) ? errors[0] : undefined)
  }
  return ''
}

/** `retry-after-ms`, or `retry-after` in seconds or as a date. */
function retryAfter(error: unknown, now: number): number | undefined {
  const headers = (error as { headers?: unknown }).headers
  const get = (name: string): string | undefined => {
    if (headers instanceof Headers) return headers.get(name) ?? undefined
    const value: unknown = typeof headers === 'object' && headers !== null ? (headers as Record<string, unknown>)[name] : undefined
    return typeof value === 'string' ? value : undefined
  }
  const exact = Number(get('retry-after-ms') ?? Number.NaN)
  if (Number.isFinite(exact) && exact >= 0) return exact
  const given = get('retry-after')
  if (given === undefined) return undefined
  const seconds = Number(given)
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(given) - now
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined
}
