/** Questions about the place of a node in its graph. Stage: graph. */
import { topologicalOrder } from './order.ts'
import { isNode, originOf } from './origin.ts'
import type { Node } from './types.ts'

/**
 * What went into a node, by role: nodes, and plain values as they are. Empty for values and parameters.
 *
 * @example
 * ```ts
 * const price = node(12, 'price')
 * inputsOf(op.multiply(price, 3)).get('b') // 3
 * ```
 */
export function inputsOf(of: Node<unknown>): ReadonlyMap<string, unknown> {
  const origin = originOf(of)
  return origin.kind === 'message' || origin.kind === 'exception' ? new Map(origin.names.map((name, index) => [name, origin.inputs[index]])) : new Map()
}

/**
 * Whether no node went into this one.
 *
 * @example
 * ```ts
 * isRoot(op.add(node(1), 2)) // false
 * isRoot(op.add(1, 2))       // true
 * ```
 */
export function isRoot(of: Node<unknown>): boolean { return ![...inputsOf(of).values()].some(isNode) }

/**
 * The level of every node that the outputs depend on, inputs first: 0 for roots, else one more than the highest among its inputs.
 *
 * @example
 * ```ts
 * const sum = op.add(op.multiply(node(2), 3), 4)
 * levelsOf([sum]).get(sum) // 2
 * ```
 */
export function levelsOf(outputs: readonly Node<unknown>[]): ReadonlyMap<Node<unknown>, number> {
  const { nodes, sourceStart, sources } = topologicalOrder(outputs)
  const levels: number[] = []
  for (let i = 0; i < nodes.length; i++) {
    let level = 0
    for (let at = sourceStart[i]!; at < sourceStart[i + 1]!; at++) level = Math.max(level, levels[sources[at]!]! + 1)
    levels.push(level)
  }
  return new Map(nodes.map((made, index) => [made, levels[index]!]))
}
