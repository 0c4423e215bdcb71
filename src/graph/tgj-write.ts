/** Trace graphs written as TGJ 1.0. Stage: graph. */
import { userLocation, type SourceLocation } from '../core/stack.ts'
import { errorParts } from './as-text.ts'
import type { Domain } from './domain.ts'
import { innerOf } from './inner-graph.ts'
import { topologicalOrder } from './order.ts'
import { isNode, originOf, peek, settled, type Origin, type Step } from './origin.ts'
import type { Parameter } from './parameter.ts'
import { shareValues } from './tgj-shared.ts'
import { cleanName } from './tgj-name.ts'
import { encodeValue, ForeignValue } from './tgj-value.ts'
import type { Json, TgjDocument, TgjHeader, TgjRecord, TgjRef } from './tgj-types.ts'
import type { Node } from './types.ts'

/** Options of `toTgj`: what the document says of itself. */
export interface TgjOptions extends TgjHeader {
  /** Paths of source files inside this folder are written relative to it. @defaultValue paths stay as they are */
  readonly root?: string
}

type Made = Extract<Origin, { kind: 'message' | 'exception' }>

/**
 * The graph behind `outputs` as a TGJ 1.0 document: plain JSON data that other optimizers, in other languages,
 * can read, with fields of ours (`traceEval`, `meta`) that they ignore. `fromTgj` reads it back. A value of more than
 * 1,000 characters stands in full at its first record, later ones have its beginning and `traceEval.value: {hash, at}`. What
 * happened inside of a nested step stands in its record, as `traceEval.inner`.
 *
 * @example
 * ```ts
 * const price = parameter('price', 2)
 * const document = toTgj(op.multiply(price, 3))
 * document.nodes.map(({ id }) => id) // ['price.1', 'multiply.1']
 * ```
 */
export function toTgj(outputs: Node<unknown> | readonly Node<unknown>[], options: TgjOptions = {}): TgjDocument {
  const { root, ...header } = options
  const all = Array.isArray(outputs) ? outputs as readonly Node<unknown>[] : [outputs as Node<unknown>]
  const whole = withInsides(topologicalOrder(all).nodes)
  const writer = new Writer(Array.from(whole.keys()), root)
  const records = shareValues(writer.nodes.map((node) => writer.record(node)))
  const nodes = nestRecords(records, whole, writer)
  const exports = Object.fromEntries(all.map((output, index): [string, TgjRef] => [all.length === 1 ? 'result' : `result_${index}`, writer.refTo(output)]))
  return { tgj: '1.0', ...header, nodes, exports }
}

/** All nodes, those inside of steps after those around them, each with the step that it is inside of. */
function withInsides(nodes: readonly Node<unknown>[]): Map<Node<unknown>, Node<unknown> | undefined> {
  const homes = new Map<Node<unknown>, Node<unknown> | undefined>(nodes.map((node) => [node, undefined]))
  // What is added is visited as well: steps inside of steps.
  for (const [step] of homes) {
    const inner = innerOf(step)
    if (inner !== undefined) for (const node of topologicalOrder([...inner.inputs.keys(), ...inner.outputs]).nodes) if (!homes.has(node)) homes.set(node, step)
  }
  return homes
}

/** The records of the graph around; those inside of a step stand in its record. */
function nestRecords(records: readonly TgjRecord[], homes: ReadonlyMap<Node<unknown>, Node<unknown> | undefined>, writer: Writer): TgjRecord[] {
  const within = new Map<Node<unknown> | undefined, TgjRecord[]>([[undefined, []]])
  for (const [node] of homes) if (innerOf(node) !== undefined) within.set(node, [])
  // From the innermost outwards, so that a record is whole when it is put into its step.
  const entries = Array.from(homes)
  for (let index = entries.length - 1; index >= 0; index--) {
    const [node, home] = entries[index]!
    const inner = innerOf(node)
    const record = records[index]!
    within.get(home)!.push(inner === undefined || record.kind !== 'message' ? record : { ...record, traceEval: { ...record.traceEval, inner: {
      nodes: within.get(node)!.toReversed(), outputs: inner.outputs.map((output) => writer.refTo(output)),
      inputs: Object.fromEntries(Array.from(inner.inputs, ([view, given]): [string, TgjRef] => [writer.refTo(view) as string, writer.refTo(given)])),
    } } })
  }
  return within.get(undefined)!.toReversed()
}

class Writer {
  readonly nodes: readonly Node<unknown>[]
  readonly #root: string | undefined
  readonly #ids = new Map<Node<unknown>, string>()
  readonly #parameters = new Map<unknown, string>()

  constructor(nodes: readonly Node<unknown>[], root: string | undefined) {
    this.nodes = nodes
    this.#root = root
    // Readers find a node by its id or its name: no id may be the name of another node.
    const names = new Set(nodes.map(({ name }) => cleanName(name)))
    const counts = new Map<string, number>()
    for (const node of nodes) this.#ids.set(node, freeId(cleanName(node.name), names, counts))
  }

  refTo(input: unknown): TgjRef {
    if (isNode(input)) return this.#ids.get(settled(input))!
    const { hash, preview, name } = input instanceof ForeignValue && input.json['$type'] === 'hash' ? input.json : {}
    if (typeof hash !== 'string') return { literal: encodeValue(input) }
    return { hash, ...(typeof preview === 'string' && { preview }), ...(typeof name === 'string' && { name }) }
  }

  record(node: Node<unknown>): TgjRecord {
    const origin = originOf(node)
    const common = { id: this.#ids.get(node)!, name: cleanName(node.name) }
    const own: { name?: string } = common.name === node.name ? {} : { name: node.name }
    if (origin.kind === 'value') return { ...common, kind: 'value', value: encodeValue(peek(node)), description: labelled('Node', origin.description), ...(own.name !== undefined && { traceEval: { name: own.name } }) }
    if (origin.kind === 'parameter') return this.#parameter(node, origin.parameter as Parameter<unknown>, common, own)
    return this.#made(node, origin, common, own)
  }

  #parameter(node: Node<unknown>, parameter: Parameter<unknown>, common: { id: string; name: string }, own: { name?: string }): TgjRecord {
    if (!this.#parameters.has(parameter)) this.#parameters.set(parameter, common.id)
    return {
      ...common, kind: 'parameter', value: encodeValue(peek(node)), trainable: true, description: labelled('Parameter', parameter.description),
      traceEval: { ...own, parameter: this.#parameters.get(parameter)!, domain: domainJson(parameter.domain) }, ...this.#meta(parameter.location),
    }
  }

  #made(node: Node<unknown>, origin: Made, common: { id: string; name: string }, own: { name?: string }): TgjRecord {
    const { step } = origin
    const { inputs, pairs } = this.#inputs(origin)
    const extension = { ...own, ...(pairs && { inputs: pairs }) }
    const meta = this.#meta(locationOf(step), step.meta)
    if (origin.kind === 'message') {
      return {
        ...common, kind: 'message', op: cleanName(step.name), description: labelled(cleanName(step.name), step.description), inputs,
        output: { name: `${common.id}:out`, value: encodeValue(peek(node)) }, ...(Object.keys(extension).length > 0 && { traceEval: extension }), ...meta,
      }
    }
    const thrown = origin.error instanceof Error ? {} : { thrown: encodeValue(origin.error) }
    const all = { ...extension, ...thrown }
    return {
      ...common, kind: 'exception', description: labelled('Exception', step.description), inputs, error: errorParts(origin.error),
      ...(Object.keys(all).length > 0 && { traceEval: all }), ...meta,
    }
  }

  #inputs({ names, inputs }: Made): { inputs: Record<string, TgjRef>; pairs?: [string, string][] } {
    const counts = new Map<string, number>()
    const taken = new Set<string>()
    const pairs = inputs.map((_, index): [string, string] => {
      const role = cleanName(names[index] ?? `in_${index}`)
      const free = taken.has(role) ? freeId(role, taken, counts) : role
      taken.add(free)
      return [names[index] ?? role, free]
    })
    const written = Object.fromEntries(pairs.map(([, role], index) => [role, this.refTo(inputs[index])]))
    // Keys like `7` jump to the front of an object.
    const asTheyAre = pairs.every(([name, role]) => name === role) && Object.keys(written).every((role, index) => role === pairs[index]![1])
    return asTheyAre ? { inputs: written } : { inputs: written, pairs }
  }

  #meta(location: SourceLocation | undefined, known: Step['meta'] = {}): Pick<TgjRecord, 'meta'> {
    const own = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined).map(([key, value]) => [key, encodeValue(value)]))
    if (location === undefined) return Object.keys(own).length === 0 ? {} : { meta: own }
    const prefix = this.#root === undefined ? undefined : this.#root.endsWith('/') ? this.#root : `${this.#root}/`
    const file = prefix !== undefined && location.file.startsWith(prefix) ? location.file.slice(prefix.length) : location.file
    return { meta: { ...own, location: { file, line: location.line, column: location.column } } }
  }
}

// Thousands of nodes come from a few declarations, and reading a stack takes longer than all else of a node.
const locations = new WeakMap<object, { readonly found: SourceLocation | undefined }>()

function locationOf({ location, declaredAt }: Step): SourceLocation | undefined {
  if (location !== undefined || declaredAt === undefined) return location
  const known = locations.get(declaredAt) ?? { found: userLocation(declaredAt.stack) }
  locations.set(declaredAt, known)
  return known.found
}

function labelled(label: string, description: string | undefined): string { return description === undefined ? `[${label}]` : `[${label}] ${description}` }

function freeId(base: string, taken: ReadonlySet<string>, counts: Map<string, number>): string {
  let number = counts.get(base) ?? 0
  do number++; while (taken.has(`${base}.${number}`))
  counts.set(base, number)
  return `${base}.${number}`
}

function domainJson(domain: Domain): Json {
  return Object.fromEntries(Object.entries(domain).map(([key, value]) => [key, key === 'kind' ? String(value) : encodeValue(value)]))
}
