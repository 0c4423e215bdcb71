/** `bundle` with all its forms: decorators, nodes handed in, traced insides, caught errors, snapshots. Stage: graph. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { trainableBundle } from './bundle.ts'
import { rolesFor } from './call-step.ts'
import { catching, type Caught } from './caught.ts'
import type { CodeSource } from './code-source.ts'
import { inputNames } from './input-names.ts'
import { nestedCall } from './nested.ts'
import { isNode, settled, type Step } from './origin.ts'
import type { Parameter } from './parameter.ts'
import { snapshotCall } from './snapshot.ts'
import { runStep, TracedNode } from './traced-node.ts'
import type { NodeLike, Output, Traceable, TraceableArgs } from './types.ts'

/** Options of this `bundle`. */
export interface BundleForms<Args extends readonly unknown[] = readonly unknown[], Passes extends boolean = boolean, Nests extends boolean = boolean, Catches extends boolean = boolean> {
  /** Name of the operation in the trace graph. @defaultValue the function's own name */
  readonly name?: string
  /** What the function does, for whoever reads the graph. */
  readonly description?: string
  /** Names of the arguments. @defaultValue read from the function's source */
  readonly inputs?: { readonly [K in keyof Args]-?: string }
  /** Name of the nodes it makes. @defaultValue the name of the operation */
  readonly output?: string
  /** The function gets its arguments as nodes; what it computes from them with traced steps stands in the graph. @defaultValue false */
  readonly passNodes?: Passes
  /** The function gets nodes as with `passNodes`, and what happens inside is a graph of its own: `innerOf`. @defaultValue false */
  readonly nested?: Nests
  /** A failing call answers its exception node instead of throwing: `isFailed`. @defaultValue false */
  readonly catchErrors?: Catches
  /** The function works on copies of its arguments, and the graph keeps copies: what changes later changes no record. @defaultValue false */
  readonly snapshot?: boolean
  /** Its code is a parameter, `parameter` of the result, as in the `bundle` of `trace-eval`: beside `output` and `catchErrors`. @defaultValue false */
  readonly trainable?: boolean | CodeSource
}

/** An argument that is declared as a node takes a node or its value. */
export type NodeArgs<Args extends readonly unknown[]> = { [K in keyof Args]: Args[K] extends NodeLike<infer Value> ? Traceable<Value> : Traceable<Args[K]> }

/** A decorator of methods and getters, as TypeScript calls it with and without `experimentalDecorators`. */
export interface BundleDecorator {
  <F>(method: F, context: ClassMethodDecoratorContext | ClassGetterDecoratorContext): F
  (target: object, key: string | symbol, descriptor: PropertyDescriptor): void
}

type Func = (this: unknown, ...args: unknown[]) => unknown

/**
 * The `bundle` of `trace-eval` with more forms. As a function it takes the options above; `@bundle` and `@bundle({ … })` make
 * a method or getter a traced step, whose `this` is the instance it is called on. TypeScript leaves a decorated method the type
 * it was written with: its result is a node at run time.
 *
 * @throws {TraceEvalError} `STEP_FUNCTION` when there is no function, `BUNDLE_OPTIONS` when `snapshot` stands beside `passNodes` or `nested`,
 * or `trainable` beside one of the three or on a decorator.
 * @example
 * ```ts
 * import { op, type Node } from 'trace-eval'
 * import { bundle, innerOf } from 'trace-eval/bundles'
 *
 * const square = bundle(function square(x: Node<number>) { return op.multiply(x, x) }, { nested: true })
 * const result = square(3)
 * result.value // 9
 * innerOf(result)?.outputs.map(({ name }) => name) // ['multiply']
 * ```
 */
export function bundle(options: BundleForms): BundleDecorator
export function bundle(target: object, key: string | symbol, descriptor: PropertyDescriptor): void
export function bundle<F>(method: F, context: ClassMethodDecoratorContext | ClassGetterDecoratorContext): F
export function bundle<This, Args extends readonly unknown[], R, Catches extends boolean = false>(
  fn: (this: This, ...args: Args) => R, options: BundleForms<NoInfer<Args>, false, false, Catches> & { readonly trainable: true | CodeSource },
): ((this: This, ...args: TraceableArgs<Args>) => true extends Catches ? Caught<Output<R>> : Output<R>) & { readonly parameter: Parameter<string> }
export function bundle<This, Args extends readonly unknown[], R, Passes extends boolean = false, Nests extends boolean = false, Catches extends boolean = false>(
  fn: (this: This, ...args: Args) => R, options?: BundleForms<NoInfer<Args>, Passes, Nests, Catches>,
): (this: This, ...args: true extends Passes | Nests ? NodeArgs<Args> : TraceableArgs<Args>) => true extends Catches ? Caught<Output<R>> : Output<R>
export function bundle(first: unknown, second?: unknown, third?: unknown): unknown {
  if (typeof first === 'object' && first !== null && second === undefined) return (...given: [unknown, unknown, unknown?]) => decorate(first as BundleForms, ...given)
  if (third !== undefined || isContext(second)) return decorate({}, first, second, third)
  return formed(first as Func, (second ?? {}) as BundleForms)
}

const isContext = (value: unknown): boolean => typeof value === 'object' && value !== null && 'kind' in value && 'addInitializer' in value

function decorate(options: BundleForms, target: unknown, context: unknown, descriptor?: unknown): unknown {
  if (isTrainable(options)) throw new TraceEvalError('BUNDLE_OPTIONS', 'expected a decorator without `trainable`: a method has no source of its own', { hint: 'Bundle a function, and call it in the method.' })
  if (descriptor === undefined) return formed(target as Func, { name: String((context as { name: PropertyKey }).name), ...options })
  const own = descriptor as PropertyDescriptor
  const named = { name: String(context), ...options }
  if (own.get !== undefined) own.get = formed(own.get, named)
  else own.value = formed(own.value as Func, named)
  return own
}

function formed(fn: Func, options: BundleForms): Func {
  if (typeof fn !== 'function') throw new TraceEvalError('STEP_FUNCTION', `expected a function to bundle, received ${describeValue(fn)}`)
  const { passNodes = false, nested = false, snapshot = false, catchErrors = false } = options
  if (snapshot && (passNodes || nested)) {
    throw new TraceEvalError('BUNDLE_OPTIONS', 'expected `snapshot`, or `passNodes` or `nested`, received both', { hint: 'A function that gets nodes reads their values: copy these with copyOf.' })
  }
  if (isTrainable(options) && (snapshot || passNodes || nested)) {
    throw new TraceEvalError('BUNDLE_OPTIONS', 'expected `trainable`, or `snapshot`, `passNodes` or `nested`, received both', { hint: 'Proposed code gets copies of plain values already.' })
  }
  const step: Step = { name: options.name ?? (fn.name || 'bundle'), output: options.output, description: options.description, declaredAt: new Error('declared') }
  const names = (options.inputs as readonly string[] | undefined) ?? inputNames(fn)
  const named = <F extends object>(made: F): F => Object.defineProperty(made, 'name', { value: step.name, configurable: true })
  if (isTrainable(options)) {
    const made = trainableBundle(fn, step, names, options.trainable)
    return named(catchErrors ? Object.defineProperty(catching(step, made), 'parameter', { value: made.parameter, enumerable: true }) : made) as Func
  }
  const call: Func = function (...args) {
    const roles = rolesFor(names, args.length)
    if (snapshot) return snapshotCall(step, roles, args, fn, this)
    if (!passNodes && !nested) return runStep(step, roles, args, fn as (...given: never[]) => unknown, this)
    const nodes = args.map((given, index) => (isNode(given) ? settled(given) : new TracedNode(given, roles[index]!)))
    return nested ? nestedCall(step, roles, nodes, fn, this) : runStep(step, roles, nodes, () => fn.apply(this, nodes), this)
  }
  return named(catchErrors ? catching(step, call) : call)
}

const isTrainable = (options: BundleForms): options is BundleForms & { readonly trainable: true | CodeSource } => options.trainable !== undefined && options.trainable !== false
