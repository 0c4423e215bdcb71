import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { derive, node, originOf, type Node } from './node.ts'
import { op } from './operators.ts'
import { parameter } from './parameter.ts'

interface Reply { team: 'billing' | 'human'; confidence: number; customer?: { name: string }; tags: string[]; pair: [number, string] }
const reply = node<Reply>({ team: 'billing', confidence: 0.7, tags: ['a', 'b'], pair: [1, 'x'] }, 'reply')
const rolesAndInputs = (of: Node<unknown>): unknown => {
  const origin = originOf(of)
  return origin.kind === 'message' ? [origin.names, origin.inputs] : undefined
}

describe('derive', () => {
  test('of a node computes from its value', () => {
    const team = reply.derive((given) => given.team)
    expect([team.value, team.name, rolesAndInputs(team)]).toEqual(['billing', 'derive', [['input'], [reply]]])
    expectTypeOf(team).toEqualTypeOf<Node<'billing' | 'human'>>()
  })

  test('of a function takes what it reads as inputs', () => {
    const [price, quantity] = [node(2, 'price'), parameter('quantity', 3)]
    const total = derive(() => price.value * quantity.value)
    expect([total.value, rolesAndInputs(total)]).toEqual([6, [['price', 'quantity'], [price, quantity]]])
    expectTypeOf(total).toEqualTypeOf<Node<number>>()
  })

  test('with a list takes all of it as inputs, read or not', () => {
    const limit = node(0.5, 'limit')
    const sure = derive([reply, limit, 'x'], (given, least, mark) => (mark === 'x' ? given.confidence > least : false))
    expect([sure.value, rolesAndInputs(sure)]).toEqual([true, [['reply', 'limit', 'input2'], [reply, limit, 'x']]])
    expectTypeOf(sure).toEqualTypeOf<Node<boolean>>()
  })

  test('gives a promise where its function is async', async () => {
    const later = derive(async () => { await sleep(1); return reply.value.team })
    expectTypeOf(later).toEqualTypeOf<Promise<Node<'billing' | 'human'>>>()
    expect(rolesAndInputs(await later)).toEqual([['reply'], [reply]])
  })

  test('shows its source to whoever reads the graph', () => {
    const origin = originOf(node(1).derive((x) => x + 1))
    expect(origin.kind === 'message' && origin.step.description).toBe('(x) => x + 1')
  })

  test('without a function is a clear error', () => {
    expect(() => derive([reply] as never)).toThrowErrorMatchingInlineSnapshot(`[TraceEvalError [STEP_FUNCTION]: expected derive(() => …) or derive([…], (…) => …), received [a Node] and undefined]`)
  })
})

describe('$', () => {
  test('opens an object into nodes', () => {
    const { team, confidence } = reply.$
    expect([team.value, confidence.value, rolesAndInputs(team)]).toEqual(['billing', 0.7, [['of', 'key'], [reply, 'team']]])
    expectTypeOf(team).toEqualTypeOf<Node<'billing' | 'human'>>()
    // @ts-expect-error no such member
    expect(reply.$.taem.value).toBeUndefined()
  })

  test('opens arrays and tuples into real arrays of nodes', () => {
    const [count, text] = reply.$.pair.$
    expect([count.value, text.value, Array.isArray(reply.$.tags.$)]).toEqual([1, 'x', true])
    expectTypeOf(text).toEqualTypeOf<Node<string>>()
    const [first, ...rest] = reply.$.tags.$
    expect([first?.value, rest.map((tag) => tag.value)]).toEqual(['a', ['b']])
  })

  test('calls methods, whose arguments may be nodes', () => {
    const mark = node('b', 'mark')
    const joined = node('abc').$.concat(mark, 'X')
    expect([joined.value, joined.name, rolesAndInputs(joined)]).toEqual(['abcbX', 'concat', [['self', 'arg0', 'arg1'], [node('abc'), mark, 'X']]])
    expectTypeOf(node('x').$.trim()).toEqualTypeOf<Node<string>>()
    expect(node(2.71).$.toFixed(1).value).toBe('2.7')
  })

  test('of a nullish value is that value', () => {
    expect([node<Reply | undefined>(undefined).$, node<Reply | null>(null).$]).toEqual([undefined, null])
    expect(reply.$.customer.$?.name.value).toBeUndefined()
  })

  test('works on Date, Map, typed arrays and private members', () => {
    class Counter { #count = 1; increase(by: number) { this.#count += by; return this.#count } get count() { return this.#count } }
    expect(node(new Date(0)).$.toISOString().value).toBe('1970-01-01T00:00:00.000Z')
    expect(node(new Map([['a', 1]])).$.get('a').value).toBe(1)
    expect(node(new Map([['a', 1]])).$.size.value).toBe(1)
    expect(node(new Counter()).$.increase(node(2)).value).toBe(3)
    expect(node(new Counter()).$.count.value).toBe(1)
  })

  test('has members named like those of a node, and may be awaited', async () => {
    // oxlint-disable-next-line no-thenable
    const tricky = node({ value: 1, name: 'n', then: 2, constructor: 3, derive: 4 })
    expect([tricky.$.value.value, tricky.$.name.value, tricky.$.then.value, tricky.$.constructor.value, tricky.$.derive.value]).toEqual([1, 'n', 2, 3, 4])
    expect((await reply.$).team.value).toBe('billing')
  })

  test('lists its members and cannot be changed', () => {
    expect([Object.keys(reply.$), 'team' in reply.$, 'nothing' in reply.$]).toEqual([['team', 'confidence', 'tags', 'pair'], true, false])
    expect(Object.fromEntries(Object.entries({ ...reply.$ }).map(([key, member]) => [key, (member as Node<unknown>).value]))).toEqual(reply.value)
    expect(() => { (reply.$ as { team: unknown }).team = 1 }).toThrow(TypeError)
  })

  test('works on frozen values', () => {
    expect(node(Object.freeze({ a: 1 })).$.a.value).toBe(1)
  })
})

describe('operators', () => {
  test('compute what the language computes', () => {
    const [a, b] = [node(6), node(4)]
    expect([op.add(a, b), op.subtract(a, b), op.multiply(a, b), op.divide(a, b), op.less(a, b), op.atMost(a, b), op.greater(a, b), op.atLeast(a, b), op.equal(a, 6), op.not(a)]
      .map((result) => [result.name, result.value])).toEqual([
      ['add', 10], ['subtract', 2], ['multiply', 24], ['divide', 1.5], ['less', false], ['atMost', false], ['greater', true], ['atLeast', true], ['equal', true], ['not', false],
    ])
    expect(op.concat(node('a'), 'b').value).toBe('ab')
  })

  test('take their arguments as inputs', () => {
    const a = node(1)
    expect(rolesAndInputs(op.add(a, 2))).toEqual([['a', 'b'], [a, 2]])
  })

  test('choose a branch and depend on all three', () => {
    const [test_, yes] = [node(true, 'sure'), node('billing', 'team')]
    const chosen = op.cond(test_, yes, 'human')
    expect([chosen.value, rolesAndInputs(chosen)]).toEqual(['billing', [['test', 'yes', 'no'], [test_, yes, 'human']]])
    expectTypeOf(op.cond(test_, yes, 0)).toEqualTypeOf<Node<string | number>>()
  })

  test('fail as steps do', () => {
    expect(() => op.add(1n as never, 1)).toThrow('Cannot mix BigInt')
  })

  test('refuse values of another type', () => {
    // @ts-expect-error a text is no number
    expect(op.add('1', 2).value).toBe('12')
    // @ts-expect-error these can never be equal
    expect(op.equal(1, '1').value).toBe(false)
  })
})
