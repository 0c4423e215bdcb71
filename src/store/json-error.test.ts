/** The place of a JSON mistake, judged by the engine's own parser. Stage: store. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { jsonErrorPlace } from './json-error.ts'

it.each([
  ['{"a": 1,}', '1:9'],
  ['{"a": 1', '1:8'],
  ['{\n  "a": tru\n}', '2:8'],
  ['{"a": 1} x', '1:10'],
  ['', '1:1'],
  ['[1,\n2,\n03]', '3:2'],
  ["{'a': 1}", '1:2'],
  ['{"a": "line\nbreak"}', '1:7'],
  ['{"a" 1}', '1:6'],
])('%j breaks at %s', (text, place) => {
  const found = jsonErrorPlace(text)
  expect(`${found?.line}:${found?.column}`).toBe(place)
})

it('a text has a place exactly when the engine cannot parse it', () => {
  const parses = (text: string): boolean => { try { JSON.parse(text); return true } catch { return false } }
  const mutated = fc.tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '{', ']', '\\', '0', '\n', 'x', ':', '-'))
    .map(([text, at, inserted]) => `${text.slice(0, at % (text.length + 1))}${inserted}${text.slice((at % (text.length + 1)) + (inserted === '' ? 1 : 0))}`)
  fc.assert(fc.property(fc.oneof(fc.json(), mutated, fc.string()), (text) => (jsonErrorPlace(text) === undefined) === parses(text)), { numRuns: 1000 })
})

it('a hundred thousand open brackets are no problem', () => {
  expect(jsonErrorPlace('['.repeat(100_000))).toEqual({ line: 1, column: 100_001 })
})

it('a long string is no problem', () => {
  expect(jsonErrorPlace(JSON.stringify('a"\\é'.repeat(200_000)))).toBeUndefined()
})
