/** What an assertion expected and what it received, printed. Stage: feedback. */
import type { AssertionFacts } from './assertion-facts.ts'
import { diffLines } from './diff-lines.ts'
import { cutText, printValue } from './print-value.ts'
import { readProperty } from './read-property.ts'

const MAX_ARGS = 2000
const MAX_DIFF = 4000

interface Sides { readonly expected?: string | undefined; readonly received?: string | undefined; readonly diff?: string | undefined }

/** Both sides and their diff, where two values were compared. */
export function sidesOf(error: unknown, facts: AssertionFacts): Sides {
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
  return { expected: cutText(args.map((arg) => printValue(arg)).join(', '), MAX_ARGS) }
}

/** A mock is shown by its calls; any other function tells nothing. */
function printSubject(facts: AssertionFacts): { received?: string } {
  if (!('subject' in facts)) return {}
  if (typeof facts.subject !== 'function') return { received: printValue(facts.subject) }
  const calls = readProperty(readProperty(facts.subject, 'mock'), 'calls')
  return Array.isArray(calls) ? { received: `calls ${printValue(calls)}` } : {}
}
