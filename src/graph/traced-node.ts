/** The nodes themselves, and how a step makes one. Stage: graph. */
import { asText, describeError } from './as-text.ts'
import { currentContext, runInContext, type Context, type Frame, type LeakKind } from './context.ts'
import { causeOf, failureCount, rememberFailure } from './failures.ts'
import { openNode, type MemberSteps } from './open-node.ts'
import { inputsKey, markKey, originKey, originOf, settled, valueKey, type Origin, type Step } from './origin.ts'
import { scopedStep } from './scope.ts'
import { StepInputs } from './step-inputs.ts'
import { nodeBrand, type Members, type Node, type NodeLike, type Output } from './types.ts'
import { unwrap } from './unwrap.ts'

const none: readonly never[] = []
const valueOrigin: Origin = { kind: 'value' }

/** @internal */
export class TracedNode<T> implements Node<T> {
  // Test runners print this name in their diffs.
  static readonly name: string = 'Node'
  // Own and enumerable: deep equality compares only such properties, and without one any two nodes were equal.
  readonly [valueKey]: T
  readonly #label: string | Step
  readonly #names: readonly string[]
  readonly #inputs: readonly unknown[]
  #mark = 0

  constructor(value: T, label: string | Step, names: readonly string[] = none, inputs: readonly unknown[] = none) {
    this[valueKey] = value
    this.#label = label
    this.#names = names
    this.#inputs = inputs
  }
  get [nodeBrand](): T { return this[valueKey] }
  get [inputsKey](): readonly unknown[] { return this.#inputs }
  get [markKey](): number { return this.#mark }
  set [markKey](mark: number) { this.#mark = mark }
  get [originKey](): Origin {
    if (typeof this.#label === 'string') return valueOrigin
    if (this.#label.given === true) return { kind: 'value', description: this.#label.description }
    return { kind: 'message', step: this.#label, names: this.#names, inputs: this.#inputs }
  }
  get name(): string { return typeof this.#label === 'string' ? this.#label : this.#label.output ?? this.#label.name }
  get value(): T { noteRead(this, 'value'); return this[valueKey] }
  get $(): Members<T> { return openNode(this, memberSteps) as Members<T> }
  derive<U>(compute: (value: T) => U): Output<U> {
    return runStep(new DeriveStep(compute), ['input'], [this], compute as (...args: never[]) => U)
  }
  toJSON(): unknown { noteRead(this, 'json'); return this[valueKey] }
  [Symbol.toPrimitive](): unknown { noteRead(this, 'text'); return asText(this[valueKey]) }
  [Symbol.for('nodejs.util.inspect.custom')](_depth: number, options: object, inspect: (value: unknown, options: object) => string): string {
    return `Node(${this.name}: ${inspect(this[nodeBrand], options)})`
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

/**
 * Runs one traced step. Nodes among the inputs, at any depth of plain objects, arrays, maps and sets, nodes whose value is
 * read on the way, and steps that fail on the way become inputs of the result; `run` sees plain values. An
 * error becomes an exception node and is thrown on unchanged.
 * @internal
 */
export function runStep<R>(operation: Step, names: readonly string[], inputs: readonly unknown[], run: (...args: never[]) => R, self?: unknown): Output<R> {
  const context = currentContext()
  const step = scopedStep(operation, context.scope)
  if (!context.recording) return runUntraced(step, inputs, run, self) as Output<R>
  const found = new StepInputs(names, inputs)
  if (step.pure === true) return runPure(step, found, run, context) as Output<R>
  const frame: Frame = { reads: undefined, open: true, failures: failureCount(), ended: context.run?.watch?.(step, found) }
  let result: unknown
  try {
    const inner: Context = { ...context, frame }
    result = runInContext(inner, invoke, run, self, found.args)
  } catch (error) {
    return fail(error, step, found, context, frame)
  }
  if (!isThenable(result)) return succeed(result, step, found, frame) as Output<R>
  return Promise.resolve(result).then(
    (value) => succeed(value, step, found, frame),
    (error: unknown) => fail(error, step, found, context, frame),
  ) as Output<R>
}

const invoke = (run: (...args: never[]) => unknown, self: unknown, args: readonly unknown[]): unknown => run.apply(self as never, args as never[])

function runPure(step: Step, found: StepInputs, run: (...args: never[]) => unknown, context: Context): Node<unknown> {
  try {
    return new TracedNode(run(...found.args as never[]), step, found.names, found.inputs)
  } catch (error) {
    return fail(error, step, found, context, { reads: undefined, open: true, failures: failureCount() })
  }
}

function succeed(result: unknown, step: Step, found: StepInputs, frame: Frame): Node<unknown> {
  const plain = typeof result === 'object' && result !== null ? unwrap(result, (node, path) => found.add(['result', ...path].join('.'), node)) : result
  close(frame, found)
  return new TracedNode(plain, step, found.names, found.inputs)
}

function fail(error: unknown, step: Step, found: StepInputs, context: Context, frame: Frame): never {
  const cause = causeOf(error, frame.failures)
  if (cause !== undefined) found.add('error', cause)
  close(frame, found)
  const failure = new ExceptionNode(error, step, found.names, found.inputs)
  // A step around this one depends on it even when it catches the error and goes on.
  if (context.frame?.open === true) (context.frame.reads ??= new Set()).add(failure)
  if (!rememberFailure(error, failure, cause)) context.run?.failedWith(error, failure)
  throw error
}

function close(frame: Frame, found: StepInputs): void {
  frame.open = false
  frame.ended?.()
  if (frame.reads === undefined) return
  for (const read of frame.reads) found.add(originOf(read).kind === 'exception' ? 'error' : read.name, read)
  frame.reads = undefined
}

function runUntraced(step: Step, inputs: readonly unknown[], run: (...args: never[]) => unknown, self: unknown): unknown {
  const result = run.apply(self as never, inputs.map((input) => unwrap(input)) as never[])
  const wrap = (value: unknown) => new TracedNode(unwrap(value), step.output ?? step.name)
  return isThenable(result) ? Promise.resolve(result).then(wrap) : wrap(result)
}

function noteRead(node: TracedNode<unknown>, how: LeakKind | 'nothing'): void {
  const { frame, run, recording } = currentContext()
  if (frame?.open === true) (frame.reads ??= new Set()).add(settled(node))
  // Also what reads after its step settled: no later step can know of it.
  else if (run !== undefined && recording) run.leaked(settled(node), how)
}

const getStep: Step = { name: 'get', description: 'reads a member' }
const getNames = ['of', 'key'] as const

const memberSteps: MemberSteps = {
  nothing: (parent) => noteRead(parent as TracedNode<unknown>, 'nothing'),
  get(parent, key, value) {
    const { recording, scope } = currentContext()
    const step = scopedStep(getStep, scope)
    if (!recording) return new TracedNode(unwrap(value), step.output ?? step.name)
    if (typeof value === 'object' && value !== null) return heldNode(value, step, getNames, [parent, key])
    return new TracedNode(value, step, getNames, [settled(parent), key])
  },
  call: (parent, key, method, args) => runStep({ name: String(key), description: 'calls a method' },
    ['self', ...args.map((_, index) => `arg${index}`)], [parent, ...args], function call(this: unknown, self: unknown, ...rest: unknown[]) { return method.apply(self, rest) } as never),
}

/** A node of `value` without the nodes inside it, which are inputs beside those given: a container does not cut off what it holds. @internal */
export function heldNode(value: unknown, step: Step, names: readonly string[], inputs: readonly unknown[]): TracedNode<unknown> {
  const found = new StepInputs(names, inputs)
  const plain = unwrap(value, (held, path) => found.add(path.join('.') || 'value', held))
  return new TracedNode(plain, step, found.names, found.inputs)
}

/** A step whose source is what a reader of the graph sees of it. @internal */
export class DeriveStep implements Step {
  readonly name = 'derive'
  // Engines hand the text out without copying it.
  readonly #source: string
  // oxlint-disable-next-line no-unsafe-function-type
  constructor(compute: Function) { this.#source = String(compute) }
  get description(): string { return this.#source.replaceAll(/\s+/g, ' ').slice(0, 200) }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}
