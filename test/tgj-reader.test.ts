/** A reader in another language, with the rules of Trace's own, takes what `toTgj` writes. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { bundle } from '../src/graph/bundle.ts'
import { exceptionNodeOf, node, type Node } from '../src/graph/node.ts'
import { op } from '../src/graph/operators.ts'
import { parameter } from '../src/graph/parameter.ts'
import { toTgj } from '../src/graph/tgj.ts'

interface Taken { readonly inputs: Readonly<Record<string, readonly unknown[]>>; readonly exports: Readonly<Record<string, unknown>> }

function read(document: unknown): { readonly taken?: Taken; readonly error: string } {
  const { status, stdout, stderr } = spawnSync('python3', [fileURLToPath(new URL('tgj_reader.py', import.meta.url))], { input: JSON.stringify(document), encoding: 'utf8' })
  return status === 0 ? { taken: JSON.parse(stdout) as Taken, error: '' } : { error: stderr }
}

const failed = (input: Node<unknown>): Node<string> => {
  try { bundle(function check(_value: unknown) { throw new RangeError('too long') })(input) } catch (error) { return exceptionNodeOf(error)! }
  throw new Error('expected a failure')
}

test('documents with parameters, values, confusing names, literals and failures are read, inputs before their users', () => {
  const price = parameter('price', 2)
  const total = op.multiply(op.add(price, 1), node(3, 'a:b'))
  const { taken, error } = read(toTgj([total, failed(total), op.add(node(1, 'price.1'), node(2, 'add'))]))
  expect(error).toBe('')
  expect(Object.values(taken!.inputs)).toEqual([['price.2', { literal: 1 }], ['add.1', 'a_b.1'], ['multiply.1'], ['price.1.1', 'add.2']])
  expect(Object.keys(taken!.exports)).toEqual(['result_0', 'result_1', 'result_2'])
})

test('documents with large values that several records have are read, with the beginning for a value', () => {
  const document = toTgj(bundle(function same(mail: string) { return mail })(node('Dear '.repeat(400), 'mail')))
  expect(document.nodes[1]).toMatchObject({ output: { value: expect.stringMatching(/^(Dear ){24}…$/) } })
  expect(read(document)).toEqual({ taken: { inputs: { 'same.1': ['mail.1'] }, exports: { result: 'same.1' } }, error: '' })
})

test('the reader refuses what breaks its rules', () => {
  const document = toTgj(op.add(op.add(parameter('x', 1), 1), 2))
  expect(read({ ...document, nodes: document.nodes.toReversed() }).error).toContain('is used before it stands in the document')
  expect(read({ ...document, nodes: document.nodes.map((record) => ({ ...record, name: 'a:b' })) }).error).toContain('would lose its colon')
})
