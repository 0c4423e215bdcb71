/** The nodes of a graph as a picture needs them: without steps that only pass a value on, and with the way of blame. Stage: picture. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
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
}

/** What Trace and we call steps that pass a value on or copy it. Somebody else's step of such a name may do more. */
const copying: ReadonlySet<string> = new Set(['identity', 'clone', 'copy'])
const looksLike = (a: Node<unknown>, b: Node<unknown>): boolean => valueText(peek(a), 300) === valueText(peek(b), 300)

const kindOf = { parameter: 'parameter', value: 'value', message: 'step', exception: 'error' } as const

/**
 * The nodes behind `graph`, inputs before their users.
 *
 * @throws {TraceEvalError} `PICTURE_INPUT` for what is no graph, `TGJ_DOCUMENT` for a document that cannot be read.
 */
export function readGraph(graph: Drawable, { blame }: Pick<ResolvedOptions, 'blame'>): Drawn[] {
  const outputs = outputsOf(graph)
  const { nodes, sourceStart, sources } = topologicalOrder(outputs)
  const drawn: Drawn[] = []
  const byPosition: Drawn[] = []
  const byNode = new Map<Node<unknown>, Drawn>()
  nodes.forEach((node, position) => {
    const used = [...new Set(sources.slice(sourceStart[position], sourceStart[position + 1]).map((source) => byPosition[source]!))]
    const origin = originOf(node)
    const { kind } = origin
    const passesOn = origin.kind === 'message' && used.length === 1 && copying.has(origin.step.name) && looksLike(node, used[0]!.node)
    const blamed = used.some((one) => one.blamed) || (kind === 'parameter' && (blame === 'all' || blame.includes(node.name)))
    const one = passesOn ? used[0]! : { node, kind: kindOf[kind], blamed, output: false, sources: used }
    if (!passesOn) drawn.push(one)
    byPosition.push(one)
    byNode.set(node, one)
  })
  for (const output of outputs) byNode.get(settled(output))!.output = true
  return drawn
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
  return ordered.filter((node) => !used.has(node))
}

function refuse(value: unknown): never {
  throw new TraceEvalError('PICTURE_INPUT', `expected a node, a list of nodes or a TGJ document, received ${describeValue(value)}`,
    { hint: value instanceof Promise ? 'Await the step first.' : 'Pass what a step returned, not its value, or what toTgj gave.' })
}
