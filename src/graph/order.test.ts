import { expect, test } from 'vitest'
import { node } from './node.ts'
import { op } from './operators.ts'
import { inputsOf, topologicalOrder } from './order.ts'
import { parameter } from './parameter.ts'

test('inputs stand before their users, the first input first, each node once', () => {
  const [a, b] = [node(1, 'a'), parameter('b', 2)]
  const sum = op.add(a, b)
  const twice = op.multiply(sum, sum)
  const { nodes, inputs, positions } = topologicalOrder([twice, a])
  expect(nodes.map(({ name }) => name)).toEqual(['a', 'b', 'add', 'multiply'])
  expect(inputs).toEqual([[], [], [a, b], [sum, sum]])
  expect(nodes.map((found) => positions.get(found))).toEqual([0, 1, 2, 3])
})

test('only steps have inputs', () => {
  expect([inputsOf(node(1)), inputsOf(parameter('p', 1)), inputsOf(op.not(true))]).toEqual([[], [], [true]])
})
