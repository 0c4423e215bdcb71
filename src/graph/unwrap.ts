/** Nodes inside plain objects, arrays, maps and sets, replaced by their values. Stage: graph. */
import { peek, settled } from './origin.ts'
import { nodeBrand, type Node, type NodeLike } from './types.ts'

/** Told of each node that was found, with the keys that lead to it. */
export type OnNode = (node: Node<unknown>, path: readonly string[]) => void

/** Deeper than this nobody looks for nodes. */
const MAX_DEPTH = 100

interface Walk { readonly onNode: OnNode | undefined; readonly path: string[]; seen: Map<object, unknown> | undefined; cyclic: boolean }

/**
 * Replaces nodes by their values inside plain objects, arrays, maps (keys too) and sets, 100 levels deep. Copies
 * only what holds a node; anything else comes back as the same object. Shared parts stay shared, cycles stay cycles.
 * Instances of other classes, also those derived from Map and Set, are left whole: nobody can copy them.
 */
export function unwrap(value: unknown, onNode?: OnNode): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (nodeBrand in value) return unwrapNode(value as NodeLike<unknown>, onNode, [])
  if (!isPlain(value)) return value
  const walk: Walk = { onNode, path: [], seen: undefined, cyclic: false }
  const plain = unwrapPlain(value, walk)
  // A part of a cycle may have been reached before it was known to need a copy.
  return walk.cyclic && plain !== value ? copyWhole(value, new Map(), 0) : plain
}

function unwrapNode(value: NodeLike<unknown>, onNode: OnNode | undefined, path: readonly string[]): unknown {
  const view = settled(value)
  onNode?.(view, [...path])
  return peek(view)
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null || isCollection(value, prototype)
}

function isCollection(value: object, prototype: unknown = Object.getPrototypeOf(value)): value is Collection {
  return prototype === Map.prototype || prototype === Set.prototype
}

type Collection = Map<unknown, unknown> | Set<unknown>

const open = Symbol('being walked')

function unwrapPlain(value: object, walk: Walk): unknown {
  if (isCollection(value)) return unwrapCollection(value, walk)
  const source = value as Record<string, unknown>
  const keys = Array.isArray(value) ? undefined : Object.keys(value)
  const length = keys === undefined ? (value as unknown[]).length : keys.length
  let copy: Record<string, unknown> | undefined
  for (let i = 0; i < length; i++) {
    const key = keys === undefined ? (i as unknown as string) : keys[i]!
    const inner = source[key]
    const plain = unwrapPart(inner, key, value, walk)
    if (!Object.is(plain, inner)) (copy ??= shallowCopy(value))[key] = plain
  }
  walk.seen?.set(value, copy ?? value)
  return copy ?? value
}

/** The same for the entries of a map, `[key, value]`, and of a set, `[value, value]`. */
function unwrapCollection(value: Collection, walk: Walk): unknown {
  const parts: [unknown, unknown][] = []
  let changed = false
  for (const [key, inner] of value.entries()) {
    const role = typeof key === 'object' ? parts.length : key
    const part: [unknown, unknown] = [unwrapPart(key, role, value, walk), unwrapPart(inner, role, value, walk)]
    changed ||= !Object.is(part[0], key) || !Object.is(part[1], inner)
    parts.push(part)
  }
  const plain = changed ? collect(value, parts) : value
  walk.seen?.set(value, plain)
  return plain
}

function collect(like: Collection, parts: readonly (readonly [unknown, unknown])[]): Collection {
  return like instanceof Map ? new Map(parts) : new Set(parts.map(([part]) => part))
}

function unwrapPart(inner: unknown, role: unknown, parent: object, walk: Walk): unknown {
  if (typeof inner !== 'object' || inner === null) return inner
  walk.path.push(String(role))
  const plain = unwrapInner(inner, parent, walk)
  walk.path.pop()
  return plain
}

function unwrapInner(inner: object, parent: object, walk: Walk): unknown {
  if (nodeBrand in inner) return unwrapNode(inner as NodeLike<unknown>, walk.onNode, walk.path)
  if (!isPlain(inner) || walk.path.length > MAX_DEPTH) return inner
  // The map is made when the second level is entered, which most arguments never do.
  const seen = (walk.seen ??= new Map())
  if (!seen.has(parent)) seen.set(parent, open)
  if (!seen.has(inner)) {
    seen.set(inner, open)
    return unwrapPlain(inner, walk)
  }
  const known = seen.get(inner)
  if (known !== open) return known
  walk.cyclic = true
  return inner
}

/**
 * A copy of plain objects, arrays, maps and sets, 100 levels deep, without nodes inside. Shared parts stay shared, cycles stay cycles;
 * anything else is the same object in the copy.
 */
export function copyValue<T>(value: T): T { return (typeof value === 'object' && value !== null ? copyWhole(value, new Map(), 0) : value) as T }

function copyWhole(value: object, copies: Map<object, unknown>, depth: number): unknown {
  if (nodeBrand in value) return peek(settled(value as NodeLike<unknown>))
  if (!isPlain(value) || depth > MAX_DEPTH) return value
  if (copies.has(value)) return copies.get(value)
  const copyInner = (inner: unknown): unknown => (typeof inner === 'object' && inner !== null ? copyWhole(inner, copies, depth + 1) : inner)
  if (isCollection(value)) {
    const copy = collect(value, [])
    copies.set(value, copy)
    for (const [key, inner] of value.entries()) {
      if (copy instanceof Map) copy.set(copyInner(key), copyInner(inner))
      else copy.add(copyInner(key))
    }
    return copy
  }
  const copy = shallowCopy(value)
  copies.set(value, copy)
  for (const key of Object.keys(copy)) copy[key] = copyInner(copy[key])
  return copy
}

function shallowCopy(value: object): Record<string, unknown> {
  return (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>
}
