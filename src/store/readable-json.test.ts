/** JSON that people read and compare. Stage: store. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromReadableJson, toReadableJson } from './readable-json.ts'

test('a text of several lines is a list of its lines, so that a changed line is one changed line of the file', () => {
  expect(toReadableJson({ text: 'one\ntwo\n', note: 'one line' })).toBe(`{
  "text": {
    "$lines": [
      "one",
      "two",
      ""
    ]
  },
  "note": "one line"
}
`)
})

test('all plain data comes back as it was, also data that looks like ours', () => {
  const text = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('\n', 'a\n\nb', '\r\n', '\ud800\n'))
  const key = fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom('$lines', '$object', '__proto__', 'constructor'))
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, text, fc.integer(), fc.boolean(), fc.constant(null), fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(key, tie('value'), { maxKeys: 3, noNullPrototype: true })),
  }))
  fc.assert(fc.property(value, (value) => {
    expect(fromReadableJson(toReadableJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
  }))
})
