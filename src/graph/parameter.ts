/** Parameters: named values that an optimizer may change. Stage: graph. */
import { isSame } from '../core/is-same.ts'
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { formatLocation, userLocation, type SourceLocation } from '../core/stack.ts'
import { currentContext, runInContext, type ParameterOverlay } from './context.ts'
import { checkValue, domainOf, unstable, type Domain, type ParameterKind } from './domain.ts'
import { valueKey, viewKey } from './origin.ts'
import type { Initial, Learned, Options, Projected, Projection, Scalar } from './parameter-options.ts'
import { projectValue } from './projections.ts'
import { scopedName } from './scope.ts'
import type { AnySchema } from './standard-schema.ts'
import { ParameterView, TracedNode } from './traced-node.ts'
import { nodeBrand, type Node } from './types.ts'
import { unwrap } from './unwrap.ts'

export type { ChoiceOptions, ExamplesOptions, NumberOptions, Projected, Projection, SchemaOptions, TextOptions } from './parameter-options.ts'

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

/**
 * Declares a value that an optimizer may change. Its name must be unique within a workflow, and stay the
 * same as long as saved values should fit. Of a node it takes the value, and nothing of what is behind it.
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
  givenName: string, initial: Initial<V, C, E, S>, options?: Options<V, C, E, S>,
): Parameter<Learned<V, NoInfer<C>, NoInfer<E>, NoInfer<S>>> {
  const name = scopedName(givenName)
  const value = unwrap(initial)
  const given: unknown = options ?? {}
  const declared = new Error('declared')
  const refuse = (code: string, problem: string, hint?: string): never => {
    throw new TraceEvalError(code, problem, { at: placeOf(name, userLocation(declared.stack)), ...(hint !== undefined && { hint }) })
  }
  checkParameterName(name, () => placeOf(name, userLocation(declared.stack)))
  const domain = domainOf(value, given)
  if ('problem' in domain) return refuse('PARAMETER_OPTIONS', domain.problem)
  const made = new ParameterNode(name, domain, { ...(given as Projected & { schema?: AnySchema }), declared })
  const first = made.check(value)
  const problem = unstable(domain, made.schema, first)
  if (problem !== undefined) refuse('PARAMETER_OPTIONS', problem, 'A schema is a constraint: convert values where you use them.')
  if (made.project !== undefined && !isSame(made.check(first), first)) {
    refuse('PARAMETER_OPTIONS', `expected a projection that leaves its own answer as it is, received ${describeValue(made.check(first))} from ${describeValue(first)}`, 'Saved values are projected again when they are loaded.')
  }
  made.set(first)
  return made as unknown as Parameter<Learned<V, C, E, S>>
}

/** @internal */
export function checkParameterName(name: unknown, at: () => string): void {
  if (typeof name === 'string' && name.trim() === name && name !== '' && !/[\n\r:]/.test(name) && name !== '__proto__') return
  throw new TraceEvalError('PARAMETER_NAME', `expected a parameter name of one line without colon, received ${describeValue(name)}`, { at: at(), hint: 'Use an identifier, for example `minConfidence`.' })
}

/** A parameter as it was written down, with an unchecked value: its schema stays behind. @internal */
export function restoredParameter(name: string, domain: Domain, details: ParameterDetails, value: unknown): Parameter<unknown> {
  const made = new ParameterNode(name, domain, details)
  made.restore(value)
  return made
}

/** A node that stands for `parameter` with `value`, unchecked. @internal */
export function viewOf(target: Parameter<unknown>, value: unknown): Node<unknown> { return new ParameterView(value, target.name, target) }

function placeOf(name: unknown, location: SourceLocation | undefined): string {
  const subject = `parameter ${describeValue(name)}`
  return location === undefined ? subject : `${subject} (${formatLocation(location, process.cwd())})`
}

const parameterBrand: unique symbol = Symbol.for('trace-eval.parameter') as never

/** @internal */
export interface ParameterDetails {
  readonly description?: string | undefined
  readonly schema?: AnySchema
  readonly project?: Projection | readonly Projection[]
  readonly declared?: Error | undefined
  readonly location?: SourceLocation | undefined
}

class ParameterNode extends TracedNode<unknown> implements Parameter<unknown> {
  static override readonly name: string = 'Parameter'
  readonly [parameterBrand]: true = true
  readonly domain: Domain
  readonly description: string | undefined
  readonly schema: AnySchema | undefined
  readonly project: Projection | readonly Projection[] | undefined
  readonly #declared: Error | undefined
  readonly #location: SourceLocation | undefined
  #own: ParameterView<unknown>

  constructor(name: string, domain: Domain, details: ParameterDetails) {
    super(undefined, name)
    this.domain = domain
    this.description = details.description
    this.schema = details.schema
    this.project = details.project
    this.#declared = details.declared
    this.#location = details.location
    this.#own = new ParameterView<unknown>(undefined, name, this)
    // Equality looks at this property, and must see the value of now.
    Object.defineProperty(this, valueKey, { enumerable: true, get: () => this[nodeBrand] })
    for (const hidden of [parameterBrand, 'domain', 'description', 'schema', 'project']) Object.defineProperty(this, hidden, { enumerable: false })
  }

  get kind(): ParameterKind { return this.domain.kind }
  get location(): SourceLocation | undefined { return this.#location ?? userLocation(this.#declared?.stack) }
  get [viewKey](): Node<unknown> { return currentContext().values?.viewOf(this) ?? this.#own }
  override get [nodeBrand](): unknown { return (this[viewKey] as TracedNode<unknown>)[nodeBrand] }
  override get value(): unknown { return this[viewKey].value }
  override toJSON(): unknown { return (this[viewKey] as TracedNode<unknown>).toJSON() }
  override [Symbol.toPrimitive](): unknown { return (this[viewKey] as TracedNode<unknown>)[Symbol.toPrimitive]() }

  with(value: unknown): Assignment { return { parameter: this, value: this.check(value) } }
  check(value: unknown): unknown {
    const projected = projectValue(this.domain, this.project, value)
    const checked = 'value' in projected ? checkValue(this.domain, this.schema, projected.value) : projected
    if ('value' in checked) return checked.value
    throw new TraceEvalError('PARAMETER_VALUE', checked.problem, { at: placeOf(this.name, this.location) })
  }
  /** @internal */
  set(value: unknown): void { this.restore(this.check(value)) }
  /** @internal */
  restore(value: unknown): void { this.#own = new ParameterView(value, this.name, this) }
}

/** Whether `value` is a parameter, also of another copy of the library. */
export function isParameter(value: unknown): value is Parameter<unknown> {
  return typeof value === 'object' && value !== null && parameterBrand in value
}

/** Gives a parameter a new value of its own, for everything that runs from now on. @internal */
export function setParameter(target: Parameter<unknown>, value: unknown): void {
  (target as unknown as ParameterNode).set(value)
}

/** The same, unchecked. @internal */
export function restoreParameter(target: Parameter<unknown>, value: unknown): void {
  (target as unknown as ParameterNode).restore(value)
}

/**
 * Runs `run` with other values. Only what `run` starts sees them, however long it takes, so several
 * candidates can run at the same time.
 *
 * @example
 * ```ts
 * const limit = parameter('limit', 0.5)
 * withParameters([limit.with(0.9)], () => limit.value) // 0.9
 * limit.value // 0.5
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
      const view = Object.hasOwn(values, found.name) ? new ParameterView(checkSaved(found, values[found.name]), found.name, found) : undefined
      views.set(target, view)
      return view
    },
  }
}

function checkSaved(target: Parameter<unknown>, value: unknown): unknown {
  try {
    return target.check(value)
  } catch (error) {
    if (!TraceEvalError.is(error, 'PARAMETER_VALUE')) throw error
    const { summary, at = '' } = error
    throw new TraceEvalError('SAVED_VALUE', summary, { at, cause: error, hint: 'The value was given by name, as saved values are: the parameter has changed since. Save a value that fits, or take it out of the params file.' })
  }
}
