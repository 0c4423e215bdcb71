import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bundle } from '../graph/bundle.ts'
import { derive, exceptionNodeOf, node, originOf, type Node } from '../graph/node.ts'
import { op } from '../graph/operators.ts'
import { parameter, withParameters, type Parameter } from '../graph/parameter.ts'
import { t } from '../graph/template.ts'
import { backward } from './backward.ts'
import { ancestors, inputNodes, randomGraphs } from './random-graphs.ts'

const names = (nodes: readonly Node<unknown>[]): string[] => nodes.map(({ name }) => name)
const isView = (of: Node<unknown>, parameters: readonly Parameter<unknown>[]): boolean => {
  const origin = originOf(of)
  return origin.kind === 'parameter' && parameters.includes(origin.parameter as Parameter<unknown>)
}

describe('the minimal trace graph of a parameter', () => {
  test('holds the path to the output and takes what joins from aside as given', () => {
    const [weight, bias] = [parameter('weight', 2), parameter('bias', 1)]
    const scaled = op.multiply(weight, 3)
    const shifted = op.add(scaled, op.subtract(bias, 5))
    const { parameters, graph } = backward(shifted, 'too high')
    expect(names(graph.nodes)).toEqual(['weight', 'multiply', 'bias', 'subtract', 'add'])
    expect(graph.boundary).toEqual([])
    expect(parameters.map(({ parameter: { name }, graph: own }) => [name, names(own.nodes), names(own.boundary)])).toEqual([
      ['weight', ['weight', 'multiply', 'add'], ['subtract']],
      ['bias', ['bias', 'subtract', 'add'], ['multiply']],
    ])
  })

  test('is made once, however often it is read', () => {
    const [entry] = backward(op.not(parameter('flag', true)), 'no').parameters
    expect(entry!.graph).toBe(entry!.graph)
  })

  test('covers every value that the parameter had', () => {
    const weight = parameter('weight', 1)
    const outputs = [op.add(weight, 1), withParameters([weight.with(2)], () => op.add(weight, 1))]
    const { parameters } = backward(outputs, 'both')
    expect(parameters).toHaveLength(1)
    expect(parameters[0]!.graph.nodes.map((found) => found.value)).toEqual([1, 2, 2, 3])
  })

  test('keeps the values of its run after the parameter has changed', () => {
    const weight = parameter('weight', 1)
    const before = withParameters([weight.with(7)], () => op.add(weight, 0))
    expect(backward(before, 'x').parameters[0]!.graph.nodes.map((found) => found.value)).toEqual([7, 7])
    expect(weight.value).toBe(1)
  })
})

test('a text is a note; other feedback is handed on as it is', () => {
  const output = op.add(parameter('weight', 1), 1)
  expect(backward(output, 'too low').parameters[0]!.feedback).toEqual({ kind: 'note', message: 'too low', soft: true })
  const given = { kind: 'assertion', message: 'expected 3', soft: false } as const
  expect(backward(output, given).parameters[0]!.feedback).toBe(given)
})

test('an output without any parameter has a graph and nobody to blame', () => {
  const { graph, parameters } = backward(op.add(node(1, 'one'), 1), 'x')
  expect(names(graph.nodes)).toEqual(['one', 'add'])
  expect(parameters).toEqual([])
})

test('a parameter as its own output has the graph of one node', () => {
  expect(names(backward(parameter('only', 1), 'x').parameters[0]!.graph.nodes)).toEqual(['only'])
})

test('a failed step carries feedback to its inputs', () => {
  const [ticket, prompt] = [node('Money back!', 'ticket'), parameter('prompt', 'Route.')]
  const classify = bundle(function classify(_text: string): string { throw new RangeError('no such team') })
  let error: unknown
  try { classify(t`${prompt}\n${ticket}`) } catch (thrown) { error = thrown }
  const failed = exceptionNodeOf(error)!
  expect(failed.value).toBe('(RangeError) no such team')
  const { parameters } = backward(failed, 'failed')
  expect(parameters.map(({ parameter: { name }, graph }) => [name, names(graph.nodes), names(graph.boundary)])).toEqual([
    ['prompt', ['prompt', 'template', 'classify'], ['ticket']],
  ])
})

test('what is no node is refused', async () => {
  expect(() => backward('billing' as never, 'x')).toThrowErrorMatchingInlineSnapshot(`
    [TraceEvalError [BACKWARD_OUTPUT]: expected a node to start from, received "billing"
      Pass what a bundle, derive or operator returned, not its value.]
  `)
  const later = bundle(async () => 1)()
  expect(() => backward(later as never, 'x')).toThrowErrorMatchingInlineSnapshot(`
    [TraceEvalError [BACKWARD_OUTPUT]: expected a node to start from, received a Promise
      Await the step first.]
  `)
  await later
})

test('every graph is what the definition says, in topological order, each node once', () => {
  fc.assert(fc.property(randomGraphs, fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), ({ nodes, parameters }, picks) => {
    const outputs = picks.map((pick) => nodes[pick % nodes.length]!)
    const all = ancestors(outputs)
    const result = backward(outputs, 'x')
    expect(new Set(result.graph.nodes)).toEqual(all)
    expect(result.graph.nodes).toHaveLength(all.size)
    const reached = parameters.filter((known) => [...all].some((found) => isView(found, [known])))
    expect(new Set(result.parameters.map((entry) => entry.parameter))).toEqual(new Set(reached))
    for (const { parameter: known, graph } of result.parameters) {
      const minimal = [...all].filter((found) => [...ancestors([found])].some((above) => isView(above, [known])))
      expect(new Set(graph.nodes)).toEqual(new Set(minimal))
      expect(graph.nodes).toHaveLength(minimal.length)
      const order = new Map(graph.nodes.map((found, index) => [found, index]))
      for (const found of graph.nodes) for (const input of inputNodes(found)) if (order.has(input)) expect(order.get(input)).toBeLessThan(order.get(found)!)
      const aside = graph.nodes.flatMap(inputNodes).filter((input) => !order.has(input))
      expect(graph.boundary).toEqual([...new Set(aside)])
    }
  }))
})

describe('shapes', () => {
  test('a chain of 200,000 steps does not overflow the stack', () => {
    let sum: Node<number> = parameter('weight', 0)
    for (let i = 0; i < 200_000; i++) sum = op.add(sum, 1)
    const { graph, parameters } = backward(sum, 'x')
    expect(graph.nodes).toHaveLength(200_001)
    expect(parameters[0]!.graph.nodes).toHaveLength(200_001)
  })

  test('stacked diamonds hold each node once', () => {
    let top: Node<number> = parameter('weight', 1)
    for (let i = 0; i < 1000; i++) top = op.add(op.multiply(top, 2), op.subtract(top, 1))
    expect(backward(top, 'x').parameters[0]!.graph.nodes).toHaveLength(3001)
  })

  test('of a thousand parameters each gets its own path only', () => {
    const wide = derive(Array.from({ length: 1000 }, (_, index) => op.add(parameter(`p${index}`, index), 1)), (...values) => values.length)
    const { parameters } = backward(wide, 'x')
    expect(parameters).toHaveLength(1000)
    expect(parameters.map(({ graph }) => graph.nodes.length)).toEqual(Array.from({ length: 1000 }, () => 3))
  })

  test('a parameter that fans out is joined again', () => {
    const weight = parameter('weight', 1)
    const fan = derive(Array.from({ length: 1000 }, (_, index) => op.add(weight, index)), (...values) => values.length)
    expect(backward(fan, 'x').parameters[0]!.graph.nodes).toHaveLength(1002)
  })
})
