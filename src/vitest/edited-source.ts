/** A text in which parts were replaced, with the map that leads back. Stage: vitest. */
import MagicString, { type SourceMap } from 'magic-string'

/** A replacement, or an insertion where both ends are the same. */
export interface SourceEdit { readonly at: number; readonly until: number; readonly text: string }

/** What came out, and where everything in it came from. */
export interface EditedSource { readonly code: string; readonly map: SourceMap }

/** `code` of `file` with `edits`, which do not overlap. */
export function withEdits(code: string, edits: readonly SourceEdit[], file: string): EditedSource {
  const text = new MagicString(code)
  for (const edit of edits) {
    if (edit.at === edit.until) text.appendLeft(edit.at, edit.text)
    else text.update(edit.at, edit.until, edit.text)
  }
  // By character: a stack points to signs as well as to words.
  return { code: text.toString(), map: text.generateMap({ source: file, includeContent: true, hires: true }) }
}
