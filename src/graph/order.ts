/** The nodes behind outputs, inputs first. Stage: graph. */
import { isNode, originOf, settled } from './origin.ts'
import type { Node, NodeLike } from './types.ts'

const none: readonly unknown[] = []

/** The inputs of `node` as they stand: nodes and plain values. */
export function inputsOf(node: NodeLike<unknown>): readonly unknown[] {
  const origin = originOf(node)
  return origin.kind === 'message' || origin.kind === 'exception' ? origin.inputs : none
}

/** Nodes in order, with the position of each. */
export interface NodeOrder {
  readonly nodes: readonly Node<unknown>[]
  /** `inputs[i]` are those of `nodes[i]`, nodes and plain values. */
  readonly inputs: readonly (readonly unknown[])[]
  readonly positions: ReadonlyMap<Node<unknown>, number>
}

/**
 * Every node that `outputs` depend on, each once, inputs before their users. The order depends on the graph
 * alone: a walk from the first output on, the first input first. Linear, at any depth.
 */
export function topologicalOrder(outputs: readonly NodeLike<unknown>[]): NodeOrder {
  const positions = new Map<Node<unknown>, number>()
  const nodes: Node<unknown>[] = []
  const inputs: (readonly unknown[])[] = []
  // The path from an output to where the walk is: the node, its inputs, and which of them comes next.
  const path: Node<unknown>[] = []
  const pathInputs: (readonly unknown[])[] = []
  const pathNext: number[] = []
  const leave = (node: Node<unknown>, given: readonly unknown[]): void => {
    positions.set(node, nodes.length)
    nodes.push(node)
    inputs.push(given)
  }
  // Inputs exist before the node that has them and never change, so no node can stand on the path twice.
  const enter = (node: Node<unknown>): void => {
    if (positions.has(node)) return
    const given = inputsOf(node)
    if (given.length === 0) return leave(node, given)
    path.push(node)
    pathInputs.push(given)
    pathNext.push(0)
  }
  for (const output of outputs) {
    enter(settled(output))
    while (path.length > 0) {
      const top = path.length - 1
      const given = pathInputs[top]!
      const next = pathNext[top]!++
      if (next >= given.length) {
        pathInputs.pop()
        pathNext.pop()
        leave(path.pop()!, given)
      } else {
        const input = given[next]
        if (isNode(input)) enter(input)
      }
    }
  }
  return { nodes, inputs, positions }
}
