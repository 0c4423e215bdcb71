/** Which parameters a run depended on. Stage: backward. */
import { isNode, originOf, settled, type Node } from '../graph/node.ts'
import type { Parameter } from '../graph/parameter.ts'

/**
 * The parameters whose values flowed into `outputs`, each once, in the order in which a walk from the outputs
 * meets them: first output first, an input before the next one. Linear in the graph, at any depth.
 *
 * @example
 * ```ts
 * const [weight, bias] = [parameter('weight', 2), parameter('bias', 1)]
 * reachedParameters([op.add(weight, bias)]).map(({ name }) => name) // ['weight', 'bias']
 * ```
 */
export function reachedParameters(outputs: readonly Node<unknown>[]): Parameter<unknown>[] {
  if (outputs.length === 0) return []
  const found = new Set<Parameter<unknown>>()
  const seen = new Set<Node<unknown>>()
  const waiting = outputs.map(settled).toReversed()
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    const origin = originOf(node)
    if (origin.kind === 'parameter') found.add(origin.parameter as Parameter<unknown>)
    else if (origin.kind !== 'value') pushInputs(origin.inputs, waiting)
  }
  return [...found]
}

// Last input first, so that the first one is taken next.
function pushInputs(inputs: readonly unknown[], waiting: Node<unknown>[]): void {
  for (let i = inputs.length - 1; i >= 0; i--) {
    const input = inputs[i]
    if (isNode(input)) waiting.push(input)
  }
}
