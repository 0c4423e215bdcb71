/** What went wrong in proposed code, with the line that did it. Stage: code. */
import { TraceEvalError } from '../core/errors.ts'

/** Where in the proposed source; both count from 1. */
export interface CodePlace {
  readonly line: number
  readonly column: number
}

/**
 * A failure of proposed code. Codes: `CODE_SYNTAX`, `CODE_ERROR` (it threw), `CODE_TIMEOUT`, `CODE_MEMORY`, `CODE_STACK`,
 * `CODE_RESULT` (what it gave is not data), `CODE_ARGUMENTS` (what it was given is not), `CODE_HOST` (a host function that
 * does not exist or cannot wait), `CODE_CRASH` (the engine failed and was replaced), `CODE_DISPOSED`.
 */
export class CodeError extends TraceEvalError {
  readonly line: number | undefined
  readonly column: number | undefined

  constructor(code: string, message: string, details: { readonly place?: CodePlace | undefined; readonly source?: string; readonly hint?: string } = {}) {
    const { place, source, hint } = details
    const frame = place === undefined || source === undefined ? undefined : codeFrame(source, place)
    const shown = [...frame === undefined ? [] : [frame], ...hint === undefined ? [] : [hint]].join('\n  ')
    super(code, message, { ...(place !== undefined && { at: `${place.line}:${place.column}` }), ...(shown !== '' && { hint: shown }) })
    this.line = place?.line
    this.column = place?.column
  }
}

/** The line of `source` and an arrow below the column; long lines are cut around it. */
function codeFrame(source: string, { line, column }: CodePlace): string | undefined {
  const text = source.split('\n')[line - 1]?.replaceAll(/[\t\r\u0000-\u001F\u007F-\u009F\u2028\u2029]/g, ' ')
  if (text === undefined) return undefined
  const from = Math.max(0, column - 100)
  const head = `${line} | `
  return `${head}${text.slice(from, from + 140)}\n  ${' '.repeat(head.length + Math.max(0, Math.min(column - 1, text.length) - from))}^`
}
