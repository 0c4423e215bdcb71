/** Texts and places as a report holds them: bounded, and relative to the project. Stage: report. */
import type { SourceLocation } from '../core/stack.ts'
import type { Feedback } from '../feedback/feedback.ts'

const MAX_MESSAGE = 4000
const MAX_SIDE = 2000
const MAX_FEEDBACK = 10

/** `text`, at most `max` characters of it, with a mark that says how many are missing. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text
  const kept = text.slice(0, max).replace(/[\ud800-\udbff]$/, '')
  return `${kept}… (${text.length - kept.length} more characters)`
}

/** `file` relative to `root` with forward slashes; as it is when it lies elsewhere. */
export function relativeFile(file: string, root: string): string {
  const [path, base] = [file.replaceAll('\\', '/'), root.replaceAll('\\', '/').replace(/\/*$/, '/')]
  return path.startsWith(base) ? path.slice(base.length) : path
}

/** A place with its file relative to `root`; an object to spread, empty when there is no place. */
export function placeIn(location: SourceLocation | undefined, root: string): { location?: SourceLocation } {
  if (location === undefined) return {}
  return { location: { file: relativeFile(location.file, root), line: location.line, column: location.column } }
}

/** The feedback of some runs, once each: what ended a case first, then soft failures, then notes. */
export function reportFeedback(feedback: readonly Feedback[], root: string): Feedback[] {
  if (feedback.length === 0) return []
  const distinct = new Map(feedback.map((one) => [`${one.check ?? ''}\0${one.message}`, one]))
  return [...distinct.values()].sort((a, b) => rank(a) - rank(b)).slice(0, MAX_FEEDBACK).map((one) => cutFeedback(one, root))
}

const rank = ({ kind, soft }: Feedback): number => (kind === 'note' ? 2 : soft ? 1 : 0)

function cutFeedback(one: Feedback, root: string): Feedback {
  const cut = (key: 'userMessage' | 'expected' | 'received' | 'diff', max: number): Partial<Feedback> => (one[key] === undefined ? {} : { [key]: cutText(one[key], max) })
  return {
    ...one,
    message: cutText(one.message, MAX_MESSAGE),
    ...cut('userMessage', MAX_SIDE), ...cut('expected', MAX_SIDE), ...cut('received', MAX_SIDE), ...cut('diff', MAX_MESSAGE),
    ...placeIn(one.location, root),
  }
}
