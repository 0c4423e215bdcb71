/** Carries feedback on outputs back to the parameters they depend on. Stage: backward. */
import { TraceEvalError } from '../core/errors.ts'
import { describeValue } from '../core/describe-value.ts'
import type { Feedback } from '../feedback/feedback.ts'
import { isNode, settled, type Node } from '../graph/node.ts'
import type { Parameter } from '../graph/parameter.ts'
import { asFeedback } from './as-feedback.ts'
import { propagate, type Propagator } from './propagator.ts'
import { WholeGraph, type TraceGraph } from './trace-graph.ts'

/** What reached one parameter; of type `F` with a propagator for that. */
export interface ParameterFeedback<F = Feedback> {
  readonly parameter: Parameter<unknown>
  readonly feedback: F
  /** The minimal trace graph: exactly the nodes on a path from the parameter to an output. Computed when it is first read. */
  readonly graph: TraceGraph
}

/** What `backward` answers. */
export interface BackwardResult<F = Feedback, Given = Feedback> {
  /** What was given. */
  readonly feedback: Given
  readonly outputs: readonly Node<unknown>[]
  /** Every node that the outputs depend on. */
  readonly graph: TraceGraph
  /** One entry per parameter that the outputs depend on, those first whose values flowed in first. */
  readonly parameters: readonly ParameterFeedback<F>[]
}

/** Options of `backward`. */
export interface BackwardOptions<F, Given> {
  /** What happens to feedback at each step. @defaultValue every parameter gets it as it was given */
  readonly propagator: Propagator<F, Given>
}

/**
 * Carries feedback back from outputs to every parameter they depend on, each with the minimal trace graph
 * that connects it to them. Also from an exception node (`exceptionNodeOf(error)`) to the inputs of the step
 * that failed. Nothing is changed: it may be called any number of times.
 *
 * Time is linear in the graph; each `graph` of a parameter then costs what it holds, plus its sorting. Follows
 * the minimal subgraphs of Trace (Cheng, Nie, Swaminathan, "Trace is the Next AutoDiff", 2024, section 3.2),
 * computed by reachability instead of by merging subgraphs step by step.
 *
 * @param feedback - A text counts as a soft note.
 * @param options - With a `propagator`, every step decides what its inputs get: `sumPropagator()` or one of your own.
 * @throws {TraceEvalError} `BACKWARD_OUTPUT` when an output is no node; `PROPAGATOR_RESULT` when a propagator
 * leaves an input without feedback.
 * @example
 * ```ts
 * const price = parameter('price', 2)
 * const total = op.multiply(price, 3)
 * const [first] = backward(total, 'too cheap').parameters
 * first.parameter.name // 'price'
 * first.graph.nodes.map(({ name }) => name) // ['price', 'multiply']
 * ```
 */
export function backward(output: Node<unknown> | readonly Node<unknown>[], feedback: string | Feedback): BackwardResult
export function backward<F, Given>(output: Node<unknown> | readonly Node<unknown>[], feedback: NoInfer<Given>, options: BackwardOptions<F, Given>): BackwardResult<F, Given>
export function backward(output: Node<unknown> | readonly Node<unknown>[], feedback: unknown, options?: BackwardOptions<unknown, unknown>): BackwardResult<unknown, unknown> {
  const outputs = (Array.isArray(output) ? output : [output]).map(asOutput)
  const whole = new WholeGraph(outputs)
  const given = options === undefined ? asFeedback(feedback as string | Feedback) : feedback
  const arrived = options && propagate(whole.order, outputs, given, options.propagator)
  const parameters = Array.from(whole.views.keys(), (parameter): ParameterFeedback<unknown> => {
    let graph: TraceGraph | undefined
    return { parameter, feedback: arrived === undefined ? given : arrived.get(parameter), get graph() { return (graph ??= whole.cut(parameter)) } }
  })
  return { feedback: given, outputs, graph: { nodes: whole.nodes, boundary: whole.boundary }, parameters }
}

function asOutput(output: unknown): Node<unknown> {
  if (isNode(output)) return settled(output)
  throw new TraceEvalError('BACKWARD_OUTPUT', `expected a node to start from, received ${describeValue(output)}`,
    { hint: output instanceof Promise ? 'Await the step first.' : 'Pass what a bundle, derive or operator returned, not its value.' })
}
