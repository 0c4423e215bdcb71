/** The part of an execution that connects one parameter to the outputs. Stage: backward. */
import { topologicalOrder, type NodeOrder } from '../graph/order.ts'
import { isNode, originOf, type Node } from '../graph/node.ts'
import type { Parameter } from '../graph/parameter.ts'

/** A part of an execution. */
export interface TraceGraph {
  /** Each node once, inputs before their users; the last ones are outputs. */
  readonly nodes: readonly Node<unknown>[]
  /** Inputs of `nodes` that are not among them, each once, in the order of their first use: given values here. */
  readonly boundary: readonly Node<unknown>[]
}

/** Everything that some outputs depend on, prepared for cutting out parts. */
export class WholeGraph implements TraceGraph {
  readonly nodes: readonly Node<unknown>[]
  readonly boundary: readonly Node<unknown>[] = []
  /** Nodes that hold a value of a parameter, by parameter, in the order in which a walk from the outputs meets them. */
  readonly views: ReadonlyMap<Parameter<unknown>, readonly number[]>
  readonly #order: NodeOrder
  #users: { readonly start: Int32Array; readonly list: Int32Array } | undefined
  // `#mark[i]` is the number of the last cut that holds node i, so that no cut has to clear it.
  readonly #mark: Int32Array
  #cuts = 0

  constructor(outputs: readonly Node<unknown>[]) {
    this.#order = topologicalOrder(outputs)
    this.nodes = this.#order.nodes
    this.#mark = new Int32Array(this.nodes.length)
    const views = new Map<Parameter<unknown>, number[]>()
    for (const [position, node] of this.nodes.entries()) {
      const origin = originOf(node)
      if (origin.kind !== 'parameter') continue
      const parameter = origin.parameter as Parameter<unknown>
      const known = views.get(parameter)
      if (known === undefined) views.set(parameter, [position])
      else known.push(position)
    }
    this.views = views
  }

  /** The nodes that lie on a path from `parameter` to an output. Time and size grow with the answer alone, once the users of each node are known. */
  cut(parameter: Parameter<unknown>): TraceGraph {
    const positions = this.#descendants(this.views.get(parameter) ?? [])
    return { nodes: Array.from(positions, (position) => this.nodes[position]!), boundary: this.#boundaryOf(positions) }
  }

  // All nodes here are ancestors of an output, so what descends from the parameter lies on a path.
  #descendants(from: readonly number[]): Int32Array {
    const users = (this.#users ??= this.#listUsers())
    const cut = ++this.#cuts
    const found = [...from]
    for (const position of found) this.#mark[position] = cut
    for (let i = 0; i < found.length; i++) {
      const end = users.start[found[i]! + 1]!
      for (let at = users.start[found[i]!]!; at < end; at++) {
        const user = users.list[at]!
        if (this.#mark[user] === cut) continue
        this.#mark[user] = cut
        found.push(user)
      }
    }
    return Int32Array.from(found).sort()
  }

  #boundaryOf(cutPositions: Int32Array): Node<unknown>[] {
    const cut = this.#cuts
    const { inputs, positions } = this.#order
    const boundary = new Set<Node<unknown>>()
    for (const position of cutPositions) {
      for (const input of inputs[position]!) if (isNode(input) && this.#mark[positions.get(input)!] !== cut) boundary.add(input)
    }
    return [...boundary]
  }

  // Compressed rows: the users of node i are list[start[i]] … list[start[i + 1] - 1].
  #listUsers(): { start: Int32Array; list: Int32Array } {
    const { inputs, positions } = this.#order
    const start = new Int32Array(inputs.length + 1)
    const sources: number[] = []
    for (const given of inputs) {
      for (const input of given) {
        if (!isNode(input)) continue
        const source = positions.get(input)!
        sources.push(source)
        start[source + 1]!++
      }
    }
    for (let i = 0; i < inputs.length; i++) start[i + 1]! += start[i]!
    const free = start.slice()
    const list = new Int32Array(sources.length)
    let edge = 0
    for (const [user, given] of inputs.entries()) {
      for (const input of given) if (isNode(input)) list[free[sources[edge++]!]!++] = user
    }
    return { start, list }
  }
}
