/** A function over all leaves of containers. Stage: graph. */
import { describeValue } from '../../core/describe-value.ts'
import { TraceEvalError } from '../../core/errors.ts'
import { callingOperator } from './operator.ts'
import { isTraced } from '../traced-function.ts'
import { nodeBrand, type Output, type Traceable, type Whole } from '../types.ts'

/** A value, a node of it, or lists, plain objects and maps of any depth with such at their leaves. */
export type Spread<T> = Traceable<T> | readonly Spread<T>[] | { readonly [key: string]: Spread<T> } | ReadonlyMap<unknown, Spread<T>>

type Single = Whole | ReadonlySet<unknown>
/** The first container among arguments, which gives the result its shape. */
type First<Args> = Args extends readonly [infer A, ...infer Rest] ? (A extends Single ? First<Rest> : A) : never
/** The arguments one level down, under one key. */
type Part<Args, K> = { [I in keyof Args]: Args[I] extends Single ? Args[I] : Inner<Args[I], K> }
type Inner<C, K> = C extends ReadonlyMap<unknown, infer V> ? V : K extends keyof C ? C[K] : never
/** The shape of the containers, with `R` at the leaves. Eight levels down nobody looks any more. */
export type Broadcast<Args, R, Depth extends 1[] = []> =
  [First<Args>] extends [never] ? R : Depth['length'] extends 8 ? unknown : Shape<First<Args>, Args, R, [...Depth, 1]>
type Shape<C, Args, R, Depth extends 1[]> =
  C extends ReadonlyMap<infer K, unknown> ? Map<K, Broadcast<Part<Args, never>, R, Depth>>
  : { -readonly [K in keyof C]: Broadcast<Part<Args, K>, R, Depth> }

type Container = readonly unknown[] | ReadonlyMap<unknown, unknown> | Readonly<Record<string, unknown>>

/** Deeper than this a container is taken to hold itself. */
const MAX_DEPTH = 100

/**
 * Calls `fn` once for each leaf of lists, tuples, plain objects and maps, nested as they may be, and gives the results in the
 * same shape: nodes, or promises of them. Containers are matched by index or key; what is no container is repeated. A bundle or
 * operator gets the leaves as they are; any other function is one traced step for each leaf, on plain values. A node is a
 * leaf, whatever it holds: `$` opens it.
 *
 * @throws {TraceEvalError} `BROADCAST_SHAPE` when containers differ in kind, length or keys, `STEP_FUNCTION` when `fn` is no function.
 * @example
 * ```ts
 * const rate = node(2, 'rate')
 * const prices = broadcast(op.multiply, { kettle: 30, cups: [node(5), 6] }, rate)
 * prices.cups[0].value // 10
 * broadcast((a: number, b: number) => a + b, [1, rate], [10, 20])[1].value // 22
 * ```
 */
export function broadcast<A extends readonly unknown[], R, const Args extends { readonly [K in keyof A]: Spread<A[K]> }>(
  fn: (...args: A) => R, ...args: Args
): Broadcast<Args, Output<R>> {
  if (typeof fn !== 'function') throw new TraceEvalError('STEP_FUNCTION', `expected a function to broadcast, received ${describeValue(fn)}`)
  const call = isTraced(fn) ? fn : callingOperator(fn.name || 'broadcast', fn)
  return spread(call as unknown as (...leaves: unknown[]) => unknown, args as unknown as readonly unknown[], []) as Broadcast<Args, Output<R>>
}

function spread(call: (...leaves: unknown[]) => unknown, args: readonly unknown[], path: readonly unknown[]): unknown {
  const containers = args.filter(isContainer)
  const [first] = containers
  if (first === undefined) return call(...args)
  if (path.length > MAX_DEPTH) throw new TraceEvalError('BROADCAST_SHAPE', `expected containers of at most ${MAX_DEPTH} levels, received deeper ones, or one that holds itself`)
  const keys = keysOf(first)
  for (const other of containers) if (other !== first) check(first, keys, other, path)
  const inner = (key: unknown): unknown => spread(call, args.map((arg) => (isContainer(arg) ? partOf(arg, key) : arg)), [...path, key])
  if (Array.isArray(first)) return keys.map(inner)
  const entries = keys.map((key) => [key, inner(key)] as const)
  return first instanceof Map ? new Map(entries) : Object.fromEntries(entries as [string, unknown][])
}

function isContainer(value: unknown): value is Container {
  if (typeof value !== 'object' || value === null || nodeBrand in value) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype || prototype === null || prototype === Map.prototype
}

function keysOf(of: Container): unknown[] { return Array.isArray(of) || of instanceof Map ? [...of.keys()] : Object.keys(of) }

function partOf(of: Container, key: unknown): unknown { return of instanceof Map ? of.get(key) : (of as Record<string, unknown>)[key as string] }

const kindOf = (of: Container): string => (Array.isArray(of) ? 'list' : of instanceof Map ? 'map' : 'object')

function check(first: Container, keys: readonly unknown[], other: Container, path: readonly unknown[]): void {
  const theirs = new Set(keysOf(other))
  if (kindOf(first) === kindOf(other) && keys.length === theirs.size && keys.every((key) => theirs.has(key))) return
  throw new TraceEvalError('BROADCAST_SHAPE', `expected containers of one shape, received ${shapeOf(first)} and ${shapeOf(other)}`, {
    ...path.length > 0 && { at: path.map((key) => `[${describeValue(key)}]`).join('') },
    hint: 'Only a value that is no container is repeated. A container that shall be repeated whole: put it in a node.',
  })
}

function shapeOf(of: Container): string {
  if (Array.isArray(of)) return `a list of ${of.length}`
  return `${of instanceof Map ? 'a map' : 'an object'} with the keys ${describeValue(keysOf(of))}`
}
