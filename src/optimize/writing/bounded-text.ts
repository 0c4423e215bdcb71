/** Any value as a text of bounded length; the work is bounded too. Stage: optimize. */
import { isNode, peek, settled } from '../../graph/node.ts'
import { shorten } from '../../core/describe-value.ts'
import { escapeControls } from '../../core/text.ts'

/** Deeper than this a value is named, not shown. */
const MAX_DEPTH = 8

/** `text` up to `limit` characters; when it is longer, its beginning, and how much is missing. Never half a character. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text
  const note = (kept: number): string => `… (${text.length - kept} more characters)`
  const kept = Math.max(0, limit - note(0).length)
  const cut = text.slice(0, kept).replace(/[\ud800-\udbff]$/, '')
  return kept === 0 ? '…'.slice(0, limit) : `${cut}${note(cut.length)}`
}

/**
 * A text as it is, any other value as JSON where JSON can hold it; at most `limit` characters, of a large value the beginning. Nodes inside stand
 * for their values. Only what is shown is looked at, so that a list of a million rows costs no more than a short one.
 */
export function valueText(value: unknown, limit: number): string {
  const plain = isNode(value) ? peek(settled(value)) : value
  if (typeof plain === 'string') return escapeControls(cutText(plain, limit))
  const writer = new Writer(limit)
  writer.write(plain, 0)
  // How much is missing nobody knows: it was not looked at.
  return escapeControls(shorten(writer.text, limit))
}

class Writer {
  text = ''
  readonly #limit: number

  constructor(limit: number) { this.#limit = limit }

  get #isFull(): boolean { return this.text.length > this.#limit }

  write(given: unknown, depth: number): void {
    const value = isNode(given) ? peek(settled(given)) : given
    switch (typeof value) {
      case 'string': this.text += JSON.stringify(value.length > this.#limit ? cutText(value, this.#limit) : value); break
      case 'object': this.#object(value, depth); break
      case 'bigint': this.text += `${value}n`; break
      case 'function': this.text += `function ${value.name || '(anonymous)'}`; break
      default: this.text += Object.is(value, -0) ? '-0' : String(value)
    }
  }

  #object(value: object | null, depth: number): void {
    if (value === null) { this.text += 'null'; return }
    try {
      if (depth >= MAX_DEPTH) this.text += Array.isArray(value) ? `[${value.length} items]` : '{…}'
      else if (Array.isArray(value)) this.#list('[', value, value.length, (item) => this.write(item, depth + 1), ']')
      else if (value instanceof Error) this.text += `${value.name}: ${value.message}`
      else if (value instanceof Date) this.text += Number.isNaN(value.getTime()) ? 'an invalid date' : value.toISOString()
      else if (value instanceof Map) this.#list('Map {', value, value.size, ([key, item]) => { this.write(key, depth + 1); this.text += ': '; this.write(item, depth + 1) }, '}')
      else if (value instanceof Set) this.#list('Set {', value, value.size, (item) => this.write(item, depth + 1), '}')
      else this.#record(value as Record<string, unknown>, depth)
    } catch {
      this.text += 'an object that cannot be read'
    }
  }

  #record(value: Record<string, unknown>, depth: number): void {
    const prototype: unknown = Object.getPrototypeOf(value)
    const name = prototype === Object.prototype || prototype === null ? '' : `${(value.constructor as { name?: string } | undefined)?.name ?? 'object'} `
    const keys = Object.keys(value)
    this.#list(`${name}{`, keys, keys.length, (key) => { this.text += `${JSON.stringify(key)}:`; this.write(value[key], depth + 1) }, '}')
  }

  #list<T>(open: string, items: Iterable<T>, size: number, one: (item: T) => void, close: string): void {
    this.text += open
    let shown = 0
    for (const item of items) {
      if (this.#isFull) break
      if (shown++ > 0) this.text += ','
      one(item)
    }
    this.text += shown < size ? `… ${size - shown} more${close}` : close
  }
}
