/** The words of an error, the user's own first. Stage: feedback. */
import { describeValue } from '../core/describe-value.ts'
import { escapeControls } from '../core/text.ts'
import { factsOf } from './assertion-facts.ts'
import type { FeedbackKind } from './feedback.ts'
import { cutText } from './print-value.ts'
import { readProperty, readText } from './read-property.ts'

export const MAX_MESSAGE = 2000
/** Longer texts are cut before they are looked at. */
const MAX_RAW = 100_000
const MAX_CAUSES = 3

/** What the error says: its message, with its class where that tells something, and its causes; what was thrown where it says nothing. */
export function messageOf(error: unknown, kind: FeedbackKind): string {
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
const ownSentence = /^([\s\S]+?): (?=expected |promise (?:resolved|rejected) ")/

/** The user's own words: as noted with the assertion, else what stands before Vitest's own sentence. */
export function userMessageOf(error: unknown, kind: FeedbackKind, said: string): string | undefined {
  const facts = factsOf(error)
  if (facts === undefined) return kind === 'assertion' ? ownSentence.exec(said)?.[1] : undefined
  return facts.userMessage === undefined ? undefined : plainText(facts.userMessage)
}

/** The message, with the user's words in front also where the matcher leaves them out. */
export function firstTheUsers(userMessage: string | undefined, said: string): string {
  if (userMessage === undefined || said.startsWith(userMessage)) return said
  return `${userMessage}: ${said}`
}

// oxlint-disable-next-line no-control-regex
const colours = /\u001b\[[0-9;]*m/g

/** Text without colours and with every other control shown. */
export function plainText(text: string): string {
  return escapeControls(cutText(text, MAX_RAW).replace(colours, '').replaceAll('\r\n', '\n').trimEnd())
}
