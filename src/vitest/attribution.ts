/** Gives every assertion to the run of the case it was made in, also when many run at once. Stage: vitest. */
import { withAmbient } from '../core/ambient.ts'
import { plural } from '../core/text.ts'
import type { RunnerTestCase } from 'vitest'
import { noteFacts } from '../feedback/assertion-facts.ts'
import { readText } from '../feedback/read-property.ts'
import { systemClock } from '../core/clock.ts'
import { guardAllMatchers } from './assertion-methods.ts'
import { asScope, CaseScope, currentFrame, type PendingAssertion, type ScopeFailure, type ScopeOptions } from './assertion-scope.ts'

export type { CaseScope, ScopeFailure, ScopeOptions }

/** Longest wait for assertions that the case started and did not wait for. */
const MAX_WAIT_MS = 1000

/**
 * Makes `expect`, `expect.soft` and `expect.poll`, imported or local, belong to the running case. Call it before
 * cases run; calling it again only picks up matchers that a chai plugin added since. Outside of cases nothing changes.
 */
export function installAttribution(): void { guardAllMatchers() }

/** The scope of one run of the case that `base` is the test of. */
export function beginCaseScope(base: RunnerTestCase, options: ScopeOptions = {}): CaseScope {
  return new CaseScope(base, options)
}

/** Runs `fn`, and everything it starts, in the scope of a case. */
export function attributeTo<R>(scope: CaseScope, fn: () => R): R {
  return withAmbient(asScope(scope), fn)
}

/** Runs `fn`, and everything it starts, in the check of that name. */
export function inCheck<R>(scope: CaseScope, check: string, fn: () => R): R {
  return withAmbient(asScope(scope, check), fn)
}

/** The scope that the running code is in. */
export function currentScope(): CaseScope | undefined { return currentFrame()?.scope }

/**
 * Closes the scope and gives what failed without being thrown: soft assertions in their order, then assertions
 * that nobody awaited, then unmet `expect.assertions`. Waits for assertions under way, at most a second and not
 * at all once `signal` is aborted.
 */
export async function finishCaseScope(scope: CaseScope, signal?: AbortSignal): Promise<ScopeFailure[]> {
  if (scope.pending.length > 0 && signal?.aborted !== true) await settle(scope)
  const failures = [...scope.failures, ...notAwaited(scope), ...pollsNotAwaited(scope), ...unmetCount(scope)]
  scope.closed = true
  return failures
}

async function settle(scope: CaseScope): Promise<void> {
  let timer: unknown
  const late = new Promise<'late'>((resolve) => { timer = systemClock.setTimeout(() => resolve('late'), MAX_WAIT_MS) })
  for (;;) {
    const open = scope.pending.flatMap(({ settled }) => settled ?? [])
    if (open.length === 0 || await Promise.race([Promise.all(open), late]) === 'late') break
  }
  systemClock.clearTimeout(timer)
}

/** A mistake in the case, whichever check it stands in: it fails the whole case. */
function notAwaited(scope: CaseScope): ScopeFailure[] {
  return scope.pending.filter(({ awaited }) => !awaited).map((entry) => ({
    error: failed(entry.origin, `${entry.written} was not awaited: put \`await\` before it, or the case may end before it is known${outcomeOf(entry)}`, entry.facts),
    soft: false,
  }))
}

function outcomeOf({ settled, rejection }: PendingAssertion): string {
  if (settled !== undefined) return '; it has not settled'
  return rejection === undefined ? '' : `; it failed: ${readText(rejection.error, 'message') ?? 'something was thrown'}`
}

/** Vitest leaves one of these with the task per `expect.poll`; it throws where nobody awaited. */
function pollsNotAwaited(scope: CaseScope): ScopeFailure[] {
  return scope.task.onFinished.flatMap((finished) => {
    try {
      finished()
      return []
    } catch (error) {
      const [, negated, matcher] = /\)\.(not\.)?(\w+)\(\) was not awaited/.exec(readText(error, 'message') ?? '') ?? []
      const name = `expect.poll(actual).${negated ?? ''}${matcher ?? ''}`
      return [{ error: failed(error as Error, `${name} was not awaited: put \`await\` before it, or it never runs`, { matcher, negated: negated !== undefined, polled: true }), soft: false }]
    }
  })
}

function unmetCount({ wanted, matcherCalls }: CaseScope): ScopeFailure[] {
  if (wanted === undefined || (wanted.count === 'any' ? matcherCalls > 0 : matcherCalls === wanted.count)) return []
  const message = `expected ${wanted.count === 'any' ? 'at least one assertion' : plural(wanted.count, 'assertion')} in the case, received ${matcherCalls}`
  return [{ error: failed(wanted.origin, message, { matcher: wanted.count === 'any' ? 'hasAssertions' : 'assertions' }), soft: false }]
}

/** `origin` as an assertion error: its stack still tells where. */
function failed(origin: Error, message: string, facts: object): Error {
  const { stack = '' } = origin
  const frames = stack.slice(Math.max(0, stack.search(/\n\s+at /)))
  origin.name = 'AssertionError'
  origin.message = message
  origin.stack = `AssertionError: ${message}${frames}`
  noteFacts(origin, facts)
  return origin
}
