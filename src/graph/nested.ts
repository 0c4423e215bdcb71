/** Steps whose inside is a graph of its own. Stage: graph. */
import { currentContext } from './context.ts'
import { keepInner } from './inner-graph.ts'
import { topologicalOrder } from './order.ts'
import { peek, type Step } from './origin.ts'
import { runStep, TracedNode } from './traced-node.ts'
import type { Node } from './types.ts'
import { unwrap } from './unwrap.ts'

/** @internal */
export function nestedCall(step: Step, roles: readonly string[], nodes: readonly Node<unknown>[], fn: (...args: unknown[]) => unknown, self: unknown): unknown {
  const views = nodes.map((given, index) => new TracedNode(peek(given), roles[index]!))
  const inputs = new Map<Node<unknown>, Node<unknown>>(views.map((view, index) => [view, nodes[index]!]))
  const outputs = new Set<Node<unknown>>()
  const finish = (result: unknown): unknown => {
    const plain = unwrap(result, (node) => outputs.add(node))
    const { frame } = currentContext()
    if (frame === undefined) return plain
    for (const node of frame.reads ?? []) outputs.add(node)
    // The step depends on what came from elsewhere, and on its arguments, but not on what was made of them inside.
    frame.reads = new Set(fromElsewhere([...outputs], inputs))
    return plain
  }
  // A step that fails depends on its arguments; the views of them are its own.
  const failed = (error: unknown): never => {
    for (const view of views) currentContext().frame?.reads?.delete(view)
    throw error
  }
  const made = runStep(step, roles, nodes, () => {
    let result: unknown
    try { result = fn.apply(self, views) } catch (error) { return failed(error) }
    return result instanceof Promise ? result.then(finish, failed) : finish(result)
  }, self)
  const keep = (output: Node<unknown>): Node<unknown> => {
    keepInner(output, { outputs: [...outputs], inputs })
    return output
  }
  return made instanceof Promise ? (made as Promise<Node<unknown>>).then(keep) : keep(made as Node<unknown>)
}

/** The last nodes on every way that depend on none of the views. */
function fromElsewhere(outputs: readonly Node<unknown>[], views: ReadonlyMap<Node<unknown>, unknown>): Node<unknown>[] {
  const { nodes, sourceStart, sources } = topologicalOrder(outputs)
  const inside = new Uint8Array(nodes.length)
  const found = new Set<Node<unknown>>()
  for (let i = 0; i < nodes.length; i++) {
    const given = sources.slice(sourceStart[i], sourceStart[i + 1])
    inside[i] = views.has(nodes[i]!) || given.some((at) => inside[at] === 1) ? 1 : 0
    if (inside[i] === 1) for (const at of given) if (inside[at] === 0) found.add(nodes[at]!)
  }
  const ends = new Set(outputs)
  for (let i = 0; i < nodes.length; i++) if (inside[i] === 0 && ends.has(nodes[i]!)) found.add(nodes[i]!)
  return [...found]
}
