/** What failed in a step, with the lines of the user's source that led there. Stage: graph. */
import { readFileSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { describeValue, shorten } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { formatLocation, isForeign, stackLocations, userLocation, type SourceLocation } from '../core/stack.ts'
import { escapeControls } from '../core/text.ts'
import { describeError, errorParts } from './as-text.ts'
import { originOf, type Step } from './origin.ts'
import type { Node } from './types.ts'

const MAX_FRAMES = 5
/** Feedback goes into every question to a model. */
const MAX_FEEDBACK_FRAMES = 2
const MAX_COLUMNS = 160
/** Lines shown before and after the one that failed. */
const AROUND = 2

/** Options of `describeException`. */
export interface ExceptionOptions {
  /** Only source files inside this folder are read. @defaultValue the working directory */
  readonly root?: string
}

/**
 * The error of a failed step as a text for whoever repairs it: its type and message, then for each frame in the user's code, the
 * innermost first and at most five, an excerpt of the source whose failing line is marked. Without a stack, as of a thrown text,
 * the place where the step is declared stands instead; a file that cannot be read leaves its place alone.
 *
 * @throws {TraceEvalError} `EXCEPTION_NODE` when the node is no failed step.
 * @example
 * ```ts
 * const search = bundle(function search(depth: number): string { throw new RangeError(`depth ${depth} is too much`) })
 * let failed: Node<string> | undefined
 * try { search(9) } catch (error) { failed = exceptionNodeOf(error) }
 * describeException(failed!).split('\n')[0] // '(RangeError) depth 9 is too much'
 * ```
 */
export function describeException(failed: Node<unknown>, { root = process.cwd() }: ExceptionOptions = {}): string {
  const origin = originOf(failed)
  if (origin.kind !== 'exception') {
    throw new TraceEvalError('EXCEPTION_NODE', `expected the node of a failed step, received ${describeValue(failed)}`, { hint: 'Pass what exceptionNodeOf(error) answers.' })
  }
  const { error, step } = origin
  const message = escapeControls(describeError(error)).trimEnd()
  const [first] = message.split('\n')
  return [message, ...excerptsOf(error, step, root, ` ← ${first!}`)].join('\n\n')
}

/** The lines of the user's source that led to the failure of a step, marked; without the message. @internal */
export function failingLines(failed: Node<unknown>, root = process.cwd()): string {
  const origin = originOf(failed)
  return origin.kind === 'exception' ? excerptsOf(origin.error, origin.step, root, '').slice(0, MAX_FEEDBACK_FRAMES).join('\n\n') : ''
}

function excerptsOf(error: unknown, step: Step, root: string, mark: string): string[] {
  // An error that was read from a document has the stack of its reader.
  const frames = step.location === undefined ? framesOf(error, root) : []
  if (frames.length > 0) return frames.map((frame, index) => excerpt(frame, root, index === 0 ? mark : ' ← called here'))
  const declared = step.location ?? userLocation(step.declaredAt?.stack)
  return declared === undefined ? [] : [`in the step ${describeValue(step.name)}, declared here:\n${excerpt(declared, root, '')}`]
}

function framesOf(error: unknown, root: string): SourceLocation[] {
  const seen = new Set<string>()
  return stackLocations(ownStack(error)).filter((frame) => {
    const line = `${frame.file}:${frame.line}`
    if (isForeign(frame.file) || seen.has(line) || pathInside(frame.file, root) === undefined) return false
    seen.add(line)
    return true
  }).slice(0, MAX_FRAMES)
}

// The message stands in the stack too, and may look like a frame.
function ownStack(error: unknown): string | undefined {
  try {
    const stack: unknown = (error as { stack?: unknown } | null | undefined)?.stack
    if (typeof stack !== 'string') return undefined
    const { message } = errorParts(error)
    const at = message === '' ? -1 : stack.indexOf(message)
    return at < 0 ? stack : stack.slice(at + message.length)
  } catch {
    return undefined
  }
}

// A stack is a text that anybody may write: it must not open just any file.
function pathInside(file: string, root: string): string | undefined {
  const path = resolve(root, file)
  const folder = resolve(root)
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep) && /\.[cm]?[jt]sx?$/.test(path) ? path : undefined
}

function excerpt(location: SourceLocation, root: string, mark: string): string {
  const place = escapeControls(formatLocation(location, resolve(root).replaceAll('\\', '/')))
  const lines = sourceLines(location, root)
  if (lines?.[location.line - 1] === undefined) return `${place}${mark}`
  const first = Math.max(1, location.line - AROUND)
  const shown = lines.slice(first - 1, location.line + AROUND)
  const width = String(first + shown.length - 1).length
  const rows = shown.map((text, index) => {
    const row = `${String(first + index).padStart(width)} | ${shorten(escapeControls(text), MAX_COLUMNS)}`
    return first + index === location.line ? `→ ${row}${mark}` : `  ${row}`
  })
  return [place, ...rows].map((row) => row.trimEnd()).join('\n')
}

function sourceLines({ file }: SourceLocation, root: string): string[] | undefined {
  const path = pathInside(file, root)
  if (path === undefined) return undefined
  try { return readFileSync(path, 'utf8').split(/\r?\n/) } catch { return undefined }
}
