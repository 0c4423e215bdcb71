import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from './canonical-json.ts'
import { hashFraction, hashValue, sha256 } from './hash.ts'

test('plain JSON data reads back as it was', () => {
  fc.assert(fc.property(fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown), (value) => {
    expect(JSON.parse(canonicalJson(value))).toEqual(value)
  }))
})

test('the order of keys makes no difference, that of items does', () => {
  expect(canonicalJson({ b: 1, a: [2, 1] })).toBe('{"a":[2,1],"b":1}')
  expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]))
})

test('values that JSON has no form for are told apart', () => {
  const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, undefined, null, 1n, 1, '1', Symbol('s'), () => 1, new Date(0), new Date(Number.NaN), /x/, new Map([[1, 2]]), new Set([1]), {}, []]
  const texts = values.map((value) => canonicalJson(value))
  expect(new Set(texts).size).toBe(values.length)
  for (const text of texts) expect(() => JSON.parse(text)).not.toThrow()
})

test('cycles are cut, depth is bounded, and nothing throws', () => {
  const loop: Record<string, unknown> = {}
  loop['self'] = loop
  let deep: unknown = 1
  for (let i = 0; i < 10_000; i++) deep = [deep]
  const angry = { get field() { throw new Error('no') } }
  expect(canonicalJson(loop)).toBe('{"self":{"$value":"circular"}}')
  expect(canonicalJson(deep)).toContain('too deep')
  expect(canonicalJson({ angry })).toBe('{"angry":{"$value":"unreadable: no"}}')
})

test('hashes are those that everybody has', () => {
  // FIPS 180-2, appendix B.1.
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  expect(hashValue({ a: 1, b: 2 })).toBe(hashValue({ b: 2, a: 1 }))
  const fractions = Array.from({ length: 2000 }, (_, index) => hashFraction(`case ${index}`))
  expect(fractions.every((fraction) => fraction >= 0 && fraction < 1)).toBe(true)
  expect(fractions.reduce((sum, fraction) => sum + fraction) / 2000).toBeCloseTo(0.5, 1)
})
