import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { bundle } from './bundle.ts'
import { derive, exceptionNodeOf, isNode, node, originOf, type Node } from './node.ts'
import { parameter } from './parameter.ts'

const inputsOf = (of: Node<unknown>): Record<string, unknown> => {
  const origin = originOf(of)
  if (origin.kind !== 'message' && origin.kind !== 'exception') return {}
  expect(new Set(origin.names).size, 'roles are unique').toBe(origin.inputs.length)
  return Object.fromEntries(origin.names.map((name, index) => [name, origin.inputs[index]]))
}
const failureOf = (run: () => unknown): { error: unknown; failed: Node<string> } => {
  try { run() } catch (error) { return { error, failed: exceptionNodeOf(error)! } }
  throw new Error('expected a failure')
}

const add = bundle(function add(a: number, b: number) { return a + b })

describe('a call', () => {
  test('takes plain values and nodes, sees plain values, gives a node', () => {
    const one = node(1)
    const sum = add(one, 2)
    expect([sum.value, sum.name, inputsOf(sum)]).toEqual([3, 'add', { a: one, b: 2 }])
    expectTypeOf(sum).toEqualTypeOf<Node<number>>()
    expectTypeOf(add).parameter(0).toExtend<Parameters<typeof add>[0]>()
  })

  test('gives a promise of a node where the function is async', async () => {
    const later = bundle(async function later(x: number) { await sleep(1); return `${x}` })
    const given = later(node(4))
    expectTypeOf(given).toEqualTypeOf<Promise<Node<string>>>()
    expect((await given).value).toBe('4')
  })

  test('finds nodes deep inside plain objects and arrays', () => {
    const [prompt, temperature] = [node('Hi', 'prompt'), parameter('temperature', 0.5)]
    const call = bundle(function call(request: { messages: { content: string }[]; settings: { temperature: number } }) { return JSON.stringify(request) })
    const reply = call({ messages: [{ content: prompt }], settings: { temperature } })
    expect(reply.value).toBe('{"messages":[{"content":"Hi"}],"settings":{"temperature":0.5}}')
    expect(inputsOf(reply)).toEqual({
      request: { messages: [{ content: 'Hi' }], settings: { temperature: 0.5 } },
      'request.messages.0.content': prompt, 'request.settings.temperature': temperature,
    })
  })

  test('gives objects without nodes to the function as they are', () => {
    const given = { list: [1, { deep: true }], when: new Date(0) }
    expect(bundle((x: object) => x === given)(given).value).toBe(true)
  })

  test('keeps `this`', () => {
    class Agent {
      readonly #greeting = 'Hello'
      greet = bundle(function greet(this: Agent, name: string) { return `${this.#greeting} ${name}` })
    }
    const agent = new Agent()
    expect(agent.greet(node('Ada')).value).toBe('Hello Ada')
  })

  test('keeps generics, optional, default and rest arguments', () => {
    const first = bundle(function first<T>(items: readonly T[], fallback?: T) { return items[0] ?? fallback })
    expectTypeOf(first([1, 2])).toEqualTypeOf<Node<number | undefined>>()
    expect(first([], 3).value).toBe(3)
    const scale = bundle(function scale(x: number, by: number = 10) { return x * by })
    expect([scale(2).value, scale(2, node(3)).value, inputsOf(scale(2))]).toEqual([20, 6, { x: 2 }])
    const join = bundle(function join(mark: string, ...parts: string[]) { return parts.join(mark) })
    const joined = join('-', 'a', node('b'), 'c')
    expect([joined.value, Object.keys(inputsOf(joined))]).toEqual(['a-b-c', ['mark', 'parts0', 'parts1', 'parts2']])
  })

  test('takes the nodes in a result as inputs and gives their values', () => {
    const [team, score] = [node('billing'), node(0.9)]
    const reply = bundle(function reply() { return { team, list: [score] } })()
    expect(reply.value).toEqual({ team: 'billing', list: [0.9] })
    expect(inputsOf(reply)).toEqual({ 'result.team': team, 'result.list.0': score })
    expectTypeOf(reply).toEqualTypeOf<Node<{ team: string; list: number[] }>>()
  })

  test('of one input in two places keeps both places', () => {
    const one = node(1)
    expect(inputsOf(add(one, one))).toEqual({ a: one, b: one })
  })

  test('takes cyclic arguments, with and without nodes', () => {
    const size = bundle(function size(graph: { self?: unknown; list: unknown[] }) { return [graph.self === graph, graph.list.length] })
    const plain: { self?: unknown; list: unknown[] } = { list: [1] }
    plain.self = plain
    expect(size(plain).value).toEqual([true, 1])
    const held = node('x')
    const mixed: { self?: unknown; list: unknown[] } = { list: [held] }
    mixed.self = mixed
    const sized = size(mixed)
    expect([sized.value, Object.values(inputsOf(sized)).includes(held)]).toEqual([[true, 1], true])
  })
})

describe('names', () => {
  test('come from the function, or from the options', () => {
    expect([add.name, add(1, 2).name]).toEqual(['add', 'add'])
    const other = bundle((left: number, right: number) => left - right, { name: 'minus', inputs: ['x', 'y'], description: 'the difference' })
    const result = other(3, 1)
    const origin = originOf(result)
    expect([result.name, inputsOf(result), origin.kind === 'message' && origin.step.description]).toEqual(['minus', { x: 3, y: 1 }, 'the difference'])
    expect(bundle(() => 1)().name).toBe('bundle')
  })

  test('of equal inputs are numbered', () => {
    const twice = bundle((a: number, b: number, c: number) => a + b + c, { inputs: ['x', 'x', 'x'] })
    expect(inputsOf(twice(1, 2, 3))).toEqual({ x: 1, x_1: 2, x_2: 3 })
    const reads = bundle(function reads(x: number) { return x + node(1, 'x').value + node(2, 'x').value })(5)
    expect(Object.keys(inputsOf(reads))).toEqual(['x', 'x_1', 'x_2'])
  })

  test('of many equal inputs are numbered and complete', () => {
    const items = Array.from({ length: 3000 }, (_, index) => node(index, 'item'))
    const sum = bundle(function sum() { return items.reduce((total, item) => total + item.value, 0) })()
    expect(Object.values(inputsOf(sum))).toEqual(items)
    expect(Object.keys(inputsOf(sum)).slice(0, 3)).toEqual(['item', 'item_1', 'item_2'])
  })
})

describe('wrong use', () => {
  test('is a compile error where types can tell', () => {
    const failsType = (): void => {
      // @ts-expect-error a text is no number
      add('1', 2)
      // @ts-expect-error nor is a node of one
      add(node('1'), 2)
      // @ts-expect-error one argument is missing
      add(1)
      // @ts-expect-error one name for two arguments
      bundle((a: number, b: number) => a + b, { inputs: ['a'] })
      bundle((role: 'user' | 'bot') => role)('user')
      // @ts-expect-error no such role
      bundle((x: { role: 'user' | 'bot' }) => x.role)({ role: 'usr' })
    }
    expect(failsType).toBeTypeOf('function')
  })

  test('is a clear error where there is no function', () => {
    expect(() => bundle(undefined as never)).toThrowErrorMatchingInlineSnapshot(`[TraceEvalError [STEP_FUNCTION]: expected a function to bundle, received undefined]`)
  })
})

describe('reads', () => {
  test('inside make a node an input, also after an await, each once', async () => {
    const [early, late] = [node(1, 'early'), node(2, 'late')]
    const step = bundle(async function step(x: number) {
      const first = early.value + early.value
      await sleep(1)
      return first + late.value + x
    })
    const result = await step(10)
    expect([result.value, inputsOf(result)]).toEqual([14, { x: 10, early, late }])
  })

  test('of a parameter from the closure make it an input', () => {
    const limit = parameter('limit', 3)
    const result = bundle(function cut(text: string) { return text.slice(0, limit.value) })('abcdef')
    expect([result.value, inputsOf(result)['limit']]).toEqual(['abc', limit])
  })

  test('as text or JSON count too', () => {
    const [a, b] = [node('x', 'a'), node('y', 'b')]
    const result = bundle(function text() { return `${a}${JSON.stringify({ b })}` })()
    expect(inputsOf(result)).toEqual({ a, b })
  })

  test('of what is an argument already add nothing', () => {
    const one = node(1)
    const result = bundle(function same(x: number) { return x + one.value })(one)
    expect(inputsOf(result)).toEqual({ x: one })
  })

  test('after the step has settled add nothing', async () => {
    const late = node(1, 'late')
    let finished: Promise<number> | undefined
    const result = bundle(function early() { finished = sleep(2).then(() => late.value); return 'done' })()
    const before = inputsOf(result)
    await finished
    expect([before, inputsOf(result)]).toEqual([{}, {}])
  })

  test('of an inner step belong to that step, whose result belongs to the outer one', () => {
    const limit = parameter('limit', 3)
    const inner = bundle(function inner(x: number) { return x + limit.value })
    const outer = bundle(function outer(x: number) { return inner(x).value * 2 })
    const result = outer(node(1, 'one'))
    expect(Object.keys(inputsOf(result))).toEqual(['x', 'inner'])
    expect(Object.keys(inputsOf(inputsOf(result)['inner'] as Node<unknown>))).toEqual(['x', 'limit'])
  })
})

test('concurrent calls of one bundle record their own inputs', async () => {
  const shared = bundle(async function shared(own: Node<number>[], waitMs: number) {
    await sleep(waitMs)
    const first = own[0]!
    await sleep(waitMs)
    return first
  })
  const step = bundle(async function step(x: number, waitMs: number) {
    await sleep(waitMs)
    return x + extra[x]!.value
  })
  const extra = Array.from({ length: 20 }, (_, index) => node(index * 100, `extra${index}`))
  const results = await Promise.all(extra.map((_, index) => step(index, 5 - (index % 5))))
  for (const [index, result] of results.entries()) expect(inputsOf(result)).toEqual({ x: index, waitMs: 5 - (index % 5), [`extra${index}`]: extra[index] })
  expect((await shared([], 1)).value).toBeUndefined()
})

describe('an error', () => {
  test('stays the error it was, and becomes a node with the inputs of its step', () => {
    const limit = parameter('limit', 3)
    const original = new RangeError('too long')
    const { error, failed } = failureOf(() => bundle(function check(_text: string): string { if (limit.value > 1) throw original; return '' })('abc'))
    expect(error).toBe(original)
    expect([failed.value, failed.name, inputsOf(failed)]).toEqual(['(RangeError) too long', 'check', { _text: 'abc', limit }])
    expect(originOf(failed)).toMatchObject({ kind: 'exception', error: original })
  })

  test('without message or of a strange kind is recorded as well', () => {
    const fails = bundle(function fails(thrown: unknown) { throw thrown })
    expect(failureOf(() => fails(new Error())).failed.value).toBe('(Error) ')
    expect(failureOf(() => fails({ status: 500 })).failed.value).toBe('(object) [object Object]')
    expect(failureOf(() => fails(Object.create(null))).failed.value).toBe('(unknown) an error that cannot be read')
    expect(failureOf(() => fails(Object.freeze(new Error('frozen')))).failed.value).toBe('(Error) frozen')
    expect(() => fails('text')).toThrow('text')
    expect(() => fails(undefined)).toThrow()
  })

  test('of an async step is found when the promise rejects', async () => {
    const fails = bundle(async function fails(x: number) { await sleep(1); throw new TypeError(`no ${x}`) })
    const one = node(1)
    const error = await fails(one).catch((thrown: unknown) => thrown)
    expect([exceptionNodeOf(error)!.value, inputsOf(exceptionNodeOf(error)!)]).toEqual(['(TypeError) no 1', { x: one }])
  })

  test('of a step inside a step makes both exception nodes, the inner one an input of the outer one', () => {
    const inner = bundle(function inner(_x: number): number { throw new Error('deep') })
    const outer = bundle(function outer(x: number) { return inner(x).value })
    const { failed } = failureOf(() => outer(1))
    expect(failed.name).toBe('outer')
    const cause = inputsOf(failed)['error'] as Node<string>
    expect([cause.name, cause.value, originOf(cause).kind]).toEqual(['inner', '(Error) deep', 'exception'])
  })

  test('that a step catches is an input of what it does instead', () => {
    const model = parameter('model', 'small')
    const classify = bundle(function classify(_model: string): string { throw new Error('no such model') })
    const route = bundle(function route() { try { return classify(model).value } catch { return 'human' } })
    const result = route()
    expect(result.value).toBe('human')
    expect((inputsOf(result)['error'] as Node<string>).value).toBe('(Error) no such model')
  })

  test('behind a promise that a step awaits is an input of that step', async () => {
    const fails = bundle(async function fails() { await sleep(1); throw new Error('late') })
    const pending = fails()
    const error = await derive(async () => (await pending).value).catch((thrown: unknown) => thrown)
    const failed = exceptionNodeOf(error)!
    expect([failed.name, (inputsOf(failed)['error'] as Node<string>).name]).toEqual(['derive', 'fails'])
  })

  test('that is one object thrown again and again does not tie its failures together', () => {
    const always = new Error('always')
    const fails = bundle(function fails() { throw always })
    failureOf(() => fails())
    expect(inputsOf(failureOf(() => fails()).failed)).toEqual({})
  })
})

test('a step without inputs is a node all the same', () => {
  const nothing = bundle(function nothing() { return undefined })()
  expect([isNode(nothing), nothing.value, inputsOf(nothing)]).toEqual([true, undefined, {}])
})
