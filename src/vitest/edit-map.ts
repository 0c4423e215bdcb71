/** The source map of a text in which parts of lines were replaced. Stage: vitest. */

/** A replacement within one line. */
export interface LineEdit { readonly at: number; readonly until: number; readonly text: string }

/** A source map, version 3. */
export interface SourceMap { version: 3; sources: string[]; sourcesContent: string[]; names: string[]; mappings: string }

/** Where a debugger or a stack can point to: the begin of each word, number and sign. */
const place = /[\w$]+|[^\w$\s]/g

/**
 * The map from `code` with `edits` to `code` as it is in `file`: every word and sign that stayed leads to its own column; what was put in leads to
 * where it stands. Edits and what they put in have no line breaks, and edits do not overlap.
 */
export function editMap(code: string, edits: readonly LineEdit[], file: string): SourceMap {
  const ordered = edits.toSorted((a, b) => a.at - b.at)
  let offset = 0
  let next = 0
  const before = { line: 0, column: 0 }
  const mappings = code.split('\n').map((text, line) => {
    const [from, end] = [offset, offset + text.length]
    offset = end + 1
    let moved = 0
    let written = 0
    const segments: string[] = []
    const add = (generated: number, column: number): void => {
      segments.push([generated - written, 0, line - before.line, column - before.column].map(vlq).join(''))
      written = generated
      Object.assign(before, { line, column })
    }
    for (const { index } of text.matchAll(place)) {
      for (let edit = ordered[next]; edit !== undefined && edit.at <= from + index; edit = ordered[++next]) {
        add(edit.at - from + moved, edit.at - from)
        moved += edit.text.length - (edit.until - edit.at)
      }
      const last = ordered[next - 1]
      if (last === undefined || from + index >= last.until) add(index + moved, index)
    }
    while (next < ordered.length && ordered[next]!.at <= end) next++
    return segments.join(',')
  })
  return { version: 3, sources: [file], sourcesContent: [code], names: [], mappings: mappings.join(';') }
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** A number in groups of five bits, the lowest first, of which the first bit is the sign. */
function vlq(value: number): string {
  let rest = value < 0 ? -value * 2 + 1 : value * 2
  let text = ''
  do {
    const group = rest % 32
    rest = (rest - group) / 32
    text += digits[rest > 0 ? group + 32 : group]
  } while (rest > 0)
  return text
}
