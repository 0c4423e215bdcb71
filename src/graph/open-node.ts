/** `node.$`: the members of a value, each as a node. Stage: graph. */
import { peek } from './origin.ts'
import type { Node } from './types.ts'

/** What opening a node needs from above: how a member is read, and how a method is called. */
export interface MemberSteps {
  /** There are no members: what goes on without them depends on it. */
  nothing(parent: Node<unknown>): void
  get(parent: Node<unknown>, key: PropertyKey, value: unknown): unknown
  call(parent: Node<unknown>, key: PropertyKey, method: (...args: unknown[]) => unknown, args: readonly unknown[]): unknown
}

/** An array of nodes for an array; an object whose properties are nodes for anything else; a nullish value as it is. @internal */
export function openNode(parent: Node<unknown>, steps: MemberSteps): unknown {
  const value = peek(parent)
  if (value === null || value === undefined) {
    steps.nothing(parent)
    return value
  }
  if (Array.isArray(value)) return Array.from(value, (item, index) => steps.get(parent, index, item))
  const whole = Object(value) as object
  const member = (key: PropertyKey): unknown => {
    // The receiver is the value itself: a Date, a Map or a private member accepts no other.
    const inner: unknown = Reflect.get(whole, key, value)
    if (typeof inner !== 'function') return steps.get(parent, key, inner)
    return (...args: unknown[]) => steps.call(parent, key, inner as (...given: unknown[]) => unknown, args)
  }
  // The target is empty: a proxy may not answer for a frozen property of its target with anything else.
  return new Proxy({}, {
    get: (_, key) => (typeof key === 'symbol' ? undefined : member(key)),
    has: (_, key) => key in whole,
    set: () => false,
    deleteProperty: () => false,
    defineProperty: () => false,
    ownKeys: () => Object.keys(whole),
    getOwnPropertyDescriptor: (_, key) => (Object.hasOwn(whole, key) ? { enumerable: true, configurable: true, value: member(key) } : undefined),
  })
}
