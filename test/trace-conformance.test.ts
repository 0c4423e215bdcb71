import { describe, expect, test } from 'vitest'
import { backward, bundle, exceptionNodeOf, node, op, originOf, parameter, reachedParameters, type Node } from '../src/index.ts'
import { inputsOf, levelsOf } from '../src/optimizers.ts'

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

describe('bundles', () => {
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

  test('from a failed step reaches its parameters', () => {
    const depth = parameter('depth', 9)
    const search = bundle(function search(depth: number): number { throw new RangeError(`${depth}`) })
    let failed: Node<string> | undefined
    try { search(depth) } catch (error) { failed = exceptionNodeOf(error) }
    expect([originOf(failed!).kind, backward(failed!, 'x').parameters.map(({ parameter: { name } }) => name)]).toEqual(['exception', ['depth']])
  })
})
