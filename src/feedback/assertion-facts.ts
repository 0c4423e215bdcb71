/** What is known about a failed assertion beside its error, kept apart from the error. Stage: feedback. */

/** How an assertion was written. Whoever runs assertions notes it on the error they throw. */
export interface AssertionFacts {
  readonly matcher?: string
  /** The user's own message, as given to `expect(value, message)`. */
  readonly userMessage?: string
  readonly negated?: boolean
  readonly promise?: 'resolves' | 'rejects'
  readonly polled?: boolean
  /** What was asserted on, and what the matcher was given. */
  readonly subject?: unknown
  readonly args?: readonly unknown[]
  /** Made where the assertion was: its stack counts where that of the error ends before the user's code. */
  readonly origin?: Error
  /** Both sides as they stood when the assertion failed; they win over the error's own, which may have changed since. */
  readonly expected?: string | undefined
  readonly received?: string | undefined
}

// One map for all copies of the library in a process; a map, because an error may be frozen, a proxy, or printed with its keys.
const key = Symbol.for('trace-eval.assertion-facts')
const shared = globalThis as { [key]?: WeakMap<object, AssertionFacts> }
const factsByError = (shared[key] ??= new WeakMap())

/** Notes `facts` on `error`; facts that are already there stay. Does nothing for a primitive. */
export function noteFacts(error: unknown, facts: AssertionFacts): void {
  if (!isObject(error)) return
  factsByError.set(error, { ...facts, ...factsByError.get(error) })
}

/** The facts noted on `error`. */
export function factsOf(error: unknown): AssertionFacts | undefined {
  return isObject(error) ? factsByError.get(error) : undefined
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}
