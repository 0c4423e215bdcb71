/** An object with other members in some places. Stage: llm. */

type Method = (...args: unknown[]) => unknown

/** `target` with `members` in place of its own. Methods run on the target itself, which may have private members. */
export function over(target: object, members: Readonly<Record<string, unknown>>): object {
  const member = (key: PropertyKey): unknown => {
    if (typeof key === 'string' && Object.hasOwn(members, key)) return members[key]
    const value: unknown = Reflect.get(target, key, target)
    return typeof value === 'function' && key !== 'constructor' ? (value as Method).bind(target) : value
  }
  // The proxy's own target is empty: it may not answer for a frozen property of its target with anything else.
  return new Proxy(Object.create(Object.getPrototypeOf(target) as object | null) as object, {
    get: (_, key) => member(key),
    set: (_, key, value) => Reflect.set(target, key, value, target),
    has: (_, key) => Reflect.has(target, key),
    ownKeys: () => Object.keys(target),
    getOwnPropertyDescriptor: (_, key) => (Object.hasOwn(target, key) ? { enumerable: true, configurable: true, writable: true, value: member(key) } : undefined),
  })
}
