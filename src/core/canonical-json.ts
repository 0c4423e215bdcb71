/** One text for one value: JSON with sorted keys, for any value. Stage: core. */

/**
 * JSON with keys in code-unit order, so that equal data gives equal text. Values that JSON has no
 * form for are tagged (`{"$value":"NaN"}`), cycles are cut; it never throws and never recurses past `maxDepth`.
 */
export function canonicalJson(value: unknown, maxDepth = 200): string {
  return write(value, [], maxDepth)
}

function write(value: unknown, path: object[], depth: number): string {
  switch (typeof value) {
    case 'string': case 'boolean': return JSON.stringify(value)
    case 'number': return Number.isFinite(value) && !Object.is(value, -0) ? String(value) : tag(Object.is(value, -0) ? '-0' : String(value))
    case 'undefined': return tag('undefined')
    case 'bigint': return tag(`${value}n`)
    case 'symbol': return tag(String(value))
    case 'function': return tag(`function ${value.name}`)
    default: return value === null ? 'null' : writeObject(value as object, path, depth)
  }
}

function writeObject(value: object, path: object[], depth: number): string {
  if (path.includes(value)) return tag('circular')
  if (depth <= 0) return tag('too deep')
  try {
    path.push(value)
    if (Array.isArray(value)) return `[${Array.from(value, (item) => write(item, path, depth - 1)).join(',')}]`
    if (value instanceof Date) return tag(`Date ${Number.isNaN(value.getTime()) ? 'invalid' : value.toISOString()}`)
    if (value instanceof RegExp) return tag(String(value))
    if (value instanceof Map) return `{"$map":${write([...value.entries()], path, depth - 1)}}`
    if (value instanceof Set) return `{"$set":${write([...value.values()], path, depth - 1)}}`
    const record = value as Record<string, unknown>
    const fields = Object.keys(record).sort().map((key) => `${JSON.stringify(key)}:${write(record[key], path, depth - 1)}`)
    return `{${fields.join(',')}}`
  } catch (error) {
    return tag(`unreadable: ${error instanceof Error ? error.message : 'threw'}`)
  } finally {
    path.pop()
  }
}

const tag = (text: string): string => `{"$value":${JSON.stringify(text)}}`
