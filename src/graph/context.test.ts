import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { reachedParameters } from '../backward/reach.ts'
import { TraceEvalError } from '../core/errors.ts'
import { bundle } from './bundle.ts'
import { currentContext, runInContext, untraced, type LeakKind } from './context.ts'
import { derive, exceptionNodeOf, node, originOf, type Node } from './node.ts'
import { op } from './operators.ts'
import { parameter, withParameters } from './parameter.ts'

const double = bundle(function double(x: number) { return x * 2 })

describe('untraced', () => {
  test('gives the same values without a graph', async () => {
    const result = untraced(() => double(node(2)))
    expect([result.value, originOf(result)]).toEqual([4, { kind: 'value' }])
    const later = await untraced(async () => { await sleep(1); return double(node(3)) })
    expect([later.value, originOf(later)]).toEqual([6, { kind: 'value' }])
    expect(originOf(untraced(() => node({ a: 1 }).$.a))).toEqual({ kind: 'value' })
    expect(originOf(await untraced(() => derive(async () => 1)))).toEqual({ kind: 'value' })
  })

  test('may be nested: leaving an inner one does not switch recording on again', () => {
    const after = untraced(() => { untraced(() => double(1)); return double(node(2)) })
    expect(originOf(after).kind).toBe('value')
    expect(originOf(double(2)).kind).toBe('message')
  })

  test('ends when its function throws', () => {
    expect(() => untraced(() => { throw new Error('no') })).toThrow('no')
    expect(originOf(double(1)).kind).toBe('message')
  })

  test('inside a step keeps what is read there out of its inputs', () => {
    const hidden = node(1, 'hidden')
    const origin = originOf(derive(() => untraced(() => hidden.value)))
    expect(origin.kind === 'message' && origin.inputs).toEqual([])
  })
})

describe('a traced run', () => {
  const record = <R>(run: () => R): { result: R; leaks: [string, LeakKind][]; failures: unknown[] } => {
    const [leaks, failures]: [[string, LeakKind][], unknown[]] = [[], []]
    const recorder = { leaked: (leaked: Node<unknown>, how: LeakKind) => leaks.push([leaked.name, how]), failedWith: (value: unknown, failed: Node<unknown>) => failures.push([value, failed.name]) }
    return { result: runInContext({ ...currentContext(), run: recorder }, run), leaks, failures }
  }

  test('is told of every node that is read outside of any step, and how', () => {
    const [limit, text] = [parameter('limit', 1), node('x', 'text')]
    const { leaks } = record(() => [limit.value, `${text}`, JSON.stringify({ text }), double(limit).value])
    expect(leaks).toEqual([['limit', 'value'], ['text', 'text'], ['text', 'json'], ['double', 'value']])
  })

  test('hears nothing of reads inside a step, of comparisons, or of untraced work', () => {
    const limit = parameter('limit', 1)
    const { leaks } = record(() => [derive(() => limit.value), untraced(() => limit.value), expect(limit).toEqual(parameter('other', 1))])
    expect(leaks).toEqual([])
  })

  test('is told of a read that comes after its step has settled', async () => {
    const late = node(1, 'late')
    const { result, leaks } = record(() => {
      let pending: Promise<number> | undefined
      derive(() => { pending = sleep(1).then(() => late.value); return 1 })
      return pending
    })
    await result
    expect(leaks).toEqual([['late', 'value']])
  })

  test('is told of thrown values that have no identity', () => {
    const fails = bundle(function fails() { throw 'text' }) // oxlint-disable-line no-throw-literal
    const { failures } = record(() => { try { fails() } catch { return 'caught' } return 'not' })
    expect(failures).toEqual([['text', 'fails']])
  })

  test('is kept apart from another one at the same time', async () => {
    const [a, b] = [node(1, 'a'), node(2, 'b')]
    const runs = [a, b].map((own) => record(async () => { await sleep(2); return own.value }))
    await Promise.all(runs.map(({ result }) => result))
    expect(runs.map(({ leaks }) => leaks)).toEqual([[['a', 'value']], [['b', 'value']]])
  })
})

test('two copies of the library in one process work together', async () => {
  // After a reset the runner evaluates every module again.
  vi.resetModules()
  const other = await import('../index.ts')
  expect(other.node).not.toBe(node)
  expect(other.isNode(node(1))).toBe(true)
  const foreign = other.node(2, 'foreign')
  const weight = parameter('weight', 3)
  const sum = other.bundle(function sum(x: number) { return x + foreign.value + weight.value })(op.add(foreign, 1))
  const origin = originOf(sum)
  expect([sum.value, origin.kind === 'message' && origin.names]).toEqual([8, ['x', 'foreign', 'weight']])
  expect(withParameters([weight.with(10)], () => other.bundle((x: number) => x)(weight).value)).toBe(10)
  expect(other.isParameter(weight)).toBe(true)
  expect(other.loadParameters({ workflows: { a: { parameters: { weight: { value: 4 } } } } }, { weight }).applied).toEqual(['weight'])
  expect(weight.value).toBe(4)
  const fails = other.bundle(function fails(_x: number): number { throw new Error('no') })
  let error: unknown
  try { derive(() => fails(weight)) } catch (thrown) { error = thrown }
  expect(reachedParameters([exceptionNodeOf(error)!])).toEqual([weight])
  expect(originOf(other.untraced(() => double(1))).kind).toBe('value')
  expect(other.TraceEvalError.is(new TraceEvalError('X', 'y'), 'X')).toBe(true)
})
