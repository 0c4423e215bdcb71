/** Data that throws when it is written to. Stage: testing. */

/** A map that cannot be written to; `Object.freeze` does not stop `Map.prototype.set`. */
class FrozenMap<K, V> extends Map<K, V> {
  #closed = false
  constructor(entries: Iterable<readonly [K, V]>) { super(entries); this.#closed = true }
  override set(key: K, value: V): this {
    // Called by the constructor of Map as well, before the field exists.
    if (#closed in this && this.#closed) throw new TypeError('Cannot write to a frozen map')
    return super.set(key, value)
  }
  override delete(): boolean { throw new TypeError('Cannot delete from a frozen map') }
  override clear(): void { throw new TypeError('Cannot clear a frozen map') }
}

/** `value` with every plain object, array and map in it copied and frozen. Instances of classes stay as they are. */
export function frozen<T>(value: T): T {
  // The copy has the shape of the value, part by part, so its type is the same.
  return freeze(value) as T
}

function freeze(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map(freeze))
  if (value instanceof Map) return Object.freeze(new FrozenMap([...value].map(([key, item]) => [key, freeze(item)] as const)))
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, freeze(item)])))
}
