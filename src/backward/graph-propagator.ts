/** The minimal trace graph as a propagator: each node on the way adds itself. Stage: backward. */
import type { Feedback } from '../feedback/feedback.ts'
import type { Node } from '../graph/node.ts'
import { graphOf, type GraphFeedback, type OutputFeedback } from './merge.ts'
import type { Propagator } from './propagator.ts'
import { asFeedback } from './as-feedback.ts'
import type { TraceGraph } from './trace-graph.ts'

/**
 * Carries the minimal trace graph: what a parameter gets is each feedback with its output, and exactly the nodes in
 * between. The same graphs that `backward` gives without a propagator, for custom propagators to build on.
 *
 * @example
 * ```ts
 * const weight = parameter('weight', 2)
 * const [entry] = backward(op.multiply(weight, 3), 'too low', { propagator: graphPropagator }).parameters
 * entry.feedback.graph.nodes.map(({ name }) => name) // ['weight', 'multiply']
 * entry.feedback.feedback.map(({ feedback }) => feedback.message) // ['too low']
 * ```
 */
export const graphPropagator: Propagator<GraphFeedback, string | Feedback> = {
  begin: (given, output) => new Trail(undefined, [], { output, feedback: asFeedback(given) }),
  join: (parts, node) => new Trail(node, parts as readonly Trail[]),
  through: ({ feedback, wanted }) => Object.fromEntries(wanted.map((name) => [name, feedback])),
}

/**
 * The way from a node to the outputs. Each holds on to the trails it was joined from, so that a step costs the same
 * however long the way is; the graph is collected when it is first read.
 */
class Trail implements GraphFeedback {
  readonly #node: Node<unknown> | undefined
  readonly #parts: readonly Trail[]
  readonly #own: OutputFeedback | undefined
  #feedback: readonly OutputFeedback[] | undefined
  #graph: TraceGraph | undefined

  constructor(node: Node<unknown> | undefined, parts: readonly Trail[], own?: OutputFeedback) {
    this.#node = node
    this.#parts = parts
    this.#own = own
  }

  get feedback(): readonly OutputFeedback[] {
    return (this.#feedback ??= this.#behind().flatMap((trail) => trail.#own ?? []))
  }
  get graph(): TraceGraph {
    return (this.#graph ??= graphOf(new Set(this.#behind().flatMap((trail) => trail.#node ?? []))))
  }

  #behind(): Trail[] {
    const found = new Set<Trail>([this])
    for (const trail of found) for (const part of trail.#parts) found.add(part)
    return [...found]
  }
}
