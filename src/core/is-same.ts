/** Whether two values hold the same data. Stage: core. */

/**
 * Equal data, whatever the order of keys: plain objects, arrays, maps, sets and dates by what they hold, functions and other primitives as they are. What lies
 * deeper than `depth` levels, as in a value that holds itself, is not compared.
 */
export function isSame(a: unknown, b: unknown, depth = 100): boolean {
  if (Object.is(a, b) || depth === 0) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false
  const [left, right] = [partsOf(a), partsOf(b)]
  return left.length === right.length && left.every((part, index) => isSame(part, right[index], depth - 1))
}

function partsOf(value: object): unknown[] {
  if (value instanceof Map || value instanceof Set) return [...value]
  return value instanceof Date ? [value.getTime()] : Array.isArray(value) ? value : Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).flat()
}
