/** How feedback flows back through the steps of a graph, one node at a time. Stage: backward. */
import { TraceEvalError } from '../core/errors.ts'
import { isNode, originOf, peek, type Node } from '../graph/node.ts'
import type { NodeOrder } from '../graph/order.ts'
import type { Parameter } from '../graph/parameter.ts'

/** One step on the way back. */
export interface Flow<F> {
  /** What the step made: a value, or the error it failed with. */
  readonly node: Node<unknown>
  /** Name of the step: of the bundle or operator. */
  readonly step: string
  /** What reached the node from all its users. */
  readonly feedback: F
  /** The plain values of all inputs, by name. */
  readonly inputs: Readonly<Record<string, unknown>>
  /** The inputs that need feedback: each node that depends on a parameter, under the first of its names. */
  readonly wanted: readonly string[]
}

/** What a step hands on: feedback by name of the input. */
export type InputFeedback<F> = Readonly<Record<string, F>>

/**
 * How feedback gets from outputs to parameters. `backward` asks it once for every node that depends on a parameter,
 * users before their inputs. It must not change what it is shown.
 */
export interface Propagator<F, Given = F> {
  /** Feedback as it was given, for one of the outputs. */
  begin(given: Given, output: Node<unknown>): F
  /** The feedback of a node: all that its users handed on, at least one part. Called once for each node. */
  join(parts: readonly F[], node: Node<unknown>): F
  /**
   * The feedback of each input of a step. It must cover `wanted`. Other names are allowed; where a
   * node stands under several names and more than one is given, all of them count.
   */
  through(flow: Flow<F>): InputFeedback<F>
}

/** What reaches each parameter behind `outputs`. Each node is propagated once; linear in the graph. @internal */
export function propagate<F, Given>(order: NodeOrder, outputs: readonly Node<unknown>[], given: Given, propagator: Propagator<F, Given>): Map<Parameter<unknown>, F> {
  const depends = dependsOnParameter(order)
  const received: (F[] | undefined)[] = Array.from({ length: order.nodes.length })
  const ends = new Set(outputs)
  const arrived = new Map<Parameter<unknown>, F>()
  for (let position = order.nodes.length - 1; position >= 0; position--) {
    if (depends[position] === 0) continue
    const node = order.nodes[position]!
    if (ends.has(node)) (received[position] ??= []).push(propagator.begin(given, node))
    // Every node here leads to an output, and its users, which stand later, have handed something on.
    const feedback = propagator.join(received[position]!, node)
    received[position] = undefined
    const origin = originOf(node)
    if (origin.kind === 'parameter') {
      const parameter = origin.parameter as Parameter<unknown>
      // One parameter may have had several values.
      arrived.set(parameter, arrived.has(parameter) ? propagator.join([arrived.get(parameter)!, feedback], node) : feedback)
    } else if (origin.kind !== 'value') {
      handOn(order, position, depends, received, { node, step: origin.step.name, feedback, names: origin.names, inputs: origin.inputs }, propagator)
    }
  }
  return arrived
}

interface Passing<F> { readonly node: Node<unknown>; readonly step: string; readonly feedback: F; readonly names: readonly string[]; readonly inputs: readonly unknown[] }

function handOn<F>(order: NodeOrder, position: number, depends: Uint8Array, received: (F[] | undefined)[], { node, step, feedback, names, inputs }: Passing<F>, propagator: Propagator<F, never>): void {
  // The sources of a node are its inputs that are nodes, in order.
  const namesOf = new Map<number, string[]>()
  let at = order.sourceStart[position]!
  for (const [index, input] of inputs.entries()) {
    if (!isNode(input)) continue
    const source = order.sources[at++]!
    if (depends[source] === 0) continue
    const known = namesOf.get(source)
    if (known === undefined) namesOf.set(source, [names[index]!])
    else known.push(names[index]!)
  }
  const values = Object.fromEntries(inputs.map((input, index) => [names[index]!, isNode(input) ? peek(input) : input]))
  const wanted = Array.from(namesOf.values(), ([first]) => first!)
  const answer: unknown = propagator.through({ node, step, feedback, inputs: values, wanted })
  const handed = new Map<string, unknown>(Object.entries(answer ?? {}).filter(([, part]) => part !== undefined))
  const missing = [...namesOf.values()].filter((known) => !known.some((name) => handed.has(name))).map(([first]) => first!)
  if (missing.length > 0) {
    throw new TraceEvalError('PROPAGATOR_RESULT', `expected feedback for the inputs ${listed(wanted)} of the step ${listed([step])}, received none for ${listed(missing)}`,
      { hint: 'A propagator answers at once, with feedback for each name in `wanted`.' })
  }
  for (const [source, known] of namesOf) for (const name of known) if (handed.has(name)) (received[source] ??= []).push(handed.get(name) as F)
}

const listed = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(', ')

// Constants, and what is computed from them alone, get no feedback.
function dependsOnParameter({ nodes, sourceStart, sources }: NodeOrder): Uint8Array {
  const depends = new Uint8Array(nodes.length)
  for (let position = 0; position < nodes.length; position++) {
    let at = sourceStart[position]!
    const end = sourceStart[position + 1]!
    if (at === end) depends[position] = originOf(nodes[position]!).kind === 'parameter' ? 1 : 0
    else for (; at < end && depends[position] === 0; at++) depends[position] = depends[sources[at]!]!
  }
  return depends
}
