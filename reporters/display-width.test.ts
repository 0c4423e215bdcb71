/** Widths, judged by the terminal code of Node. Stage: reporters. */
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { displayWidth } from './display-width.ts'

const anyCharacter = fc.nat({ max: 0x10_ffff }).map((code) => String.fromCodePoint(code))

it.each([
  ['', 0], ['abc', 3], ['é', 1], ['e\u0301', 1], ['漢字', 4], ['한', 2], ['ｶ', 1], ['ａ', 2], ['🎉', 2], ['❤', 1], ['❤️', 2], ['→…✓', 3], ['🇩🇪', 4], ['\u001b[31mred\u001b[39m', 3], ['a\u200bb', 2],
  ['👨‍👩‍👧', 6],
] as const)('%j takes %i columns', (text, width) => {
  expect(displayWidth(text)).toBe(width)
})

it('no text is narrower than Node says', () => {
  const reader = createInterface({ input: new PassThrough(), output: new PassThrough() })
  const nodeWidth = (text: string): number => {
    Object.assign(reader, { line: text, cursor: text.length })
    reader.setPrompt('')
    return reader.getCursorPos().cols
  }
  const printable = fc.string({ unit: anyCharacter, maxLength: 8 }).filter((text) => !/[\p{Cc}\p{Co}\p{Cn}\p{Cs}]/u.test(text))
  const assigned = fc.oneof(printable, fc.array(fc.constantFrom('漢', '🎉', 'é', '❤️', 'ก็', 'नि', '한', 'ﾊﾞ', '𝕏', '①', '㊙', '〰️', '🇩🇪', '👨‍👩‍👧')).map((parts) => parts.join('')))
  fc.assert(fc.property(assigned, (text) => {
    expect(displayWidth(text)).toBeGreaterThanOrEqual(nodeWidth(text))
  }), { numRuns: 1000 })
  reader.close()
})
