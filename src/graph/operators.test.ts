import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { exceptionNodeOf, isNode, node, originOf, type Node } from './node.ts'
import { op } from './operators.ts'
import { parameter } from './parameter.ts'

const number = fc.oneof(fc.double(), fc.integer({ min: -40, max: 40 }), fc.constantFrom(0, -0, Number.NaN, Infinity))
const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 8 }), fc.constantFrom('', 'a', 'b', '10', '9'))
const any = fc.oneof(number, text, fc.boolean(), fc.constantFrom(null, undefined), fc.array(number, { maxLength: 2 }), fc.bigInt())
const classes = fc.constantFrom<unknown>(Array, Object, Date, Map)

// What the language does, in its own signs, beside what the operands are drawn from.
const language: Readonly<Record<string, readonly [oracle: string, ...operands: Arbitrary<unknown>[]]>> = {
  add: ['a + b', number, number], subtract: ['a - b', number, number], multiply: ['a * b', number, number], divide: ['a / b', number, number],
  mod: ['a % b', number, number], power: ['a ** b', number, number], negate: ['-a', number],
  bitAnd: ['a & b', number, number], bitOr: ['a | b', number, number], bitXor: ['a ^ b', number, number], bitNot: ['~a', number],
  shiftLeft: ['a << b', number, number], shiftRight: ['a >> b', number, number], shiftRightUnsigned: ['a >>> b', number, number],
  concat: ['a + b', text, text],
  less: ['a < b', any, any], atMost: ['a <= b', any, any], greater: ['a > b', any, any], atLeast: ['a >= b', any, any],
  equal: ['a === b', any, any], notEqual: ['a !== b', any, any],
  not: ['!a', any], and: ['a && b', any, any], or: ['a || b', any, any], coalesce: ['a ?? b', any, any], cond: ['a ? b : c', any, any, any],
  typeOf: ['typeof a', any], isInstance: ['a instanceof b', any, fc.oneof(classes, any)],
}

type Operator = (...operands: readonly unknown[]) => Node<unknown>
const operators = op as unknown as Readonly<Record<string, Operator>>
const outcome = (run: () => unknown): { value: unknown } | { error: string } => {
  try { return { value: run() } } catch (error) { return { error: (error as Error).name } }
}

describe('every operator', () => {
  test('is compared with the language below', () => {
    expect(Object.keys(op).toSorted()).toEqual(Object.keys(language).toSorted())
  })

  test.each(Object.entries(language))('%s computes or throws what the language does, of nodes as of values, and its inputs are its operands', (name, [oracle, ...arbitraries]) => {
    const plain = new Function('a', 'b', 'c', `return ${oracle}`) as (...operands: unknown[]) => unknown
    const wrapped = fc.tuple(...arbitraries.map(() => fc.boolean()))
    fc.assert(fc.property(fc.tuple(...arbitraries), wrapped, (values, asNode) => {
      const operands = values.map((value, index) => (asNode[index] ? node(value) : value))
      const expected = outcome(() => plain(...values))
      let result: unknown
      const received = outcome(() => { result = operators[name]!(...operands); return (result as Node<unknown>).value })
      expect(received).toEqual(expected)
      if ('error' in received) return
      expect(Object.is(received.value, (expected as { value: unknown }).value)).toBe(true)
      const origin = originOf(result as Node<unknown>)
      if (origin.kind !== 'message') throw new Error(`expected a step, received a ${origin.kind}`)
      expect([origin.step.name, new Set(origin.names).size]).toEqual([name, origin.names.length])
      expect(origin.inputs.map((input, index) => Object.is(input, operands[index]))).toEqual(values.map(() => true))
    }))
  })
})

describe('an operator', () => {
  test('depends on an operand that a short circuit would not look at', () => {
    const [first, second] = [parameter('first', false), parameter('second', 'x')]
    const origin = originOf(op.and(first, second))
    expect(origin.kind === 'message' && [origin.names, origin.inputs.filter(isNode).map(({ name }) => name)]).toEqual([['a', 'b'], ['first', 'second']])
  })

  test('that throws is recorded with its operands', () => {
    const [left, right] = [node(1n as never as number, 'left'), node(1, 'right')]
    const error = (() => { try { op.add(left, right); return undefined } catch (thrown) { return thrown } })()
    const failed = exceptionNodeOf(error)!
    const origin = originOf(failed)
    expect([failed.value, origin.kind === 'exception' && origin.inputs]).toEqual(['(TypeError) Cannot mix BigInt and other types, use explicit conversions', [left, right]])
  })

  test('says by its types what it takes and gives', () => {
    const [count, name] = [node(1), node('a')]
    expectTypeOf(op.mod(count, 2)).toEqualTypeOf<Node<number>>()
    expectTypeOf(op.less(name, 'b')).toEqualTypeOf<Node<boolean>>()
    expectTypeOf(op.or(node<string | undefined>(undefined), count)).toEqualTypeOf<Node<string | number>>()
    expectTypeOf(op.coalesce(node<string | null>(null), 'x')).toEqualTypeOf<Node<string>>()
    expectTypeOf(op.isInstance(node(new Date(0)), Date)).toEqualTypeOf<Node<boolean>>()
    // @ts-expect-error a text is no number
    expect(op.power(name, 2).value).toBeNaN()
    // @ts-expect-error a text is not compared with a number
    expect(op.less(name, 2).value).toBe(false)
    // @ts-expect-error the right side of instanceof is a class
    expect(() => op.isInstance(count, 'Number')).toThrow(TypeError)
  })
})
