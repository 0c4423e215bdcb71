/** One-line descriptions of any value, for messages. Never throws, never runs away. Stage: core. */
import { escapeControls } from './text.ts'

const MAX_LENGTH = 80

/** A short, single-line, terminal-safe rendering of any value: `"refund"`, `[1, 2, 3]`, `a Date`, `null`. */
export function describeValue(value: unknown, maxLength: number = MAX_LENGTH): string {
  return shorten(escapeControls(render(value, 0)).replaceAll('\n', '\\n'), maxLength)
}

/** Cuts `text` to at most `maxLength` characters, with an ellipsis as the last one. */
export function shorten(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, Math.max(0, maxLength - 1))}…`
}

function render(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string': return JSON.stringify(shorten(value, 1000))
    case 'bigint': return `${value}n`
    case 'function': return `function ${value.name || '(anonymous)'}`
    case 'object': return value === null ? 'null' : renderObject(value, depth)
    default: return Object.is(value, -0) ? '-0' : String(value)
  }
}

function renderObject(value: object, depth: number): string {
  try {
    if (value instanceof Error) return `${value.name}: ${value.message}`
    if (Array.isArray(value)) {
      if (depth > 2) return `an array of ${value.length}`
      const shown = value.slice(0, 8).map((item) => render(item, depth + 1))
      return `[${shown.join(', ')}${value.length > 8 ? ', …' : ''}]`
    }
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null) return `a ${value.constructor?.name || 'object'}`
    if (depth > 2) return 'an object'
    const entries = Object.entries(value)
    const shown = entries.slice(0, 8).map(([key, item]) => `${key}: ${render(item, depth + 1)}`)
    return entries.length === 0 ? '{}' : `{ ${shown.join(', ')}${entries.length > 8 ? ', …' : ''} }`
  } catch {
    return 'an object that cannot be read'
  }
}
