/** Parameters: named values that an optimizer may change. Stage: graph. */
import { TraceEvalError } from '../core/errors.ts'
import { formatLocation, userLocation, type SourceLocation } from '../core/stack.ts'
import { currentContext, runInContext, type ParameterOverlay } from './context.ts'
import { checkValue, domainOf, type Domain, type DomainOptions, type ParameterKind } from './domain.ts'
import { ParameterView, TracedNode, viewKey, type Node } from './node.ts'
import type { AnySchema, SchemaInput, SchemaOutput } from './standard-schema.ts'
import { nodeBrand } from './types.ts'

/** A trainable node with a stable name. */
export interface Parameter<out T> extends Node<T> {
  readonly kind: ParameterKind
  /** What it is for; whoever proposes values reads it. */
  readonly description: string | undefined
  /** What values it may have, as plain data. */
  readonly domain: Domain
  /** Where it is declared. */
  readonly location: SourceLocation | undefined
  /** This parameter with a value, for `withParameters`. Checked at once. */
  // oxlint-disable-next-line no-explicit-any -- checked at run time; `T` here would make parameters invariant
  with(value: T extends infer V ? V : any): Assignment
  /** `value`, as it may be given to this parameter; throws `PARAMETER_VALUE` otherwise. */
  check(value: unknown): T
}

/** A parameter and a value that fits it. */
export interface Assignment { readonly parameter: Parameter<unknown>; readonly value: unknown }

interface Described { /** What it is for; whoever proposes values reads it. */ readonly description?: string }
/** A text. */
export interface TextOptions extends Described { /** Characters. @defaultValue no limit */ readonly maxLength?: number }
/** A number. */
export interface NumberOptions extends Described {
  /** Lowest and highest value, both allowed. @defaultValue no limit */
  readonly range?: readonly [low: number, high: number]
  /** Whole numbers only. @defaultValue false */
  readonly integer?: boolean
  /** Search by ratio instead of by difference; needs a range above 0. @defaultValue false */
  readonly log?: boolean
}
/** One of several values. */
export interface ChoiceOptions<C> extends Described { readonly choices: readonly C[] }
/** A list of few-shot examples, chosen from a pool. */
export interface ExamplesOptions<E> extends Described {
  /** What to choose from. */
  readonly pool: readonly E[]
  /** How many at most. @defaultValue 8, or the size of the pool */
  readonly max?: number
}
/** Any value that a Standard Schema (Zod, Valibot, ArkType, …) accepts. */
export interface SchemaOptions<S> extends Described { readonly schema: S; readonly range?: readonly [low: number, high: number]; readonly integer?: boolean; readonly log?: boolean; readonly maxLength?: number }

type Options<V, C, E, S> = ChoiceOptions<C> | ExamplesOptions<E> | SchemaOptions<S> | OwnOptions<V>
type OwnOptions<V> = [V] extends [string] ? TextOptions : [V] extends [number] ? NumberOptions : [V] extends [boolean] ? Described : never
// Whichever of choices (C), schema (S) and pool (E) is given decides the type; otherwise the value does.
type ByOption<C, S, E, IfChoices, IfSchema, IfPool, Else> =
  [C] extends [never] ? ([S] extends [never] ? ([E] extends [never] ? Else : IfPool) : IfSchema) : IfChoices
type Initial<V, C, E, S> = ByOption<C, S, E, NoInfer<C>, SchemaInput<NoInfer<S>>, readonly NoInfer<E>[], OwnType<V>>
type Learned<V, C, E, S> = ByOption<C, S, E, C, SchemaOutput<S>, readonly E[], Widened<V>>
type OwnType<V> = [V] extends [string | number | boolean] ? V : 'a value of this type needs a schema'
type Widened<V> = V extends string ? string : V extends number ? number : V extends boolean ? boolean : never
type Scalar = string | number | boolean | null

/**
 * Declares a value that an optimizer may change. Its name must be unique within a workflow, and stay the
 * same as long as saved values should fit.
 *
 * @throws {TraceEvalError} `PARAMETER_NAME`, `PARAMETER_OPTIONS`, or `PARAMETER_VALUE` when the value does not fit.
 * @example
 * ```ts
 * const instructions = parameter('instructions', 'Route the ticket to a team.')
 * const minConfidence = parameter('minConfidence', 0.5, { range: [0, 1] })
 * const model = parameter('model', 'small', { choices: ['small', 'large'] })
 * const shots = parameter('shots', [], { pool: [{ ticket: 'Money back!', team: 'billing' }], max: 4 })
 * ```
 */
// One signature: with overloads TypeScript reports every mistake as "No overload matches this call".
export function parameter<V, const C extends Scalar = never, E = never, S extends AnySchema = never>(
  name: string, value: Initial<V, C, E, S>, options?: Options<V, C, E, S>,
): Parameter<Learned<V, C, E, S>> {
  return new ParameterNode(name, value, (options ?? {}) as DomainOptions & Described) as unknown as Parameter<Learned<V, C, E, S>>
}

const parameterBrand: unique symbol = Symbol.for('trace-eval.parameter') as never
const valueKey = Symbol.for('trace-eval.value')

class ParameterNode extends TracedNode<unknown> implements Parameter<unknown> {
  static { Object.defineProperty(this, 'name', { value: 'Parameter' }) }
  readonly [parameterBrand]: true = true
  readonly domain: Domain
  readonly description: string | undefined
  readonly #schema: AnySchema | undefined
  readonly #declared: string | undefined
  #own: ParameterView<unknown>

  constructor(name: string, value: unknown, options: DomainOptions & Described) {
    super(undefined, name)
    this.#declared = new Error('declared').stack
    if (typeof name !== 'string' || name.trim() !== name || name === '' || /[\n\r:]/.test(name) || name === '__proto__') {
      throw new TraceEvalError('PARAMETER_NAME', `expected a parameter name of one line without colon, received ${JSON.stringify(name)}`, { ...this.#at(), hint: 'Use an identifier, for example `minConfidence`.' })
    }
    const domain = domainOf(value, options)
    if ('problem' in domain) throw new TraceEvalError('PARAMETER_OPTIONS', domain.problem, this.#at(name))
    this.domain = domain
    this.description = options.description
    this.#schema = options.schema
    this.#own = new ParameterView(this.check(value), name, this)
    // Equality looks at this property, and must see the value of now.
    Object.defineProperty(this, valueKey, { enumerable: true, get: () => this[nodeBrand] })
    for (const hidden of [parameterBrand, 'domain', 'description']) Object.defineProperty(this, hidden, { enumerable: false })
  }

  get kind(): ParameterKind { return this.domain.kind }
  get location(): SourceLocation | undefined { return userLocation(this.#declared) }
  get [viewKey](): Node<unknown> { return currentContext().values?.viewOf(this) ?? this.#own }
  override get [nodeBrand](): unknown { return (this[viewKey] as TracedNode<unknown>)[nodeBrand] }
  override get value(): unknown { return this[viewKey].value }
  override toJSON(): unknown { return (this[viewKey] as TracedNode<unknown>).toJSON() }
  override [Symbol.toPrimitive](): unknown { return (this[viewKey] as TracedNode<unknown>)[Symbol.toPrimitive]() }

  with(value: unknown): Assignment { return { parameter: this, value: this.check(value) } }
  check(value: unknown): unknown {
    const checked = checkValue(this.domain, this.#schema, value)
    if ('value' in checked) return checked.value
    throw new TraceEvalError('PARAMETER_VALUE', checked.problem, this.#at(this.name))
  }
  /** @internal */
  set(value: unknown): void { this.#own = new ParameterView(this.check(value), this.name, this) }

  #at(name?: string): { at: string } {
    const place = this.location
    const subject = name === undefined ? 'parameter' : `parameter ${JSON.stringify(name)}`
    return { at: place === undefined ? subject : `${subject} (${formatLocation(place, process.cwd())})` }
  }
}

/** Whether `value` is a parameter, also of another copy of the library. */
export function isParameter(value: unknown): value is Parameter<unknown> {
  return typeof value === 'object' && value !== null && parameterBrand in value
}

/** Gives a parameter a new value of its own, for everything that runs from now on. @internal */
export function setParameter(target: Parameter<unknown>, value: unknown): void {
  (target as unknown as ParameterNode).set(value)
}

/**
 * Runs `run` with other values. Only what `run` starts sees them, however long it takes, so several
 * candidates can run at the same time.
 *
 * @example
 * ```ts
 * const team = withParameters([model.with('large')], () => route('I was charged twice'))
 * ```
 */
export function withParameters<R>(assignments: readonly Assignment[], run: () => R): R {
  const context = currentContext()
  const views = new Map<object, Node<unknown>>(assignments.map(({ parameter: target, value }) => [target, new ParameterView(value, target.name, target)]))
  return runInContext({ ...context, values: { viewOf: (target) => views.get(target) ?? context.values?.viewOf(target) } }, run)
}

/**
 * Values by parameter name, for parameters that nobody has seen yet: each is checked when it is first read.
 * Made once for a set of values and used for every run with them, so that all runs share their views.
 * @internal
 */
export function overlayByName(values: Readonly<Record<string, unknown>>): ParameterOverlay {
  const views = new Map<object, Node<unknown> | undefined>()
  return {
    viewOf(target) {
      if (views.has(target)) return views.get(target)
      const found = target as Parameter<unknown>
      const view = Object.hasOwn(values, found.name) ? new ParameterView(found.check(values[found.name]), found.name, found) : undefined
      views.set(target, view)
      return view
    },
  }
}
