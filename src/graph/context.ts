/** The only ambient state: the step that is running, the values parameters have, and the run that is being traced. Stage: graph. */
import { ambient, withAmbient, type Ambient } from '../core/ambient.ts'
import type { Step } from './origin.ts'
import type { Node } from './types.ts'

/** What a running step has read. Closed once it settled: a late callback adds nothing. */
export interface Frame {
  reads: Set<Node<unknown>> | undefined
  open: boolean
  /** How many steps had failed when it began. */
  readonly failures: number
  /** Called when it settles. */
  readonly ended?: (() => void) | undefined
}

/** What a step begins with: `args` go to the function, `inputs` into the graph, where a copy may stand for a plain value. */
export interface GivenInputs { readonly names: readonly string[]; readonly inputs: unknown[]; readonly args: readonly unknown[] }

/** Collects what a traced run of a workflow does outside its steps. */
export interface RunRecorder {
  /** A node was read as a plain value outside any step: what depends on it from here on is not in the graph. `nothing`: it has no members. */
  leaked(node: Node<unknown>, how: LeakKind | 'nothing'): void
  /** A step threw something that is not an object, so that it cannot be found again by identity. */
  failedWith(value: unknown, node: Node<unknown>): void
  /** A step begins; what comes back is called when it has settled. */
  watch?(step: Step, given: GivenInputs): (() => void) | undefined
}
/** Knows which node stands for a parameter, where it is not the parameter's own value. */
export interface ParameterOverlay { viewOf(parameter: object): Node<unknown> | undefined }
export type LeakKind = 'value' | 'text' | 'json'

/** A call of code that was proposed. */
export interface CodeCall { readonly source: string; readonly name: string; readonly isAsync: boolean; readonly args: readonly unknown[] }
/** Runs and checks proposed code, which the graph cannot: set by whoever runs rounds, or by the user. */
export interface CodeExecutor {
  /** The result, or a promise of it where the code is async. What the code throws names the line of its source. */
  run(call: CodeCall): unknown
  /** What is wrong with code that keeps its signature: syntax, types. */
  check(source: string, domain: { readonly function: string; readonly signature: string; readonly types?: string }): string | undefined
}

export interface Context {
  readonly frame: Frame | undefined
  /** Values of parameters that differ from their own. */
  readonly values: ParameterOverlay | undefined
  /** Off inside `untraced`. */
  readonly recording: boolean
  readonly run: RunRecorder | undefined
  /** What names begin with. */
  readonly scope?: string | undefined
  /** What runs proposed code here, where it is not the one of the whole process. */
  readonly code?: CodeExecutor | undefined
}

const root: Context = { frame: undefined, values: undefined, recording: true, run: undefined, scope: undefined, code: undefined }

const executors = globalThis as { [key: symbol]: CodeExecutor | undefined }
const executorKey = Symbol.for('trace-eval.code.1')
/** What runs proposed code: in the run that is under way, else in this process. */
export const codeExecutor = (): CodeExecutor | undefined => currentContext().code ?? executors[executorKey]
export function setCodeExecutor(executor: CodeExecutor | undefined): void { executors[executorKey] = executor }
const declaredKey = Symbol.for('trace-eval.code-declared.1')
/** Whether any code parameter was declared: only then somebody needs to load what runs code. */
export const isCodeDeclared = (): boolean => (globalThis as { [key: symbol]: unknown })[declaredKey] === true
export function noteCodeDeclared(): void { (globalThis as { [key: symbol]: unknown })[declaredKey] = true }

export const currentContext = (): Context => (ambient() as { readonly graph?: Context }).graph ?? root
/** Where `withAmbient` has a context. */
export const asContext = (graph: Context): Ambient => ({ graph })
export function runInContext<Args extends unknown[], R>(context: Context, run: (...args: Args) => R, ...args: Args): R {
  return withAmbient(asContext(context), run, ...args)
}

/**
 * Runs `run` without recording where values come from: steps inside give nodes without inputs and cost next to nothing.
 * May be nested; what is started inside stays untraced, also after an `await`.
 *
 * @example
 * ```ts
 * // The same value as ever, and no graph behind it.
 * const double = bundle(function double(x: number) { return x * 2 })
 * untraced(() => double(node(2))).value // 4
 * ```
 */
export function untraced<R>(run: () => R): R {
  return runInContext({ ...currentContext(), frame: undefined, recording: false }, run)
}
