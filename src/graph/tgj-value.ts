/** Any value as JSON and back: what JSON cannot hold is tagged. Stage: graph. */
import { isNode, peek } from './origin.ts'
import type { Json } from './tgj-types.ts'

const TAG = '$type'
/** Deeper than this, and beyond this many entries, a value is cut. */
const MAX_DEPTH = 200
const MAX_ENTRIES = 100_000

type Tagged = { readonly [key: string]: Json }

/** A value that could not be read back: a function, a class instance, the rest of a cycle. It is written again as it was. */
export class ForeignValue {
  readonly json: Tagged
  constructor(json: Tagged) { this.json = json }
  toString(): string { return JSON.stringify(this.json) }
}

interface Writing { readonly path: Set<object>; entries: number }

/**
 * `value` as JSON. NaN, infinities, -0, undefined, bigints, dates, regular expressions, maps, sets and errors
 * are tagged (`{"$type": "number", "value": "NaN"}`), objects that have the key `$type` are escaped, so that
 * `decodeValue` gives them back. Functions, symbols and class instances are described, cycles are cut.
 */
export function encodeValue(value: unknown): Json {
  return encode(value, { path: new Set(), entries: 0 })
}

function encode(value: unknown, writing: Writing): Json {
  switch (typeof value) {
    case 'string': case 'boolean': return value
    case 'number': return Number.isFinite(value) && !Object.is(value, -0) ? value : { [TAG]: 'number', value: Object.is(value, -0) ? '-0' : String(value) }
    case 'undefined': return { [TAG]: 'undefined' }
    case 'bigint': return { [TAG]: 'bigint', value: String(value) }
    case 'symbol': return { [TAG]: 'symbol', name: value.description ?? '' }
    case 'function': return { [TAG]: 'function', name: value.name }
    default: return value === null ? null : encodeObject(value as object, writing)
  }
}

function encodeObject(value: object, writing: Writing): Json {
  if (value instanceof ForeignValue) return value.json
  if (writing.path.has(value)) return { [TAG]: 'circular' }
  if (writing.path.size >= MAX_DEPTH || writing.entries >= MAX_ENTRIES) return { [TAG]: 'cut' }
  writing.path.add(value)
  try {
    return isNode(value) ? encode(peek(value), writing) : encodeInside(value, writing)
  } catch {
    return { [TAG]: 'unreadable' }
  } finally {
    writing.path.delete(value)
  }
}

function encodeInside(value: object, writing: Writing): Json {
  const item = (inner: unknown): Json => { writing.entries++; return encode(inner, writing) }
  if (Array.isArray(value)) return Array.from(value, item)
  if (value instanceof Date) return { [TAG]: 'date', value: Number.isNaN(value.getTime()) ? null : value.toISOString() }
  if (value instanceof RegExp) return { [TAG]: 'regexp', source: value.source, flags: value.flags }
  if (value instanceof Map) return { [TAG]: 'map', value: Array.from(value, ([key, inner]) => [item(key), item(inner)]) }
  if (value instanceof Set) return { [TAG]: 'set', value: Array.from(value, item) }
  if (value instanceof Error) return { [TAG]: 'error', name: String(value.name), message: String(value.message) }
  const entries = ArrayBuffer.isView(value) ? [] : Object.entries(value).map(([key, inner]): [string, Json] => [key, item(inner)])
  const prototype: unknown = Object.getPrototypeOf(value)
  const plain = prototype === Object.prototype || prototype === null
  if (!plain) return { [TAG]: 'instance', name: value.constructor?.name ?? '', text: ownText(value), value: entries }
  if (Object.hasOwn(value, TAG) || Object.hasOwn(value, '__proto__')) return { [TAG]: 'object', value: entries }
  return Object.fromEntries(entries)
}

function ownText(value: object): string | null {
  return 'toString' in value && value.toString !== Object.prototype.toString && !ArrayBuffer.isView(value) ? String(value) : null
}

/** The value that `encodeValue` wrote. Anything that is not tagged by it comes back as it is. */
export function decodeValue(json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json
  if (Array.isArray(json)) return json.map(decodeValue)
  const record = json as Record<string, unknown>
  if (Object.hasOwn(record, TAG)) return decodeTagged(record)
  return plainObject(Object.entries(record))
}

const numbers: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY, '-Infinity': Number.NEGATIVE_INFINITY, '-0': -0 }
const described = ['symbol', 'function', 'circular', 'cut', 'unreadable', 'instance', 'hash']

function decodeTagged(record: Record<string, unknown>): unknown {
  const { [TAG]: type, value, source, flags, name, message } = record
  if (type === 'undefined') return undefined
  if (type === 'number' && typeof value === 'string' && Object.hasOwn(numbers, value)) return numbers[value]
  if (type === 'bigint' && typeof value === 'string' && /^-?\d+$/.test(value)) return BigInt(value)
  if (type === 'date' && (value === null || typeof value === 'string')) return new Date(value ?? Number.NaN)
  if (type === 'error' && typeof name === 'string' && typeof message === 'string') return errorOf(name, message)
  if (type === 'regexp' && typeof source === 'string' && typeof flags === 'string') return regexpOf(source, flags) ?? new ForeignValue(record as Tagged)
  if (Array.isArray(value) && type === 'set') return new Set(value.map(decodeValue))
  if (Array.isArray(value) && value.every(isPair)) {
    if (type === 'map') return new Map(value.map(([key, inner]) => [decodeValue(key), decodeValue(inner)]))
    if (type === 'object' && value.every(([key]) => typeof key === 'string')) return plainObject(value as [string, unknown][])
  }
  if (typeof type === 'string' && described.includes(type)) return new ForeignValue(record as Tagged)
  // Somebody else's data that happens to have our key.
  return plainObject(Object.entries(record))
}

function plainObject(entries: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(entries.map(([key, inner]) => [key, decodeValue(inner)]))
}

function isPair(value: unknown): value is readonly [unknown, unknown] { return Array.isArray(value) && value.length === 2 }

/** An error of this name and message. */
export function errorOf(name: string, message: string): Error {
  return Object.defineProperty(new Error(message), 'name', { value: name, configurable: true, writable: true, enumerable: false })
}

function regexpOf(source: string, flags: string): RegExp | undefined {
  try { return new RegExp(source, flags) } catch { return undefined }
}
