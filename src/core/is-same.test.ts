import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSame } from './is-same.ts'

const data = fc.anything({ withDate: true, withMap: true, withSet: true, withNullPrototype: true, withBigInt: true })

test('says of any two values what Node says of them, the order of maps and sets apart', () => {
  fc.assert(fc.property(data, data, (a, b) => {
    expect(isSame(a, structuredClone(a))).toBe(isDeepStrictEqual(a, structuredClone(a)))
    if (isSame(a, b)) expect(isDeepStrictEqual(a, b)).toBe(true)
  }))
})

test.each<[unknown, unknown, boolean]>([
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, true], [[1, 2], [2, 1], false], [{ a: undefined }, {}, false], [new Date(1), new Date(2), false], [new Map([['a', 1]]), new Map([['a', 2]]), false],
  [[Number.NaN], [Number.NaN], true], [[0], [-0], false], [[1], { 0: 1 }, false], [{ a: { b: [1, { c: 2 }] } }, { a: { b: [1, { c: 3 }] } }, false], ['a', ['a'], false], [null, {}, false],
])('%o and %o: %s', (a, b, same) => expect([isSame(a, b), isSame(b, a)]).toEqual([same, same]))

test('ends on values that hold themselves', () => {
  const [a, b] = [[] as unknown[], [] as unknown[]]
  a.push(a)
  b.push(b)
  expect(isSame(a, b)).toBe(true)
})
