import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bundle } from '../graph/bundle.ts'
import { derive, exceptionNodeOf, node, type Node } from '../graph/node.ts'
import { op } from '../graph/operators.ts'
import { parameter, withParameters } from '../graph/parameter.ts'
import { backward } from './backward.ts'
import { graphPropagator } from './graph-propagator.ts'
import type { Flow } from './propagator.ts'
import { propagator, sumPropagator } from './propagators.ts'
import { randomGraphs } from './random-graphs.ts'

const gradient = propagator<number>({
  byStep: {
    add: ({ feedback }) => ({ a: feedback, b: feedback }),
    subtract: ({ feedback }) => ({ a: feedback, b: -feedback }),
    multiply: ({ feedback, inputs }) => ({ a: feedback * (inputs['b'] as number), b: feedback * (inputs['a'] as number) }),
  },
})
const byName = <F>({ parameters }: { parameters: readonly { parameter: { name: string }; feedback: F }[] }): Record<string, F> =>
  Object.fromEntries(parameters.map(({ parameter: { name }, feedback }) => [name, feedback]))

describe('the sum', () => {
  test('adds numbers where ways meet, and counts a step once for each input', () => {
    const [weight, bias] = [parameter('weight', 2), parameter('bias', 1)]
    expect(byName(backward(op.add(op.multiply(weight, 3), op.subtract(weight, bias)), 0.5, { propagator: sumPropagator() }))).toEqual({ weight: 1, bias: 0.5 })
    expect(byName(backward(op.add(weight, weight), 1, { propagator: sumPropagator() }))).toEqual({ weight: 1 })
  })

  test('concatenates texts', () => {
    const tone = parameter('tone', 'Be kind.')
    expect(byName(backward(derive([op.concat(tone, '!'), op.concat(tone, '?')], (a, b) => a + b), 'Shorter. ', { propagator: sumPropagator<string>() }))).toEqual({ tone: 'Shorter. Shorter. ' })
  })

  test('joins what reached several values of one parameter, and what several outputs say', () => {
    const weight = parameter('weight', 1)
    const outputs = [op.add(weight, 1), withParameters([weight.with(2)], () => op.add(weight, 1))]
    expect(byName(backward(outputs, 1, { propagator: sumPropagator() }))).toEqual({ weight: 2 })
    expect(byName(backward([outputs[0]!, outputs[0]!], 1, { propagator: sumPropagator() }))).toEqual({ weight: 1 })
  })

  test('refuses feedback that has no sum', () => {
    const weight = parameter('weight', 2)
    expect(() => backward(op.add(op.multiply(weight, 3), weight), { up: 1 }, { propagator: propagator<object>() })).toThrowErrorMatchingInlineSnapshot(`
      [TraceEvalError [PROPAGATOR_JOIN]: expected numbers alone or texts alone to sum, received [{ up: 1 }, { up: 1 }]
        Give the propagator a \`join\` for feedback of another type.]
    `)
    expect(byName(backward(op.add(op.multiply(weight, 3), weight), { up: 1 }, { propagator: propagator<{ up: number }>({ join: (parts) => ({ up: parts.length }) }) }))).toEqual({ weight: { up: 2 } })
  })
})

describe('functions of single steps', () => {
  test('see the values of all inputs and which of them need feedback', () => {
    const seen: unknown[] = []
    const spy = propagator<number>({ default: (flow) => { seen.push([flow.step, flow.node.value, flow.feedback, flow.inputs, flow.wanted]); return { x: flow.feedback, 'x.deep': 7 } } })
    const weight = parameter('weight', 3)
    const double = bundle(function double(x: { deep: number }, y: number) { return x.deep * y })
    const constant = op.add(1, 2)
    expect(byName(backward(double({ deep: weight }, constant), 1, { propagator: spy }))).toEqual({ weight: 7 })
    expect(seen).toEqual([['double', 9, 1, { x: { deep: 3 }, y: 3, 'x.deep': 3 }, ['x.deep']]])
  })

  test('are found by name alone, whatever the name', () => {
    const constructor = bundle((x: number) => x, { name: 'constructor' })
    const weight = parameter('weight', 3)
    expect(byName(backward(constructor(weight), 1, { propagator: propagator<number>() }))).toEqual({ weight: 1 })
    expect(byName(backward(constructor(weight), 1, { propagator: propagator<number>({ byStep: { constructor: ({ feedback }: Flow<number>) => ({ x: feedback + 1 }) } }) }))).toEqual({ weight: 2 })
  })

  test('must cover the inputs that depend on a parameter', () => {
    const [price, tax] = [parameter('price', 3), parameter('tax', 2)]
    const forgetful = propagator<number>({ byStep: { multiply: ({ feedback }) => ({ b: feedback }) } })
    expect(() => backward(op.multiply(price, tax), 1, { propagator: forgetful })).toThrowErrorMatchingInlineSnapshot(`
      [TraceEvalError [PROPAGATOR_RESULT]: expected feedback for the inputs "a", "b" of the step "multiply", received none for "a"
        A propagator answers at once, with feedback for each name in \`wanted\`.]
    `)
    expect(byName(backward(op.multiply(node(3), tax), 1, { propagator: forgetful }))).toEqual({ tax: 1 })
  })

  test('must answer at once, with something that is feedback', () => {
    const answers = [{ b: 1, c: 1 }, undefined, Promise.resolve({ a: 1 }), { a: undefined }, 7]
    const messages = answers.map((answer) => {
      try { return backward(op.multiply(parameter('price', 3), 2), 1, { propagator: propagator<number>({ default: () => answer as never }) }) } catch (error) { return (error as Error).message }
    })
    expect(new Set(messages)).toEqual(new Set(['expected feedback for the inputs "a" of the step "multiply", received none for "a"\n  A propagator answers at once, with feedback for each name in `wanted`.']))
  })

  test('get feedback through a failed step, too', () => {
    const failing = bundle(function failing(_x: number): number { throw new Error('no') })
    let failed: Node<string> | undefined
    try { failing(parameter('depth', 3)) } catch (error) { failed = exceptionNodeOf(error) }
    expect(byName(backward(failed!, 1, { propagator: sumPropagator() }))).toEqual({ depth: 1 })
  })

  test('count a node under each name that they give', () => {
    const weight = parameter('weight', 3)
    expect(byName(backward(op.multiply(weight, weight), 1, { propagator: gradient }))).toEqual({ weight: 6 })
  })
})

type Term = { readonly kind: 'parameter'; readonly index: number } | { readonly kind: 'number'; readonly value: number } | { readonly kind: 'add' | 'subtract' | 'multiply'; readonly a: Term; readonly b: Term }
const { term } = fc.letrec<{ term: Term }>((tie) => ({
  term: fc.oneof({ maxDepth: 5 },
    fc.record({ kind: fc.constant('parameter' as const), index: fc.nat(2) }),
    fc.record({ kind: fc.constant('number' as const), value: fc.integer({ min: -3, max: 3 }) }),
    fc.record({ kind: fc.constantFrom('add' as const, 'subtract' as const, 'multiply' as const), a: tie('term'), b: tie('term') })),
}))

// Forward: value and derivative together, which needs no graph.
function dual(of: Term, at: readonly number[], by: number): [number, number] {
  if (of.kind === 'number') return [of.value, 0]
  if (of.kind === 'parameter') return [at[of.index]!, of.index === by ? 1 : 0]
  const [[x, dx], [y, dy]] = [dual(of.a, at, by), dual(of.b, at, by)]
  if (of.kind === 'multiply') return [x * y, dx * y + x * dy]
  return of.kind === 'add' ? [x + y, dx + dy] : [x - y, dx - dy]
}

test('a gradient by steps is the derivative, on random expressions', () => {
  fc.assert(fc.property(term, fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 3, maxLength: 3 }), (expression, at) => {
    const parameters = at.map((value, index) => parameter(`p${index}`, value))
    const trace = (of: Term): Node<number> => (of.kind === 'number' ? node(of.value) : of.kind === 'parameter' ? parameters[of.index]! : op[of.kind](trace(of.a), trace(of.b)))
    for (const entry of backward(trace(expression), 1, { propagator: gradient }).parameters) {
      // `+ 0` makes one zero of both.
      expect(entry.feedback + 0).toBe(dual(expression, at, parameters.indexOf(entry.parameter as never))[1] + 0)
    }
  }))
})

test('the graph propagator carries the graphs that backward gives without one', () => {
  fc.assert(fc.property(randomGraphs, fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), ({ nodes }, picks) => {
    const outputs = picks.map((pick) => nodes[pick % nodes.length]!)
    const [plain, carried] = [backward(outputs, 'x'), backward(outputs, 'x', { propagator: graphPropagator })]
    expect(carried.parameters.map((entry) => entry.parameter)).toEqual(plain.parameters.map((entry) => entry.parameter))
    for (const [index, { feedback, graph }] of carried.parameters.entries()) {
      const own = new Set(plain.parameters[index]!.graph.nodes)
      expect(new Set(feedback.graph.nodes)).toEqual(own)
      expect(feedback.graph.nodes).toHaveLength(own.size)
      expect(new Set(feedback.graph.boundary)).toEqual(new Set(graph.boundary))
      expect(new Set(feedback.feedback.map(({ output }) => output))).toEqual(new Set(outputs.filter((output) => own.has(output))))
    }
  }))
})

test('each node is propagated once: a thousand stacked diamonds take three thousand steps', () => {
  let calls = 0
  const counting = propagator<number>({ default: ({ wanted }) => { calls++; return Object.fromEntries(wanted.map((name) => [name, 1])) } })
  let top: Node<number> = parameter('weight', 1)
  for (let i = 0; i < 1000; i++) top = op.add(op.multiply(top, 2), op.subtract(top, 1))
  expect(byName(backward(top, 1, { propagator: counting }))).toEqual({ weight: 2 })
  expect(calls).toBe(3000)
  expect(backward(top, 'x', { propagator: graphPropagator }).parameters[0]!.feedback.graph.nodes).toHaveLength(3001)
})
