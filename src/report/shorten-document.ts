/** TGJ documents whose values are cut, so that a run's files stay small. Stage: report. */
import type { TgjDocument, TgjRecord, TgjRef, TgjShared } from '../graph/tgj.ts'

/** What is tried, one after the other: characters of a text, entries of a list or an object. */
const limits = [[2000, 1000], [200, 30], [50, 5]] as const

interface Limits { readonly characters: number; readonly entries: number }

/** `document` with values cut as far as it takes to be at most `maxLength` characters long, a brief one from the start; none when nothing is enough. */
export function shortenDocument(document: TgjDocument, maxLength: number, brief = false): TgjDocument | undefined {
  for (const [characters, entries] of brief ? limits.slice(1) : limits) {
    const shorter = { ...document, nodes: document.nodes.map((record) => shortenRecord(record, { characters, entries })) }
    if (JSON.stringify(shorter).length <= maxLength) return shorter
  }
  return undefined
}

/** A value as it stands in a brief document. */
export function shortenBriefly(json: unknown): unknown {
  const [characters, entries] = limits[1]
  return shorten(json, { characters, entries })
}

function shortenRecord(record: TgjRecord, limits: Limits): TgjRecord {
  const value = <T>(json: T): T => shorten(json, limits) as T
  if (record.kind === 'value') return { ...record, value: value(record.value), ...record.traceEval && { traceEval: cutShared(record.traceEval) } }
  if (record.kind === 'parameter') return { ...record, value: value(record.value), traceEval: { ...record.traceEval, domain: value(record.traceEval.domain) } }
  const inputs = Object.fromEntries(Object.entries(record.inputs).map(([role, ref]): [string, TgjRef] => [role, shortenRef(ref, value)]))
  if (record.kind === 'exception') return { ...record, inputs, error: value(record.error) }
  const { traceEval, output } = record
  const inner = traceEval?.inner && { ...traceEval.inner, nodes: traceEval.inner.nodes.map((node) => shortenRecord(node, limits)) }
  return { ...record, inputs, output: { ...output, value: value(output.value) }, ...traceEval && { traceEval: { ...cutShared(traceEval), ...inner && { inner } } } }
}

function shortenRef(ref: TgjRef, value: <T>(json: T) => T): TgjRef {
  if (typeof ref !== 'object') return ref
  if ('literal' in ref) return { ...ref, literal: value(ref.literal) }
  return 'hash' in ref && ref.traceEval ? { ...ref, traceEval: { ...ref.traceEval, cut: true } } : ref
}

/** The record that has the value has it cut as well. */
function cutShared<T extends { readonly value?: TgjShared }>(extension: T): T {
  return extension.value === undefined ? extension : { ...extension, value: { ...extension.value, cut: true } }
}

function shorten(json: unknown, limits: Limits): unknown {
  if (typeof json === 'string') return json.length <= limits.characters ? json : `${json.slice(0, limits.characters)}… ${json.length - limits.characters} more characters`
  if (typeof json !== 'object' || json === null) return json
  if (Array.isArray(json)) {
    const kept = json.slice(0, limits.entries).map((item) => shorten(item, limits))
    const rest = `… ${json.length - limits.entries} more`
    // Maps and objects with unusual keys are lists of pairs, and stay so.
    return json.length <= limits.entries ? kept : [...kept, json.every((item) => Array.isArray(item) && item.length === 2) ? [rest, null] : rest]
  }
  const entries = Object.entries(json)
  const kept = entries.slice(0, limits.entries).map(([key, value]) => [key, shorten(value, limits)])
  return Object.fromEntries(entries.length <= limits.entries ? kept : [...kept, ['…', `${entries.length - limits.entries} more`]])
}
