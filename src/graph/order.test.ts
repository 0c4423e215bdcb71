import { expect, test } from 'vitest'
import { node } from './node.ts'
import { op } from './operators.ts'
import { topologicalOrder } from './order.ts'
import { parameter } from './parameter.ts'

test('inputs stand before their users, the first input first, each node once', () => {
  const [a, b] = [node(1, 'a'), parameter('b', 2)]
  const sum = op.add(a, b)
  const twice = op.multiply(sum, sum)
  const { nodes, sourceStart, sources } = topologicalOrder([twice, a])
  expect(nodes.map(({ name }) => name)).toEqual(['a', 'b', 'add', 'multiply'])
  expect(nodes.map((_, i) => sources.slice(sourceStart[i], sourceStart[i + 1]))).toEqual([[], [], [0, 1], [2, 2]])
})

test('a walk finds the same again, also after one through a part of the graph, and on frozen nodes', () => {
  const a = node(1, 'a')
  const inner = Object.freeze(op.add(a, 2))
  const outer = op.multiply(inner, a)
  const first = topologicalOrder([outer])
  expect(topologicalOrder([inner]).nodes).toEqual([a, inner])
  const again = topologicalOrder([outer])
  expect([again.nodes, [...again.sourceStart], [...again.sources]]).toEqual([[a, inner, outer], [0, 0, 1, 3], [0, 1, 0]])
  expect([again.nodes, again.sources]).toEqual([first.nodes, first.sources])
})
