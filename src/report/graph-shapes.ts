/** Which way a case went, told without writing its document: cases of one way differ in their values alone. Stage: report. */
import { innerOf } from '../graph/inner-graph.ts'
import { isNode, originOf, peek, settled, type Origin, type Step } from '../graph/origin.ts'
import { encodeValue, ForeignValue } from '../graph/tgj-value.ts'
import type { Node } from '../graph/types.ts'
import { shortenBriefly } from './shorten-document.ts'

/** One graph: equal for all that have the same frame, and what `frameGraphs` takes out of its brief document. */
export interface ReadGraph { readonly shape: string; readonly values: readonly unknown[] }

/** Longer values stand in a document once, and elsewhere by hash. */
const LARGE = 1000

/** Reads the graphs of one run. */
export class GraphShapes {
  readonly #numbers = new Map<unknown, number>()

  /**
   * The graph of `nodes`, inputs before their users; none where only its document can tell: a step failed or has an inside or facts of
   * its own, a large value stands in two places, or a name is a number.
   */
  read(nodes: readonly Node<unknown>[], outputs: readonly Node<unknown>[]): ReadGraph | undefined {
    const reading = new Reading((thing) => this.#number(thing))
    for (const node of nodes) if (!reading.add(node)) return undefined
    return reading.end(outputs)
  }

  #number(thing: unknown): number {
    let known = this.#numbers.get(thing)
    if (known === undefined) this.#numbers.set(thing, known = this.#numbers.size)
    return known
  }
}

class Reading {
  readonly #number: (thing: unknown) => number
  readonly #positions = new Map<Node<unknown>, number>()
  readonly #large = new Set<string>()
  readonly #values: unknown[] = []
  #shape = ''

  constructor(number: (thing: unknown) => number) { this.#number = number }

  /** Whether `node` could be read. */
  add(node: Node<unknown>): boolean {
    const origin = originOf(node)
    if (origin.kind === 'exception' || innerOf(node) !== undefined) return false
    this.#positions.set(node, this.#positions.size)
    this.#shape += `${this.#number(node.name)}`
    const value = peek(node)
    if (origin.kind === 'value') {
      this.#shape += `v${this.#number(origin.description)}`
      return this.#take(value)
    }
    if (origin.kind === 'parameter') {
      // Its value stands in the frame. Maps take -0 for 0.
      this.#shape += `p${this.#number(origin.parameter)},${this.#number(value)}`
      return !Object.is(value, -0) && this.#isOnce(encodeValue(value))
    }
    return this.#step(origin.step) && this.#inputs(origin) && this.#take(value)
  }

  end(outputs: readonly Node<unknown>[]): ReadGraph {
    return { shape: `${this.#shape}>${Array.from(outputs, (output) => this.#positions.get(settled(output))).join()}`, values: this.#values }
  }

  #step({ name, description, location, declaredAt, meta }: Step): boolean {
    this.#shape += `m${this.#number(name)},${this.#number(description)},${this.#number(location ?? declaredAt)}`
    return meta === undefined
  }

  #inputs({ names, inputs }: Extract<Origin, { kind: 'message' }>): boolean {
    for (let index = 0; index < inputs.length; index++) {
      const input = inputs[index]
      const name = names[index]
      // Keys that are numbers jump to the front of a record.
      if (input instanceof ForeignValue || (name !== undefined && /^\d+$/.test(name))) return false
      const at = isNode(input) ? this.#positions.get(settled(input)) : -1
      if (at === undefined) return false
      this.#shape += `|${this.#number(name)},${at}`
      if (at === -1 && !this.#take(input)) return false
    }
    return true
  }

  #take(value: unknown): boolean {
    const json = encodeValue(value)
    this.#values.push(shortenBriefly(json))
    return this.#isOnce(json)
  }

  #isOnce(json: unknown): boolean {
    // No sign takes more than six in JSON.
    if (typeof json === 'string' ? json.length < LARGE / 6 - 1 : typeof json !== 'object' || json === null) return true
    const text = JSON.stringify(json)
    if (text.length <= LARGE) return true
    if (this.#large.has(text)) return false
    this.#large.add(text)
    return true
  }
}
