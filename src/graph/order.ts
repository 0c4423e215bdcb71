/** The nodes behind outputs, inputs first. Stage: graph. */
import { inputsKey, markKey, settled } from './origin.ts'
import type { Node, NodeLike } from './types.ts'

/** Nodes in order, and where the inputs of each stand among them. */
export interface NodeOrder {
  readonly nodes: readonly Node<unknown>[]
  /** The inputs of `nodes[i]` that are nodes are those at `sources[sourceStart[i]]` up to `sources[sourceStart[i + 1]]`, exclusive. */
  readonly sourceStart: readonly number[]
  readonly sources: readonly number[]
}

/** A node as a walk sees it. */
interface Walked { [markKey]: number; readonly [inputsKey]: readonly unknown[] }

// Marks of one walk lie above those of all earlier ones, so that none has to be wiped. Shared by every copy of the library in one process.
const shared = globalThis as { [key: symbol]: { highest: number } | undefined }
const marks = (shared[Symbol.for('trace-eval.marks.1')] ??= { highest: 0 })

/**
 * Every node that `outputs` depend on, each once, inputs before their users. The order depends on the graph
 * alone: a walk from the first output on, the first input first. Linear, at any depth.
 *
 * A node keeps its position as a mark while the walk lasts, which is several times as fast as a map of positions.
 */
export function topologicalOrder(outputs: readonly NodeLike<unknown>[]): NodeOrder {
  const walk = new Walk(marks.highest + 1)
  for (const output of outputs) walk.from(settled(output))
  marks.highest += walk.nodes.length
  return walk
}

class Walk implements NodeOrder {
  readonly nodes: Node<unknown>[] = []
  readonly sourceStart: number[] = [0]
  readonly sources: number[] = []
  // The mark of the node at position 0.
  readonly #first: number
  // The path from an output to where the walk is: the node, its inputs, and which of them comes next.
  readonly #path: Walked[] = []
  readonly #pathInputs: (readonly unknown[])[] = []
  readonly #pathNext: number[] = []

  constructor(first: number) { this.#first = first }

  from(output: Node<unknown>): void {
    this.#enter(output as unknown as Walked)
    while (this.#path.length > 0) {
      const top = this.#path.length - 1
      const given = this.#pathInputs[top]!
      const next = this.#pathNext[top]!++
      if (next < given.length) {
        const input = given[next]
        if (markOf(input) < this.#first) this.#enter(input as Walked)
        continue
      }
      this.#pathInputs.pop()
      this.#pathNext.pop()
      this.#leave(this.#path.pop()!, given)
    }
  }

  // Inputs exist before the node that has them and never change, so no node can stand on the path twice.
  #enter(node: Walked): void {
    if (node[markKey] >= this.#first) return
    const given = node[inputsKey]
    if (given.length === 0) return this.#leave(node, given)
    this.#path.push(node)
    this.#pathInputs.push(given)
    this.#pathNext.push(0)
  }

  #leave(node: Walked, given: readonly unknown[]): void {
    for (let i = 0; i < given.length; i++) {
      const mark = markOf(given[i])
      if (mark < Number.POSITIVE_INFINITY) this.sources.push(mark - this.#first)
    }
    node[markKey] = this.#first + this.nodes.length
    this.nodes.push(node as unknown as Node<unknown>)
    this.sourceStart.push(this.sources.length)
  }
}

// The mark of a node; of anything else one that no walk gives.
function markOf(input: unknown): number {
  if (typeof input !== 'object' || input === null) return Number.POSITIVE_INFINITY
  return (input as Partial<Walked>)[markKey] ?? Number.POSITIVE_INFINITY
}
