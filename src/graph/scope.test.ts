import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { bundle } from './bundle.ts'
import { untraced } from './context.ts'
import { copyOf } from './copies.ts'
import { derive, node, originOf } from './node.ts'
import { op } from './operators.ts'
import { parameter } from './parameter.ts'
import { nameScope } from './scope.ts'
import { t } from './template.ts'
import { fromTgj, toTgj } from './tgj.ts'

const echo = bundle(function echo(x: unknown) { return x })

describe('a name scope', () => {
  test('stands before the names of nodes, steps, members and parameters made inside', () => {
    const names = nameScope('planner', () => [
      node(1), node(1, 'given'), node(1, { name: 'told', description: 'x' }), parameter('tone', 'kind'), echo(1), op.add(1, 2), t`a`,
      derive(() => 1), node({ a: 1 }).$.a, node('x').$.trim(), copyOf(node(1)), untraced(() => echo(1)), untraced(() => node({ a: 1 }).$.a),
    ].map(({ name }) => name))
    expect(names).toEqual([
      'planner/number', 'planner/given', 'planner/told', 'planner/tone', 'planner/echo', 'planner/add', 'planner/template',
      'planner/derive', 'planner/get', 'planner/trim', 'planner/copy', 'planner/echo', 'planner/get',
    ])
    expect([node(1).name, echo(1).name]).toEqual(['number', 'echo'])
  })

  test('joins the one around it', () => {
    expect(nameScope('a', () => nameScope('b', () => [node(1, 'x').name, echo(1).name]))).toEqual(['a/b/x', 'a/b/echo'])
  })

  test('leaves the operation its name, and all nodes of one step in one scope one step', () => {
    const [first, second] = nameScope('planner', () => [echo(1), echo(2)].map(originOf))
    const plain = originOf(echo(1))
    if (first?.kind !== 'message' || second?.kind !== 'message' || plain.kind !== 'message') throw new Error('expected steps')
    expect([first.step.name, first.step.output, first.step === second.step, plain.step.output]).toEqual(['echo', 'planner/echo', true, undefined])
    const derived = originOf(nameScope('planner', () => derive(() => 1 + 1)))
    expect(derived.kind === 'message' && derived.step.description).toBe('() => 1 + 1')
  })

  test('holds after an await, and concurrent ones stay apart', async () => {
    const later = (scope: string): Promise<string[]> => nameScope(scope, async () => {
      const before = node(1, 'x').name
      await sleep(1)
      return [before, node(1, 'x').name, (await derive(async () => node(1, 'inside').name)).value]
    })
    expect(await Promise.all([later('a'), later('b')])).toEqual([['a/x', 'a/x', 'a/inside'], ['b/x', 'b/x', 'b/inside']])
  })

  test('ends when its function throws', () => {
    expect(() => nameScope('a', () => { throw new Error('x') })).toThrow('x')
    expect(node(1, 'x').name).toBe('x')
  })

  test('survives being written as a document', () => {
    const sum = nameScope('planner', () => op.add(node(1, { name: 'x', description: 'the count' }), 2))
    const document = toTgj(sum)
    expect(document.nodes).toMatchObject([{ name: 'planner/x', description: '[Node] the count' }, { name: 'planner/add', op: 'add', description: '[add]' }])
    const again = fromTgj(JSON.parse(JSON.stringify(document))).exports.get('result')!
    expect(again.name).toBe('planner/add')
    expect(toTgj(again)).toEqual(document)
  })

  test('with a colon makes no parameter', () => {
    expect(() => nameScope('a:b', () => parameter('tone', 'kind'))).toThrow('expected a parameter name of one line without colon, received "a:b/tone"')
  })
})

test('as many scopes as there are requests give each node its own name', () => {
  const step = bundle(function step(x: number) { return x + 1 })
  expect(Array.from({ length: 300 }, (_, index) => nameScope(`request ${index % 150}`, () => step(1).name))).toEqual(Array.from({ length: 300 }, (_, index) => `request ${index % 150}/step`))
})
