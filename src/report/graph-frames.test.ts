/** Graphs of many cases stand in a file once for all that they have in common. Stage: report. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bundle } from '../graph/bundle-forms.ts'
import { node, type Node } from '../graph/node.ts'
import { op } from '../graph/operators.ts'
import { parameter } from '../graph/parameter.ts'
import { toTgj, type TgjDocument } from '../graph/tgj.ts'
import { frameGraphs, unframeGraphs } from './graph-frames.ts'
import { shortenDocument } from './shorten-document.ts'

const long = 'Dear customer, '.repeat(100)
const tone = parameter('tone', long)
// A value may have a `toString` of its own that is no function.
const said = (name: unknown): string => (typeof name === 'string' ? name : JSON.stringify(name))
const greet = bundle(function greet(text: string, name: unknown) { return { text: `${text} ${said(name)}`, name } })
const check = bundle(function check(value: { name: unknown }) {
  if (typeof value.name === 'number') throw new RangeError(`no name: ${value.name}`)
  return value.name
})
const twice = bundle(function twice(text: Node<string>) { return op.concat(text, long) }, { nested: true })
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** A graph with everything that a document can hold. */
function documentOf(name: unknown): TgjDocument {
  const greeted = greet(tone as never, name)
  const outputs: Node<unknown>[] = [greeted, node(name, 'given'), node(long, 'copy'), twice(node(`${long}${said(name)}`, 'mail') as never)]
  try { outputs.push(check(greeted as never)) } catch (error) { outputs.push((error as { node: Node<unknown> }).node ?? greeted) }
  return toTgj(outputs)
}

test('documents taken apart and put together are what they were, whole or shortened', () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), fc.integer(), fc.string()), { maxKeys: 6 }), (names) => {
    const documents = Object.fromEntries(Object.entries(names).flatMap(([id, name]) => [[id, documentOf(name)], [`${id} cut`, shortenDocument(documentOf(name), 5000) ?? documentOf(name)]]))
    // Through a file.
    expect(unframeGraphs(plain(frameGraphs(documents)) as never)).toEqual(plain(documents))
  }), { numRuns: 60 })
})

test('cases that went the same way share one frame, whatever their values; what they had in common is there once', () => {
  const { frames, cases } = frameGraphs(Object.fromEntries(['Ann', 'Bob', 'Cy'].map((name) => [name, toTgj(greet(tone as never, name))])))
  expect(frames).toHaveLength(1)
  expect(JSON.stringify({ frames, cases }).split(long)).toHaveLength(2 + 3) // the parameter, and each result
  expect(cases['Bob']).toEqual([0, 'Bob', { text: `${long} Bob`, name: 'Bob' }])
})

test('a case whose frame is not there is left out', () => {
  expect(unframeGraphs({ frames: [], cases: { a: [0, 1] } })).toEqual({})
})
