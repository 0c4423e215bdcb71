/** The assertions of one run of one case: whose they are, how many held, what failed. Stage: vitest. */
import { chai, createExpect, type ExpectStatic, type RunnerTestCase } from 'vitest'
import { ambient, type Ambient } from '../core/ambient.ts'
import { noteFacts, type AssertionFacts } from '../feedback/assertion-facts.ts'
import { printSides } from '../feedback/error-sides.ts'

/** A failure inside a case that did not end it, or that shows only at its end. */
export interface ScopeFailure {
  readonly error: unknown
  readonly soft: boolean
  /** Name of the check it happened in. */
  readonly check?: string
}

/** An asynchronous assertion that someone has to await. */
export interface PendingAssertion {
  /** How it was written: `expect(actual).resolves.toBe(expected)`. */
  readonly written: string
  /** Made where the assertion was; it becomes the error when nobody awaits. */
  readonly origin: Error
  readonly facts: AssertionFacts
  awaited: boolean
  settled: Promise<void> | undefined
  rejection: { readonly error: unknown } | undefined
}

/** The task that Vitest believes the assertions belong to. */
export type StandInTask = RunnerTestCase & { onFinished: (() => unknown)[]; promises: Promise<unknown>[] }

/** Where the running code is: in this case, maybe in one of its checks. */
export interface ScopeFrame { readonly scope: CaseScope; readonly check: string | undefined }

interface SharedState { readonly scopes: WeakMap<object, CaseScope>; readonly wrapped: WeakSet<object> }

/** What all copies of the library in one process share; it lives on the class they all patch. */
const sharedKey = Symbol.for('trace-eval.attribution')

export function attributionState(): SharedState {
  const prototype = chai.Assertion.prototype as unknown as { [sharedKey]?: SharedState }
  if (prototype[sharedKey] === undefined) {
    Object.defineProperty(prototype, sharedKey, { value: { scopes: new WeakMap(), wrapped: new WeakSet() } })
  }
  return prototype[sharedKey]!
}

/** Where `withAmbient` has the case, and the check, that assertions belong to. */
export const asScope = (scope: CaseScope, check?: string): Ambient => ({ assertions: { scope, check } satisfies ScopeFrame })
export const currentFrame = (): ScopeFrame | undefined => ambient().assertions as ScopeFrame | undefined

/** What a scope may be told. */
export interface ScopeOptions {
  /** A case without any assertion fails, as under Vitest's option of this name. @defaultValue false */
  readonly requireAssertions?: boolean
  /** Keeps the messages of assertions, also of those that hold. @defaultValue false */
  readonly keepMessages?: boolean
}

/** One run of one case. Made by `beginCaseScope`, closed by `finishCaseScope`; what comes later counts nowhere. */
export class CaseScope {
  readonly task: StandInTask
  readonly failures: ScopeFailure[] = []
  readonly pending: PendingAssertion[] = []
  /** Soft assertions outside of checks that held, and that did not. */
  softPassed = 0
  softFailed = 0
  /** How many times `expect(…)` came to a matcher. */
  matcherCalls = 0
  /** What `expect.assertions` or `expect.hasAssertions` asked for, and where. */
  wanted: { readonly count: number | 'any'; readonly origin: Error } | undefined
  /** Messages of assertions that the case came to; kept only for a gate that looks at one. */
  readonly messages: Set<string> | undefined
  closed = false
  #softFailedIn: Map<string, number> | undefined
  #expect: ExpectStatic | undefined

  constructor(base: RunnerTestCase, { requireAssertions = false, keepMessages = false }: ScopeOptions) {
    this.messages = keepMessages ? new Set() : undefined
    this.task = standIn(base)
    if (requireAssertions) this.wanted = { count: 'any', origin: new Error() }
  }

  /** An `expect` bound to this run, also where async context is lost. Made at first use: it costs more than the whole scope. */
  get expect(): ExpectStatic {
    if (this.#expect === undefined) {
      attributionState().scopes.set(this.task, this)
      this.#expect = createExpect(this.task)
      countAssertions(this.#expect, () => this)
    }
    return this.#expect
  }

  /** Name of the check that the running code is in. */
  get check(): string | undefined {
    const frame = currentFrame()
    return frame?.scope === this ? frame.check : undefined
  }

  /** How many soft assertions did not hold in the check of this name. */
  softFailedIn(check: string): number { return this.#softFailedIn?.get(check) ?? 0 }

  softHeld(check: string | undefined): void {
    if (!this.closed && check === undefined) this.softPassed++
  }

  softBroke(error: unknown, facts: AssertionFacts, check: string | undefined): void {
    if (this.closed) return
    // Printed now: the values may change before the case ends.
    noteFacts(error, { ...printSides(error, facts), ...facts })
    this.failures.push({ error, soft: true, ...(check !== undefined && { check }) })
    if (check === undefined) this.softFailed++
    else (this.#softFailedIn ??= new Map()).set(check, this.softFailedIn(check) + 1)
  }
}

// Written out: an object that inherits from the task, or a spread of it, costs several times as much.
function standIn({ id, name, fullName, fullTestName, file, suite, mode, timeout, context }: RunnerTestCase): StandInTask {
  const task = {
    type: 'test', id, name, fullName, fullTestName, file, suite, mode, timeout, context,
    meta: {}, annotations: [], artifacts: [], promises: [], onFinished: [], onFailed: [], result: { state: 'run', errors: [] },
  }
  return task as unknown as StandInTask
}

/** Lets `expect.assertions` and `expect.hasAssertions` speak of the case that calls them. */
export function countAssertions(expect: ExpectStatic, scopeOf: () => CaseScope | undefined): void {
  const { assertions, hasAssertions } = expect
  expect.assertions = (count) => {
    const scope = scopeOf()
    if (scope) scope.wanted = { count, origin: new Error() }
    else assertions.call(expect, count)
  }
  expect.hasAssertions = () => {
    const scope = scopeOf()
    if (scope) scope.wanted = { count: 'any', origin: new Error() }
    else hasAssertions.call(expect)
  }
}
