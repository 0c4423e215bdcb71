/** Text in HTML stays text. Stage: reporters. */
import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { expect, test } from 'vitest'
import { escapeHtml, html } from './markup.ts'

/** What another parser reads out of content and of an attribute. */
function read(document: string): { readonly text: string; readonly attribute: string } {
  const found = { text: '', attribute: '' }
  const parser = new SaxesParser({})
  parser.on('error', (error) => { throw error })
  parser.on('opentag', ({ attributes }) => { found.attribute = String(attributes['title']) })
  parser.on('text', (text) => { found.text += text })
  parser.write(document).close()
  return found
}

test('what is put into a template is read back as it was, in content and in attributes', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", '`', 'a', '/script', '-->', ']]', '{', '$', 'é', '漢', '🎉'), maxLength: 20 }), (text) => {
    const { html: document } = html`<p title="${text}">${text}</p>`
    expect(read(document)).toEqual({ text, attribute: text })
  }), { numRuns: 300 })
})

test('nothing that hides, reorders or is no character is left, whatever the text', () => {
  fc.assert(fc.property(fc.string({ unit: fc.nat({ max: 0xff_ff }).map((code) => String.fromCharCode(code)), maxLength: 20 }), (text) => {
    // oxlint-disable-next-line no-control-regex
    expect(escapeHtml(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/)
  }), { numRuns: 1000 })
  expect(escapeHtml('a\u202eb\u001b[31mc\u{e0041}\ud800')).toBe('a\\u202eb\\x1b[31mc\\u{e0041}\ufffd')
})

test('markup stays markup, lists are joined, nothing leaves nothing', () => {
  expect(html`<ul>${['<', 1].map((one) => html`<li>${one}</li>`)}${undefined}</ul>`.html).toBe('<ul><li>&lt;</li><li>1</li></ul>')
})
