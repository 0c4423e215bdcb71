/** Turns whatever a case threw into feedback. Stage: feedback. */
import { TraceEvalError } from '../core/errors.ts'
import { isForeign, stackLocations, type SourceLocation } from '../core/stack.ts'
import { escapeControls } from '../core/text.ts'
import { failingLines } from '../graph/describe-exception.ts'
import { exceptionNodeOf } from '../graph/failures.ts'
import { factsOf, type AssertionFacts } from './assertion-facts.ts'
import { stackOf } from './error-stack.ts'
import { firstTheUsers, MAX_MESSAGE, messageOf, plainText, userMessageOf } from './error-message.ts'
import { sidesOf } from './error-sides.ts'
import type { Feedback, FeedbackKind } from './feedback.ts'
import { cutText } from './print-value.ts'
import { readProperty, readText } from './read-property.ts'
import { assertionAt, type WrittenAssertion } from './source-matcher.ts'

const MAX_INNER = 20

/** Where the error came from. */
export interface ErrorContext {
  /** A soft failure, which let the case go on. */
  readonly soft: boolean
  /** The eval file; the location is its innermost frame, or else the innermost frame in the user's code. */
  readonly file?: string
  /** Name of the check it happened in. */
  readonly check?: string
  /** Whether to look for the place, which costs as much as everything else. @defaultValue true */
  readonly places?: boolean
  /** Source text of a file, to tell the matcher where nothing else does. */
  readonly readSource?: (file: string) => string | undefined
}

/**
 * The feedback in `error`: one entry, or one per inner error of an `AggregateError` (at most 20). Takes anything
 * that can be thrown and never throws. Texts are bounded, free of colours and terminal escapes; a cut one says so.
 *
 * @example
 * ```ts
 * const [feedback] = feedbackFromError(new RangeError('too long'), { soft: false })
 * feedback.kind // 'error'
 * feedback.message // 'RangeError: too long'
 * ```
 */
export function feedbackFromError(error: unknown, context: ErrorContext): Feedback[] {
  return innerErrors(error, new Set()).slice(0, MAX_INNER).map((inner) => feedbackFromOne(inner, context))
}

function innerErrors(error: unknown, seen: Set<unknown>): unknown[] {
  const inner = readProperty(error, 'errors')
  if (seen.has(error) || readText(error, 'name') !== 'AggregateError' || !Array.isArray(inner) || inner.length === 0) return [error]
  seen.add(error)
  return inner.slice(0, MAX_INNER).flatMap((item) => innerErrors(item, seen))
}

function feedbackFromOne(error: unknown, context: ErrorContext): Feedback {
  const kind = kindOf(error)
  const location = context.places === false ? undefined : locate(error, kind === 'assertion' ? context.file : undefined)
  const facts = kind === 'assertion' ? assertionFacts(error, location, context) : factsOf(error) ?? {}
  const said = plainText(messageOf(error, kind))
  const userMessage = userMessageOf(error, kind, said)
  const sides = kind === 'assertion' ? sidesOf(error, facts) : {}
  return withoutUndefined({
    kind,
    message: cutText(firstTheUsers(userMessage, said), MAX_MESSAGE),
    userMessage: userMessage === undefined ? undefined : cutText(userMessage, MAX_MESSAGE),
    matcher: facts.matcher === undefined ? undefined : escapeControls(facts.matcher),
    negated: facts.negated || undefined,
    promise: facts.promise,
    polled: facts.polled || undefined,
    ...sides,
    location,
    source: kind === 'error' && context.places !== false ? sourceOf(error) : undefined,
    soft: context.soft,
    check: context.check === undefined ? undefined : escapeControls(context.check),
  })
}

/** Where a traced step threw it. Assertions are places in the eval file, which say it all themselves. */
function sourceOf(error: unknown): string | undefined {
  const failed = exceptionNodeOf(error)
  const lines = failed === undefined ? '' : failingLines(failed)
  return lines === '' ? undefined : cutText(lines, MAX_MESSAGE)
}

function kindOf(error: unknown): FeedbackKind {
  const code = ownCode(error)
  if (code !== undefined) return code === 'CASE_TIMEOUT' ? 'timeout' : 'error'
  const isAssertion = readText(error, 'name') === 'AssertionError' || extendContext(error) !== undefined
  return isAssertion ? 'assertion' : 'error'
}

function ownCode(error: unknown): string | undefined {
  try { return TraceEvalError.is(error) ? error.code : undefined } catch { return undefined }
}

/** What a matcher made by `expect.extend` leaves on its error. */
function extendContext(error: unknown): unknown { return readProperty(error, '__vitest_error_context__') }

function knownFacts(error: unknown): AssertionFacts {
  const polled = readText(readProperty(error, 'cause'), 'message') === 'Matcher did not succeed in time.'
  const matcher = readText(extendContext(error), 'assertionName')
  return { ...(matcher !== undefined && { matcher }), ...(polled && { polled }), ...factsOf(error) }
}

function assertionFacts(error: unknown, location: SourceLocation | undefined, context: ErrorContext): AssertionFacts {
  // What the guard of the matcher noted is complete; otherwise the source may say more.
  return factsOf(error)?.matcher === undefined ? { ...writtenAt(location, context), ...knownFacts(error) } : knownFacts(error)
}

function writtenAt(location: SourceLocation | undefined, { readSource }: ErrorContext): WrittenAssertion {
  if (location === undefined || readSource === undefined) return {}
  const source = readSource(location.file)
  return source === undefined ? {} : assertionAt(source, location)
}

/** Where it was thrown, in the user's code: of an assertion the place in the eval file, also where a helper makes it. */
function locate(error: unknown, file: string | undefined): SourceLocation | undefined {
  const frames = stackLocations(stackOf(error))
  return frames.find((frame) => frame.file === file) ?? frames.find((frame) => !isForeign(frame.file))
}

/** The object without its undefined members, as `exactOptionalPropertyTypes` wants it. */
function withoutUndefined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> }
}
