import { describe, expect, test } from 'vitest'
import { backward, bundle, exceptionNodeOf, node, op, originOf, parameter, reachedParameters, type Node } from '../src/index.ts'
import { bundle as formed, innerOf } from '../src/bundles.ts'
import { items, iterate, op as all } from '../src/operators.ts'
import { copyOf, detach, inputsOf, levelsOf, propagator } from '../src/optimizers.ts'

// Rules of the language-neutral conformance list of Trace, in our form.

describe('nodes', () => {
  test('are named by the type of their value, and a node given again is the same node', () => {
    const given = node('a', 'x')
    expect([node(1), node('a'), node([1]), node(null)].map(({ name }) => name)).toEqual(['number', 'string', 'object', 'object'])
    expect([node(given) === given, node(given, 'other').name]).toEqual([true, 'x'])
  })

  test('have levels that begin with 0', () => {
    const a = node(1)
    const b = op.add(a, 1)
    const c = op.multiply(a, b)
    const levels = levelsOf([op.add(c, b)])
    expect([a, b, c].map((of) => levels.get(of))).toEqual([0, 1, 2])
    expect(Math.max(...levels.values())).toBe(3)
  })
})

describe('values', () => {
  test('of a node become a parameter that depends on nothing; a detached one has no inputs, a copy has the node', () => {
    const made = op.add(parameter('a', 1), 1)
    expect([parameter('b', made).value, reachedParameters([parameter('c', made)]).map(({ name }) => name)]).toEqual([2, ['c']])
    expect([inputsOf(detach(made)).size, inputsOf(copyOf(made)).get('of') === made]).toEqual([0, true])
  })

  test('compare as nodes by identity, as values by operators, and read as text and JSON like themselves', () => {
    const [x, y] = [node(1), node(1)]
    expect([new Set([x, y]).size, op.equal(x, y).value, `${x}`, JSON.stringify({ x })]).toEqual([2, true, '1', '{"x":1}'])
  })

  test('that are containers open into nodes that depend on them, whichever way they are opened', () => {
    const prices = node({ cup: 5 }, 'prices')
    const [[key, value]] = items(prices) as unknown as [[Node<string>, Node<number>]]
    const ways: readonly Node<unknown>[] = [prices.$.cup, op.cond(true, prices, 0), key, value, iterate(node(new Set([7]), 's'))[0]!, all.get(prices, 'cup'), all.keys(prices)]
    for (const way of ways) expect(levelsOf([way]).get(way), way.name).toBeGreaterThan(0)
    const [first, ...rest] = node([1, 2, 3]).$
    expect([first!.value, rest.map((one) => one.value)]).toEqual([1, [2, 3]])
    expect(() => iterate(node(3) as never)).toThrow(expect.objectContaining({ code: 'NOT_ITERABLE' }))
  })
})

describe('bundles', () => {
  test('that call themselves call the function as it was written, in one node', () => {
    const factorial = bundle(function factorial(n: number): number { return n < 2 ? 1 : n * factorial(n - 1) })
    const result = factorial(parameter('n', 5))
    expect([result.value, [...inputsOf(result).keys()]]).toEqual([120, ['n']])
  })

  test('in fields of two instances are two, each with its own code and state', () => {
    class Counter { count = 0; add = bundle(function add(this: Counter, by: number) { return (this.count += by) }); pick = bundle(function pick(x: number) { return x }, { trainable: true }) }
    const [a, b] = [new Counter(), new Counter()]
    expect([a.add(2).value, a.add(2).value, b.add(2).value, a.count, a.pick.parameter === b.pick.parameter]).toEqual([2, 4, 2, 4, false])
  })

  test('with a traced inside depend on the parameters that are hidden in it, three levels deep', () => {
    const hidden = parameter('hidden', -15)
    const inner = formed(function inner(x: Node<number>) { return op.add(op.power(x, 2), hidden) }, { nested: true })
    const middle = formed(function middle(x: Node<number>) { return op.add(inner(x), 1) }, { nested: true })
    const outer = formed(function outer(x: Node<number>) { return op.add(middle(x), 2) }, { nested: true })
    const result = outer(node(1, 'x'))
    expect([result.value, reachedParameters([result]), innerOf(result)!.outputs.map(({ name }) => name)]).toEqual([-11, [hidden], ['add']])
    const [deeper] = [...inputsOf(innerOf(result)!.outputs[0]!).values()] as Node<number>[]
    expect(innerOf(deeper!)!.outputs.map(({ value }) => value)).toEqual([-13])
  })

  test('have arguments as inputs that they never read, in their order', () => {
    const f = bundle(function f(a: number, _b: number, ...rest: number[]) { return a + rest.length })
    expect([...inputsOf(f(1, 2, 3, 4)).keys()]).toEqual(['a', '_b', 'rest0', 'rest1'])
  })

  test('inside a bundle give one node with the argument among its inputs', () => {
    const inner = bundle(function inner(x: number) { return x + 1 })
    const outer = bundle(function outer(x: number) { return inner(x).value + 1 })
    const start = parameter('start', 3)
    expect([outer(start).value, reachedParameters([outer(start)])]).toEqual([5, [start]])
  })
})

describe('backward', () => {
  test('of a diamond holds each node once; what leads to no output is no part of it', () => {
    const a = parameter('a', 1)
    const w = op.multiply(node(5), 2)
    op.add(a, 100)
    const y: Node<number> = op.add(op.add(op.add(a, 1), op.multiply(a, 2)), w)
    const [only] = backward(y, 'FB').parameters
    expect([only!.graph.nodes.map(({ name }) => name), only!.graph.boundary, only!.feedback.message]).toEqual([['a', 'add', 'multiply', 'add', 'add'], [w], 'FB'])
  })

  test('gives constants nothing, works again, and needs no clearing', () => {
    const [x, seen] = [parameter('x', 2), [] as string[]]
    const y = op.add(op.multiply(x, node(3, 'three')), op.add(node(4, 'four'), 1))
    const noting = propagator<string>({ default: ({ step, wanted, feedback }) => { seen.push(`${step}: ${wanted.join()}`); return Object.fromEntries(wanted.map((name) => [name, feedback])) }, join: (parts) => parts.join(' ') })
    for (const feedback of ['one', 'two']) expect(backward(y, feedback, { propagator: noting }).parameters.map((entry) => entry.feedback)).toEqual([feedback])
    expect(seen).toEqual(['add: a', 'multiply: a', 'add: a', 'multiply: a'])
  })

  test('from a failed step reaches its parameters', () => {
    const depth = parameter('depth', 9)
    const search = bundle(function search(depth: number): number { throw new RangeError(`${depth}`) })
    let failed: Node<string> | undefined
    try { search(depth) } catch (error) { failed = exceptionNodeOf(error) }
    expect([originOf(failed!).kind, backward(failed!, 'x').parameters.map(({ parameter: { name } }) => name)]).toEqual(['exception', ['depth']])
  })
})
