/** Data as it crosses into proposed code and back: JSON, and what JSON lacks. Stage: code. */

/** What cannot cross, and where in the value. */
export class NotData extends Error {
  readonly path: string
  constructor(expected: string, path: string) {
    super(expected)
    this.path = path
  }
}

const DEPTH = 200
const SPECIAL: Readonly<Record<string, unknown>> = { undefined, NaN, Infinity, '-Infinity': -Infinity, '-0': -0 }

/** `value` as text. Beside JSON: undefined, NaN, infinities, -0, bigint and Date. Functions, symbols, cycles and instances cannot cross. */
export function packData(value: unknown): string {
  return JSON.stringify(pack(value, '', 0))
}

function pack(value: unknown, path: string, depth: number): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? value : { $: Object.is(value, -0) ? '-0' : String(value) }
  if (value === undefined) return { $: 'undefined' }
  if (typeof value === 'bigint') return { $: 'bigint', value: String(value) }
  if (typeof value !== 'object') throw new NotData(`data, not a ${typeof value}`, path)
  if (depth >= DEPTH) throw new NotData(`data nested at most ${DEPTH} deep, without cycles`, path)
  if (Array.isArray(value)) return Array.from(value as unknown[], (item, i) => pack(item, `${path}[${i}]`, depth + 1))
  if (value instanceof Date) return { $: 'date', value: Number.isFinite(value.getTime()) ? value.getTime() : null }
  const prototype: unknown = Object.getPrototypeOf(value)
  // A plain object of another realm has a prototype without a prototype.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw new NotData('plain data, not an instance of a class', path)
  const copy = Object.create(null) as Record<string, unknown>
  for (const [key, item] of Object.entries(value)) copy[key] = pack(item, `${path}.${key}`, depth + 1)
  return '$' in copy ? { $: 'object', value: copy } : copy
}

/** What `packData` wrote, or the engine. The text comes from outside: whatever it is, this gives data or throws. */
export function unpackData(text: string): unknown {
  const value: unknown = JSON.parse(text)
  return isJson(text) ? value : unpackValue(value)
}

/** Whether `text`, packed data, has nothing in it that JSON lacks. */
export function isJson(text: string): boolean {
  return !text.includes('"$"')
}

/** The same as `unpackData`, of what is parsed already. */
export function unpackValue(value: unknown): unknown {
  return unpack(value, 0)
}

function unpack(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth > DEPTH + 1) throw new NotData(`data nested at most ${DEPTH} deep`, '')
  if (Array.isArray(value)) return value.map((item) => unpack(item, depth + 1))
  const { $: tag, value: inner } = Object.hasOwn(value, '$') ? value as { $?: unknown; value?: unknown } : {}
  if (typeof tag === 'string' && Object.hasOwn(SPECIAL, tag)) return SPECIAL[tag]
  if (tag === 'bigint' && typeof inner === 'string' && /^-?\d{1,100000}$/.test(inner)) return BigInt(inner)
  if (tag === 'date') return new Date(typeof inner === 'number' ? inner : Number.NaN)
  const fields = tag === 'object' && typeof inner === 'object' && inner !== null ? inner : value
  // fromEntries defines: `__proto__` stays a name like any other.
  return Object.fromEntries(Object.entries(fields).map(([key, item]) => [key, unpack(item, depth + 1)]))
}
