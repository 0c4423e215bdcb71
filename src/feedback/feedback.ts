/** What a case says about a run: feedback and a score, as plain data. Stage: feedback. */
import type { SourceLocation } from '../core/stack.ts'

/** How something failed. */
export type FeedbackKind =
  /** An `expect` that did not hold. */
  | 'assertion'
  /** Anything else that was thrown: by the workflow, by the case, by a hook. */
  | 'error'
  /** The case took longer than it may. */
  | 'timeout'
  /** Given by the case itself through `feedback(score, text)`. */
  | 'note'

/** One thing that a case has to say, usually a failed assertion. */
export interface Feedback {
  readonly kind: FeedbackKind
  /** What went wrong; the user's own message stands first. One or more lines, never with terminal escapes. */
  readonly message: string
  /** The user's own message alone, if there is one. */
  readonly userMessage?: string
  /** Name of the matcher: `toBe`, `toEqual`, a custom one. */
  readonly matcher?: string
  /** `.not` was used. */
  readonly negated?: boolean
  /** `.resolves` or `.rejects` was used. */
  readonly promise?: 'resolves' | 'rejects'
  /** It was `expect.poll`. */
  readonly polled?: boolean
  /** Printed forms of both sides. */
  readonly expected?: string
  readonly received?: string
  /** A plain-text diff, expected lines with `-`, received with `+`. */
  readonly diff?: string
  readonly location?: SourceLocation
  /** Of an error that a traced step threw: the lines of the source that led to it, the failing ones marked with `→`. */
  readonly source?: string
  /** A soft failure lets the case go on; a hard one ends it. */
  readonly soft: boolean
  /** Name of the `check` it happened in. */
  readonly check?: string
}

/** A named part of a case. */
export interface CheckResult {
  readonly name: string
  readonly passed: boolean
  readonly weight: number
  /** What it counts for, 0 to 1, where it can count in part. @defaultValue 1 if it passed, else 0 */
  readonly score?: number
}

/** Where an untraced read took a node out of the graph. */
export interface Leak {
  /** Name of the node or parameter that was read. */
  readonly node: string
  readonly how: 'value' | 'text' | 'json'
  readonly location?: SourceLocation
  readonly count: number
}
