/** Operators on texts. Stage: graph. */
import { asText } from '../as-text.ts'
import { operator } from './operator.ts'

const capitalized = (text: string): string => {
  const [first = ''] = text
  return first.toUpperCase() + text.slice(first.length).toLowerCase()
}

/** A search moves the `lastIndex` of an expression: one of its own keeps the argument as it was. */
const fresh = (pattern: string | RegExp): string | RegExp => (pattern instanceof RegExp ? new RegExp(pattern) : pattern)

/** @internal */
export const textOperators = {
  lower: operator('lower', (text: string) => text.toLowerCase()),
  upper: operator('upper', (text: string) => text.toUpperCase()),
  /** The first character in upper case, the others in lower case. */
  capitalize: operator('capitalize', capitalized),
  /** Every word capitalized. */
  title: operator('title', (text: string) => text.replaceAll(/[\p{L}\p{M}\p{N}'’]+/gu, capitalized)),
  /** Upper case for lower case, and the other way round. */
  swapCase: operator('swapCase', (text: string) => [...text].map((char) => (char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase())).join('')),
  trim: operator('trim', (text: string) => text.trim()),
  trimStart: operator('trimStart', (text: string) => text.trimStart()),
  trimEnd: operator('trimEnd', (text: string) => text.trimEnd()),
  split: operator('split', (text: string, separator: string | RegExp, limit?: number) => text.split(separator, limit)),
  /** The parts of a list as one text: `op.join([a, b], ', ')`. */
  join: operator('join', (parts: readonly unknown[], separator: string) => parts.join(separator)),
  /** The first place that fits; all of them where `pattern` is a global expression. */
  replace: operator('replace', (text: string, pattern: string | RegExp, by: string) => text.replace(fresh(pattern), by)),
  replaceAll: operator('replaceAll', (text: string, pattern: string | RegExp, by: string) => text.replaceAll(fresh(pattern), by)),
  /**
   * The values of names in braces: `op.format('Dear {name}', { name })`, of a list by position, `{0}`. Values read as in `t`. Braces around anything that is
   * no name in `values`, as JSON in a prompt has them, stay as they are.
   */
  format: operator('format', (template: string, values: object) =>
    template.replaceAll(/\{([\w$]+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? String(asText((values as { readonly [key: string]: unknown })[name])) : whole))),
  startsWith: operator('startsWith', (text: string, start: string) => text.startsWith(start)),
  endsWith: operator('endsWith', (text: string, end: string) => text.endsWith(end)),
  padStart: operator('padStart', (text: string, length: number, fill: string = ' ') => text.padStart(length, fill)),
  padEnd: operator('padEnd', (text: string, length: number, fill: string = ' ') => text.padEnd(length, fill)),
  repeat: operator('repeat', (text: string, count: number) => text.repeat(count)),
  /** The UTF-16 code at `index`, the first one by default; `NaN` beyond the end. */
  charCode: operator('charCode', (text: string, index: number = 0) => text.charCodeAt(index)),
  fromCharCode: operator('fromCharCode', (...codes: readonly number[]) => String.fromCharCode(...codes)),
  /** `String(a)`. For parts of a text use the template tag `t`. */
  toText: operator('toText', (a: unknown) => String(a)),
}
