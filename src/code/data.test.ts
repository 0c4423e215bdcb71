import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { NotData, packData, unpackData } from './data.ts'
import { createCodeRunner } from './runner.ts'

const runner = createCodeRunner({ isolation: 'sandbox' })
afterAll(() => { runner.dispose() })

// Lone surrogates too, names such as __proto__ and $, and everything that JSON lacks.
const data = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, fc.string({ unit: 'binary' }), fc.double(), fc.boolean(), fc.constantFrom(null, undefined, -0, '\uD800', '\0'), fc.bigInt(), fc.date(),
    fc.array(tie('value')), fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$', '__proto__', 'value', 'toJSON', 'constructor')), tie('value'), { noNullPrototype: true })),
})).value

test('data comes back as it was', () => {
  fc.assert(fc.property(data, (value) => isDeepStrictEqual(unpackData(packData(value)), value)))
})

test('data comes back from the engine as it went in', () => {
  fc.assert(fc.property(data, (value) => isDeepStrictEqual(runner.callSync('function f(x) { return x }', 'f', [value]), value)))
})

test('what is no data is refused with its place', () => {
  const refused = (value: unknown): string => {
    try {
      return packData(value)
    } catch (error) {
      return error instanceof NotData ? `${error.message} ${error.path}` : String(error)
    }
  }
  expect([refused(Symbol('x')), refused({ a: [() => 1] }), refused([new URL('a:b')]), refused(new Map())]).toEqual(
    ['data, not a symbol ', 'data, not a function .a[0]', 'plain data, not an instance of a class [0]', 'plain data, not an instance of a class '])
})

test('any text from outside gives data or throws', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
    let value: unknown
    try {
      value = unpackData(text)
    } catch {
      return
    }
    expect(typeof value).not.toBe('function')
  }))
  expect(unpackData('{"$":"bigint","value":{}}')).toEqual({ $: 'bigint', value: {} })
  expect(() => unpackData(`[${'['.repeat(300)}"$"${']'.repeat(300)}]`)).toThrow('data nested at most 200 deep')
})
