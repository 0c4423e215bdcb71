/** The types that decide where a node may stand for a value. Stage: graph. */

/** Marks nodes; shared by every copy of the library in one process. */
export const nodeBrand: unique symbol = Symbol.for('trace-eval.node') as never

/** All that argument types look at of a node, which keeps them covariant and cheap to check. */
export interface NodeLike<out T> { readonly [nodeBrand]: T }

/** A `T`; a node of it; or, for plain objects, arrays, maps and sets, the same shape with nodes anywhere inside. */
export type Traceable<T> = T | NodeLike<Plain<T>> | WithNodes<T>
type WithNodes<T> =
  T extends Whole ? never
  : T extends readonly unknown[] ? (number extends T['length'] ? TraceableList<T[number]> : { readonly [K in keyof T]: Traceable<T[K]> })
  // A class derived from one of them is handed over whole.
  : T extends ReadonlyMap<infer K, infer V> ? (Map<K, V> extends T ? ReadonlyMap<Traceable<K>, Traceable<V>> : never)
  : T extends ReadonlySet<infer V> ? (Set<V> extends T ? ReadonlySet<Traceable<V>> : never)
  : T extends object ? { readonly [K in keyof T]: Traceable<T[K]> }
  : never
// An interface is resolved late, which recursive types such as JSON need.
interface TraceableList<Item> extends ReadonlyArray<Traceable<Item>> {}

/** An argument list that takes nodes; names, optional and rest arguments are kept. */
export type TraceableArgs<Args extends readonly unknown[]> = { [K in keyof Args]: Traceable<Args[K]> }

/** `T` with every node inside replaced by its value. A type that holds no node stays exactly itself. */
export type Plain<T> = IsAny<T> extends true ? T : true extends Holds0<T> ? Unwrapped<T> : T
type Unwrapped<T> =
  T extends NodeLike<infer Value> ? Value
  : T extends Whole ? T
  : T extends Map<infer K, infer V> ? Map<Plain<K>, Plain<V>>
  : T extends ReadonlyMap<infer K, infer V> ? ReadonlyMap<Plain<K>, Plain<V>>
  : T extends Set<infer V> ? Set<Plain<V>>
  : T extends ReadonlySet<infer V> ? ReadonlySet<Plain<V>>
  : T extends object ? { [K in keyof T]: Plain<T[K]> }
  : T

/** What a traced step gives back: a node, or a promise of one. Not distributive: `boolean` gives `Node<boolean>`. */
export type Output<R> =
  IsAny<R> extends true ? Node<R>
  : [R] extends [never] ? never
  : [R] extends [PromiseLike<unknown>] ? Promise<Node<Plain<Awaited<R>>>>
  : [Extract<R, PromiseLike<unknown>>] extends [never] ? Node<Plain<R>>
  : Node<Plain<Exclude<R, PromiseLike<unknown>>>> | Promise<Node<Plain<Awaited<Extract<R, PromiseLike<unknown>>>>>>

// `out` states what holds; left out, TypeScript derives the opposite from the conditional type `Members`.
/** A traced value. Read it with `value`, open it with `$`, compute from it with `derive`. Nodes never change. */
export interface Node<out T> extends NodeLike<T> {
  /** The plain value. Read inside a `bundle` or `derive`, it makes this node an input of that step. */
  readonly value: T
  /** Its name in the trace graph: of the bundle, operator or parameter that made it. */
  readonly name: string
  /**
   * The members of the value, each as a node: properties, elements, methods.
   * `const { team } = reply.$`, `pair.$[0]`, `text.$.trim()`. Of a nullish value it is that value: `reply.$?.team`.
   */
  readonly $: Members<T>
  /** One traced step over the plain value: `reply.derive((r) => r.team)`. */
  derive<U>(compute: (value: T) => U): Output<U>
}

/** What `node.$` offers. */
export type Members<T> =
  T extends null | undefined ? T
  : T extends readonly unknown[] ? { readonly [K in keyof T]: Node<T[K]> }
  // oxlint-disable-next-line no-wrapper-object-types -- the members of a primitive are those of its wrapper
  : T extends string ? MemberMap<String>
  // oxlint-disable-next-line no-wrapper-object-types
  : T extends number ? MemberMap<Number>
  : T extends object ? MemberMap<T>
  : unknown
type MemberMap<T> = { readonly [K in keyof T]-?: Member<T[K]> }
type Member<M> = [M] extends [(...args: infer Args) => infer R] ? (...args: TraceableArgs<Args>) => Output<R> : Node<M>

/** Values that are handed over whole: nobody looks for nodes inside them. */
export type Whole = Primitive | NodeLike<unknown> | ((...args: never[]) => unknown) | (abstract new (...args: never[]) => unknown) | Date | RegExp | Error | PromiseLike<unknown>
  | ArrayBufferView | ArrayBuffer | AbortSignal
type Primitive = string | number | boolean | bigint | symbol | null | undefined
type IsAny<T> = 0 extends 1 & T ? true : false

// Looks three levels down, which ends on recursive types. A node deeper than that needs an annotation.
type Holds0<T> = Decide<T, T extends object ? Holds1<Inside<T>> : false>
type Holds1<T> = Decide<T, T extends object ? Holds2<Inside<T>> : false>
type Holds2<T> = Decide<T, T extends object ? Holds3<Inside<T>> : false>
type Holds3<T> = Decide<T, false>
type Decide<T, Deeper> = IsAny<T> extends true ? false : T extends NodeLike<unknown> ? true : T extends Whole ? false : Deeper
// Of an array, map or set only the elements count, not its methods.
type Inside<T> =
  T extends readonly unknown[] ? T[number]
  : T extends ReadonlyMap<infer K, infer V> ? K | V
  : T extends ReadonlySet<infer V> ? V
  : T[keyof T]
