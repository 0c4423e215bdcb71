/** Feedback as a caller may give it: a text counts as a soft note. Stage: backward. */
import type { Feedback } from '../feedback/feedback.ts'

/** @internal */
export function asFeedback(given: string | Feedback): Feedback {
  return typeof given === 'string' ? { kind: 'note', message: given, soft: true } : given
}
