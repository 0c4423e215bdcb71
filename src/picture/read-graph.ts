/** The nodes of a graph as a picture needs them: without steps that only pass a value on, and with the way of blame. Stage: picture. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { innerOf, type InnerGraph } from '../graph/inner-graph.ts'
import { topologicalOrder } from '../graph/order.ts'
import { isNode, originOf, peek, settled } from '../graph/origin.ts'
import { fromTgj } from '../graph/tgj.ts'
import type { Node } from '../graph/types.ts'
import { valueText } from './clean-text.ts'
import type { Drawable, ResolvedOptions } from './options.ts'
import type { BoxKind } from './picture.ts'

/** One node. */
export interface Drawn {
  readonly node: Node<unknown>
  readonly kind: Exclude<BoxKind, 'more'>
  readonly blamed: boolean
  output: boolean
  /** The nodes it uses, each once; they stand before it. */
  readonly sources: readonly Drawn[]
  /** The step it is inside of. */
  readonly frame: Frame | undefined
}

/** The inside of a nested step. */
export interface Frame { readonly step: Node<unknown>; readonly around: Frame | undefined }

/** What Trace and we call steps that pass a value on or copy it. Somebody else's step of such a name may do more. */
const copying: ReadonlySet<string> = new Set(['identity', 'clone', 'copy'])
const looksLike = (a: Node<unknown>, b: Node<unknown>): boolean => valueText(peek(a), 300) === valueText(peek(b), 300)

const kindOf = { parameter: 'parameter', value: 'value', message: 'step', exception: 'error' } as const

/**
 * The nodes behind `graph`, inputs before their users. Nested steps are open, with their inside in a frame, unless that makes
 * more than `maxNodes` of them.
 *
 * @throws {TraceEvalError} `PICTURE_INPUT` for what is no graph, `TGJ_DOCUMENT` for a document that cannot be read.
 */
export function readGraph(graph: Drawable, { blame, maxNodes }: Pick<ResolvedOptions, 'blame' | 'maxNodes'>): Drawn[] {
  const outputs = outputsOf(graph)
  const isBlamed = (name: string): boolean => blame === 'all' || blame.includes(name)
  return new Reading(isBlamed, maxNodes).read(outputs) ?? new Reading(isBlamed).read(outputs)!
}

class Reading {
  readonly #isBlamed: (name: string) => boolean
  /** None: nested steps stay closed. */
  readonly #maxNodes: number | undefined
  readonly #drawn: Drawn[] = []
  readonly #byNode = new Map<Node<unknown>, Drawn>()

  constructor(isBlamed: (name: string) => boolean, maxNodes?: number) {
    this.#isBlamed = isBlamed
    this.#maxNodes = maxNodes
  }

  /** None when nested steps are too much. */
  read(outputs: readonly Node<unknown>[]): Drawn[] | undefined {
    if (!this.#visit(outputs, undefined)) return undefined
    for (const output of outputs) this.#byNode.get(settled(output))!.output = true
    return this.#drawn
  }

  #visit(outputs: readonly Node<unknown>[], frame: Frame | undefined): boolean {
    const { nodes, sourceStart, sources } = topologicalOrder(outputs)
    for (const [position, node] of nodes.entries()) {
      if (this.#byNode.has(node)) continue
      const used = [...new Set(sources.slice(sourceStart[position], sourceStart[position + 1]).map((source) => this.#byNode.get(nodes[source]!)!))]
      const inner = this.#maxNodes === undefined ? undefined : innerOf(node)
      const opened = inner === undefined ? undefined : this.#open(node, inner, used, frame)
      if (opened === false || (this.#maxNodes !== undefined && this.#drawn.length > this.#maxNodes)) return false
      this.#byNode.set(node, opened ?? passedOn(node, used) ?? this.#add(node, used, frame))
    }
    return true
  }

  /** The box of the result. None when nothing is inside, false when it is too much. */
  #open(step: Node<unknown>, { inputs, outputs }: InnerGraph, used: readonly Drawn[], around: Frame | undefined): Drawn | undefined | false {
    for (const [view, given] of inputs) this.#byNode.set(view, this.#byNode.get(settled(given))!)
    if (outputs.every((output) => this.#byNode.has(output))) return undefined
    const frame: Frame = { step, around }
    const before = this.#drawn.length
    if (!this.#visit(outputs, frame)) return false
    const results = [...new Set(outputs.map((output) => this.#byNode.get(output)!))]
    const taken = new Set(this.#drawn.slice(before).flatMap(({ sources }) => sources))
    const unused = used.filter((one) => !taken.has(one))
    return results.length === 1 && unused.length === 0 && looksLike(step, results[0]!.node) ? results[0]! : this.#add(step, [...new Set([...results, ...unused])], frame)
  }

  #add(node: Node<unknown>, sources: readonly Drawn[], frame: Frame | undefined): Drawn {
    const { kind } = originOf(node)
    const one = { node, kind: kindOf[kind], blamed: sources.some(({ blamed }) => blamed) || (kind === 'parameter' && this.#isBlamed(node.name)), output: false, sources, frame }
    this.#drawn.push(one)
    return one
  }
}

function passedOn(node: Node<unknown>, used: readonly Drawn[]): Drawn | undefined {
  const origin = originOf(node)
  return origin.kind === 'message' && used.length === 1 && copying.has(origin.step.name) && looksLike(node, used[0]!.node) ? used[0]! : undefined
}

function outputsOf(graph: unknown): readonly Node<unknown>[] {
  if (isNode(graph)) return [graph]
  if (Array.isArray(graph)) return graph.map((one) => (isNode(one) ? one : refuse(one)))
  if (typeof graph !== 'object' || graph === null || graph instanceof Promise) return refuse(graph)
  const { nodes, exports } = fromTgj(graph)
  // A document need not say what its outputs are: then they are what nothing else uses.
  return exports.size > 0 ? [...exports.values()] : unused([...nodes.values()])
}

function unused(nodes: readonly Node<unknown>[]): Node<unknown>[] {
  const { nodes: ordered, sources } = topologicalOrder(nodes)
  const used = new Set(sources.map((source) => ordered[source]!))
  const inside = new Set(nodes.flatMap((node) => innerOf(node)?.outputs ?? []))
  return ordered.filter((node) => !used.has(node) && !inside.has(node))
}

function refuse(value: unknown): never {
  throw new TraceEvalError('PICTURE_INPUT', `expected a node, a list of nodes or a TGJ document, received ${describeValue(value)}`,
    { hint: value instanceof Promise ? 'Await the step first.' : 'Pass what a step returned, not its value, or what toTgj gave.' })
}
