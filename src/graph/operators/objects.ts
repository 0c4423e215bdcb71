/** Operators on objects, maps and sets, and from one container to another. They copy, and never change what they are given. Stage: graph. */
import { describeValue } from '../../core/describe-value.ts'
import { TraceEvalError } from '../../core/errors.ts'
import { callingOperator, operator } from './operator.ts'
import type { Output, Traceable, TraceableArgs } from '../types.ts'

type KeyOf<T> = T extends ReadonlyMap<infer K, unknown> ? K : T extends readonly unknown[] ? number : keyof T
type ValueOf<T, K = keyof T> =
  T extends ReadonlyMap<unknown, infer V> ? V | undefined
  : T extends readonly (infer V)[] ? V | undefined
  : K extends keyof T ? T[K] : undefined
type Keys<T> = T extends ReadonlyMap<infer K, unknown> | ReadonlySet<infer K> ? K : T extends readonly unknown[] ? number : keyof T & string
type Values<T> = T extends ReadonlyMap<unknown, infer V> | ReadonlySet<infer V> | readonly (infer V)[] ? V : T[keyof T & string]
type MemberOf<T> = T extends ReadonlyMap<infer K, unknown> | ReadonlySet<infer K> ? K : PropertyKey
type Entry = readonly [key: unknown, value: unknown]

const isKeyed = (of: unknown): of is ReadonlyMap<unknown, unknown> | ReadonlySet<unknown> => of instanceof Map || of instanceof Set

function listed(of: object, what: 'keys' | 'values' | 'entries'): unknown[] {
  return isKeyed(of) || Array.isArray(of) ? [...of[what]()] : Object[what](of)
}

/** @internal */
export const objectOperators = {
  /** The value of a key: of a map, an index of a list, else a property. */
  get: operator('get', <T, const K extends KeyOf<T>>(of: T, key: K) => (of instanceof Map ? of.get(key) : of[key as never]) as ValueOf<T, K>),
  /** With this value under a key: of a map, a list (`with`) or an object. */
  set: operator('set', <T extends object, const K extends KeyOf<T>>(of: T, key: K, value: NonNullable<ValueOf<T, K>> | ValueOf<T, K>) =>
    (of instanceof Map ? new Map(of).set(key, value) : Array.isArray(of) ? of.with(key as number, value) : { ...of, [key as PropertyKey]: value }) as T),
  /** Whether a map or set has this key, or an object has it as its own. */
  has: operator('has', <T extends object>(of: T, key: MemberOf<T>) => (isKeyed(of) ? of.has(key) : Object.hasOwn(of, key as PropertyKey))),
  /** `key in of`. */
  in: operator('in', (key: PropertyKey, of: object) => key in of),
  /** Of an object, list, map or set, as a list. */
  keys: operator('keys', <T extends object>(of: T) => listed(of, 'keys') as Keys<T>[]),
  values: operator('values', <T extends object>(of: T) => listed(of, 'values') as Values<T>[]),
  entries: operator('entries', <T extends object>(of: T) => listed(of, 'entries') as [Keys<T>, Values<T>][]),
  /** Of a map or set. */
  size: operator('size', (of: ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>) => of.size),
  /** Two objects, or two maps; where both have a key the second one counts. */
  merge: operator('merge', <A extends object, B extends object>(a: A, b: B) => (a instanceof Map ? new Map([...a, ...b as unknown as Map<unknown, unknown>]) : { ...a, ...b }) as A & B),
  /** An object with these keys only. */
  pick: operator('pick', <T extends object, const K extends keyof T>(of: T, ...keys: readonly K[]) =>
    Object.fromEntries(keys.filter((key) => Object.hasOwn(of, key)).map((key) => [key, of[key]])) as Pick<T, K>),
  /** An object without these keys. */
  omit: operator('omit', <T extends object, const K extends keyof T>(of: T, ...keys: readonly K[]): Omit<T, K> => {
    const copy = { ...of }
    for (const key of keys) delete copy[key]
    return copy
  }),
  /** A map without a key, or a set without an item. */
  delete: operator('delete', <T extends ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>>(of: T, key: MemberOf<T>) => {
    const copy = of instanceof Map ? new Map(of) : new Set(of as ReadonlySet<unknown>)
    copy.delete(key)
    return copy as unknown as T
  }),
  /** A set with one more item. */
  addItem: operator('addItem', <T>(of: ReadonlySet<T>, item: T) => new Set(of).add(item)),
  union: operator('union', <T>(a: ReadonlySet<T>, b: ReadonlySet<T>) => new Set([...a, ...b])),
  intersection: operator('intersection', <T>(a: ReadonlySet<T>, b: ReadonlySet<T>) => new Set([...a].filter((item) => b.has(item)))),
  difference: operator('difference', <T>(a: ReadonlySet<T>, b: ReadonlySet<T>) => new Set([...a].filter((item) => !b.has(item)))),
  symmetricDifference: operator('symmetricDifference', <T>(a: ReadonlySet<T>, b: ReadonlySet<T>) =>
    new Set([...[...a].filter((item) => !b.has(item)), ...[...b].filter((item) => !a.has(item))])),

  /** Any iterable as a list, and every node inside as an input. */
  toArray: callingOperator('toArray', <T>(of: Iterable<T>) => [...iterable(of)]),
  toSet: callingOperator('toSet', <T>(of: Iterable<T>) => new Set(iterable(of))),
  /** From entries, a map, or an object. */
  toMap: callingOperator('toMap', <V, K = string>(of: Iterable<readonly [K, V]> | { readonly [key: string]: V }) =>
    new Map(entriesOf(of) as readonly [K, V][])),
  toObject: callingOperator('toObject', <V>(of: Iterable<readonly [PropertyKey, V]> | { readonly [key: string]: V }) =>
    Object.fromEntries(entriesOf(of) as readonly [PropertyKey, V][]) as Record<string, V>),
  /** A call of `fn`, which is an input as its arguments are. Of an async function a promise of the node. */
  call: callingOperator('call', (fn: (...args: readonly unknown[]) => unknown, ...args: readonly unknown[]) => fn(...args)) as unknown as
    <A extends readonly unknown[], R>(fn: Traceable<(...args: A) => R>, ...args: TraceableArgs<A>) => Output<R>,
  /** The same value, one step on. */
  identity: operator('identity', <T>(a: T) => a),
}

function entriesOf(of: object): Iterable<Entry> {
  return Symbol.iterator in of ? of as Iterable<Entry> : Object.entries(of)
}

function iterable<T>(value: Iterable<T>): Iterable<T> {
  if (value !== null && value !== undefined && typeof value[Symbol.iterator] === 'function') return value
  throw new TraceEvalError('NOT_ITERABLE', `expected a list, text, map, set or other iterable, received ${describeValue(value)}`, {
    hint: typeof value === 'object' && value !== null ? 'The entries of an object: items(value), or op.entries(value).' : 'Where the value may be missing: op.coalesce(value, []).',
  })
}
