import { expect, test } from 'vitest'
import { bundle } from '../graph/bundle.ts'
import { exceptionNodeOf, node, type Node } from '../graph/node.ts'
import { op } from '../graph/operators.ts'
import { parameter, withParameters } from '../graph/parameter.ts'
import { reachedParameters } from './reach.ts'

const names = (...outputs: Node<unknown>[]): string[] => reachedParameters(outputs).map(({ name }) => name)

test('a parameter is reached through any number of steps, each once, in the order of the inputs', () => {
  const [a, b, c] = [parameter('a', 1), parameter('b', 2), parameter('c', 3)]
  const sum = op.add(op.add(b, a), op.multiply(a, c))
  expect(names(sum)).toEqual(['b', 'a', 'c'])
  expect(names(op.not(c), sum)).toEqual(['c', 'b', 'a'])
})

test('a parameter that no output depends on is not reached', () => {
  const [used, unused] = [parameter('used', 1), parameter('unused', 2)]
  op.add(used, unused)
  expect(names(op.add(used, node(1)))).toEqual(['used'])
  expect(names(node('alone'))).toEqual([])
  expect(names()).toEqual([])
})

test('a parameter that is an output itself is reached', () => {
  const only = parameter('only', 'x')
  expect(reachedParameters([only])).toEqual([only])
})

test('the parameter is found whatever value it had when it was read', () => {
  const weight = parameter('weight', 1)
  const other = withParameters([weight.with(5)], () => op.add(weight, 1))
  expect(other.value).toBe(6)
  expect(reachedParameters([other, op.add(weight, 1)])).toEqual([weight])
})

test('a failed step reaches the parameters it was given', () => {
  const weight = parameter('weight', 1)
  const failing = bundle(function failing(_weight: number): number { throw new Error('no') })
  const after = bundle(function after() { return failing(weight).value })
  let thrown: unknown
  try { after() } catch (error) { thrown = error }
  expect(names(exceptionNodeOf(thrown)!)).toEqual(['weight'])
})

test('a chain of 200,000 steps does not overflow the stack', () => {
  const weight = parameter('weight', 0)
  let sum: Node<number> = weight
  for (let i = 0; i < 200_000; i++) sum = op.add(sum, 1)
  expect(names(sum)).toEqual(['weight'])
})
