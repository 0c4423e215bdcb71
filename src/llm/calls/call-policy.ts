/** How long and how often a call is tried. Stage: llm. */
import { TraceEvalError } from '../../core/errors.ts'
import { describeValue } from '../../core/describe-value.ts'
import type { FaultKind } from './model-fault.ts'

/** How long and how often a call is tried. Times are in milliseconds. */
export interface CallPolicy {
  /** Attempts, the first included. @defaultValue 6 */
  readonly attempts?: number
  /** Of one attempt; of a stream, until its first piece. @defaultValue 120,000 */
  readonly attemptTimeoutMs?: number
  /** Between two pieces of a stream. What keeps a connection alive is no piece. @defaultValue 60,000 */
  readonly idleTimeoutMs?: number
  /** Of the call with all its attempts and waits. @defaultValue 600,000 */
  readonly totalTimeoutMs?: number
  /** First and longest wait; each is drawn between 0 and twice the one before (full jitter). @defaultValue 500 and 60,000 */
  readonly backoffMs?: number
  readonly maxBackoffMs?: number
  /** A server that asks to wait longer than this is not waited for. @defaultValue 120,000 */
  readonly maxRetryAfterMs?: number
  /** Whether an answer that was cut off is asked for once more with twice the tokens: of `maxOutputTokens`, else of what it had. @defaultValue false */
  readonly raiseCutOff?: boolean
}

const defaults: Required<CallPolicy> = {
  attempts: 6, attemptTimeoutMs: 120_000, idleTimeoutMs: 60_000, totalTimeoutMs: 600_000, backoffMs: 500, maxBackoffMs: 60_000, maxRetryAfterMs: 120_000, raiseCutOff: false,
}

/** Answers that are none are worth fewer attempts than servers that are busy. */
const attemptsByKind: Partial<Record<FaultKind, number>> = { empty: 2, idle: 2, incomplete: 3, malformed: 3 }

/** Attempts that a fault of this kind is worth. */
export const attemptsOf = (kind: FaultKind, { attempts }: Required<CallPolicy>): number => Math.min(attempts, attemptsByKind[kind] ?? attempts)

/** The policy with its defaults. @throws {TraceEvalError} `MODEL_POLICY` for a number that is no duration or count. */
export function completePolicy(policy: CallPolicy): Required<CallPolicy> {
  const complete = { ...defaults, ...policy }
  for (const [name, value] of Object.entries(complete)) {
    if (name === 'raiseCutOff') continue
    if (typeof value !== 'number' || Number.isNaN(value) || value < (name === 'attempts' ? 1 : 0)) {
      throw new TraceEvalError('MODEL_POLICY', `expected ${name} to be ${name === 'attempts' ? 'a count of at least 1' : 'milliseconds, at least 0'}, received ${describeValue(value)}`)
    }
  }
  return complete
}
