import { inspect } from 'node:util'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { copyOf, detach } from './copies.ts'
import { derive, isNode, node, originOf, peek, type Node } from './node.ts'
import { op } from './operators.ts'
import { parameter } from './parameter.ts'
import { t } from './template.ts'

describe('node', () => {
  test('wraps a value under a name; the type of the value is the name by default', () => {
    const price = node(12, 'price')
    expect([price.value, price.name, node('x').name, originOf(price)]).toEqual([12, 'price', 'string', { kind: 'value' }])
    expectTypeOf(price).toEqualTypeOf<Node<number>>()
  })

  test('gives a node back as it is', () => {
    const price = node(12, 'price')
    expect(node(price, 'other')).toBe(price)
    const weight = parameter('weight', 1)
    expect(node(weight)).toBe(weight)
    expectTypeOf(node(price)).toEqualTypeOf<Node<number>>()
  })

  test('replaces nodes inside by their values', () => {
    expect(node({ list: [node(1), 2] }).value).toEqual({ list: [1, 2] })
  })

  test('is told from everything else', () => {
    expect([node(1), parameter('p', 1), 1, null, { value: 1 }, undefined].map(isNode)).toEqual([true, true, false, false, false, false])
  })
})

describe('types', () => {
  test('a node fits where a node of a wider type is asked for, and never where the value is', () => {
    const text = node('x')
    expectTypeOf<Node<'a'>>().toExtend<Node<string>>()
    expectTypeOf(text).toExtend<Node<unknown>>()
    expectTypeOf(text).not.toExtend<string>()
    // @ts-expect-error a node is no text
    const plain: string = text
    expect(plain).toBe(text)
  })

  test('a union is one node, not one node per member', () => {
    const flag: boolean = Math.random() < 2
    expectTypeOf(node(flag)).toEqualTypeOf<Node<boolean>>()
  })
})

describe('equality and printing', () => {
  test('nodes are equal when their values are', () => {
    expect(node({ a: 1 })).toEqual(node({ a: 1 }))
    expect(node(1)).not.toEqual(node(2))
    expect(op.add(1, 2)).toEqual(node(3))
    expect(parameter('a', 1)).toEqual(parameter('b', 1))
    expect(parameter('a', 1)).not.toEqual(parameter('a', 2))
  })

  test('a node prints its name and value, never its graph', () => {
    expect(inspect(op.add(node(1), 2))).toBe('Node(add: 3)')
    expect(inspect(node({ team: 'billing' }, 'reply'))).toBe("Node(reply: { team: 'billing' })")
    expect(inspect(parameter('weight', 0.5))).toBe('Node(weight: 0.5)')
  })

  test('a node is its value in JSON and in a text', () => {
    const reply = node({ team: 'billing', tags: ['a'] })
    expect(JSON.stringify({ reply, weight: parameter('weight', 2) })).toBe('{"reply":{"team":"billing","tags":["a"]},"weight":2}')
    expect(`${node('x')}, ${node(2)}, ${node(null)}, ${reply}`).toBe('x, 2, null, {"team":"billing","tags":["a"]}')
    expect((node(2) as never as number) + 3).toBe(5)
  })

  test('values that are no plain data read in a text as they would alone', () => {
    const day = new Date(0)
    const parts = [day, new Date(Number.NaN), new Map([['a', 1]]), new Set([1]), new URL('https://example.org/'), /x/g, new Error('no'), (x: number) => x, 5n]
    expect(parts.map((part) => String(node(part)))).toEqual([
      '1970-01-01T00:00:00.000Z', 'Invalid Date', '[["a",1]]', '[1]', '"https://example.org/"', '/x/g', 'Error: no', '(x) => x', '5',
    ].map((text) => text === '(x) => x' ? String(parts[7]) : text))
  })

  test('a failing comparison shows both values', () => {
    expect(() => expect(node({ team: 'support' })).toEqual(node({ team: 'billing' }))).toThrowErrorMatchingInlineSnapshot(`[AssertionError: expected Node(object: { team: 'support' }) to deeply equal Node(object: { team: 'billing' })]`)
  })
})

test('a look without a trace gives the value of now', () => {
  expect([peek(node(1)), peek(parameter('p', 2))]).toEqual([1, 2])
})

test('parts of a template are inputs under names of their own', () => {
  const [first, second] = [node('a', 'part'), node('b', 'part')]
  const text = t`${first}-${second}-${7}-${{ deep: first }}`
  expect(text.value).toBe('a-b-7-{"deep":"a"}')
  const origin = originOf(text)
  expect(origin.kind === 'message' && [origin.names, origin.inputs]).toEqual([['part', 'part_1', 'input2', 'input3'], [first, second, 7, { deep: 'a' }]])
  expectTypeOf(text).toEqualTypeOf<Node<string>>()
})

test('a part that cannot be written fails the template with the reason', () => {
  const loop: Record<string, unknown> = {}
  loop['self'] = loop
  expect(() => t`${loop}`).toThrow('Converting circular structure to JSON')
})

describe('a description', () => {
  test('of a given value stands in its origin', () => {
    expect(originOf(node(1, { name: 'x', description: 'how many' }))).toEqual({ kind: 'value', description: 'how many' })
    expect([node(1, { description: 'how many' }).name, node('a', {}).name]).toEqual(['number', 'string'])
    expect(originOf(node(1, 'x'))).toEqual({ kind: 'value' })
  })

  test('or a name that is no text is a clear error', () => {
    expect(() => node(1, { description: 5 as never })).toThrowErrorMatchingInlineSnapshot(`[TraceEvalError [NODE_OPTIONS]: expected a name and a description as texts, received { description: 5 }]`)
    expect(() => node(1, 5 as never)).toThrow('expected a name and a description as texts, received 5')
    expect(() => node(1, { name: null as never })).toThrow('expected a name and a description as texts')
  })
})

describe('a node as a given value', () => {
  test('has the same name and value, and no inputs', () => {
    const tone = parameter('tone', 'kind')
    const text = tone.derive((word) => [word])
    const detached = detach(text)
    expect([detached.name, detached.value === text.value, originOf(detached).kind, detach(tone).value]).toEqual(['derive', true, 'value', 'kind'])
  })

  test('made inside a step is no read of it', () => {
    const given = node(1, 'given')
    const origin = originOf(derive(() => { detach(given); return 1 }))
    expect(origin.kind === 'message' && origin.inputs).toEqual([])
  })
})

test('a copy is a step of its own: changing its value in place changes nothing else', () => {
  const list = node([{ a: 1 }], 'list')
  const copy = copyOf(list)
  copy.value[0]!.a = 2
  const origin = originOf(copy)
  expect([list.value, copy.value, copy.name, origin.kind === 'message' && origin.inputs]).toEqual([[{ a: 1 }], [{ a: 2 }], 'copy', [list]])
})
