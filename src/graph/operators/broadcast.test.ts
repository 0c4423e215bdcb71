import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { bundle } from '../bundle.ts'
import { isNode, node, originOf, unwrap, type Node } from '../node.ts'
import { parameter } from '../parameter.ts'
import { op } from './all.ts'
import { broadcast } from './broadcast.ts'

const originNames = (of: Node<unknown>): unknown => {
  const origin = originOf(of)
  return origin.kind === 'message' ? [origin.step.name, origin.names, origin.inputs] : origin.kind
}

describe('broadcast', () => {
  test('keeps the shape, repeats what is no container, and gives nodes', () => {
    const rate = node(2, 'rate')
    const prices = broadcast(op.multiply, { kettle: 30, cups: [node(5), 6] }, rate)
    expect(unwrap(prices)).toEqual({ kettle: 60, cups: [10, 12] })
    expect(isNode(prices.cups[1])).toBe(true)
    expectTypeOf(prices).toEqualTypeOf<{ kettle: Node<number>; cups: [Node<number>, Node<number>] }>()
  })

  test('hands the leaves to a bundle or operator as they are', () => {
    const [price, rate] = [node(5, 'price'), parameter('rate', 2)]
    const taxed = bundle(function taxed(price: number, rate: number) { return price * rate })
    const [result] = broadcast(taxed, [price], rate)
    expect([result.value, originNames(result)]).toEqual([10, ['taxed', ['price', 'rate'], [price, rate]]])
    expect(originNames(broadcast(op.add, new Map([['a', price]]), 1).get('a')!)).toEqual(['add', ['a', 'b'], [price, 1]])
  })

  test('makes one step per leaf of any other function, which gets plain values', () => {
    const price = node(5, 'price')
    const result = broadcast(function taxed(price: number, rate: number) { return price * rate }, [price, 6], 2)
    expect([unwrap(result), originNames(result[0])]).toEqual([[10, 12], ['taxed', ['price', 'rate'], [price, 2]]])
    expectTypeOf(result).toEqualTypeOf<[Node<number>, Node<number>]>()
  })

  test('goes on into containers that another argument has deeper down', () => {
    const result = broadcast(op.add, [1, 2], [[10, 20], 30])
    expect(unwrap(result)).toEqual([[11, 21], 32])
    expectTypeOf(result).toEqualTypeOf<[[Node<number>, Node<number>], Node<number>]>()
  })

  test('takes a node as one leaf, whatever it holds', () => {
    expect(broadcast(op.length, [node([1, 2, 3]), 'ab']).map(({ value }) => value)).toEqual([3, 2])
    expect(broadcast(op.add, node(1), 2).value).toBe(3)
  })

  test('gives promises where the function is async', async () => {
    const later = broadcast(async (x: number) => x + 1, { a: 1 })
    expectTypeOf(later).toEqualTypeOf<{ a: Promise<Node<number>> }>()
    expect((await later.a).value).toBe(2)
  })

  test('keeps a key named __proto__ a key', () => {
    const result = broadcast(op.negate, JSON.parse('{"__proto__": 1}') as Record<string, number>)
    expect([Object.keys(result), Object.getPrototypeOf(result) === Object.prototype]).toEqual([['__proto__'], true])
  })

  test('equals the function on every leaf', () => {
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof({ maxDepth: 3 }, fc.integer(), fc.array(tie('tree'), { maxLength: 3 }), fc.dictionary(fc.string(), tie('tree'), { maxKeys: 3, noNullPrototype: true }),
        fc.array(fc.tuple(fc.string(), tie('tree')), { maxLength: 3 }).map((entries) => new Map(entries))),
    }))
    const each = (of: unknown, leaf: (x: number) => unknown): unknown => {
      if (typeof of === 'number') return leaf(of)
      if (of instanceof Map) return new Map([...of].map(([key, value]) => [key, each(value, leaf)]))
      return Array.isArray(of) ? of.map((value) => each(value, leaf)) : Object.fromEntries(Object.entries(of as object).map(([key, value]) => [key, each(value, leaf)]))
    }
    fc.assert(fc.property(tree, (given) => {
      const doubled = broadcast(op.add, each(given, (x) => node(x)) as number[], given as number[])
      expect(unwrap(doubled)).toEqual(each(given, (x) => x + x))
    }))
  })
})

describe('containers that do not match', () => {
  test('are a clear error with the place', () => {
    // @ts-expect-error lists of two lengths
    expect(() => broadcast(op.add, { a: [1, 2] }, { a: [1] }).a[1].missing).toThrowErrorMatchingInlineSnapshot(`
      [TraceEvalError [BROADCAST_SHAPE]: expected containers of one shape, received a list of 2 and a list of 1, at ["a"]
        Only a value that is no container is repeated. A container that shall be repeated whole: put it in a node.]
    `)
    expect(() => broadcast(op.add, { a: 1 }, { b: 1 })).toThrow('received an object with the keys ["a"] and an object with the keys ["b"]')
    expect(() => broadcast(op.add, new Map([['a', 1]]), { a: 1 })).toThrow('received a map with the keys ["a"] and an object with the keys ["a"]')
    expect(() => broadcast(op.add, [1], new Map([[0, 1]]))).toThrow('received a list of 1 and a map with the keys [0]')
  })

  test('and one that holds itself is one, too', () => {
    const ring: unknown[] = []
    ring.push(ring)
    expect(() => broadcast(op.negate, ring as number[])).toThrowErrorMatchingInlineSnapshot(`[TraceEvalError [BROADCAST_SHAPE]: expected containers of at most 100 levels, received deeper ones, or one that holds itself]`)
  })

  test('as are leaves the function does not take, and what is no function', () => {
    // @ts-expect-error a text is no number
    expect(unwrap(broadcast(op.add, ['x'], 1))).toEqual(['x1'])
    // @ts-expect-error no function
    expect(() => broadcast(5, [1])).toThrowErrorMatchingInlineSnapshot(`[TraceEvalError [STEP_FUNCTION]: expected a function to broadcast, received 5]`)
  })
})
