/** Several backward passes as one: each feedback stays with its output, each node stands once. Stage: backward. */
import { canonicalJson } from '../core/canonical-json.ts'
import type { Feedback } from '../feedback/feedback.ts'
import { isNode, originOf, type Node } from '../graph/node.ts'
import { topologicalOrder } from '../graph/order.ts'
import type { Parameter } from '../graph/parameter.ts'
import type { BackwardResult } from './backward.ts'
import type { TraceGraph } from './trace-graph.ts'

/** Feedback and the output it is about. */
export interface OutputFeedback {
  readonly output: Node<unknown>
  readonly feedback: Feedback
}

/** What reached a parameter from one or more outputs. */
export interface GraphFeedback {
  /** Each feedback with its output, each pair once. */
  readonly feedback: readonly OutputFeedback[]
  /** The nodes between the parameter and these outputs. */
  readonly graph: TraceGraph
}

/** What several backward passes said of one parameter. */
export interface MergedParameter extends GraphFeedback { readonly parameter: Parameter<unknown> }

/** What `mergeFeedback` answers, and takes. */
export interface MergedFeedback { readonly parameters: readonly MergedParameter[] }

/**
 * Graphs joined: every node of any of them once, inputs before their users. What is given in one and computed
 * in another is no longer given. Linear in the graphs and what lies behind them.
 *
 * @example
 * ```ts
 * const [weight, bias] = [parameter('weight', 2), parameter('bias', 1)]
 * const [first, second] = backward(op.add(op.multiply(weight, 3), bias), 'too high').parameters
 * mergeGraphs(first.graph, second.graph).nodes.map(({ name }) => name) // ['weight', 'multiply', 'bias', 'add']
 * ```
 */
export function mergeGraphs(...graphs: readonly TraceGraph[]): TraceGraph {
  return graphOf(new Set(graphs.flatMap(({ nodes }) => nodes)))
}

/** The graph of these nodes. @internal */
export function graphOf(members: ReadonlySet<Node<unknown>>): TraceGraph {
  // The whole graph is sorted, not the members alone: two of them may be connected through a node that is none.
  const nodes = topologicalOrder([...members]).nodes.filter((node) => members.has(node))
  const boundary = new Set<Node<unknown>>()
  for (const node of nodes) {
    const origin = originOf(node)
    if (origin.kind === 'value' || origin.kind === 'parameter') continue
    for (const input of origin.inputs) if (isNode(input) && !members.has(input)) boundary.add(input)
  }
  return { nodes, boundary: [...boundary] }
}

/**
 * Joins backward passes, with different feedback, before one step of an optimizer: for each parameter all feedback,
 * each with its output, and one graph of all ways. The same feedback on the same output counts once. Also joins
 * what it answered before; the order of passes changes only the order of the answer.
 *
 * @example
 * ```ts
 * const tone = parameter('tone', 'Be kind.')
 * const [greeting, refusal] = [t`${tone} Greet.`, t`${tone} Refuse.`]
 * const { parameters } = mergeFeedback(backward(greeting, 'too long'), backward(refusal, 'too harsh'))
 * parameters[0].feedback.map(({ output, feedback }) => `${output.value} ${feedback.message}`) // ['Be kind. Greet. too long', 'Be kind. Refuse. too harsh']
 * ```
 */
export function mergeFeedback(...passes: readonly (BackwardResult | MergedFeedback)[]): MergedFeedback {
  const parts = new Map<Parameter<unknown>, (() => GraphFeedback)[]>()
  for (const pass of passes) {
    for (const entry of pass.parameters) {
      const part = 'outputs' in pass ? () => ofPass(pass, entry.graph) : () => entry as MergedParameter
      const known = parts.get(entry.parameter)
      if (known === undefined) parts.set(entry.parameter, [part])
      else known.push(part)
    }
  }
  return { parameters: Array.from(parts, ([parameter, own]) => new Merged(parameter, own)) }
}

// Of a pass over several outputs a parameter is told of those that it reaches.
function ofPass({ outputs, feedback }: BackwardResult, graph: TraceGraph): GraphFeedback {
  const reached = new Set(graph.nodes)
  return { feedback: outputs.filter((output) => reached.has(output)).map((output) => ({ output, feedback })), graph }
}

/** Made when it is first read: cutting out and joining graphs is the work. */
class Merged implements MergedParameter {
  readonly parameter: Parameter<unknown>
  readonly #parts: readonly (() => GraphFeedback)[]
  #feedback: readonly OutputFeedback[] | undefined
  #graph: TraceGraph | undefined

  constructor(parameter: Parameter<unknown>, parts: readonly (() => GraphFeedback)[]) {
    this.parameter = parameter
    this.#parts = parts
  }
  get feedback(): readonly OutputFeedback[] { return (this.#feedback ??= distinct(this.#parts.flatMap((part) => part().feedback))) }
  get graph(): TraceGraph { return (this.#graph ??= mergeGraphs(...this.#parts.map((part) => part().graph))) }
}

function distinct(all: readonly OutputFeedback[]): readonly OutputFeedback[] {
  const seen = new Map<Node<unknown>, Set<string>>()
  return all.filter(({ output, feedback }) => {
    const known = seen.get(output) ?? new Set()
    seen.set(output, known)
    const text = canonicalJson(feedback)
    return !known.has(text) && known.add(text)
  })
}
