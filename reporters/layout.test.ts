/** Where a text is cut, and what stays together. Stage: reporters. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fit, wrap } from './layout.ts'

describe('text that is cut', () => {
  it('takes one column for each character of plain ASCII', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 40 }), fc.integer({ min: 1, max: 30 }), (text, width) => {
      expect(fit(text, width)).toBe(text.length <= width ? text : `${text.slice(0, width - 1).trimEnd()}…`)
    }))
  })

  it('keeps a mark with its character, also behind the last column', () => {
    expect(fit('abcd\u0301efgh', 5)).toBe('abcd\u0301…')
    expect(wrap('abcdefgh\u0301ijkl', { columns: 8, first: '' })).toEqual(['abcdefgh\u0301', 'ijkl'])
  })
})
