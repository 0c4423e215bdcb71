/** Nodes of what a value iterates over, and of its keys with their values. Stage: graph. */
import { describeValue } from '../../core/describe-value.ts'
import { TraceEvalError } from '../../core/errors.ts'
import { node } from '../node.ts'
import { operator } from './operator.ts'
import { nodeBrand, type Node, type NodeLike, type Plain } from '../types.ts'
import { op } from './all.ts'

/** What `items` gives: pairs of a node of the key and a node of the value. */
export type Items<T> =
  T extends ReadonlyMap<infer K, infer V> ? [key: Node<K>, value: Node<V>][]
  : T extends readonly (infer V)[] ? [index: Node<number>, value: Node<V>][]
  : { [K in keyof T & string]: [key: Node<K>, value: Node<T[K]>] }[keyof T & string][]
/** No node: one is read as what it holds. */
type Given = { readonly [nodeBrand]?: never }

/**
 * A node for each thing that `for … of` gives: the items of a list or set, the characters of a text (whole code points), the
 * `[key, value]` pairs of a map, what another iterable yields, which is read to its end. Each has the list as an input.
 * (A list, tuple or object opens with `$` as well; `items` gives keys with values.)
 *
 * @throws {TraceEvalError} `NOT_ITERABLE` for anything else; recorded as a failed step of that value.
 * @example
 * ```ts
 * const tags = node(new Set(['red', 'blue']), 'tags')
 * iterate(tags).map((tag) => op.concat(tag, '!').value) // ['red!', 'blue!']
 * ```
 */
export function iterate<T extends Iterable<unknown> | NodeLike<Iterable<unknown>>>(of: T): Node<Plain<T> extends Iterable<infer Item> ? Item : never>[] {
  // The members of a list come from itself; anything else is made a list first, by one step.
  const whole = node(of) as Node<Iterable<unknown>>
  return (Array.isArray(whole[nodeBrand]) ? whole : op.toArray(whole)).$ as never
}

/**
 * `[key, value]` as two nodes for each key of a map or object, or index of a list. The key has the container as an input, the
 * value both the container and the key.
 *
 * @throws {TraceEvalError} `NOT_ITERABLE` for what has no keys; recorded as a failed step of that value.
 * @example
 * ```ts
 * const prices = node({ kettle: 30, cup: 5 }, 'prices')
 * for (const [name, price] of items(prices)) t`${name}: ${price}` // 'kettle: 30', 'cup: 5'
 * ```
 */
export function items<T extends object>(of: NodeLike<T>): Items<T>
export function items<T extends object>(of: T & Given): Items<Plain<T>>
export function items(of: object): unknown {
  const whole = node(of) as unknown as Node<Record<string, unknown>>
  return (keys(whole).$ as Node<string>[]).map((key) => [key, op.get(whole, key)])
}

const keys = operator('keys', (of: object): unknown[] => {
  if (typeof of === 'object' && of !== null && !(of instanceof Set)) return op.keys(of)[nodeBrand]
  const isIterable = typeof of === 'string' || of instanceof Set
  throw new TraceEvalError('NOT_ITERABLE', `expected a value with keys: a map, object or list, received ${describeValue(of)}`, {
    hint: isIterable ? 'It has items, but no keys: iterate(value).' : 'Where the value may be missing: op.coalesce(value, {}).',
  })
})
