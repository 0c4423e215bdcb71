import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transformSync } from 'rolldown/utils'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { backward } from '../backward/backward.ts'
import { reachedParameters } from '../backward/reach.ts'
import { bundle } from './bundle-forms.ts'
import { isFailed, type FailedNode } from './caught.ts'
import { untraced } from './context.ts'
import { inputsOf } from './inspect.ts'
import { innerOf } from './inner-graph.ts'
import { derive, node, originOf, type Node } from './node.ts'
import { op } from './operators.ts'
import { parameter, type Parameter } from './parameter.ts'

const named = (outputs: readonly Node<unknown>[]): string[] => reachedParameters(outputs).map(({ name }) => name)
const inputs = (of: Node<unknown>): Record<string, unknown> => Object.fromEntries(inputsOf(of))

describe('a bundle', () => {
  test('without options is a traced step', () => {
    const add = bundle(function add(a: number, b: number) { return a + b })
    const [one, sum] = [node(1), add(node(1), 2)]
    expect([sum.value, sum.name, inputs(add(one, 2)), add.name]).toEqual([3, 'add', { a: one, b: 2 }, 'add'])
    expectTypeOf(sum).toEqualTypeOf<Node<number>>()
  })

  test('names its nodes by `output`, and keeps the name of the operation', () => {
    const reply = bundle(function ask(x: string) { return x }, { output: 'reply', description: 'asks a model' })('a')
    const origin = originOf(reply)
    expect([reply.name, origin.kind === 'message' && [origin.step.name, origin.step.description]]).toEqual(['reply', ['ask', 'asks a model']])
  })

  test('keeps generic functions generic', () => {
    const first = bundle(function first<T>(items: readonly T[]) { return items[0] })
    expectTypeOf(first([1, 2])).toEqualTypeOf<Node<number | undefined>>()
  })

  test('of no function, or with options that exclude each other, is a clear error', () => {
    expect(() => bundle(5 as never, { name: 'x' })).toThrowErrorMatchingInlineSnapshot(`[TraceEvalError [STEP_FUNCTION]: expected a function to bundle, received 5]`)
    expect(() => bundle((x: Node<number>) => x, { snapshot: true, passNodes: true })).toThrowErrorMatchingInlineSnapshot(`
      [TraceEvalError [BUNDLE_OPTIONS]: expected \`snapshot\`, or \`passNodes\` or \`nested\`, received both
        A function that gets nodes reads their values: copy these with copyOf.]
    `)
    // @ts-expect-error a slip in the name of an option
    bundle((x: number) => x, { descripton: 'x' })
  })
})

describe('passNodes', () => {
  const scale = bundle(function scale(x: Node<number>, by: Node<number>) { return op.multiply(x, by) }, { passNodes: true })

  test('hands nodes to the function, plain arguments as well', () => {
    const x = node(2, 'x')
    const result = scale(x, 3)
    expect([result.value, result.name, Object.keys(inputs(result))]).toEqual([6, 'scale', ['x', 'by', 'result']])
    expect(inputs(inputs(result)['result'] as Node<unknown>)['a']).toBe(x)
    expectTypeOf(result).toEqualTypeOf<Node<number>>()
    // @ts-expect-error a text is no number
    expect(scale('a', 1).value).toBeNaN()
  })

  test('works untraced', () => {
    expect(untraced(() => scale(2, 3)).value).toBe(6)
  })
})

describe('nested', () => {
  const limit = parameter('limit', 10)

  test('the step has its arguments as inputs, and its inside is a graph of its own', () => {
    const square = bundle(function square(x: Node<number>) { return op.add(op.multiply(x, x), limit) }, { nested: true })
    const x = op.add(parameter('start', 3), 0)
    const result = square(x)
    expect([result.value, inputs(result)]).toEqual([19, { x, limit }])
    const { outputs, inputs: views } = innerOf(result)!
    expect(outputs.map(({ name }) => name)).toEqual(['add'])
    expect([...views].map(([view, argument]) => [view.name, originOf(view).kind, argument === x])).toEqual([['x', 'value', true]])
  })

  test('backward stays outside, or follows the inside', () => {
    const weight = parameter('weight', 2)
    const weigh = bundle(function weigh(x: Node<number>) { return op.add(op.multiply(x, weight), 1) }, { nested: true })
    const result = weigh(parameter('start', 3))
    expect(backward(result, 'x').graph.nodes.map(({ name }) => name).sort()).toEqual(['start', 'weigh', 'weight'])
    expect(backward(innerOf(result)!.outputs, 'x').parameters[0]!.graph.nodes.map(({ name }) => name)).toEqual(['weight', 'multiply', 'add'])
  })

  test('values that are read inside lead to the inside, those from elsewhere are inputs', async () => {
    const read = bundle(async function read(x: Node<number>) {
      await Promise.resolve()
      return op.add(x, 1).value + limit.value
    }, { nested: true })
    const x = node(1, 'x')
    const result = await read(x)
    expect([result.value, inputs(result), innerOf(result)!.outputs.map(({ name }) => name)]).toEqual([12, { x, limit }, ['add', 'limit']])
    expectTypeOf(result).toEqualTypeOf<Node<number>>()
  })

  test('calls itself, and other bundles', () => {
    const power: (x: number | Node<number>, n: number | Node<number>) => Node<number> = bundle((x: Node<number>, n: Node<number>): Node<number> => {
      return n.value === 0 ? node(1) : op.multiply(x, power(x, op.subtract(n, 1)))
    }, { name: 'power', nested: true })
    const base = parameter('base', 2)
    const result = power(base, 5)
    expect([result.value, named([result]), Object.keys(inputs(result))]).toEqual([32, ['base'], ['x', 'n', 'number']])
    const depth = (of: Node<unknown>): number => 1 + Math.max(0, ...(innerOf(of)?.outputs ?? []).flatMap((output) => [...inputsOf(output).values()].filter((input) => innerOf(input as Node<unknown>)).map((input) => depth(input as Node<unknown>))))
    expect(depth(result)).toBe(6)
  })

  test('takes a list as one node', () => {
    const flat = bundle(function flat(prices: Node<number[]>) { return derive(() => prices.value.length) }, { nested: true })
    expect(flat([1, 2]).value).toBe(2)
  })

  test('makes no difference where nothing is traced', () => {
    const result = untraced(() => bundle(function square(x: Node<number>) { return op.multiply(x, x) }, { nested: true })(3))
    expect([result.value, inputs(result)]).toEqual([9, {}])
  })

  test('that fails has the step that failed inside among its inputs', () => {
    const broken = bundle(function broken(x: Node<string>) { return derive(() => JSON.parse(x.value) as number) }, { nested: true, catchErrors: true })
    const start = parameter('start', '{')
    const result = broken(start)
    expect([isFailed(result), Object.keys(inputs(result)), named([result])]).toEqual([true, ['x', 'error'], ['start']])
  })

  test.each([false, true])('that fails after it read an argument has the argument as an input, once; async: %s', async (isAsync) => {
    const check = (x: Node<number>): number => { if (x.value > 0) throw new RangeError('too high'); return x.value }
    const failing = isAsync ? bundle(async (x: Node<number>) => { await Promise.resolve(); return check(x) }, { name: 'f', nested: true, catchErrors: true }) : bundle(check, { name: 'f', nested: true, catchErrors: true })
    expect(Object.keys(inputs(await failing(parameter('start', 1))))).toEqual(['x'])
  })
})

describe('catchErrors', () => {
  const parse = bundle(function parse(text: string) { return JSON.parse(text) as number }, { catchErrors: true })

  test('gives the exception node instead of throwing', () => {
    const text = parameter('text', '{')
    const [bad, good] = [parse(text), parse('12')]
    expect([isFailed(bad), isFailed(good), good.value, named([bad])]).toEqual([true, false, 12, ['text']])
    expect(bad.value).toMatch(/^\(SyntaxError\) /)
    expectTypeOf(good).toEqualTypeOf<Node<number> | FailedNode>()
    if (!isFailed(good)) expectTypeOf(good).toEqualTypeOf<Node<number>>()
  })

  test('takes texts and whatever is thrown, async and untraced', async () => {
    const fails = bundle(function fails(thrown: unknown): number { throw thrown }, { catchErrors: true })
    expect([fails('text'), fails(undefined), fails(Object.freeze(new Error('cold')))].map(({ value }) => value)).toEqual(['(string) text', '(undefined) undefined', '(Error) cold'])
    expect(Object.values(inputs(fails('text')))).toEqual(['text'])
    const later = bundle(async function later(_x: number): Promise<number> { await Promise.resolve(); throw new Error('late') }, { catchErrors: true })
    expect(inputs(await later(1))).toEqual({ _x: 1 })
    expect(isFailed(untraced(() => fails('text')))).toBe(true)
  })
})

describe('snapshot', () => {
  const sort = bundle(function sort(items: { list: number[] }) { items.list.sort(); return items }, { snapshot: true })

  test('leaves arguments and recorded inputs as they were when the step changes them in place', () => {
    const [given, traced] = [{ list: [2, 1] }, node({ list: [2, 1] }, 'given')]
    expect([sort(given).value, given, sort(traced).value, traced.value]).toEqual([{ list: [1, 2] }, { list: [2, 1] }, { list: [1, 2] }, { list: [2, 1] }])
    expect(inputs(sort(traced))).toEqual({ items: traced })
  })

  test('keeps what was given and answered when that changes later', () => {
    const state = { list: [2, 1] }
    const step = bundle(function step(given: { list: number[] }) { return given === state ? state : { list: state.list } }, { snapshot: true })
    const result = step(state)
    state.list.push(5)
    expect([result.value, inputs(result)]).toEqual([{ list: [2, 1] }, { given: { list: [2, 1] } }])
  })

  test('keeps the dependency of nodes inside arguments and results', () => {
    const [weight, bias] = [parameter('weight', 2), parameter('bias', 1)]
    const step = bundle(function step(given: { at: number }) { return { sum: given.at, bias } }, { snapshot: true })
    const result = step({ at: weight })
    expect([result.value, named([result])]).toEqual([{ sum: 2, bias: 1 }, ['weight', 'bias']])
  })
})

const source = `
export class Agent {
  tone
  constructor(tone) { this.tone = tone }
  @bundle greet(name) { return this.tone.value + ' ' + name }
  @bundle({ name: 'Agent.shout', output: 'shouted' }) async shout(name) { return (this.tone.value + name).toUpperCase() }
  @bundle get mood() { return this.tone.value.length }
}`

describe('as a decorator', () => {
  const evaluate = (code: string) => {
    // oxlint-disable-next-line no-implied-eval, no-new-func
    return new Function('bundle', `${code.replaceAll(/^export \{.*$/gm, '').replaceAll('export class', 'class').replaceAll(/^\s*import .*$/gm, '')}\nreturn Agent`)(bundle) as new (tone: Node<string>) => {
      greet(name: unknown): Node<string>; shout(name: unknown): Promise<Node<string>>; readonly mood: Node<number>
    }
  }
  const standard = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'decorators-'))
    try {
      writeFileSync(join(folder, 'agent.ts'), source)
      spawnSync(process.execPath, [join(import.meta.dirname, '../../node_modules/typescript/bin/tsc'), 'agent.ts', '--target', 'es2022', '--module', 'esnext', '--noCheck', '--ignoreConfig'], { cwd: folder })
      return readFileSync(join(folder, 'agent.js'), 'utf8')
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
  // Its helper, which tsc and Vitest also use, calls decorators as TypeScript does.
  const experimental = (): string => `
    function decorate(decorators, target, key, descriptor) {
      let own = descriptor === null ? Object.getOwnPropertyDescriptor(target, key) : descriptor
      for (const decorator of decorators.toReversed()) own = decorator(target, key, own) || own
      Object.defineProperty(target, key, own)
    }
    ${transformSync('agent.ts', source, { lang: 'ts', decorator: { legacy: true } }).code.replaceAll(/_decorate\b/g, 'decorate')}`

  test.each([['standard, by tsc', standard], ['experimental', experimental]])('%s: methods and getters are steps of their instance', async (_, compile) => {
    const code = compile()
    expect(code).not.toMatch(/^\s*@bundle/m)
    const Agent = evaluate(code)
    const [kind, rude] = [new Agent(parameter('kind', 'Dear')), new Agent(parameter('rude', 'Hey'))]
    const greeted = [kind.greet(node('Ada', 'who')), rude.greet('Bob')]
    expect(greeted.map(({ name, value }) => [name, value])).toEqual([['greet', 'Dear Ada'], ['greet', 'Hey Bob']])
    expect([named(greeted.slice(0, 1)), Object.keys(inputs(greeted[0]!))]).toEqual([['kind'], ['name', 'kind']])
    const shouted = await rude.shout('!')
    const origin = originOf(shouted)
    expect([shouted.value, shouted.name, origin.kind === 'message' && origin.step.name]).toEqual(['HEY!', 'shouted', 'Agent.shout'])
    expect([kind.mood.value, kind.mood.name, named([rude.mood])]).toEqual([4, 'mood', ['rude']])
  })

  test('leaves a method the type it was written with', () => {
    const method = (x: number): string => String(x)
    expectTypeOf(bundle<typeof method>).toBeCallableWith(method, {} as ClassMethodDecoratorContext)
    expectTypeOf(bundle({ name: 'x' })(method, {} as ClassMethodDecoratorContext)).toEqualTypeOf<(x: number) => string>()
  })
})

describe('trainable', () => {
  test('has its code as a parameter, with a name for its nodes and failures as nodes', () => {
    const step = bundle(function pick(x: number): number { if (x < 0) throw new RangeError('below 0'); return x }, { trainable: true, output: 'picked', catchErrors: true })
    expectTypeOf(step.parameter).toEqualTypeOf<Parameter<string>>()
    const made = step(2)
    const origin = originOf(made)
    expect([step.name, step.parameter.name, step.parameter.kind, made.name, made.value]).toEqual(['pick', 'pick', 'code', 'picked', 2])
    expect(origin.kind === 'message' && [origin.step.name, origin.names]).toEqual(['pick', ['x', 'code']])
    expect([isFailed(step(-1)), step(-1).value]).toEqual([true, '(RangeError) below 0'])
  })

  test('is refused beside forms that need the function itself, and on decorators', () => {
    const [trainable, hint] = [true as const, 'Proposed code gets copies of plain values already.']
    for (const form of [{ snapshot: true }, { passNodes: true as never }, { nested: true as never }]) {
      expect(() => bundle((x: number) => x, { name: 'f', trainable, ...form })).toThrow(expect.objectContaining({ code: 'BUNDLE_OPTIONS', summary: 'expected `trainable`, or `snapshot`, `passNodes` or `nested`, received both', hint }))
    }
    expect(() => bundle({ trainable: true })({ f() { return 1 } }, 'f', { value: () => 1 })).toThrow('expected a decorator without `trainable`: a method has no source of its own')
  })
})
