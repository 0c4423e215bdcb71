/** Trace graphs read from TGJ 1.0, ours and other people's, as live nodes. Stage: graph. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { keepInner } from './inner-graph.ts'
import { bad, fieldsOf, indexRecords, innerFields, type ListedRecord, type RecordIndex } from './tgj-records.ts'
import { inputRefs, nodeOf, NodeFactory } from './tgj-nodes.ts'
import type { Parameter } from './parameter.ts'
import type { TgjHeader } from './tgj-types.ts'
import { unshareValues } from './tgj-shared.ts'
import { decodeValue, ForeignValue } from './tgj-value.ts'
import { TracedNode } from './traced-node.ts'
import type { Node } from './types.ts'

/** An execution that was read from a document. Its nodes are as good as those of a run: `backward` takes them. */
export interface TgjGraph {
  readonly header: TgjHeader
  /** By id, also those that are only referred to. */
  readonly nodes: ReadonlyMap<string, Node<unknown>>
  /** By port. */
  readonly exports: ReadonlyMap<string, Node<unknown>>
}

/**
 * Reads a TGJ document: version 1.0 and its OpenTelemetry profile, with nodes as a list or a map, in any order.
 * An id that is not listed becomes a node without a value. Parameters come back as parameters (their schema
 * stays behind), failed steps as exception nodes.
 *
 * @param document - Parsed JSON.
 * @param earlier - The graph, or graphs, that this document refers to by `{export: port}`; later ones win.
 * @throws {TraceEvalError} `TGJ_DOCUMENT`, with the path of what is wrong.
 * @example
 * ```ts
 * const text = JSON.stringify(toTgj(op.multiply(parameter('price', 2), 3)))
 * const graph = fromTgj(JSON.parse(text))
 * backward([...graph.exports.values()], 'too long').parameters.map(({ parameter }) => parameter.name) // ['price']
 * ```
 */
export function fromTgj(document: unknown, earlier: TgjGraph | readonly TgjGraph[] = []): TgjGraph {
  const index = fullIndex(document)
  return new Reader(index, [earlier].flat(), new NodeFactory()).read()
}

/** The same for a document that was just made, with parameters of this process behind some of its records. @internal */
export function readRecords(document: object, parameters: ReadonlyMap<string, Parameter<unknown>>): TgjGraph {
  return new Reader(fullIndex(document), [], new NodeFactory(parameters)).read()
}

function fullIndex(document: unknown): RecordIndex {
  const index = indexRecords(document)
  const records = unshareValues(index.records, new Map(index.records.map((record) => [record.id, record])))
  const byId = new Map(records.map((record) => [record.id, record]))
  return { ...index, records, find: (name) => byId.get(index.find(name)?.id ?? name) }
}

class Reader {
  readonly #index: RecordIndex
  readonly #earlier: readonly TgjGraph[]
  readonly #nodes = new Map<string, Node<unknown>>()
  readonly #factory: NodeFactory

  constructor(index: RecordIndex, earlier: readonly TgjGraph[], factory: NodeFactory) {
    this.#factory = factory
    this.#index = index
    this.#earlier = earlier
  }

  read(): TgjGraph {
    for (const record of this.#index.records) this.#build(record)
    for (const record of this.#index.records) this.#open(record)
    const exports = new Map<string, Node<unknown>>()
    for (const [port, ref] of this.#index.exports) {
      const value = this.#resolve(ref, `exports.${port}`)
      exports.set(port, nodeOf(value, port))
    }
    // In the order of the document, then what it only refers to.
    const listed = this.#index.records.map(({ id }): [string, Node<unknown>] => [id, this.#nodes.get(id)!])
    return { header: this.#index.header, nodes: new Map([...listed, ...this.#nodes]), exports }
  }

  // Depth first, with a stack of our own: documents may be deep.
  #build(first: ListedRecord): void {
    const path = [first]
    const open = new Set<string>()
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      if (this.#nodes.has(top.id)) { path.pop(); continue }
      const needed = inputRefs(top).map(({ ref }) => this.#recordOf(ref)).filter((record) => record !== undefined && !this.#nodes.has(record.id)) as ListedRecord[]
      const cycle = needed.find(({ id }) => open.has(id) || id === top.id)
      if (cycle !== undefined) throw new TraceEvalError('TGJ_DOCUMENT', `expected inputs that come before their users, received a cycle through ${describeValue(cycle.id)}`, { at: top.at })
      if (needed.length > 0) {
        open.add(top.id)
        for (const record of needed) path.push(record)
        continue
      }
      path.pop()
      open.delete(top.id)
      this.#nodes.set(top.id, this.#factory.make(top, inputRefs(top).map(({ name, ref, at }) => ({ name, value: this.#resolve(ref, at) }))))
    }
  }

  #open(record: ListedRecord): void {
    const inner = innerFields(record)
    if (inner === undefined) return
    const at = `${record.at}.traceEval.inner`
    const given = Object.entries(fieldsOf(inner['inputs'] ?? {}, `${at}.inputs`))
    if (!Array.isArray(inner['outputs'])) throw bad('a list of outputs', inner['outputs'], `${at}.outputs`)
    const outputs = inner['outputs'].map((ref, index) => nodeOf(this.#resolve(ref, `${at}.outputs[${index}]`), `result_${index}`))
    keepInner(this.#nodes.get(record.id)!, { outputs, inputs: new Map(given.map(([id, ref]) => [this.#nodeAt(id), nodeOf(this.#resolve(ref, `${at}.inputs.${id}`), id)])) })
  }

  #recordOf(ref: unknown): ListedRecord | undefined {
    const id = typeof ref === 'string' ? ref : (ref as { ref?: unknown } | null)?.ref
    return typeof id === 'string' ? this.#index.find(id) : undefined
  }

  /** The node or plain value that a reference stands for. */
  #resolve(ref: unknown, at: string): unknown {
    if (typeof ref === 'string') return this.#nodeAt(ref)
    if (typeof ref === 'object' && ref !== null) {
      const { ref: id, export: port, hash, preview, name } = ref as Record<string, unknown>
      if (typeof id === 'string') return this.#nodeAt(id)
      if ('literal' in ref) return decodeValue(ref.literal)
      if (typeof port === 'string') return this.#exported(port, at)
      if (typeof hash === 'string') return new ForeignValue({ $type: 'hash', hash, ...(typeof preview === 'string' && { preview }), ...(typeof name === 'string' && { name }) })
    }
    throw new TraceEvalError('TGJ_DOCUMENT', `expected an id, {ref}, {literal}, {export} or {hash}, received ${describeValue(ref)}`, { at })
  }

  #nodeAt(ref: string): Node<unknown> {
    const id = this.#index.find(ref)?.id ?? ref
    const known = this.#nodes.get(id)
    if (known !== undefined) return known
    const empty = new TracedNode<unknown>(undefined, ref)
    this.#nodes.set(id, empty)
    return empty
  }

  #exported(port: string, at: string): Node<unknown> {
    const found = this.#earlier.findLast(({ exports }) => exports.has(port))?.exports.get(port)
    if (found !== undefined) return found
    throw new TraceEvalError('TGJ_DOCUMENT', `expected a port that another document exports, received ${describeValue(port)}`,
      { at, hint: 'Read the document that exports it first, and pass its graph as the second argument.' })
  }
}
