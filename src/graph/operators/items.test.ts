import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { reachedParameters } from '../../backward/reach.ts'
import { exceptionNodeOf, node, originOf, type Node } from '../node.ts'
import { parameter } from '../parameter.ts'
import { op } from './all.ts'
import { items, iterate } from './items.ts'

const valuesOf = (nodes: readonly Node<unknown>[]): unknown[] => nodes.map(({ value }) => value)
const inputsOf = (of: Node<unknown>): readonly unknown[] => {
  const origin = originOf(of)
  return origin.kind === 'message' ? origin.inputs : []
}
const thrownBy = (run: () => unknown): Error => {
  try { run() } catch (error) { return error as Error }
  throw new Error('expected an error')
}
const namesBehind = (output: Node<unknown>): string[] => reachedParameters([output]).map(({ name }) => name)

describe('iterate', () => {
  test('gives what a loop gives, each as a node', () => {
    const iterables = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.anything()), fc.array(fc.anything()).map((list) => new Set(list)), fc.array(fc.tuple(fc.string(), fc.anything())).map((list) => new Map(list)))
    fc.assert(fc.property(iterables, fc.boolean(), (iterable, wrapped) => {
      const received = wrapped ? iterate(node(iterable as Iterable<unknown>)) : iterate(iterable as Iterable<unknown>)
      expect(valuesOf(received)).toEqual([...iterable as Iterable<unknown>])
    }))
  })

  test('of a list reads it, of anything else a list made of it', () => {
    const [list, set] = [node(['x'], 'list'), node(new Set(['x']), 'set')]
    expect(inputsOf(iterate(list)[0]!)).toEqual([list, 0])
    const [made, index] = inputsOf(iterate(set)[0]!)
    expect([(made as Node<unknown>).name, inputsOf(made as Node<unknown>), index]).toEqual(['toArray', [set], 0])
  })

  test('depends on nodes inside', () => {
    const weight = parameter('weight', 2)
    expect(namesBehind(iterate([1, weight])[0]!)).toEqual(['weight'])
    expect(namesBehind(iterate(new Set([weight]))[0]!)).toEqual(['weight'])
    expect(valuesOf(iterate((function* () { yield 1; yield 2 })()))).toEqual([1, 2])
  })

  test('of a number is a clear error, recorded as a failed step of it', () => {
    const three = node(3, 'three')
    // @ts-expect-error a number cannot be iterated
    const error = thrownBy(() => iterate(three))
    expect(error).toMatchInlineSnapshot(`
      [TraceEvalError [NOT_ITERABLE]: expected a list, text, map, set or other iterable, received 3
        Where the value may be missing: op.coalesce(value, []).]
    `)
    expect(originOf(exceptionNodeOf(error)!)).toMatchObject({ kind: 'exception', inputs: [three] })
    // @ts-expect-error nor can an object
    expect(() => iterate(node({ a: 1 }))).toThrow('The entries of an object: items(value), or op.entries(value).')
  })
})

describe('items', () => {
  const prices = node({ kettle: 30, cup: 5 }, 'prices')

  test('pairs a node of each key with a node of its value', () => {
    expect(items(prices).map((pair) => valuesOf(pair))).toEqual([['kettle', 30], ['cup', 5]])
    expect(items(node(new Map<unknown, unknown>([[1, 'a'], [null, 'b']]))).map((pair) => valuesOf(pair))).toEqual([[1, 'a'], [null, 'b']])
    expect(items(['a', node('b')]).map((pair) => valuesOf(pair))).toEqual([[0, 'a'], [1, 'b']])
    expectTypeOf(items(node(new Map([['a', 1]])))).toEqualTypeOf<[key: Node<string>, value: Node<number>][]>()
    expectTypeOf(items(prices)).toEqualTypeOf<([key: Node<'kettle'>, value: Node<number>] | [key: Node<'cup'>, value: Node<number>])[]>()
  })

  test('has the container among the inputs of every value', () => {
    const [[key, value]] = items(prices) as [[Node<string>, Node<number>]]
    expect([inputsOf(value), (inputsOf(key)[0] as Node<unknown>).name]).toEqual([[prices, key], 'keys'])
    const weight = parameter('weight', 2)
    expect(namesBehind(op.add(items({ a: 1, b: weight })[1]![1], 1))).toEqual(['weight'])
  })

  test('of what has no keys is a clear error', () => {
    const seven = node(7, 'seven')
    // @ts-expect-error a number has no keys
    const error = thrownBy(() => items(seven))
    expect(error.message).toMatchInlineSnapshot(`
      "expected a value with keys: a map, object or list, received 7
        Where the value may be missing: op.coalesce(value, {})."
    `)
    expect(originOf(exceptionNodeOf(error)!)).toMatchObject({ kind: 'exception', inputs: [seven] })
    expect(thrownBy(() => items(new Set([1]))).message).toMatchInlineSnapshot(`
      "expected a value with keys: a map, object or list, received a Set
        It has items, but no keys: iterate(value)."
    `)
  })
})
