/** Nodes: a value and the step that made it. Stage: graph. */
import { TraceEvalError } from '../core/errors.ts'
import { describeValue } from '../core/describe-value.ts'
import { currentContext } from './context.ts'
import { inputsKey, isNode, peek } from './origin.ts'
import { scopedName, scopedStep } from './scope.ts'
import { rolesOf } from './step-inputs.ts'
import { DeriveStep, heldNode, runStep, TracedNode } from './traced-node.ts'
import type { Node, Output, Plain } from './types.ts'
import { unwrap } from './unwrap.ts'

export { describeError } from './as-text.ts'
export { exceptionNodeOf } from './failures.ts'
export { isNode, originOf, peek, settled, type Origin, type Step } from './origin.ts'
export type { Members, Node } from './types.ts'
export { unwrap } from './unwrap.ts'

/** What `node` may be told of a value. */
export interface NodeOptions {
  /** Its name in the trace graph. @defaultValue the type of the value */
  readonly name?: string
  /** What it is, for whoever reads the graph. */
  readonly description?: string
}

/**
 * Wraps a plain value as a node. A node comes back as it is, with the name it has. Nodes inside plain objects, arrays, maps and sets are
 * replaced by their values and become the inputs of the new node, so that what is read out of it still depends on them.
 *
 * @param options - Its name in the trace graph, alone or with a description. Default: the type of the value.
 * @throws {TraceEvalError} `NODE_OPTIONS` when name or description are no texts.
 * @example
 * ```ts
 * const price = node(12, 'price')
 * price.value // 12
 * node([price, 5]).$[0]?.value // 12
 * ```
 */
export function node<T>(value: T, options: string | NodeOptions = typeof value): Node<Plain<T>> {
  const { name = typeof value, description }: NodeOptions = typeof options === 'object' ? options ?? {} : { name: options }
  if (typeof name !== 'string' || typeof (description ?? name) !== 'string') {
    throw new TraceEvalError('NODE_OPTIONS', `expected a name and a description as texts, received ${describeValue(options)}`)
  }
  if (isNode(value)) return value as unknown as Node<Plain<T>>
  const { recording, scope } = currentContext()
  if (typeof value !== 'object' || value === null || !recording) return givenNode(unwrap(value), name, description) as Node<Plain<T>>
  const held = heldNode(value, scopedStep({ name, description: description ?? 'holds its inputs', pure: true }, scope), [], [])
  // What holds no node is a given value, no step.
  return (held[inputsKey].length > 0 ? held : givenNode(peek(held), name, description)) as Node<Plain<T>>
}

function givenNode(value: unknown, name: string, description: string | undefined): Node<unknown> {
  const scoped = scopedName(name)
  return new TracedNode(value, description === undefined ? scoped : { name: scoped, description, given: true })
}

/**
 * One traced step over everything it reads: `derive(() => price.value * quantity.value)`.
 * With a list of inputs these are inputs whether they are read or not: `derive([reply, limit], (reply, limit) => …)`.
 *
 * @throws {TraceEvalError} `STEP_FUNCTION` when there is no function to call.
 * @example
 * ```ts
 * const [price, quantity] = [node(2, 'price'), parameter('quantity', 3)]
 * derive(() => price.value * quantity.value).value // 6
 * ```
 */
export function derive<R>(compute: () => R): Output<R>
export function derive<const I extends readonly unknown[], R>(inputs: I, compute: (...values: { -readonly [K in keyof I]: Plain<I[K]> }) => R): Output<R>
export function derive(first: unknown, second?: unknown): unknown {
  const compute = typeof first === 'function' ? first : second
  const inputs: unknown = typeof first === 'function' ? [] : first
  if (typeof compute !== 'function' || !Array.isArray(inputs)) {
    throw new TraceEvalError('STEP_FUNCTION', `expected derive(() => …) or derive([…], (…) => …), received ${describeValue(first)} and ${describeValue(second)}`)
  }
  return runStep(new DeriveStep(compute), rolesOf(inputs), inputs, compute as () => unknown)
}
