/** The part of an execution that connects one parameter to the outputs. Stage: backward. */
import { topologicalOrder, type NodeOrder } from '../graph/order.ts'
import { originOf, type Node } from '../graph/node.ts'
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
  readonly order: NodeOrder
  #edges: Edges | undefined
  // `#mark[i]` is the number of the last cut that holds node i, so that no cut has to clear it.
  readonly #mark: Int32Array
  #cuts = 0

  constructor(outputs: readonly Node<unknown>[]) {
    this.order = topologicalOrder(outputs)
    this.nodes = this.order.nodes
    this.#mark = new Int32Array(this.nodes.length)
    const views = new Map<Parameter<unknown>, number[]>()
    for (let position = 0; position < this.nodes.length; position++) {
      if (this.order.sourceStart[position + 1]! > this.order.sourceStart[position]!) continue
      const origin = originOf(this.nodes[position]!)
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
    const edges = (this.#edges ??= listEdges(this.order))
    const positions = this.#descendants(edges, this.views.get(parameter) ?? [])
    const nodes: Node<unknown>[] = []
    for (const position of positions) nodes.push(this.nodes[position]!)
    return { nodes, boundary: this.#boundaryOf(edges, positions) }
  }

  // All nodes here are ancestors of an output, so what descends from the parameter lies on a path.
  #descendants({ userStart, users }: Edges, from: readonly number[]): Int32Array {
    const cut = ++this.#cuts
    const mark = this.#mark
    const found = [...from]
    for (const position of found) mark[position] = cut
    for (let i = 0; i < found.length; i++) {
      const end = userStart[found[i]! + 1]!
      for (let at = userStart[found[i]!]!; at < end; at++) {
        const user = users[at]!
        if (mark[user] === cut) continue
        mark[user] = cut
        found.push(user)
      }
    }
    return new Int32Array(found).sort()
  }

  #boundaryOf({ sourceStart, sources }: Edges, positions: Int32Array): Node<unknown>[] {
    const [mark, cut] = [this.#mark, this.#cuts]
    const boundary = new Set<Node<unknown>>()
    for (const position of positions) {
      for (let at = sourceStart[position]!; at < sourceStart[position + 1]!; at++) {
        if (mark[sources[at]!] !== cut) boundary.add(this.nodes[sources[at]!]!)
      }
    }
    return [...boundary]
  }
}

/** Both directions in compressed rows: the inputs of node i are `sources[sourceStart[i]]` up to `sourceStart[i + 1]`, its users likewise. */
interface Edges extends NodeOrder { readonly userStart: Int32Array; readonly users: Int32Array }

function listEdges({ nodes, sourceStart, sources }: NodeOrder): Edges {
  const userStart = new Int32Array(nodes.length + 1)
  for (const source of sources) userStart[source + 1]!++
  for (let i = 0; i < nodes.length; i++) userStart[i + 1]! += userStart[i]!
  const free = userStart.slice()
  const users = new Int32Array(sources.length)
  for (let user = 0; user < nodes.length; user++) {
    for (let at = sourceStart[user]!; at < sourceStart[user + 1]!; at++) users[free[sources[at]!]!++] = user
  }
  return { nodes, sourceStart, sources, userStart, users }
}
