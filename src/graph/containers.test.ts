import { describe, expect, expectTypeOf, test } from 'vitest'
import { reachedParameters } from '../backward/reach.ts'
import { bundle } from './bundle.ts'
import { untraced } from './context.ts'
import { derive, node, originOf, type Node } from './node.ts'
import { op } from './operators.ts'
import { parameter } from './parameter.ts'

const weight = parameter('weight', 2)
const bias = parameter('bias', 1)
const namesBehind = (output: Node<unknown>): string[] => reachedParameters([output]).map(({ name }) => name).toSorted()

describe('a node of a container that holds nodes', () => {
  test('holds their values, and depends on them', () => {
    const list = node([weight, 5], 'weights')
    const origin = originOf(list)
    expect([list.value, list.name, origin.kind === 'message' && [origin.names, namesBehind(list)]]).toEqual([[2, 5], 'weights', [['0'], ['weight']]])
    expectTypeOf(list).toEqualTypeOf<Node<number[]>>()
  })

  test('hands the dependency on to what is read out of it, however deep it was', () => {
    const first = node([weight, bias]).$[0]!
    expect(namesBehind(op.add(first, 1))).toEqual(['bias', 'weight'])
    const nested = node({ model: { list: [0, weight] }, map: new Map([['b', bias]]), set: new Set([op.add(weight, 1)]) })
    expect(nested.value).toEqual({ model: { list: [0, 2] }, map: new Map([['b', 1]]), set: new Set([3]) })
    expect(namesBehind(nested.$.map.$.get('b'))).toEqual(['bias', 'weight'])
    expectTypeOf(nested.value.map).toEqualTypeOf<Map<string, number>>()
    expectTypeOf(nested.value.set).toEqualTypeOf<Set<number>>()
  })

  test('is a given value where nothing in it is a node, and untraced', () => {
    expect(originOf(node({ a: [1] }))).toEqual({ kind: 'value' })
    const list = untraced(() => node([weight]))
    expect([list.value, originOf(list)]).toEqual([[2], { kind: 'value' }])
  })

  test('keeps what it holds when the parameter changes later', () => {
    const changing = parameter('changing', 'before')
    const list = node([changing])
    expect(list.value).toEqual(['before'])
    expect(list.derive(([text]) => text).value).toBe('before')
  })
})

describe('a container as an argument', () => {
  test('may hold nodes in maps, as keys too, and in sets', () => {
    const total = bundle(function total(prices: ReadonlyMap<string, number>, extras: ReadonlySet<number>) {
      return [...prices.values(), ...extras].reduce((sum, price) => sum + price, 0)
    })
    const result = total(new Map<string | Node<string>, Node<number> | number>([['kettle', weight], [node('cup'), 4]]), new Set([bias, 5]))
    const origin = originOf(result)
    expect([result.value, origin.kind === 'message' && origin.names]).toEqual([12, ['prices', 'extras', 'prices.kettle', 'prices.1', 'extras.0']])
    expect(namesBehind(result)).toEqual(['bias', 'weight'])
    // @ts-expect-error these are no prices
    expect(total(new Map([['kettle', '1']]), new Set<number>()).value).toBe('01')
  })

  test('of a class derived from a map stays whole, and its nodes are inputs where they are read', () => {
    class Prices extends Map<string, Node<number>> {}
    const read = bundle(function read(prices: Prices) { return prices.get('kettle')!.value + 1 })
    const result = read(new Prices([['kettle', weight]]))
    expect([result.value, namesBehind(result)]).toEqual([3, ['weight']])
  })

  test('comes back from a step with its nodes as inputs', () => {
    const made = derive(() => new Map([['a', [weight]]]))
    expect([made.value, namesBehind(made)]).toEqual([new Map([['a', [2]]]), ['weight']])
    expectTypeOf(made).toEqualTypeOf<Node<Map<string, number[]>>>()
  })
})

test('a member that holds nodes depends on them as well as on the whole', () => {
  class Agent { readonly weights = [weight]; readonly bias = bias }
  const agent = node(new Agent(), 'agent')
  expect([agent.$.weights.value, namesBehind(agent.$.weights), namesBehind(agent.$.bias)]).toEqual([[2], ['weight'], ['bias']])
})
