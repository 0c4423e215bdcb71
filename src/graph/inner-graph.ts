/** What is known of the inside of a step. Stage: graph. */
import type { Node } from './types.ts'

/** What happened inside a step. */
export interface InnerGraph {
  /** The nodes that the result was made from: `backward(outputs, …)` follows the inside. */
  readonly outputs: readonly Node<unknown>[]
  /** The nodes that stood for the arguments inside, with the inputs of the step that they stood for. */
  readonly inputs: ReadonlyMap<Node<unknown>, Node<unknown>>
}

// Held by the node of the step, so that both end together.
const inners = new WeakMap<object, InnerGraph>()

/**
 * The graph inside a step of a bundle with `nested`. The step itself has its arguments as inputs, and what the inside took
 * from elsewhere, a parameter for instance: `backward` from it stays outside.
 *
 * @example
 * ```ts
 * import { op, type Node } from 'trace-eval'
 * import { bundle, innerOf } from 'trace-eval/bundles'
 *
 * const square = bundle(function square(x: Node<number>) { return op.multiply(x, x) }, { nested: true })
 * innerOf(square(3))?.outputs[0]?.name // 'multiply'
 * ```
 */
export function innerOf(of: Node<unknown>): InnerGraph | undefined { return inners.get(of) }

/** Gives `of` its inside. @internal */
export function keepInner(of: Node<unknown>, inner: InnerGraph): void { inners.set(of, inner) }
