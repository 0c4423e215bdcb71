/** Functions traced as one node. Stage: graph. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { callStep, rolesFor } from './call-step.ts'
import { codeParameter, runCode } from './code-parameter.ts'
import type { CodeSource } from './code-source.ts'
import { inputNames } from './input-names.ts'
import type { Step } from './origin.ts'
import type { Parameter } from './parameter.ts'
import { uniqueNames } from './step-inputs.ts'
import { markTraced } from './traced-function.ts'
import { runStep } from './traced-node.ts'
import type { Output, TraceableArgs } from './types.ts'

/** Options of `bundle`. */
export interface BundleOptions<Args extends readonly unknown[] = readonly unknown[]> {
  /** Name in the trace graph. @defaultValue the function's own name */
  readonly name?: string
  /** What the function does, for whoever reads the graph. */
  readonly description?: string
  /** Names of the arguments. @defaultValue read from the function's source */
  readonly inputs?: { readonly [K in keyof Args]-?: string }
  /**
   * Its code is a parameter of kind `code`, `parameter` of the result, under the name of the bundle. The function runs as it is
   * until other code is proposed. The plugin of `trace-eval/config`, and the command, put the source as written in place of `true`.
   * @defaultValue false
   */
  readonly trainable?: boolean | CodeSource
}

/** A bundle whose code may change. */
export interface TrainableBundle<This, Args extends readonly unknown[], R> {
  (this: This, ...args: TraceableArgs<Args>): Output<R>
  /** Its code. */
  readonly parameter: Parameter<string>
}

/**
 * Makes `fn` one traced step, sync or async. It takes plain values or nodes, also deep inside plain objects,
 * arrays, maps and sets; `fn` sees plain values; a node (or a promise of one) comes back. A node whose `value` is read
 * inside becomes an input by itself, also after an `await`. An error stays the error it was, and is recorded
 * as an exception node, so that feedback reaches the inputs of a step that failed.
 *
 * @throws {TraceEvalError} `STEP_FUNCTION` when `fn` is no function.
 * @example
 * ```ts
 * const pick = bundle(function pick(reply: Reply, least: number) {
 *   return reply.confidence >= least ? reply.team : 'human'
 * })
 * pick({ team: 'billing', confidence: 0.4 }, node(0.5)).value // 'human'
 * ```
 */
export function bundle<This, Args extends readonly unknown[], R>(
  fn: (this: This, ...args: Args) => R, options: BundleOptions<NoInfer<Args>> & { readonly trainable: true | CodeSource },
): TrainableBundle<This, Args, R>
export function bundle<This, Args extends readonly unknown[], R>(
  fn: (this: This, ...args: Args) => R, options?: BundleOptions<NoInfer<Args>>,
): (this: This, ...args: TraceableArgs<Args>) => Output<R>
export function bundle<This, Args extends readonly unknown[], R>(
  fn: (this: This, ...args: Args) => R, options: BundleOptions<Args> = {},
): (this: This, ...args: TraceableArgs<Args>) => Output<R> {
  if (typeof fn !== 'function') throw new TraceEvalError('STEP_FUNCTION', `expected a function to bundle, received ${describeValue(fn)}`)
  const step: Step = { name: options.name ?? (fn.name || 'bundle'), description: options.description, declaredAt: new Error('declared') }
  const names = options.inputs as readonly string[] | undefined
  const { trainable } = options
  if (trainable !== undefined && trainable !== false) return trainableBundle(fn as never, step, names ?? inputNames(fn), trainable) as never
  return Object.defineProperty(callStep(step, fn as never, names), 'name', { value: step.name }) as never
}

/** The step has its code as one more input. @internal */
export function trainableBundle(fn: (...args: never[]) => unknown, step: Step, names: readonly string[], trainable: true | CodeSource): TrainableBundle<unknown, unknown[], unknown> {
  const code = codeParameter(step.name, fn, { ...step.description !== undefined && { description: step.description }, ...trainable !== true && { source: trainable } })
  const call = function (this: unknown, ...args: unknown[]): unknown {
    const run = (...given: unknown[]): unknown => runCode(code, given.pop(), this, given)
    return runStep(step, uniqueNames([...rolesFor(names, args.length), 'code']), [...args, code], run as (...args: never[]) => unknown, this)
  }
  return Object.defineProperties(markTraced(call), { name: { value: step.name }, parameter: { value: code, enumerable: true } }) as never
}
