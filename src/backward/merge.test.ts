import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Node } from '../graph/node.ts'
import { op } from '../graph/operators.ts'
import { parameter } from '../graph/parameter.ts'
import { t } from '../graph/template.ts'
import { backward } from './backward.ts'
import { mergeFeedback, mergeGraphs, type MergedFeedback } from './merge.ts'
import { ancestors, inputNodes, randomGraphs } from './random-graphs.ts'

describe('passes with different feedback on one parameter', () => {
  const tone = parameter('tone', 'Be kind.')
  const [greeting, refusal] = [t`${tone} Greet.`, t`${tone} Refuse.`]
  const texts = ({ parameters }: MergedFeedback) => parameters.map(({ parameter: { name }, feedback }) => [name, feedback.map((entry) => [entry.output.value, entry.feedback.message])])

  test('keep each text with its output', () => {
    const merged = mergeFeedback(backward(greeting, 'too long'), backward(refusal, 'too harsh'))
    expect(texts(merged)).toEqual([['tone', [['Be kind. Greet.', 'too long'], ['Be kind. Refuse.', 'too harsh']]]])
    expect(merged.parameters[0]!.graph.nodes.map(({ value }) => value)).toEqual(['Be kind.', 'Be kind. Greet.', 'Be kind. Refuse.'])
    expect(merged.parameters[0]!.graph).toBe(merged.parameters[0]!.graph)
  })

  test('keep different texts on one output, and the same text once', () => {
    const passes = ['too long', 'too harsh', 'too long'].map((text) => backward(greeting, text))
    expect(texts(mergeFeedback(...passes))).toEqual([['tone', [['Be kind. Greet.', 'too long'], ['Be kind. Greet.', 'too harsh']]]])
  })

  test('tell a parameter of the outputs that it reaches alone', () => {
    const length = parameter('length', 'Be brief.')
    const merged = mergeFeedback(backward([greeting, t`${length} Greet.`], 'too long'), backward(refusal, 'too harsh'))
    expect(texts(merged)).toEqual([
      ['tone', [['Be kind. Greet.', 'too long'], ['Be kind. Refuse.', 'too harsh']]],
      ['length', [['Be brief. Greet.', 'too long']]],
    ])
  })

  test('are nothing where there are none', () => {
    expect(mergeFeedback()).toEqual({ parameters: [] })
    expect(mergeGraphs()).toEqual({ nodes: [], boundary: [] })
  })
})

test('what is given in one graph and computed in another is part of both together', () => {
  const [weight, bias] = [parameter('weight', 2), parameter('bias', 1)]
  const output = op.add(op.multiply(weight, 3), op.subtract(bias, 5))
  const [first, second] = backward(output, 'x').parameters
  const { nodes, boundary } = mergeGraphs(first!.graph, second!.graph)
  expect([nodes.map(({ name }) => name), boundary]).toEqual([['weight', 'multiply', 'bias', 'subtract', 'add'], []])
})

test('nodes stand in order also where they are connected through a node that is in neither graph', () => {
  const weight = parameter('weight', 2)
  const [low, between] = [op.add(weight, 1), op.add(weight, 2)]
  const high = op.add(op.add(low, between), 3)
  expect(mergeGraphs({ nodes: [high], boundary: [] }, { nodes: [low], boundary: [] }).nodes).toEqual([low, high])
})

// Passes over parts of one random graph.
const passes = fc.tuple(randomGraphs, fc.array(fc.tuple(fc.array(fc.nat(), { minLength: 1, maxLength: 2 }), fc.constantFrom('low', 'high')), { minLength: 1, maxLength: 4 }))
  .map(([{ nodes }, plans]) => plans.map(([picks, text]) => backward(picks.map((pick) => nodes[pick % nodes.length]!), text)))

/** What a merge holds, without its order: nodes by identity, so by set. */
function content({ parameters }: MergedFeedback) {
  return new Map(parameters.map(({ parameter: of, feedback, graph }) => {
    const byOutput = new Map<Node<unknown>, Set<string>>()
    for (const entry of feedback) byOutput.set(entry.output, (byOutput.get(entry.output) ?? new Set()).add(entry.feedback.message))
    return [of, { byOutput, pairs: feedback.length, nodes: new Set(graph.nodes), size: graph.nodes.length, boundary: new Set(graph.boundary) }] as const
  }))
}

describe('merging', () => {
  test('is associative, also with graphs and feedback merged before', () => {
    fc.assert(fc.property(passes, passes, passes, (a, b, c) => {
      const all = content(mergeFeedback(...a, ...b, ...c))
      expect(content(mergeFeedback(mergeFeedback(...a, ...b), ...c))).toEqual(all)
      expect(content(mergeFeedback(...a, mergeFeedback(...b, ...c)))).toEqual(all)
    }), { numRuns: 50 })
  })

  test('does not depend on the order of passes, but for the order of the answer', () => {
    fc.assert(fc.property(passes, (all) => { expect(content(mergeFeedback(...all.toReversed()))).toEqual(content(mergeFeedback(...all))) }))
  })

  test('is idempotent', () => {
    fc.assert(fc.property(passes, (all) => {
      const once = mergeFeedback(...all)
      expect(content(mergeFeedback(once, once, ...all))).toEqual(content(once))
    }))
  })

  test('gives what the definition says, in topological order, each node and each pair once', () => {
    fc.assert(fc.property(passes, (all) => {
      const merged = mergeFeedback(...all)
      expect(new Set(merged.parameters.map((entry) => entry.parameter))).toEqual(new Set(all.flatMap(({ parameters }) => parameters.map((entry) => entry.parameter))))
      for (const { parameter: of, feedback, graph } of merged.parameters) {
        const own = all.flatMap((pass) => pass.parameters.filter((entry) => entry.parameter === of).map((entry) => ({ pass, nodes: entry.graph.nodes })))
        const union = new Set(own.flatMap(({ nodes }) => nodes))
        expect(new Set(graph.nodes)).toEqual(union)
        expect(graph.nodes).toHaveLength(union.size)
        for (const [index, found] of graph.nodes.entries()) {
          const above = ancestors([found])
          expect(graph.nodes.slice(index + 1).filter((later) => above.has(later))).toEqual([])
        }
        expect(new Set(graph.boundary)).toEqual(new Set(graph.nodes.flatMap(inputNodes).filter((input) => !union.has(input))))
        const pairs = own.flatMap(({ pass, nodes }) => pass.outputs.filter((output) => nodes.includes(output)).map((output) => [output, pass.feedback.message] as const))
        for (const [output, text] of pairs) expect(feedback.filter((entry) => entry.output === output && entry.feedback.message === text)).toHaveLength(1)
        for (const entry of feedback) expect(pairs.some(([output, text]) => output === entry.output && text === entry.feedback.message)).toBe(true)
      }
    }))
  })
})
