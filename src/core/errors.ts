/** The one error class: a stable code, a message that says what was expected and what came, and a hint. Stage: core. */

const brand: unique symbol = Symbol.for('trace-eval.error') as never

/** What an error carries beside its message. */
export interface ErrorDetails {
  /** What to do next, as one sentence. */
  readonly hint?: string
  /** Parameter, case or `file:line` the error is about. */
  readonly at?: string
  readonly cause?: unknown
}

/**
 * An error that a user can act on. `code` never changes once released; the message reads
 * "expected …, received …, at …"; the hint names the fix.
 *
 * @example
 * ```ts
 * try { loadParameters(saved, { tone }) } catch (error) {
 *   if (TraceEvalError.is(error, 'PARAMETER_VALUE')) console.error(error.message)
 * }
 * ```
 */
export class TraceEvalError extends Error {
  readonly [brand] = true
  readonly code: string
  /** The message without place and hint. */
  readonly summary: string
  readonly hint: string | undefined
  readonly at: string | undefined

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    const place = details.at === undefined ? '' : `, at ${details.at}`
    const hint = details.hint === undefined ? '' : `\n  ${details.hint}`
    super(`${message}${place}${hint}`, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = `TraceEvalError [${code}]`
    this.code = code
    this.summary = message
    this.hint = details.hint
    this.at = details.at
  }

  /** Whether `error` is ours, and has this code. Holds across two copies of the library in one process. */
  static is(error: unknown, code?: string): error is TraceEvalError {
    if (typeof error !== 'object' || error === null || !(brand in error)) return false
    return code === undefined || (error as TraceEvalError).code === code
  }
}
