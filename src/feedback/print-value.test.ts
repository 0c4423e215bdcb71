import fc from 'fast-check'
import { expect, test } from 'vitest'
import { node } from '../graph/node.ts'
import { cutText, printValue } from './print-value.ts'

class Point { x = 1; y = 2 }
const circle: Record<string, unknown> = { a: 1 }
circle['self'] = circle

test.each<readonly [string, unknown, string]>([
  ['text in quotes', 'say "hi"', '"say \\"hi\\""'],
  ['lines of a text as lines', 'a\nb', '"a\nb"'],
  ['numbers', [1, -0, NaN, 10n], '[\n  1,\n  -0,\n  NaN,\n  10n,\n]'],
  ['nothing', [undefined, null], '[\n  undefined,\n  null,\n]'],
  ['empty things', [[], {}, new Map()], '[\n  [],\n  {},\n  Map {},\n]'],
  ['keys in order', { b: 1, a: 2 }, '{\n  "a": 2,\n  "b": 1,\n}'],
  ['the class of an object', new Point(), 'Point {\n  "x": 1,\n  "y": 2,\n}'],
  ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 }), '{\n  "a": 1,\n}'],
  ['maps and sets', [new Map([['k', 1]]), new Set(['v'])], '[\n  Map {\n    "k" => 1,\n  },\n  Set {\n    "v",\n  },\n]'],
  ['dates and expressions', [new Date(0), new Date(NaN), /x/g], '[\n  1970-01-01T00:00:00.000Z,\n  Invalid Date,\n  /x/g,\n]'],
  ['errors', new TypeError('no'), '[TypeError: no]'],
  ['bytes', new Uint8Array([1, 2]), 'Uint8Array [1, 2]'],
  ['functions and symbols', [function named() {}, () => 1, Symbol('s')], '[\n  [Function named],\n  [Function anonymous],\n  Symbol(s),\n]'],
  ['circles', circle, '{\n  "a": 1,\n  "self": [Circular],\n}'],
  ['one object twice, which is no circle', [[1], [1]], '[\n  [\n    1,\n  ],\n  [\n    1,\n  ],\n]'],
  ['what cannot be read', { get bad(): never { throw new Error('no') } }, '{\n  "bad": [unreadable],\n}'],
  ['a node by its name, without reading it', { reply: node('secret', 'reply') }, '{\n  "reply": Node reply,\n}'],
  ['matchers', { id: expect.any(String), all: expect.objectContaining({ a: 1 }) }, '{\n  "all": ObjectContaining {\n    "a": 1,\n  },\n  "id": Any<String>,\n}'],
  ['controls, made harmless', '\u001b[2J', '"\\x1b[2J"'],
])('prints %s', (_name, value, text) => {
  expect(printValue(value)).toBe(text)
})

test('long lists, deep objects and long texts are cut, and say so', () => {
  expect(printValue(Array.from({ length: 100 }, () => 1))).toContain('\n  … (40 more)\n]')
  const deep = { a: { b: { c: { d: { e: { f: { g: 1 } } } } } } }
  expect(printValue(deep)).toContain('"f": [Object],')
  expect(cutText('abcdef', 4)).toBe('abcd… (2 more characters)')
})

test('never throws and keeps to its limit', () => {
  fc.assert(fc.property(fc.anything({ maxDepth: 3, withBoxedValues: true, withMap: true, withSet: true, withObjectString: true }), fc.integer({ min: 0, max: 300 }), (value, limit) => {
    expect(printValue(value, limit).length).toBeLessThanOrEqual(limit + 40)
  }))
})

test('a big object costs a bounded print', () => {
  const wide = (depth: number): unknown => (depth === 0 ? 'leaf' : Array.from({ length: 60 }, () => wide(depth - 1)))
  let reads = 0
  const counted = new Proxy(wide(3) as unknown[], { get: (target, key) => { reads++; return Reflect.get(target, key) as unknown } })
  expect(printValue(counted).length).toBeLessThan(2100)
  expect(reads).toBeLessThan(500)
})
