/** Random graphs and what is true of them by definition, for tests. Stage: backward. */
import fc from 'fast-check'
import { derive, isNode, node, originOf, settled, type Node } from '../graph/node.ts'
import { parameter, type Parameter } from '../graph/parameter.ts'

/** Each node takes up to three earlier ones; some leaves are parameters. */
export const randomGraphs = fc.array(fc.record({ leaf: fc.constantFrom('parameter', 'value', 'step', 'step', 'step'), inputs: fc.array(fc.nat(), { maxLength: 3 }) }), { minLength: 1, maxLength: 40 })
  .map((plan) => {
    const [nodes, parameters]: [Node<unknown>[], Parameter<unknown>[]] = [[], []]
    for (const [index, { leaf, inputs }] of plan.entries()) {
      if (leaf === 'parameter') nodes.push(parameters[parameters.push(parameter(`p${index}`, index)) - 1]!)
      else if (leaf === 'value' || index === 0) nodes.push(node(index, `v${index}`))
      else nodes.push(derive(inputs.map((input) => nodes[input % index]!), () => index))
    }
    return { nodes: nodes.map(settled), parameters }
  })

export const inputNodes = (of: Node<unknown>): Node<unknown>[] => {
  const origin = originOf(of)
  return origin.kind === 'message' || origin.kind === 'exception' ? origin.inputs.filter(isNode) : []
}

/** By brute force, from the definition: the nodes themselves, their inputs, and so on. */
export function ancestors(of: readonly Node<unknown>[]): Set<Node<unknown>> {
  const found = new Set(of)
  for (let size = -1; size !== found.size;) {
    size = found.size
    for (const known of found) for (const input of inputNodes(known)) found.add(input)
  }
  return found
}
