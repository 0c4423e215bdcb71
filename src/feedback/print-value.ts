/** Prints any value over several lines, for expected, received and diffs. Never throws, never runs away. Stage: feedback. */
import { escapeControls } from '../core/text.ts'
import { isNode } from '../graph/node.ts'

const MAX_DEPTH = 6
const MAX_ITEMS = 60

interface Printing { readonly open: Set<object>; left: number }

/**
 * `value` as text: strings in quotes, keys sorted, one item a line, at most about `limit` characters.
 *
 * @example
 * ```ts
 * printValue({ team: 'billing', tags: [1] }) // '{\n  "tags": [\n    1,\n  ],\n  "team": "billing",\n}'
 * ```
 */
export function printValue(value: unknown, limit: number = 2000): string {
  return cutText(escapeControls(print(value, '', { open: new Set(), left: limit * 2 })), limit)
}

/** Cuts `text` to `limit` characters and says how many are missing. */
export function cutText(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… (${text.length - limit} more characters)`
}

function print(value: unknown, indent: string, state: Printing): string {
  const text = typeof value === 'object' && value !== null ? printSafely(value, indent, state) : printPrimitive(value)
  state.left -= text.length
  return text
}

function printPrimitive(value: unknown): string {
  switch (typeof value) {
    case 'string': return quote(value)
    case 'bigint': return `${value}n`
    case 'function': return printFunction(value)
    default: return Object.is(value, -0) ? '-0' : String(value)
  }
}

function quote(text: string): string {
  return `"${cutText(text, 4000).replace(/["\\]/g, '\\$&')}"`
}

function printFunction(value: { readonly name?: unknown; readonly getMockName?: () => unknown }): string {
  try {
    if (typeof value.getMockName === 'function') return `[Mock ${String(value.getMockName())}]`
    return `[Function ${typeof value.name === 'string' && value.name !== '' ? value.name : 'anonymous'}]`
  } catch {
    return '[Function]'
  }
}

function printSafely(value: object, indent: string, state: Printing): string {
  if (state.open.has(value)) return '[Circular]'
  state.open.add(value)
  try { return printObject(value, indent, state) } catch { return '[unreadable]' } finally { state.open.delete(value) }
}

function printObject(value: object, indent: string, state: Printing): string {
  const short = printShort(value)
  if (short !== undefined) return short
  if ((value as { $$typeof?: unknown }).$$typeof === Symbol.for('jest.asymmetricMatcher')) return printMatcher(value, indent, state)
  const name = typeName(value)
  if (indent.length / 2 >= MAX_DEPTH || state.left <= 0) return Array.isArray(value) ? '[…]' : `[${name || 'Object'}]`
  if (Array.isArray(value)) return block('[', value, ']', indent, (item, deeper) => print(item, deeper, state))
  const prefix = name === '' ? '' : `${name} `
  if (value instanceof Set) return block(`${prefix}{`, [...value], '}', indent, (item, deeper) => print(item, deeper, state))
  const pair = (separator: string) => ([key, read]: readonly [unknown, () => unknown], deeper: string) =>
    `${print(key, deeper, state)}${separator}${printRead(read, deeper, state)}`
  if (value instanceof Map) return block(`${prefix}{`, [...value].map(([key, item]) => [key, () => item] as const), '}', indent, pair(' => '))
  const keys = Object.keys(value).sort()
  return block(`${prefix}{`, keys.map((key) => [key, () => (value as Record<string, unknown>)[key]] as const), '}', indent, pair(': '))
}

function printRead(read: () => unknown, indent: string, state: Printing): string {
  let item: unknown
  try { item = read() } catch { return '[unreadable]' }
  return print(item, indent, state)
}

function block<T>(start: string, items: readonly T[], end: string, indent: string, line: (item: T, indent: string) => string): string {
  if (items.length === 0) return start + end
  const deeper = `${indent}  `
  const lines = items.slice(0, MAX_ITEMS).map((item) => `${deeper}${line(item, deeper)},`)
  if (items.length > MAX_ITEMS) lines.push(`${deeper}… (${items.length - MAX_ITEMS} more)`)
  return [start, ...lines, indent + end].join('\n')
}

/** Values that are one word: matchers, nodes, dates, errors, expressions, bytes. */
function printShort(value: object): string | undefined {
  if (isNode(value)) return `Node ${value.name}`
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (value instanceof RegExp) return String(value)
  if (value instanceof Error) return `[${value.name}: ${value.message}]`
  if (ArrayBuffer.isView(value)) return printBytes(value)
  return undefined
}

function printBytes(value: ArrayBufferView): string {
  const shown = [...new Uint8Array(value.buffer, value.byteOffset, Math.min(value.byteLength, 16))].join(', ')
  return `${typeName(value)} [${shown}${value.byteLength > 16 ? ', …' : ''}]`
}

/** `Any<String>`, `ObjectContaining { … }`: some say it all themselves, others only their name. */
function printMatcher(value: { toAsymmetricMatcher?: () => unknown; sample?: unknown }, indent: string, state: Printing): string {
  return typeof value.toAsymmetricMatcher === 'function' ? String(value.toAsymmetricMatcher()) : `${String(value)} ${print(value.sample, indent, state)}`
}

function typeName(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null || prototype === Object.prototype || prototype === Array.prototype) return ''
  const name: unknown = (value.constructor as { name?: unknown } | undefined)?.name
  return typeof name === 'string' && name !== 'Object' ? name : ''
}
