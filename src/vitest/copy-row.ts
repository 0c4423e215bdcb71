/** A copy of a row for each run of a case, so that a workflow that changes its input cannot spoil the next run. Stage: vitest. */

const MAX_OBJECTS = 20_000

/** A row handed to one run, and the question whether the run changed it. */
export interface RowCopy {
  readonly value: unknown
  /** Path of the first change, as `$.customer.name`; none when nothing changed. */
  changedAt(): string | undefined
}

/** Copies plain objects and arrays at any depth; everything else is handed over as it is. Rows with more than 20,000 objects are not copied. */
export function copyRow(row: unknown): RowCopy {
  if (typeof row !== 'object' || row === null) return { value: row, changedAt: () => undefined }
  const copies = new Copies()
  const value = copy(row, copies)
  if (copies.size > MAX_OBJECTS) return { value: row, changedAt: () => undefined }
  return { value, changedAt: () => firstChange(row, value, copies.isTree ? undefined : new Set()) }
}

/** The copy of each object. Most rows are one flat object, which needs no table. */
class Copies {
  size = 0
  /** Whether no object was met twice. */
  isTree = true
  #first: object | undefined
  #firstCopy: object | undefined
  #others: Map<object, object> | undefined

  get(of: object): object | undefined {
    const found = of === this.#first ? this.#firstCopy : this.#others?.get(of)
    if (found !== undefined) this.isTree = false
    return found
  }

  set(of: object, copied: object): void {
    if (this.size++ > 0) (this.#others ??= new Map()).set(of, copied)
    else [this.#first, this.#firstCopy] = [of, copied]
  }
}

function copy(value: unknown, copies: Copies): unknown {
  if (typeof value !== 'object' || value === null || !isPlain(value) || copies.size > MAX_OBJECTS) return value
  const known = copies.get(value)
  if (known !== undefined) return known
  const result = (Array.isArray(value) ? [] : Object.create(Object.getPrototypeOf(value) as object | null)) as Record<string, unknown>
  copies.set(value, result)
  for (const key of Object.keys(value)) {
    const inner = copy((value as Record<string, unknown>)[key], copies)
    if (key === '__proto__') Object.defineProperty(result, key, { value: inner, enumerable: true, writable: true, configurable: true })
    else result[key] = inner
  }
  return result
}

// The path is put together on the way back: nearly always there is none.
function firstChange(before: unknown, after: unknown, seen: Set<unknown> | undefined): string | undefined {
  if (typeof before !== 'object' || before === null || !isPlain(before)) return Object.is(before, after) ? undefined : '$'
  if (typeof after !== 'object' || after === null) return '$'
  if (seen?.has(before)) return undefined
  seen?.add(before)
  const keys = Object.keys(before)
  if (keys.length !== Object.keys(after).length) return '$'
  for (const key of keys) {
    if (!Object.hasOwn(after, key)) return `$.${key}`
    const found = firstChange((before as Record<string, unknown>)[key], (after as Record<string, unknown>)[key], seen)
    if (found !== undefined) return `$.${key}${found.slice(1)}`
  }
  return undefined
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype || prototype === null
}
