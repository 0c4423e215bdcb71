/** Any value as data that JSON holds, and whether that changed it. Stage: report. */
import { canonicalJson } from '../core/canonical-json.ts'

/** A value as plain data. */
export interface PlainValue {
  /** What JSON can hold; the rest is described as `{ "$value": "NaN" }`. */
  readonly value: unknown
  /** The first thing that JSON cannot hold: `NaN`, `a Map`, `a cycle`. None: `value` is exact (but for -0, which becomes 0). */
  readonly loss?: string
}

const MAX_DEPTH = 100

/** `value` as plain data that travels by structured clone and JSON. Never throws, never keeps a reference. */
export function plainValue(value: unknown): PlainValue {
  const losses: string[] = []
  const plain = copy(value, [], losses)
  return losses.length === 0 ? { value: plain } : { value: plain, loss: losses[0]! }
}

/** Whether two values are equal as data. */
export function equalValues(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || canonicalJson(a) === canonicalJson(b)
}

function copy(value: unknown, path: object[], losses: string[]): unknown {
  const described = (text: string): unknown => { losses.push(text); return { $value: text } }
  switch (typeof value) {
    case 'string': case 'boolean': return value
    case 'number': return Number.isFinite(value) ? value + 0 : described(String(value))
    case 'bigint': return described(`${value}n`)
    case 'undefined': return described('undefined')
    case 'symbol': return described(String(value))
    case 'function': return described(`function ${value.name || '(anonymous)'}`)
    default: return value === null ? null : copyObject(value as object, path, losses, described)
  }
}

function copyObject(value: object, path: object[], losses: string[], described: (text: string) => unknown): unknown {
  if (path.includes(value)) return described('a cycle')
  if (path.length >= MAX_DEPTH) return described(`deeper than ${MAX_DEPTH} levels`)
  path.push(value)
  try {
    if (Array.isArray(value)) return Array.from(value, (item) => copy(item, path, losses))
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== null && prototype !== Object.prototype && Object.getPrototypeOf(prototype) !== null) return described(nameOf(value))
    // As in JSON, a property that is undefined is a property that is not there.
    return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined).map(([key, item]) => [key, copy(item, path, losses)]))
  } catch (error) {
    return described(`an object that cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    path.pop()
  }
}

function nameOf(value: object): string {
  if (value instanceof Date) return `a Date (${Number.isNaN(value.getTime()) ? 'invalid' : value.toISOString()})`
  return `a ${value.constructor.name || 'object without a class name'}`
}
