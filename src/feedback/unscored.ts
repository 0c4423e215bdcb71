/** What could not be judged has no score: the error that says so, and how it is recognised. Stage: feedback. */
import { TraceEvalError } from '../core/errors.ts'

const CODE = 'UNSCORED'
/** A scorer that was given nonsense says nothing about the output either. */
const codes: readonly string[] = [CODE, 'SCORER_OPTIONS', 'SCORER_EXPECTED']

/**
 * The error of a judge that cannot say: its server is down, its answer makes no sense, its budget is spent. A case in which it is thrown has no
 * score, and the report gives the reason; it is never a score of 0. Throw it in a scorer of your own.
 *
 * @example
 * ```ts
 * const error = unscored('the moderation service is down')
 * error.code // 'UNSCORED'
 * ```
 */
export function unscored(reason: string, details: { readonly at?: string; readonly hint?: string; readonly cause?: unknown } = {}): TraceEvalError {
  return new TraceEvalError(CODE, reason, details)
}

/** Why the case has no score, where `error` says that something could not be judged. */
export function unscoredReason(error: unknown): string | undefined {
  try {
    if (!TraceEvalError.is(error) || !codes.includes(error.code)) return undefined
    return error.at === undefined ? error.summary : `${error.at}: ${error.summary}`
  } catch {
    // A proxy that throws: whatever it is, it is not ours.
    return undefined
  }
}
