/** A value that goes on without its origin, or as a copy. Stage: graph. */
import { peek, type Step } from './origin.ts'
import { runStep, TracedNode } from './traced-node.ts'
import type { Node } from './types.ts'
import { copyValue } from './unwrap.ts'

const copyStep: Step = { name: 'copy', description: 'a copy of a value', pure: true }
const copyNames = ['of'] as const

/**
 * The value of a node as a given value: same name, same value, nothing behind it. What is computed from it depends on no parameter.
 *
 * @example
 * ```ts
 * const draft = bundle(function draft(tone: string) { return `${tone}: hello` })(parameter('tone', 'kind'))
 * reachedParameters([detach(draft)]) // []
 * ```
 */
export function detach<T>(of: Node<T>): Node<T> { return new TracedNode(peek(of), of.name) }

/**
 * A copy of a value, as a traced step: changing it in place changes nothing else. Plain objects, arrays, maps and sets are
 * copied, 100 levels deep; anything else, such as a class instance, stays what it is.
 *
 * @example
 * ```ts
 * const list = node([1, 2])
 * copyOf(list).value === list.value // false
 * ```
 */
export function copyOf<T>(of: Node<T>): Node<T> { return runStep(copyStep, copyNames, [of], copyValue) as Node<T> }
