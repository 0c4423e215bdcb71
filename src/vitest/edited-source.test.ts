/** What was put in and what stayed, and the way back. Stage: vitest. */
import { SourceMap, type SourceMapPayload } from 'node:module'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withEdits, type SourceEdit } from './edited-source.ts'

const edited = (code: string, edits: readonly SourceEdit[]): string => edits.toReversed().toSorted((a, b) => b.at - a.at || b.until - a.until).reduce((text, { at, until, text: put }) => text.slice(0, at) + put + text.slice(until), code)
const placeOf = (text: string, at: number): { line: number; column: number } => ({ line: text.slice(0, at).split('\n').length - 1, column: at - text.lastIndexOf('\n', at - 1) - 1 })

/** A text of words, and edits that replace some of them, or put something before them. */
const texts = fc.array(fc.tuple(fc.constantFrom('pick', 'x', '(', '{ }', 'true', '\n', ' ', '', '😀'), fc.option(fc.constantFrom('', '{"a":1}', 'y'), { freq: 2 })), { maxLength: 60 }).map((parts) => {
  const edits: SourceEdit[] = []
  let code = ''
  for (const [part, put] of parts) {
    if (put !== null && part !== '\n') edits.push({ at: code.length, until: code.length + (put === 'y' ? 0 : part.length), text: put })
    code += part
  }
  return { code, edits }
})

test('every word and sign that stayed leads to its own line and column', () => {
  fc.assert(fc.property(texts, ({ code, edits }) => {
    const generated = edited(code, edits)
    expect(withEdits(code, edits, '/app/route.ts').code).toBe(generated)
    const map = new SourceMap({ ...withEdits(code, edits, '/app/route.ts').map, file: '', sourceRoot: '' } as SourceMapPayload)
    for (const { index: at } of code.matchAll(/[\w$]+|[^\w$\s]/g)) {
      const touched = edits.some((edit) => at < edit.until && edit.at < at + 1)
      if (touched) continue
      // Where the character stands now: what was put in or taken out before it moves it.
      const moved = edits.filter((edit) => edit.at <= at).reduce((sum, edit) => sum + edit.text.length - (edit.until - edit.at), 0)
      const { line, column } = placeOf(generated, at + moved)
      const entry = map.findEntry(line, column) as { originalLine: number; originalColumn: number; originalSource: string }
      expect([entry.originalLine, entry.originalColumn, entry.originalSource]).toEqual([...Object.values(placeOf(code, at)), '/app/route.ts'])
    }
  }))
})

test('what was put in leads to where it stands', () => {
  const code = 'a\nbundle(f, { trainable: true })(now)'
  const map = new SourceMap({ ...withEdits(code, [{ at: 25, until: 29, text: '{"source":"…"}' }], '/app/route.ts').map, file: '', sourceRoot: '' } as SourceMapPayload)
  expect([30, 26, 41].map((column) => (map.findEntry(1, column) as { originalColumn: number }).originalColumn)).toEqual([23, 23, 31])
})
