/** JSON that people read and compare: a text of several lines stands as a list of its lines. Stage: store. */

const LINES = '$lines'
const OBJECT = '$object'

/** `value`, which is plain data, as indented JSON that ends with a line feed. The same data gives the same text. */
export function toReadableJson(value: unknown): string {
  return `${JSON.stringify(encode(value), null, 2)}\n`
}

/**
 * What {@link toReadableJson} wrote.
 *
 * @throws {SyntaxError} for a text that is not JSON.
 */
export function fromReadableJson(text: string): unknown {
  return decode(JSON.parse(text) as unknown)
}

function encode(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('\n') ? { [LINES]: value.split('\n') } : value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(encode)
  const entries = Object.entries(value).map(([key, item]) => [key, encode(item)] as const)
  // An object that looks like one of ours is written so that it comes back as it was.
  if (Object.hasOwn(value, LINES) || Object.hasOwn(value, OBJECT)) return { [OBJECT]: entries }
  return Object.fromEntries(entries)
}

function decode(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(decode)
  const { [LINES]: lines, [OBJECT]: entries } = value as Record<string, unknown>
  if (Array.isArray(lines)) return lines.join('\n')
  return Object.fromEntries((Array.isArray(entries) ? entries as [string, unknown][] : Object.entries(value)).map(([key, item]) => [key, decode(item)]))
}
