/** Stands around every matcher call inside a case: counts it, names it, keeps soft failures. Stage: vitest. */
import { chai } from 'vitest'
import { factsOf, noteFacts, type AssertionFacts } from '../feedback/assertion-facts.ts'
import { attributionState, currentFrame, type CaseScope, type PendingAssertion, type ScopeFrame } from './assertion-scope.ts'

/** Any chai assertion; its flags are read through chai's own function. */
export type Flagged = object

/** A matcher as chai has it: a method, or the getter of a property. */
export type Method = (this: Flagged, ...args: unknown[]) => unknown

// Flags of ours. chai hands flags on along a chain, so one `expect(…)` is counted once.
const SOFT = 'trace-eval.soft'
const COUNTED = 'trace-eval.counted'
const INSIDE = 'trace-eval.inside'

const flag = (chai as unknown as { util: { flag(assertion: Flagged, key: string, value?: unknown): unknown } }).util.flag

const isSoft = (assertion: Flagged): boolean => flag(assertion, SOFT) === true

/** Whose assertion this is: that of the local `expect` it came from, else that of the running case. */
export function frameOf(assertion: Flagged): ScopeFrame | undefined {
  const { scopes } = attributionState()
  const frame = currentFrame()
  // Not through chai: reading a flag there gives the object flags, and this may be the prototype, whose flags all would share.
  const task = (assertion as { readonly __flags?: { readonly 'vitest-test'?: object } }).__flags?.['vitest-test']
  const bound = task === undefined ? undefined : scopes.get(task)
  if (bound === undefined || bound === frame?.scope) return frame
  return { scope: bound, check: undefined }
}

/** Gives the assertion to the case. Softness is kept by us: Vitest would format each soft failure at once, at a high price. */
export function claim(assertion: Flagged, { scope }: ScopeFrame): void {
  flag(assertion, 'vitest-test', scope.task)
  if (flag(assertion, 'soft') !== true) return
  flag(assertion, 'soft', false)
  flag(assertion, SOFT, true)
}

/** Calls a matcher for a case. A soft failure is kept and the chain goes on; any other is thrown, with its facts noted. */
export function guardMatcher(frame: ScopeFrame, assertion: Flagged, matcher: string, original: Method, args: unknown[]): unknown {
  // `assert.equal` and matchers that use others are not calls of the case.
  if (flag(assertion, INSIDE) === true || flag(assertion, 'lockSsfi') === true) return original.apply(assertion, args)
  claim(assertion, frame)
  count(frame.scope, assertion)
  const soft = isSoft(assertion) && flag(assertion, 'promise') === undefined
  flag(assertion, INSIDE, true)
  try {
    const result = original.apply(assertion, args)
    if (isThenable(result)) return pend(frame, assertion, factsFrom(assertion, matcher, args), result, soft)
    if (result instanceof chai.Assertion) flag(result, INSIDE, false)
    if (soft) frame.scope.softHeld(frame.check)
    return result
  } catch (error) {
    const facts = { ...factsFrom(assertion, matcher, args), origin: new Error() }
    if (!soft) {
      noteFacts(error, facts)
      throw error
    }
    frame.scope.softBroke(error, facts, frame.check)
    return assertion
  } finally {
    flag(assertion, INSIDE, false)
  }
}

function count(scope: CaseScope, assertion: Flagged): void {
  if (flag(assertion, COUNTED) === true) return
  flag(assertion, COUNTED, true)
  if (scope.closed) return
  scope.matcherCalls++
  const message = scope.messages === undefined ? undefined : flag(assertion, 'message')
  if (typeof message === 'string' && message !== '') scope.messages!.add(message)
}

function factsFrom(assertion: Flagged, matcher: string, args: readonly unknown[]): AssertionFacts {
  const message = flag(assertion, 'message')
  const promise = flag(assertion, 'promise') as 'resolves' | 'rejects' | undefined
  return {
    matcher, args, subject: flag(assertion, 'object'),
    ...(typeof message === 'string' && message !== '' && { userMessage: message }),
    ...(flag(assertion, 'negate') === true && { negated: true }),
    ...(flag(assertion, 'poll') === true && { polled: true }),
    ...(promise !== undefined && { promise }),
  }
}

/** `.resolves` or `.rejects` for a case: every matcher behind it is an assertion that must be awaited. */
export function guardPromise(frame: ScopeFrame, assertion: Flagged, open: () => object): object {
  claim(assertion, frame)
  // Without a task Vitest does not keep the promise, nor does it warn: both are ours.
  flag(assertion, 'vitest-test', undefined)
  const opened = open()
  flag(assertion, 'vitest-test', frame.scope.task)
  return new Proxy(opened, {
    get(target, key, receiver: object) {
      const value = Reflect.get(target, key) as unknown
      if (typeof value !== 'function' || typeof key === 'symbol') return value instanceof chai.Assertion ? receiver : value
      return (...args: unknown[]) => {
        count(frame.scope, assertion)
        const facts = factsFrom(assertion, key, args)
        const { subject: _promise, ...known } = facts
        return pend(frame, assertion, known, (value as (...given: unknown[]) => PromiseLike<unknown>)(...args), isSoft(assertion))
      }
    },
  })
}

function pend(frame: ScopeFrame, assertion: Flagged, facts: AssertionFacts, promise: PromiseLike<unknown>, soft: boolean): PromiseLike<unknown> {
  const { scope, check } = frame
  const entry: PendingAssertion = { written: written(assertion, facts), origin: new Error(), facts, awaited: false, settled: undefined, rejection: undefined }
  const outcome = Promise.resolve(promise).then((value) => {
    if (soft) scope.softHeld(check)
    return value
  }, (error: unknown) => {
    entry.rejection = { error }
    noteFacts(error, { ...facts, origin: entry.origin })
    if (!soft) throw error
    scope.softBroke(error, factsOf(error) ?? facts, check)
    return undefined
  })
  entry.settled = outcome.then(() => { entry.settled = undefined }, () => { entry.settled = undefined })
  if (!scope.closed) scope.pending.push(entry)
  return awaitable(outcome, () => { entry.awaited = true })
}

/** A promise that tells when somebody awaits it. */
function awaitable(promise: Promise<unknown>, onAwait: () => void): Promise<unknown> {
  const watched = <K extends 'then' | 'catch' | 'finally'>(method: K) => (...args: unknown[]) => {
    onAwait()
    return (promise[method] as (...given: unknown[]) => Promise<unknown>).apply(promise, args)
  }
  // oxlint-disable-next-line unicorn/no-thenable -- being awaited is what it is for
  return { then: watched('then'), catch: watched('catch'), finally: watched('finally'), [Symbol.toStringTag]: 'Promise' } as Promise<unknown>
}

function written(assertion: Flagged, { promise, negated, matcher, args }: AssertionFacts): string {
  const words = [`expect${isSoft(assertion) ? '.soft' : ''}(actual)`, promise, negated ? 'not' : undefined, `${matcher}(${args?.length ? 'expected' : ''})`]
  return words.filter((word) => word !== undefined).join('.')
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof chai.Assertion) && typeof (value as { then?: unknown }).then === 'function'
}
