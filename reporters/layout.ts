/** Text that fits: cut, padded, wrapped by the columns it takes, and foreign text made harmless. Stage: reporters. */
import { escapeControls } from '../src/core/text.ts'
import { displayWidth } from './display-width.ts'

/** How a text is rendered. */
export interface RenderOptions {
  /** Columns of a line; below 60 it is laid out as for 60. @defaultValue 80 */
  readonly columns?: number
  /** Whether to use colours. @defaultValue false */
  readonly color?: boolean
}

/** Foreign text, safe to print: no escapes, no tabs, none of the commands that CI logs obey in the middle of a line. */
export function foreign(text: string): string {
  return escapeControls(text).replaceAll('\t', '  ').replaceAll('##[', '#\\x23[')
}

/** Foreign text in one line. */
export function foreignLine(text: string): string {
  return foreign(text.trim()).replace(/\s*\n\s*/g, ' ')
}

// Longer texts are cut before they are measured: no line shows more.
const CHARACTERS_PER_COLUMN = 16

/** `text` in at most `width` columns, an ellipsis at its end when something is missing. */
export function fit(text: string, width: number): string {
  const bounded = text.slice(0, width * CHARACTERS_PER_COLUMN)
  if (bounded.length === text.length && displayWidth(text) <= width) return text
  return width < 1 ? '' : `${takeColumns(bounded, width - 1).trimEnd()}…`
}

/** How a text is wrapped. */
export interface WrapOptions {
  /** Columns of a line, the indent included. */
  readonly columns: number
  /** Before the first line. */
  readonly first: string
  /** Before all others. @defaultValue as wide as `first` */
  readonly next?: string
  /** The last of more lines ends in an ellipsis. @defaultValue no limit */
  readonly maxLines?: number
}

/** Lines of at most `columns`, broken between words where that is possible. */
export function wrap(text: string, { columns, first, next = ' '.repeat(displayWidth(first)), maxLines = Number.POSITIVE_INFINITY }: WrapOptions): string[] {
  const width = Math.max(8, columns - Math.max(displayWidth(first), displayWidth(next)))
  const bounded = maxLines === Number.POSITIVE_INFINITY ? text : text.slice(0, width * maxLines * CHARACTERS_PER_COLUMN)
  const lines = bounded.split('\n').flatMap((line) => wrapLine(line, width))
  const cut = lines.length > maxLines || bounded.length < text.length
  const shown = cut ? [...lines.slice(0, maxLines - 1), `${fit(lines[maxLines - 1] ?? '', width - 1)}…`.replace(/……$/, '…')] : lines
  return shown.map((line, index) => `${index === 0 ? first : next}${line}`.trimEnd())
}

function wrapLine(line: string, width: number): string[] {
  if (fits(line, width)) return [line]
  const indent = /^ */.exec(line)![0].slice(0, Math.floor(width / 2))
  const lines: string[] = []
  let current = indent
  for (const word of line.trim().split(/ +/)) {
    const joined = current.trim() === '' ? `${current}${word}` : `${current} ${word}`
    if (fits(joined, width)) { current = joined; continue }
    if (current.trim() !== '') lines.push(current)
    const pieces = breakWord(`${indent}${word}`, width)
    lines.push(...pieces.slice(0, -1))
    current = pieces.at(-1)!
  }
  return [...lines, current]
}

// A text with so many marks per column is taken apart as well: measuring all of it would take long.
function fits(text: string, width: number): boolean {
  return text.length <= width * CHARACTERS_PER_COLUMN && displayWidth(text) <= width
}

function breakWord(word: string, width: number): string[] {
  const pieces: string[] = []
  for (let rest = word; rest !== '';) {
    const piece = takeColumns(rest, width)
    pieces.push(piece)
    rest = rest.slice(piece.length)
  }
  return pieces
}

// Made at first use: it takes as long as the rest of a short report.
let graphemes: Intl.Segmenter | undefined

/** The longest start of `text` in at most `width` columns, at least one grapheme. */
function takeColumns(text: string, width: number): string {
  // One column each, and what follows the last one cannot join it.
  if (/^[ -~]*$/.test(text.slice(0, width + 1))) return text.slice(0, width)
  let [end, used] = [0, 0]
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  for (const { segment } of graphemes.segment(text.slice(0, width * CHARACTERS_PER_COLUMN))) {
    used += displayWidth(segment)
    if (used > width && end > 0) break
    end += segment.length
  }
  return text.slice(0, end)
}

/**
 * Lines as one text that ends with a line feed. A line that starts with `::` is a command in the logs of GitHub
 * Actions, also after spaces: its first colon becomes one that only looks the same.
 */
export function joinLines(lines: readonly string[]): string {
  return lines.map((line) => `${line.replace(/^((?:\s|\u001b\[\d+m)*):(?=:)/, '$1\u2236')}\n`).join('') // oxlint-disable-line no-control-regex
}
