import { describe, expect, test } from 'vitest'
import { bundle } from './bundle.ts'
import { inputsOf, isRoot, levelsOf } from './inspect.ts'
import { exceptionNodeOf, node, originOf } from './node.ts'
import { op } from './operators.ts'
import { parameter } from './parameter.ts'

const fail = bundle(function fail(_x: number): number { throw new Error('no') })
const failureOf = (run: () => unknown) => { try { run() } catch (error) { return exceptionNodeOf(error)! } throw new Error('expected a failure') }

describe('a node', () => {
  test('is of one of four kinds: a value, a parameter, a step, a failed step', () => {
    expect([node(1), parameter('p', 1), op.add(1, 2), failureOf(() => fail(1))].map((of) => originOf(of).kind)).toEqual(['value', 'parameter', 'message', 'exception'])
  })

  test('has inputs by role, nodes and plain values', () => {
    const price = node(2, 'price')
    expect([...inputsOf(op.add(price, 3))]).toEqual([['a', price], ['b', 3]])
    expect([...inputsOf(failureOf(() => fail(price)))]).toEqual([['_x', price]])
    expect([inputsOf(price).size, inputsOf(parameter('p', 1)).size]).toEqual([0, 0])
  })

  test('is a root when no node went into it', () => {
    expect([node(1), parameter('p', 1), op.add(1, 2), op.add(node(1), 2)].map(isRoot)).toEqual([true, true, true, false])
  })

  test('has a level one above its highest input', () => {
    const a = node(1, 'a')
    const b = op.add(a, 1)
    const c = op.multiply(a, b)
    const d = op.add(c, b)
    expect([...levelsOf([d])].map(([of, level]) => [of.name, level])).toEqual([['a', 0], ['add', 1], ['multiply', 2], ['add', 3]])
    expect([...levelsOf([])]).toEqual([])
  })
})
