/** Criticism on its way back through traces: which steps are due, what each is asked, what its inputs are told. Stage: optimize. */
import { shorten } from '../../core/describe-value.ts'
import type { CaseRun } from '../../feedback/case-run.ts'
import { isNode, originOf, peek, settled, type Node } from '../../graph/node.ts'
import { topologicalOrder } from '../../graph/order.ts'
import { valueText } from './bounded-text.ts'

/** A step that made a value which was criticised, and the inputs that can be told why. */
export interface CriticItem {
  readonly node: Node<unknown>
  readonly step: string
  readonly description: string | undefined
  /** All inputs by name. */
  readonly inputs: readonly (readonly [name: string, value: unknown])[]
  /** Names of those that depend on a parameter that may change, and the nodes they are. */
  readonly wanted: ReadonlyMap<string, Node<unknown>>
  readonly criticism: readonly string[]
}

/** Criticism of a parameter, each text once. */
export type Criticisms = ReadonlyMap<string, ReadonlySet<string>>

/** Traces of some cases, walked back together. Steps as far from their outcome as each other are due together: that is one question for all of them. */
export class CriticWalk {
  readonly #reaches = new Set<Node<unknown>>()
  readonly #level = new Map<Node<unknown>, number>()
  readonly #heard = new Map<Node<unknown>, Set<string>>()
  readonly #found = new Map<string, Set<string>>()

  constructor(runs: readonly CaseRun[], editable: ReadonlySet<string>, criticismOf: (run: CaseRun) => string) {
    for (const run of runs) {
      const outputs = run.trace.outputs.map((output) => settled(output))
      const { nodes, sourceStart, sources } = topologicalOrder(outputs)
      for (const [index, node] of nodes.entries()) {
        const origin = originOf(node)
        const own = origin.kind === 'parameter' && editable.has(node.name)
        if (own || sources.slice(sourceStart[index], sourceStart[index + 1]).some((source) => this.#reaches.has(nodes[source]!))) this.#reaches.add(node)
      }
      for (let index = nodes.length - 1; index >= 0; index--) {
        const level = this.#level.get(nodes[index]!) ?? 0
        this.#level.set(nodes[index]!, level)
        for (const source of sources.slice(sourceStart[index], sourceStart[index + 1])) this.#level.set(nodes[source]!, Math.max(level + 1, this.#level.get(nodes[source]!) ?? 0))
      }
      for (const output of outputs) this.#tell(output, criticismOf(run))
    }
  }

  /** By parameter, what it was told. */
  get found(): Criticisms { return this.#found }

  /**
   * The steps that are due next, nearest to the outcome; steps that only move values hand on what they heard by themselves. None: all
   * that could be told is told.
   */
  due(): CriticItem[] {
    for (;;) {
      const waiting = [...this.#heard.keys()]
      if (waiting.length === 0) return []
      const level = Math.min(...waiting.map((node) => this.#level.get(node)!))
      const items = waiting.filter((node) => this.#level.get(node) === level).flatMap((node) => this.#item(node))
      if (items.length > 0) return items
    }
  }

  /** Tells the inputs of a step what was answered about them; one of which nothing was said hears what the step heard. */
  answer({ wanted, criticism }: CriticItem, said: ReadonlyMap<string, string>): void {
    for (const [name, node] of wanted) for (const text of said.has(name) ? [said.get(name)!] : criticism) this.#tell(node, text)
  }

  #item(node: Node<unknown>): CriticItem[] {
    const criticism = [...this.#heard.get(node)!]
    this.#heard.delete(node)
    const origin = originOf(node)
    if (!('inputs' in origin)) return []
    const wanted = new Map<string, Node<unknown>>()
    for (const [index, input] of origin.inputs.entries()) {
      const source = isNode(input) ? settled(input) : undefined
      if (source !== undefined && this.#reaches.has(source) && ![...wanted.values()].includes(source)) wanted.set(origin.names[index]!, source)
    }
    const item = { node, step: origin.step.name, description: origin.step.description, inputs: origin.inputs.map((input, index) => [origin.names[index]!, isNode(input) ? peek(settled(input)) : input] as const), wanted, criticism }
    if (origin.step.pure !== true) return [item]
    this.answer(item, new Map())
    return []
  }

  #tell(node: Node<unknown>, text: string): void {
    if (!this.#reaches.has(node) || text === '') return
    const origin = originOf(node)
    const [heard, key] = origin.kind === 'parameter' ? [this.#found as Map<string | Node<unknown>, Set<string>>, node.name] : [this.#heard as Map<string | Node<unknown>, Set<string>>, node]
    const known = heard.get(key)
    if (known === undefined) heard.set(key, new Set([text]))
    else known.add(text)
  }
}

/** An item as a question shows it, in at most about `room` characters. */
export function itemText({ step, description, inputs, wanted, node, criticism }: CriticItem, number: number, room: number): string {
  const share = Math.max(60, Math.floor(room / (inputs.length + 2)))
  return [
    `item ${number}: the step ${step}${description === undefined ? '' : ` (${shorten(description, 200)})`}`,
    ...inputs.map(([name, value]) => `input ${name}${wanted.has(name) ? ' (criticise this)' : ''}: ${valueText(value, share)}`),
    `output: ${valueText(peek(node), share)}`,
    ...criticism.slice(0, 6).map((text) => `criticism of the output: ${shorten(text.replaceAll(/\s*\n\s*/g, ' '), share)}`),
  ].join('\n')
}

/** What an answer says of the inputs of `items`, by item. Nothing else of it counts. */
export function readCriticism(text: string, items: readonly CriticItem[]): ReadonlyMap<CriticItem, ReadonlyMap<string, string>> {
  const said = new Map<CriticItem, Map<string, string>>()
  for (const [, attributes, body] of text.matchAll(/<criticism\b([^<>]{0,200})>([\s\S]*?)<\/criticism>/g)) {
    const item = items[Number(/\bitem\s*=\s*"?(\d{1,4})/.exec(attributes!)?.[1]) - 1]
    const input = /\binput\s*=\s*"([^"]{1,200})"/.exec(attributes!)?.[1] ?? (item?.wanted.size === 1 ? item.wanted.keys().next().value : undefined)
    if (item === undefined || input === undefined || !item.wanted.has(input) || body!.trim() === '') continue
    const own = said.get(item) ?? new Map<string, string>()
    said.set(item, own.set(input, shorten(body!.trim(), 1500)))
  }
  return said
}
