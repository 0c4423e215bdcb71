/** Turns whatever a case threw into feedback. Stage: feedback. */
import { TraceEvalError } from '../core/errors.ts'
import { isForeign, stackLocations, type SourceLocation } from '../core/stack.ts'
import { describeValue } from '../core/describe-value.ts'
import { escapeControls } from '../core/text.ts'
import { factsOf, type AssertionFacts } from './assertion-facts.ts'
import { diffLines } from './diff-lines.ts'
import type { Feedback, FeedbackKind } from './feedback.ts'
import { cutText, printValue } from './print-value.ts'
import { readProperty, readText } from './read-property.ts'
import { assertionAt, type WrittenAssertion } from './source-matcher.ts'

const MAX_MESSAGE = 2000
/** Longer texts are cut before they are looked at. */
const MAX_RAW = 100_000
const MAX_DIFF = 4000
const MAX_INNER = 20
const MAX_CAUSES = 3

/** Where the error came from. */
export interface ErrorContext {
  /** A soft failure, which let the case go on. */
  readonly soft: boolean
  /** The eval file; the location is its innermost frame, or else the innermost frame in the user's code. */
  readonly file?: string
  /** Name of the check it happened in. */
  readonly check?: string
  /** Source text of a file, to tell the matcher where nothing else does. */
  readonly readSource?: (file: string) => string | undefined
}

/**
 * The feedback in `error`: one entry, or one per inner error of an `AggregateError` (at most 20). Takes anything
 * that can be thrown and never throws. Texts are bounded, free of colours and terminal escapes; a cut one says so.
 *
 * @example
 * ```ts
 * feedbackFromError(new RangeError('too long'), { soft: false })
 * // [{ kind: 'error', message: 'RangeError: too long', soft: false }]
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
  const location = locate(error, context.file)
  const kind = kindOf(error)
  const facts = kind === 'assertion' ? { ...writtenAt(location, context), ...knownFacts(error) } : factsOf(error) ?? {}
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
    soft: context.soft,
    check: context.check === undefined ? undefined : escapeControls(context.check),
  })
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

function writtenAt(location: SourceLocation | undefined, { readSource }: ErrorContext): WrittenAssertion {
  if (location === undefined || readSource === undefined) return {}
  const source = readSource(location.file)
  return source === undefined ? {} : assertionAt(source, location)
}

function locate(error: unknown, file: string | undefined): SourceLocation | undefined {
  const frames = stackLocations(readText(error, 'stack'))
  return frames.find((frame) => frame.file === file) ?? frames.find((frame) => !isForeign(frame.file))
}

// -- message

function messageOf(error: unknown, kind: FeedbackKind): string {
  const message = readText(error, 'message')
  if (message === undefined) return typeof error === 'string' && error !== '' ? error : `${describeValue(error)} was thrown`
  const name = readText(error, 'name') ?? 'Error'
  if (kind !== 'error' || name.startsWith('TraceEvalError')) return message
  const own = name === 'Error' && message !== '' ? message : message === '' ? name : `${name}: ${message}`
  return own + causesOf(error)
}

function causesOf(error: unknown): string {
  const lines: string[] = []
  const seen = new Set([error])
  for (let cause = readProperty(error, 'cause'); cause !== undefined && !seen.has(cause); cause = readProperty(cause, 'cause')) {
    if (lines.length === MAX_CAUSES) return `${lines.join('')}\ncaused by more`
    seen.add(cause)
    const message = readText(cause, 'message')
    lines.push(`\ncaused by ${message === undefined ? describeValue(cause) : `${readText(cause, 'name') ?? 'Error'}: ${message}`}`)
  }
  return lines.join('')
}

/** Words that Vitest's and chai's own sentences begin with; what stands before them is the user's. */
const ownSentence = /^([\s\S]+?): (?=expected |promise (?:resolved|rejected) "|blocked by )/

function userMessageOf(error: unknown, kind: FeedbackKind, said: string): string | undefined {
  const facts = factsOf(error)
  if (facts === undefined) return kind === 'assertion' ? ownSentence.exec(said)?.[1] : undefined
  return facts.userMessage === undefined ? undefined : plainText(facts.userMessage)
}

function firstTheUsers(userMessage: string | undefined, said: string): string {
  if (userMessage === undefined || said.startsWith(userMessage)) return said
  return `${userMessage}: ${said}`
}

// oxlint-disable-next-line no-control-regex
const colours = /\u001b\[[0-9;]*m/g

function plainText(text: string): string {
  return escapeControls(cutText(text, MAX_RAW).replace(colours, '').replaceAll('\r\n', '\n').trimEnd())
}

// -- both sides

interface Sides { readonly expected?: string | undefined; readonly received?: string | undefined; readonly diff?: string | undefined }

function sidesOf(error: unknown, facts: AssertionFacts): Sides {
  const { expected, received } = facts.expected === undefined && facts.received === undefined ? printSides(error, facts) : facts
  const comparable = expected !== undefined && received !== undefined && facts.negated !== true && hasBothSides(error)
  const diff = comparable ? diffLines(expected, received) : undefined
  return { expected, received, diff: diff === undefined ? undefined : cutText(diff, MAX_DIFF) }
}

/** Both sides in print: the error's own, else what the matcher was given and what it was asked about. */
export function printSides(error: unknown, facts: AssertionFacts): { readonly expected?: string; readonly received?: string } {
  if (hasBothSides(error)) {
    const expected = readProperty(error, 'expected')
    // `.not.toThrow()` expects nothing in particular.
    return { ...(!(facts.negated && expected === undefined) && { expected: printValue(expected) }), received: printValue(readProperty(error, 'actual')) }
  }
  return { ...printArgs(facts.args), ...printSubject(facts) }
}

/** Whether the error itself carries two values that were compared. */
function hasBothSides(error: unknown): boolean {
  const shown = readProperty(error, 'showDiff')
  if (typeof shown === 'boolean') return shown
  return readProperty(error, 'expected') !== undefined && readProperty(error, 'actual') !== undefined
}

function printArgs(args: readonly unknown[] | undefined): { expected?: string } {
  if (args === undefined || args.length === 0) return {}
  return { expected: cutText(args.map((arg) => printValue(arg)).join(', '), MAX_MESSAGE) }
}

/** A mock is shown by its calls; any other function tells nothing. */
function printSubject(facts: AssertionFacts): { received?: string } {
  if (!('subject' in facts)) return {}
  if (typeof facts.subject !== 'function') return { received: printValue(facts.subject) }
  const calls = readProperty(readProperty(facts.subject, 'mock'), 'calls')
  return Array.isArray(calls) ? { received: `calls ${printValue(calls)}` } : {}
}

/** The object without its undefined members, as `exactOptionalPropertyTypes` wants it. */
function withoutUndefined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> }
}
