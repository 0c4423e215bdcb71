/** How values read inside a text, and how errors do. Stage: graph. */

/**
 * A value as it stands inside a text: plain objects, arrays, maps and sets as JSON, dates in ISO form, other
 * objects as their own `toString` has it. Primitives stay what they are.
 * @internal
 */
export function asText(value: unknown): unknown {
  if (typeof value === 'function') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (value instanceof Map || value instanceof Set) return JSON.stringify([...value])
  const hasOwnText = !Array.isArray(value) && 'toString' in value && value.toString !== Object.prototype.toString
  return hasOwnText && !('toJSON' in value) ? String(value) : JSON.stringify(value)
}

/** `"(TypeError) message"` of anything thrown. Never throws. */
export function describeError(error: unknown): string {
  const { type, message } = errorParts(error)
  return `(${type}) ${message}`
}

/** Type and message of anything thrown. Never throws. @internal */
export function errorParts(error: unknown): { readonly type: string; readonly message: string } {
  try {
    if (error instanceof Error) return { type: String(error.name), message: String(error.message) }
    return { type: error === null ? 'null' : typeof error, message: String(error) }
  } catch {
    return { type: 'unknown', message: 'an error that cannot be read' }
  }
}
