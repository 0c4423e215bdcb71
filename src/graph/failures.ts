/** Which failed step a thrown object came from. Stage: graph. */
import type { Node } from './types.ts'

/** A failed step, with what tells whether a step that throws the same object later fails because of it. */
interface Failure { readonly node: Node<string>; readonly number: number; readonly borrowed: number }
interface Failures { readonly byError: WeakMap<object, Failure>; count: number }

// Shared by every copy of the library in one process.
const shared = globalThis as { [key: symbol]: Failures | undefined }
const failures: Failures = (shared[Symbol.for('trace-eval.failures.1')] ??= { byError: new WeakMap(), count: 0 })

// An error object that a program makes once and throws for ever must not tie all its failures into one graph.
const MAX_BORROWED = 32

/** How many steps have failed so far. @internal */
export const failureCount = (): number => failures.count

/** The node that a thrown object came from, if a traced step threw it. */
export function exceptionNodeOf(error: unknown): Node<string> | undefined {
  return isObject(error) ? failures.byError.get(error)?.node : undefined
}

/**
 * The failed step whose error a step passes on that began when `since` steps had failed: one that failed after
 * it began, for instance behind a promise that it awaits. An older one threw the same object for reasons of its own.
 * @internal
 */
export function causeOf(error: unknown, since: number): Node<string> | undefined {
  const failure = isObject(error) ? failures.byError.get(error) : undefined
  return failure !== undefined && failure.number > since && failure.borrowed < MAX_BORROWED ? failure.node : undefined
}

/** Remembers that the step of `node` threw `error`; answers false where it cannot be found again by identity. @internal */
export function rememberFailure(error: unknown, node: Node<string>, cause: Node<string> | undefined): boolean {
  failures.count++
  if (!isObject(error)) return false
  const borrowed = cause === undefined ? 0 : (failures.byError.get(error)?.borrowed ?? 0) + 1
  failures.byError.set(error, { node, number: failures.count, borrowed })
  return true
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}
