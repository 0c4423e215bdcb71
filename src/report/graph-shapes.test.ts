/** Graphs that are kept without a document of their own are those of their documents. Stage: report. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CaseRun } from '../feedback/case-run.ts'
import { bundle } from '../graph/bundle-forms.ts'
import { node, type Node } from '../graph/node.ts'
import { op } from '../graph/operators.ts'
import { topologicalOrder } from '../graph/order.ts'
import { parameter } from '../graph/parameter.ts'
import { toTgj } from '../graph/tgj.ts'
import { keptGraphs } from './graph-file.ts'
import { GraphShapes } from './graph-shapes.ts'
import { IN_FULL, keepGraphs } from './kept-graphs.ts'
import { shortenDocument } from './shorten-document.ts'

// A value may have a `toString` of its own that is no function.
const said = (value: unknown): string => (typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value))
const tone = parameter('tone', 'Be kind. '.repeat(200))
const price = parameter('price', -0)
const limits = parameter('limits', 'few', { choices: ['few', 'many'] })
const route = bundle(function route(text: unknown, more: unknown) { return { text, more } })
const labelled = bundle(function labelled(text: unknown, seven: unknown) { return said(text) + said(seven) }, { inputs: { 0: '12', 1: 'a:b' } as never, output: 'seven' })
const failing = bundle(function failing(text: unknown) { throw new RangeError(said(text)) }, { catchErrors: true } as never) as (text: unknown) => Node<unknown>
const twice = bundle(function twice(text: Node<string>) { return op.concat(text, '!') }, { nested: true }) as (text: unknown) => Node<unknown>
const steps: ((a: unknown, b: unknown) => Node<unknown>)[] = [
  (a, b) => route(a, b) as Node<unknown>, (a) => route(a, tone) as Node<unknown>, (a, b) => labelled(a, b) as Node<unknown>, (a) => failing(a), (a) => twice(node(said(a), 'mail')),
  (a) => route(price, a) as Node<unknown>, (a) => route(limits, a) as Node<unknown>, (a) => node(a, { name: 'given', description: 'what was asked' } as never), (a) => node(a, '__proto__').derive((value) => [value]) as Node<unknown>,
]
const values = fc.oneof(fc.jsonValue(), fc.string(), fc.constantFrom(undefined, Number.NaN, -0, 'x'.repeat(1500), ['y'.repeat(3000)], Array.from({ length: 40 }, (_, index) => index), new Map([[1, 2]]), new Date(0)))
const graph = fc.array(fc.record({ step: fc.nat(steps.length - 1), a: fc.oneof(fc.nat(9), values), b: fc.oneof(fc.nat(9), values) }), { minLength: 1, maxLength: 6 }).map((calls) => {
  const made: Node<unknown>[] = []
  for (const { step, a, b } of calls) {
    const given = (value: unknown): unknown => (typeof value === 'number' && made.length > 0 && value >= 0 ? made[Math.trunc(value) % made.length] : value)
    made.push(steps[step]!(given(a), given(b)))
  }
  return made.slice(-2)
})
const run = (outputs: readonly Node<unknown>[], score: number): CaseRun => ({ caseId: '', trial: 0, score, checks: [], feedback: [], durationMs: 1, trace: { outputs, leaks: [] } })

test('every brief graph is what its own document is, cut', () => {
  fc.assert(fc.property(fc.array(graph, { minLength: 1, maxLength: 4 }), (graphs) => {
    // Each three times, with others between.
    const all = [...graphs, ...graphs, ...graphs].map((outputs, index) => [`case ${index}`, outputs] as const)
    const { passed = {} } = keptGraphs(keepGraphs(new Map(all.map(([id, outputs]) => [id, [run(outputs, 1)]])), '/root'))
    for (const [id, outputs] of all) expect(passed[id]).toEqual(shortenDocument(toTgj([...new Set(outputs)], { root: '/root' }), 50_000, true))
  }), { numRuns: 150 })
})

test('one that is too long in the frame of others is cut further, as its document is', () => {
  const wide = (character: string): Node<unknown>[] => Array.from({ length: 30 }, (_, index) => node(Object.fromEntries(Array.from({ length: 30 }, (__, key) => [`k${key}`, `${index}${character.repeat(30)}`])), `wide ${index}`))
  const graphs = ['a', '"', 'b', '"'].map(wide)
  const { passed = {} } = keptGraphs(keepGraphs(new Map(graphs.map((outputs, index) => [`case ${index}`, [run(outputs, 1)]])), '/root'))
  expect(Object.values(passed)).toEqual(graphs.map((outputs) => shortenDocument(toTgj(outputs, { root: '/root' }), 50_000, true)))
  const lengths = Object.values(passed).map((document) => JSON.stringify(document).length)
  expect(lengths[0]).toBe(lengths[2])
  expect(lengths[1]).toBeLessThan(lengths[0]!)
})

test('cases of one way have one shape, and another step, parameter or order makes another', () => {
  const shapes = new GraphShapes()
  const shapeOf = (...outputs: Node<unknown>[]): string | undefined => shapes.read(topologicalOrder(outputs).nodes, outputs)?.shape
  const [a, b] = [route('a', 1), route('b', 2)] as Node<unknown>[]
  expect(shapeOf(a!)).toBe(shapeOf(b!))
  expect(new Set([shapeOf(a!), shapeOf(route('a', tone) as Node<unknown>), shapeOf(route('a', limits) as Node<unknown>), shapeOf(route(tone, 'a') as Node<unknown>), shapeOf(a!, b!), shapeOf(b!, a!)]).size).toBe(5)
  expect(shapeOf(twice('inside'))).toBeUndefined()
})

test(`the ${IN_FULL} cases with the lowest scores keep long values`, () => {
  const { graphs } = keptGraphs(keepGraphs(new Map([['a', [run([route('z'.repeat(900), 1) as Node<unknown>], 0)]]]), '/root'))
  expect(JSON.stringify(graphs['a'])).toContain('z'.repeat(900))
})
