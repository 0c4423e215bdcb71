/** Documents of many cases that differ in their values alone: the frame they share, and the values of each. Stage: report. */
import type { TgjDocument, TgjRecord, TgjRef } from '../graph/tgj.ts'

/** Documents without their values, and by case id: which of these, then the values in the order of the document. */
export interface FramedGraphs {
  readonly frames: readonly TgjDocument[]
  readonly cases: Readonly<Record<string, readonly [frame: number, ...values: unknown[]]>>
}

/** Takes documents apart, one after the other. */
export class Framing {
  readonly #places = new Map<string, number>()
  readonly #frames: TgjDocument[] = []
  readonly #lengths: number[] = []

  get frames(): readonly TgjDocument[] { return this.#frames }

  /** How long a frame is as JSON. */
  lengthOf(frame: number): number { return this.#lengths[frame]! }

  /** Which frame `document` has, then its values. */
  add(document: TgjDocument): FramedGraphs['cases'][string] {
    const values: unknown[] = []
    const frame = replaceValues(document, (value, empty) => {
      values.push(value)
      return empty
    })
    const key = JSON.stringify(frame)
    let at = this.#places.get(key)
    if (at === undefined) {
      at = this.#frames.push(frame) - 1
      this.#lengths.push(key.length)
      this.#places.set(key, at)
    }
    return [at, ...values]
  }
}

/** Takes the documents apart. */
export function frameGraphs(graphs: Readonly<Record<string, TgjDocument>>): FramedGraphs {
  const framing = new Framing()
  const cases = Object.fromEntries(Object.entries(graphs).map(([id, document]) => [id, framing.add(document)]))
  return { frames: framing.frames, cases }
}

/** Puts them together again. Cases whose frame there is not are left out. */
export function unframeGraphs({ frames, cases }: FramedGraphs): Record<string, TgjDocument> {
  return Object.fromEntries(Object.entries(cases).flatMap(([id, [at, ...values]]) => {
    const frame = frames[at]
    let next = 0
    return frame === undefined ? [] : [[id, replaceValues(frame, () => values[next++])] as const]
  }))
}

/** What stands in a frame where a document has `value`. */
type Replace = (value: unknown, empty: unknown) => unknown

/** `document` with each value replaced that another case may have otherwise; parameters keep theirs, which are those of the run. */
function replaceValues(document: TgjDocument, replace: Replace): TgjDocument {
  return { ...document, nodes: document.nodes.map((record) => inRecord(record, replace)) }
}

function inRecord(given: TgjRecord, replace: Replace): TgjRecord {
  const record = inMeta(given, replace)
  if (record.kind === 'parameter') return record
  if (record.kind === 'value') return { ...record, value: replace(record.value, null), ...record.traceEval && { traceEval: inShared(record.traceEval, replace) } } as TgjRecord
  const inputs = Object.fromEntries(Object.entries(record.inputs).map(([role, ref]) => [role, inRef(ref, replace)]))
  if (record.kind === 'exception') return { ...record, inputs, error: replace(record.error, null) } as TgjRecord
  const { traceEval, output } = record
  const inner = traceEval?.inner && { ...traceEval.inner, nodes: traceEval.inner.nodes.map((node) => inRecord(node, replace)) }
  const extension = traceEval && { traceEval: { ...inShared(traceEval, replace), ...inner && { inner } } }
  return { ...record, inputs, output: { ...output, value: replace(output.value, null) }, ...extension } as TgjRecord
}

/** What is known of one call, such as its tokens and its time. */
function inMeta(record: TgjRecord, replace: Replace): TgjRecord {
  if (record.meta === undefined) return record
  return { ...record, meta: Object.fromEntries(Object.entries(record.meta).map(([key, value]) => [key, key === 'location' ? value : replace(value, null)])) }
}

function inRef(ref: TgjRef, replace: Replace): TgjRef {
  if (typeof ref !== 'object') return ref
  if ('literal' in ref) return { ...ref, literal: replace(ref.literal, null) } as TgjRef
  // As an object of its kind, so that a frame is walked as its documents are.
  return 'hash' in ref ? replace(ref, { hash: '' }) as TgjRef : ref
}

function inShared<T extends { readonly value?: unknown; readonly thrown?: unknown }>(extension: T, replace: Replace): T {
  return {
    ...extension,
    ...'thrown' in extension && { thrown: replace(extension.thrown, null) },
    ...extension.value !== undefined && { value: replace(extension.value, {}) },
  }
}
