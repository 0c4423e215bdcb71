/** Nodes: a value and the step that made it. Stage: graph. */
import { currentContext, runInContext, type Context, type Frame } from './context.ts'
import { nodeBrand, type NodeLike, type Output, type Plain, type Traceable, type TraceableArgs } from './types.ts'

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

/** What a step is: shared by all nodes that one bundle or operator makes. */
export interface Step {
  /** Name of the node and of the operation: `classify`, `add`. */
  readonly name: string
  /** What it does, for whoever reads the graph. */
  readonly description?: string | undefined
  /** Where it is declared, as a stack that is parsed when somebody asks. */
  readonly declaredAt?: string | undefined
}

/** How a node came to be. `inputs[i]` is a node or a plain value; `names[i]` is its role. */
export type Origin =
  | { readonly kind: 'value' }
  | { readonly kind: 'parameter'; readonly parameter: NodeLike<unknown> }
  | { readonly kind: 'message'; readonly step: Step; readonly names: readonly string[]; readonly inputs: readonly unknown[] }
  | { readonly kind: 'exception'; readonly step: Step; readonly names: readonly string[]; readonly inputs: readonly unknown[]; readonly error: unknown }

const valueKey: unique symbol = Symbol.for('trace-eval.value') as never
const originKey: unique symbol = Symbol.for('trace-eval.origin') as never
const noInputs: readonly never[] = []
const valueOrigin: Origin = { kind: 'value' }

/** @internal */
export class TracedNode<T> implements Node<T> {
  // Test runners print this name in their diffs.
  static { Object.defineProperty(this, 'name', { value: 'Node' }) }
  // Own and enumerable: deep equality compares only such properties, and without one any two nodes were equal.
  readonly [valueKey]: T
  readonly #label: string | Step
  readonly #names: readonly string[]
  readonly #inputs: readonly unknown[]

  constructor(value: T, label: string | Step, names: readonly string[] = noInputs, inputs: readonly unknown[] = noInputs) {
    this[valueKey] = value
    this.#label = label
    this.#names = names
    this.#inputs = inputs
  }
  get [nodeBrand](): T { return this[valueKey] }
  get [originKey](): Origin {
    if (typeof this.#label === 'string') return valueOrigin
    return { kind: 'message', step: this.#label, names: this.#names, inputs: this.#inputs }
  }
  get name(): string { return typeof this.#label === 'string' ? this.#label : this.#label.name }
  get value(): T { noteRead(this, 'value'); return this[valueKey] }
  get $(): Members<T> { return openNode(this) as Members<T> }
  derive<U>(compute: (value: T) => U): Output<U> {
    return runStep(deriveStep(compute), ['input'], [this], compute as (...args: never[]) => U)
  }
  toJSON(): unknown { noteRead(this, 'json'); return this[valueKey] }
  [Symbol.toPrimitive](): unknown { noteRead(this, 'text'); return asText(this[valueKey]) }
  [Symbol.for('nodejs.util.inspect.custom')](_depth: number, options: object, inspect: (value: unknown, options: object) => string): string {
    return `Node(${this.name}: ${inspect(this[valueKey], options)})`
  }
}

/** A failed step, as a node: its value is `"(TypeError) message"`. @internal */
export class ExceptionNode extends TracedNode<string> {
  readonly #error: unknown
  constructor(error: unknown, step: Step, names: readonly string[], inputs: readonly unknown[]) {
    super(describeError(error), step, names, inputs)
    this.#error = error
  }
  override get [originKey](): Origin { return { ...super[originKey] as Extract<Origin, { kind: 'message' }>, kind: 'exception', error: this.#error } }
}

/** The value a parameter has at one time, as a node; the graph holds these, so that it never changes later. @internal */
export class ParameterView<T> extends TracedNode<T> {
  readonly #parameter: NodeLike<unknown>
  constructor(value: T, name: string, parameter: NodeLike<unknown>) {
    super(value, name)
    this.#parameter = parameter
  }
  override get [originKey](): Origin { return { kind: 'parameter', parameter: this.#parameter } }
}

/** Implemented by parameters: which node stands for them now. */
export const viewKey: unique symbol = Symbol.for('trace-eval.view') as never

/** Whether `value` is a node of this library, also of another copy of it. */
export function isNode(value: unknown): value is Node<unknown> {
  return typeof value === 'object' && value !== null && nodeBrand in value
}

/** How `node` came to be: a plain value, a parameter, the result of a step, or a failed step. */
export function originOf(node: NodeLike<unknown>): Origin { return (node as unknown as { [originKey]: Origin })[originKey] }

/** The value of `node`, read without making it an input of the running step. */
export function peek<T>(node: NodeLike<T>): T { return node[nodeBrand] }

/** The immutable node that stands for `node` now: itself, or of a parameter the view of its current value. */
export function settled(node: NodeLike<unknown>): Node<unknown> {
  return (node as unknown as { [viewKey]?: Node<unknown> })[viewKey] ?? (node as Node<unknown>)
}

/**
 * Wraps a plain value as a node. A node comes back as it is.
 *
 * @param name - Its name in the trace graph. Default: the type of the value.
 * @example
 * ```ts
 * const price = node(12, 'price')
 * price.value // 12
 * ```
 */
export function node<T>(value: T, name: string = typeof value): Node<Plain<T>> {
  return (isNode(value) ? value : new TracedNode(unwrap(value), name)) as unknown as Node<Plain<T>>
}

/**
 * One traced step over everything it reads: `derive(() => price.value * quantity.value)`.
 * With a list of inputs these are inputs whether they are read or not: `derive([reply, limit], (reply, limit) => …)`.
 */
export function derive<R>(compute: () => R): Output<R>
export function derive<const I extends readonly unknown[], R>(inputs: I, compute: (...values: { -readonly [K in keyof I]: Plain<I[K]> }) => R): Output<R>
export function derive(first: unknown, second?: unknown): unknown {
  if (typeof first === 'function') return runStep(deriveStep(first), noInputs, noInputs, first as () => unknown)
  const inputs = first as readonly unknown[]
  return runStep(deriveStep(second as () => unknown), inputs.map((input, index) => inputName(input, index)), inputs, second as () => unknown)
}

/** The node that a thrown object came from, if a traced step threw it. */
export function exceptionNodeOf(error: unknown): Node<string> | undefined {
  return typeof error === 'object' && error !== null ? exceptions.get(error) : undefined
}
const sharedState = globalThis as { [key: symbol]: WeakMap<object, Node<string>> | undefined }
const exceptions = (sharedState[Symbol.for('trace-eval.exceptions.1')] ??= new WeakMap())

/**
 * Runs one traced step. Nodes among the inputs, at any depth of plain objects and arrays, and nodes whose
 * value is read on the way become inputs of the result; `run` sees plain values. An error becomes an
 * exception node and is thrown on unchanged.
 */
export function runStep<R>(step: Step, names: readonly string[], inputs: readonly unknown[], run: (...args: never[]) => R, self?: unknown): Output<R> {
  const context = currentContext()
  if (!context.recording) return runUntraced(step, inputs, run, self) as Output<R>
  const found = new InputList(names, inputs)
  const frame: Frame = { reads: undefined, open: true }
  const inner: Context = { frame, values: context.values, recording: true, run: context.run }
  const succeed = (result: unknown): Node<unknown> => {
    const plain = unwrap(result, found.fromResult)
    found.close(frame)
    return new TracedNode(plain, step, found.names, found.inputs)
  }
  const fail = (error: unknown): never => {
    const inherited = exceptionNodeOf(error)
    if (inherited !== undefined) found.add('error', inherited)
    found.close(frame)
    const failure = new ExceptionNode(error, step, found.names, found.inputs)
    if (typeof error === 'object' && error !== null) exceptions.set(error, failure)
    else context.run?.failedWith(error, failure)
    throw error
  }
  let result: unknown
  try {
    result = runInContext(inner, () => run.apply(self as never, found.args as never[]))
  } catch (error) {
    return fail(error)
  }
  return (isThenable(result) ? Promise.resolve(result).then(succeed, fail) : succeed(result)) as Output<R>
}

function runUntraced(step: Step, inputs: readonly unknown[], run: (...args: never[]) => unknown, self: unknown): unknown {
  const result = run.apply(self as never, inputs.map((input) => unwrap(input)) as never[])
  const wrap = (value: unknown) => new TracedNode(unwrap(value), step.name)
  return isThenable(result) ? Promise.resolve(result).then(wrap) : wrap(result)
}

/** The inputs of one step: each node once, under a name of its own, and the plain arguments for the call. */
class InputList {
  names: readonly string[]
  inputs: unknown[]
  readonly args: unknown[]
  #owned = false

  constructor(names: readonly string[], given: readonly unknown[]) {
    this.names = names
    this.inputs = new Array(given.length)
    this.args = new Array(given.length)
    for (let i = 0; i < given.length; i++) {
      const input = given[i]
      if (typeof input !== 'object' || input === null) {
        this.inputs[i] = this.args[i] = input
      } else if (nodeBrand in input) {
        const view = settled(input as unknown as NodeLike<unknown>)
        this.inputs[i] = view
        this.args[i] = peek(view)
      } else {
        this.inputs[i] = this.args[i] = unwrap(input, (inner, path) => this.add([this.names[i] ?? `arg${i}`, ...path].join('.'), inner))
      }
    }
  }

  readonly fromResult = (node: Node<unknown>, path: readonly string[]): void => this.add(['result', ...path].join('.'), node)

  close(frame: Frame): void {
    frame.open = false
    if (frame.reads !== undefined) for (const read of frame.reads) this.add(read.name, read)
  }

  add(name: string, node: Node<unknown>): void {
    if (this.inputs.includes(node)) return
    if (!this.#owned) { this.names = [...this.names]; this.#owned = true }
    let free = name
    for (let n = 1; this.names.includes(free); n++) free = `${name}_${n}`
    while (this.names.length < this.inputs.length) (this.names as string[]).push(`arg${this.names.length}`)
    ;(this.names as string[]).push(free)
    this.inputs.push(node)
  }
}

/**
 * Replaces nodes by their values inside plain objects and arrays. Copies only what holds a node; anything
 * else comes back as the same object. Cycles and shared parts are walked once.
 */
export function unwrap(value: unknown, onNode?: (node: Node<unknown>, path: readonly string[]) => void): unknown {
  if (typeof value !== 'object' || value === null) return value
  return unwrapObject(value, onNode, [], undefined)
}

function unwrapObject(value: object, onNode: ((node: Node<unknown>, path: readonly string[]) => void) | undefined, path: readonly string[], seen: Map<object, unknown> | undefined): unknown {
  if (nodeBrand in value) {
    const view = settled(value as unknown as NodeLike<unknown>)
    onNode?.(view, path)
    return peek(view)
  }
  const isList = Array.isArray(value)
  if (!isList) {
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null) return value
  }
  if (seen?.has(value)) return seen.get(value)
  let visited = seen
  let copy: Record<string, unknown> | undefined
  const source = value as Record<string, unknown>
  const keys = isList ? undefined : Object.keys(value)
  const length = isList ? value.length : keys!.length
  for (let i = 0; i < length; i++) {
    const key = isList ? (i as unknown as string) : keys![i]!
    const inner = source[key]
    if (typeof inner !== 'object' || inner === null) continue
    if (visited === undefined) visited = new Map()
    if (!visited.has(value)) visited.set(value, value)
    const plain = unwrapObject(inner, onNode, [...path, String(key)], visited)
    if (plain === inner) continue
    if (copy === undefined) {
      copy = (isList ? [...value] : { ...value }) as Record<string, unknown>
      visited.set(value, copy)
    }
    copy[key] = plain
  }
  return copy ?? value
}

function noteRead(node: TracedNode<unknown>, how: 'value' | 'text' | 'json'): void {
  const { frame, run, recording } = currentContext()
  if (frame !== undefined) {
    if (frame.open) (frame.reads ??= []).push(settled(node))
  } else if (run !== undefined && recording) {
    run.leaked(settled(node), how)
  }
}

const getStep: Step = { name: 'get', description: 'reads a member' }

function openNode(parent: TracedNode<unknown>): unknown {
  const value = peek(parent)
  if (value === null || value === undefined) return value
  const member = (key: PropertyKey): unknown => {
    const inner: unknown = Reflect.get(Object(value), key, value)
    if (typeof inner !== 'function' || Array.isArray(value)) return runStep(getStep, ['of', 'key'], [parent, key], () => inner)
    return (...args: unknown[]) => runStep({ name: String(key), description: 'calls a method' },
      ['self', ...args.map((_, index) => `arg${index}`)], [parent, ...args], (_self: never, ...rest: never[]) => inner.apply(value, rest))
  }
  if (Array.isArray(value)) return Array.from(value, (_, index) => member(index))
  // The target is empty: a proxy may not answer for a frozen property of its target with anything else.
  return new Proxy({}, {
    get: (_, key) => (typeof key === 'symbol' ? undefined : member(key)),
    has: (_, key) => key in Object(value),
    ownKeys: () => Object.keys(Object(value)),
    getOwnPropertyDescriptor: (_, key) => (Object.hasOwn(Object(value), key) ? { enumerable: true, configurable: true, value: member(key) } : undefined),
  })
}

// The source text is what a reader of the graph sees of a lambda. Engines hand it out without copying.
// oxlint-disable-next-line no-unsafe-function-type
function deriveStep(compute: Function): Step {
  return new DeriveStep(String(compute))
}
class DeriveStep implements Step {
  readonly name = 'derive'
  readonly #source: string
  constructor(source: string) { this.#source = source }
  get description(): string { return this.#source.replaceAll(/\s+/g, ' ').slice(0, 200) }
}

/** The name of an input that has none of its own: that of the node, or a position. @internal */
export function inputName(input: unknown, index: number): string { return isNode(input) ? input.name : `input${index}` }

/** How a value reads inside a text: objects and arrays as JSON. @internal */
export function asText(value: unknown): unknown { return typeof value === 'object' && value !== null ? JSON.stringify(value) : value }

/** `"(TypeError) message"` of anything thrown. */
export function describeError(error: unknown): string {
  try {
    if (error instanceof Error) return `(${error.name}) ${error.message}`
    return `(${error === null ? 'null' : typeof error}) ${String(error)}`
  } catch {
    return '(unknown) an error that cannot be read'
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}

export type { Traceable }
