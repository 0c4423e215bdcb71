import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { node, unwrap, type Node } from './node.ts'
import { parameter } from './parameter.ts'
import { copyValue } from './unwrap.ts'

// A value that may hold nodes, with the same value without them, made side by side.
interface Pair { readonly traced: unknown; readonly plain: unknown }
const { pair } = fc.letrec<{ pair: Pair }>((tie) => ({
  pair: fc.oneof({ depthSize: 'small' },
    fc.anything({ maxDepth: 0 }).map((value): Pair => ({ traced: value, plain: value })),
    fc.jsonValue({ maxDepth: 1 }).map((value): Pair => ({ traced: node(value), plain: value })),
    fc.array(tie('pair'), { maxLength: 4 }).map((items): Pair => ({ traced: items.map(({ traced }) => traced), plain: items.map(({ plain }) => plain) })),
    fc.dictionary(fc.string(), tie('pair'), { maxKeys: 4 }).map((record): Pair => ({
      traced: Object.fromEntries(Object.entries(record).map(([key, { traced }]) => [key, traced])),
      plain: Object.fromEntries(Object.entries(record).map(([key, { plain }]) => [key, plain])),
    })),
    fc.array(fc.tuple(fc.string(), tie('pair')), { maxLength: 4 }).map((entries): Pair => ({
      traced: new Map(entries.map(([key, { traced }]) => [key, traced])),
      plain: new Map(entries.map(([key, { plain }]) => [key, plain])),
    })),
    fc.array(tie('pair'), { maxLength: 4 }).map((items): Pair => ({ traced: new Set(items.map(({ traced }) => traced)), plain: new Set(items.map(({ plain }) => plain)) }))),
}))

test('every node inside plain objects, arrays, maps and sets is replaced by its value', () => {
  fc.assert(fc.property(pair, ({ traced, plain }) => { expect(unwrap(traced)).toEqual(plain) }))
})

test('what holds no node comes back as the same object', () => {
  fc.assert(fc.property(fc.anything(), (value) => { expect(unwrap(value)).toBe(value) }))
})

describe('unwrap', () => {
  test('copies only what holds a node', () => {
    const [untouched, touched] = [{ a: [1] }, { b: node(1) }]
    const result = unwrap({ untouched, touched }) as { untouched: unknown; touched: unknown }
    expect(result.untouched).toBe(untouched)
    expect(result.touched).toEqual({ b: 1 })
    expect(touched.b).toEqual(node(1))
  })

  test('tells of each node with the keys that lead to it', () => {
    const found: [string, unknown][] = []
    unwrap({ list: [0, { deep: node('x') }], own: parameter('p', 2) }, (inner, path) => found.push([path.join('.'), inner.value]))
    expect(found).toEqual([['list.1.deep', 'x'], ['own', 2]])
  })

  test('looks into maps, keys too, and sets, and keeps their order', () => {
    const found: string[] = []
    const map = new Map<unknown, unknown>([['z', 1], [node('key'), { deep: node(2) }], ['a', new Set([node('x'), 'y'])]])
    const result = unwrap(map, (inner, path) => found.push(`${path.join('.')}=${String(inner.value)}`))
    expect([...result as typeof map]).toEqual([['z', 1], ['key', { deep: 2 }], ['a', new Set(['x', 'y'])]])
    expect(new Set(found)).toEqual(new Set(['1=key', '1.deep=2', 'a.0=x']))
    expect(map.get('z')).toBe(1)
  })

  test('keeps a map that holds itself', () => {
    const map = new Map<string, unknown>([['held', node(1)]])
    map.set('self', [map])
    const result = unwrap(map) as typeof map
    expect([result.get('held'), (result.get('self') as unknown[])[0] === result]).toEqual([1, true])
  })

  test('leaves class instances, dates and promises whole, and what is derived from a map', () => {
    class Box { held = node(1) }
    class Registry extends Map<string, unknown> {}
    for (const whole of [new Box(), new Registry([['a', node(1)]]), new Date(), Promise.resolve(1)]) expect(unwrap([whole])).toEqual([whole])
    const box = new Box()
    expect((unwrap({ box, x: node(1) }) as { box: Box }).box.held).toBe(box.held)
  })

  test('keeps shared parts shared', () => {
    const part = { value: node(1) }
    const result = unwrap({ first: part, second: part }) as { first: unknown; second: unknown }
    expect(result).toEqual({ first: { value: 1 }, second: { value: 1 } })
    expect(result.first).toBe(result.second)
  })

  test('keeps cycles, wherever in them the node is', () => {
    interface Ring { self?: Ring; other?: { back?: Ring }; held?: Node<number> | number }
    const ring: Ring = { other: {} }
    ring.self = ring
    ring.other!.back = ring
    expect(unwrap(ring)).toBe(ring)
    ring.held = node(5)
    const result = unwrap(ring) as Ring
    expect([result.held, result.self === result, result.other!.back === result, (ring.held as Node<number>).value]).toEqual([5, true, true, 5])
  })

  test('looks a hundred levels deep and no deeper, without overflowing', () => {
    let deep: unknown = node('bottom')
    for (let i = 0; i < 50; i++) deep = [deep]
    expect(JSON.stringify(unwrap(deep))).toBe(`${'['.repeat(50)}"bottom"${']'.repeat(50)}`)
    let list: object = {}
    for (let i = 0; i < 100_000; i++) list = { next: list }
    expect(unwrap(list)).toBe(list)
  })

  test('keeps a key named __proto__ a key', () => {
    const value = unwrap(Object.assign(JSON.parse('{"__proto__":{"a":1}}'), { held: node(1) })) as object
    expect([Object.keys(value), Object.getPrototypeOf(value) === Object.prototype]).toEqual([['__proto__', 'held'], true])
  })
})

describe('a copy', () => {
  test('equals its original, and is as it was after the original has changed', () => {
    fc.assert(fc.property(fc.anything({ withMap: true, withSet: true }), (value) => {
      const copy = copyValue(value)
      expect(copy).toEqual(value)
      const printed = fc.stringify(copy)
      wreck(value)
      expect(fc.stringify(copy)).toBe(printed)
    }))
  })

  test('keeps shared parts shared and cycles cycles', () => {
    const shared = { x: 1 }
    const value: { a: object; b: object; self?: unknown } = { a: shared, b: shared }
    value.self = value
    const copy = copyValue(value)
    expect([copy === value, copy.self === copy, copy.a === copy.b, copy.a === shared]).toEqual([false, true, true, false])
  })

  test('holds functions, class instances and promises as they are', () => {
    class Counter { n = 1 }
    const value = { fn: () => 1, counter: new Counter(), promise: Promise.resolve() }
    const copy = copyValue(value)
    expect([copy.fn === value.fn, copy.counter === value.counter, copy.promise === value.promise]).toEqual([true, true, true])
  })

  test('has an own property called __proto__ where the original has one', () => {
    const copy = copyValue(JSON.parse('{"__proto__": {"admin": true}}') as object)
    expect([Object.getPrototypeOf(copy) === Object.prototype, Object.keys(copy), 'admin' in copy]).toEqual([true, ['__proto__'], false])
  })
})

function wreck(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if (value instanceof Map || value instanceof Set) {
    for (const [key, item] of value.entries()) { wreck(key); wreck(item) }
    return value.clear()
  }
  for (const key of Object.keys(value)) {
    wreck((value as Record<string, unknown>)[key])
    ;(value as Record<string, unknown>)[key] = 0
  }
}
