import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { reachedParameters } from '../../backward/reach.ts'
import { bundle } from '../bundle.ts'
import { exceptionNodeOf, node, originOf, type Node } from '../node.ts'
import { op as languageOperators } from '../operators.ts'
import { parameter } from '../parameter.ts'
import { op } from './all.ts'

const number = fc.oneof(fc.double(), fc.integer({ min: -40, max: 40 }), fc.constantFrom(0, -0, 0.5, -1.5, Number.NaN, Infinity))
const whole = fc.integer({ min: -40, max: 40 })
const index = fc.integer({ min: -4, max: 6 })
const count = fc.integer({ min: -1, max: 6 })
const text = fc.oneof(fc.string({ unit: fc.constantFrom('a', 'b', 'Ab', ' ', '-', 'ß', '😀', '$&'), maxLength: 6 }), fc.string({ unit: 'grapheme', maxLength: 6 }))
const word = fc.constantFrom('a', 'b', 'Ab', '', ' ', '-', '$&')
const pattern = fc.oneof(word, fc.constantFrom<string | RegExp>(/a/, /b|-/g, /(?:)/g))
const item = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom<unknown>('a', Number.NaN, null, undefined))
const list = fc.array(item, { maxLength: 6 })
const numbers = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 6 })
const sequence = fc.oneof(text, list)
const key = fc.constantFrom('a', 'b', 'c', '__proto__', 'toString')
const object = fc.dictionary(key, item, { maxKeys: 4, noNullPrototype: true })
const map = fc.array(fc.tuple(key, item), { maxLength: 4 }).map((entries) => new Map(entries))
const set = list.map((items) => new Set(items))
const entries = fc.array(fc.tuple(key, item), { maxLength: 4 })
const keyed = fc.oneof(map, set)
const container = fc.oneof(object, list, map, set)
const anything = fc.anything({ maxDepth: 1 })
const functions = <F>(...these: F[]): Arbitrary<F> => fc.constantFrom(...these)

// What the methods of the language do, beside what the arguments are drawn from; other words where it has no such method.
const methods: Readonly<Record<string, readonly [oracle: string, ...args: Arbitrary<unknown>[]]>> = {
  abs: ['Math.abs(a)', number], sign: ['Math.sign(a)', number], round: ['Math.round(a)', number], floor: ['Math.floor(a)', number], ceil: ['Math.ceil(a)', number],
  trunc: ['Math.trunc(a)', number], floorDivide: ['a && b ? (a - (((a % b) + b) % b)) / b + 0 : a / b', whole, whole], modulo: ['((a % b) + b) % b + 0', whole, whole], sqrt: ['Math.sqrt(a)', number], exp: ['Math.exp(a)', number], log: ['Math.log(a)', number],
  min: ['Math.min(a, b, c)', number, number, number], max: ['Math.max(a, b, c)', number, number, number],
  toFixed: ['a.toFixed(b)', number, fc.integer({ min: -1, max: 101 })], toNumber: ['Number(a)', fc.oneof(number, text, fc.boolean(), fc.constantFrom(null, undefined, 5n, Symbol.iterator))],

  lower: ['a.toLowerCase()', text], upper: ['a.toUpperCase()', text],
  capitalize: [`Array.from(a).map((c, i) => i ? c.toLowerCase() : c.toUpperCase()).join('')`, fc.string({ unit: fc.constantFrom('a', 'B', ' ', 'ß', '😀'), maxLength: 6 })],
  title: [`a.split(' ').map((w) => w.slice(0, 1).toUpperCase() + w.slice(1).toLowerCase()).join(' ')`, fc.string({ unit: fc.constantFrom('a', 'B', ' ', '1', 'é', "'"), maxLength: 9 })],
  swapCase: [`a.replace(/[a-z]|[A-Z]/g, (c) => c < 'a' ? c.toLowerCase() : c.toUpperCase())`, fc.string({ unit: fc.constantFrom('a', 'B', ' ', '1', '😀'), maxLength: 9 })],
  trim: ['a.trim()', text], trimStart: ['a.trimStart()', text], trimEnd: ['a.trimEnd()', text],
  split: ['a.split(b, c)', text, pattern, fc.option(count, { nil: undefined })], join: ['a.join(b)', list, word],
  replace: ['a.replace(b, c)', text, pattern, word], replaceAll: ['a.replaceAll(b, c)', text, pattern, word],
  startsWith: ['a.startsWith(b)', text, word], endsWith: ['a.endsWith(b)', text, word],
  padStart: ['a.padStart(b, c)', text, count, fc.option(word, { nil: undefined })], padEnd: ['a.padEnd(b, c)', text, count, fc.option(word, { nil: undefined })],
  repeat: ['a.repeat(b)', text, count], charCode: ['a.charCodeAt(b)', text, index], fromCharCode: ['String.fromCharCode(a, b)', fc.nat(70_000), fc.nat(70_000)],
  format: [String.raw`a.split(/(\{[\w$]+\})/).map((part, i) => i % 2 && Object.keys(b).includes(part.slice(1, -1)) ? String(b[part.slice(1, -1)]) : part).join('')`,
    fc.array(fc.constantFrom('{a}', '{b}', '{__proto__}', '{toString}', '{', '}', '{0}', ' $& ', '{"a": 1}'), { maxLength: 6 }).map((parts) => parts.join('')), fc.oneof(object, list)],
  toText: ['String(a)', fc.oneof(number, text, list, fc.constantFrom(null, undefined, 5n))],

  length: ['a.length', sequence], at: ['a.at(b)', sequence, index], slice: ['a.slice(b, c)', sequence, fc.option(index, { nil: undefined }), fc.option(index, { nil: undefined })],
  includes: ['a.includes(b)', sequence, item], indexOf: ['a.indexOf(b)', sequence, item],
  toReversed: ['[...a].reverse()', list],
  toSorted: ['[...a].sort(b)', numbers, functions<unknown>(undefined, (a: number, b: number) => b - a)],
  with: ['{ const c2 = [...a], i = b < 0 ? b + a.length : b; if (i < 0 || i >= a.length) throw new RangeError(); c2[i] = c; return c2 }', list, index, item],
  append: ['a.concat([b])', list, item], extend: ['a.concat(b)', list, list],
  insert: ['{ const r = [...a]; r.splice(b, 0, c); return r }', list, index, item], removeAt: ['{ const r = [...a]; r.splice(b, 1); return r }', list, index],
  remove: ['{ let gone = false; return a.filter((x) => gone || x !== b || !(gone = true)) }', list, item],
  flat: ['[].concat(...a)', fc.array(numbers, { maxLength: 3 })],
  map: ['a.map((x, i) => b(x, i))', numbers, functions<unknown>((x: number) => x * 2, (x: number, i: number) => [x, i])],
  filter: ['a.filter((x, i) => b(x, i))', numbers, functions<unknown>((x: number) => x > 9, (_: number, i: number) => i % 2)],
  reduce: ['a.reduce((s, x, i) => b(s, x, i), c)', numbers, functions<unknown>((s: number, x: number) => s + x, (s: number, x: number, i: number) => s - x * i), number],
  find: ['a.find((x, i) => b(x, i))', numbers, functions<unknown>((x: number) => x > 9, (_: number, i: number) => i === 2)],
  some: ['a.some((x) => b(x))', numbers, functions<unknown>((x: number) => x > 9)], every: ['a.every((x) => b(x))', numbers, functions<unknown>((x: number) => x > 9)],

  get: ['a instanceof Map ? a.get(b) : a[b]', fc.oneof(object, map, list, fc.constant(null)), fc.oneof(key, index)],
  set: ['{ if (a instanceof Map) return new Map([...a, [b, c]]); const r = Object.fromEntries(Object.entries(a)); Object.defineProperty(r, b, { value: c, writable: true, enumerable: true, configurable: true }); return r }', fc.oneof(object, map), key, item],
  has: ['a instanceof Map || a instanceof Set ? a.has(b) : Object.prototype.hasOwnProperty.call(a, b)', container, fc.oneof(key, item)],
  in: ['a in b', key, fc.oneof(object, list, item)],
  keys: ['Array.isArray(a) || a instanceof Map || a instanceof Set ? Array.from(a.keys()) : Object.keys(a)', container],
  values: ['Array.isArray(a) || a instanceof Map || a instanceof Set ? Array.from(a.values()) : Object.values(a)', container],
  entries: ['Array.isArray(a) || a instanceof Map || a instanceof Set ? Array.from(a.entries()) : Object.entries(a)', container],
  size: ['a.size', keyed],
  merge: ['a instanceof Map ? new Map([...a.entries(), ...b.entries()]) : { ...a, ...b }', object, object],
  pick: ['Object.fromEntries([b, c].filter((k) => Object.keys(a).includes(k)).map((k) => [k, a[k]]))', object, key, key],
  omit: ['Object.fromEntries(Object.entries(a).filter(([k]) => k !== b && k !== c))', object, key, key],
  delete: ['{ const r = new a.constructor(a); r.delete(b); return r }', keyed, fc.oneof(key, item)],
  addItem: ['new Set([...a, b])', set, item],
  union: ['new Set([...a, ...b])', set, set], intersection: ['new Set([...a].filter((x) => [...b].includes(x)))', set, set],
  difference: ['new Set([...a].filter((x) => ![...b].includes(x)))', set, set],
  symmetricDifference: ['new Set([...a, ...b].filter((x) => !(a.has(x) && b.has(x))))', set, set],
  toArray: ['Array.from(a)', fc.oneof(text, list, map, set)], toSet: ['new Set(a)', fc.oneof(text, list, map, set)],
  toMap: ['new Map(Symbol.iterator in a ? a : Object.entries(a))', fc.oneof(object, map, entries)],
  toObject: ['Object.fromEntries(Symbol.iterator in a ? a : Object.entries(a))', fc.oneof(object, map, entries)],
  call: ['a(b, c)', functions<unknown>((x: number, y: number) => x + y, Math.max, () => { throw new TypeError('no') }), number, number],
  identity: ['a', anything],
}

type Operator = (...args: readonly unknown[]) => Node<unknown>
const operators = op as unknown as Readonly<Record<string, Operator>>
const outcome = (run: () => unknown): { value: unknown } | { error: string } => {
  try { return { value: run() } } catch (error) { return { error: (error as Error).name } }
}
const copyOf = (value: unknown): unknown => (typeof value === 'function' || typeof value === 'symbol' ? value : structuredClone(value))
const namesBehind = (output: Node<unknown>): string[] => reachedParameters([output]).map(({ name }) => name).toSorted()

describe('every operator of trace-eval/operators', () => {
  test('is one of trace-eval, or compared with the language below', () => {
    expect(Object.keys(op).toSorted()).toEqual([...Object.keys(languageOperators), ...Object.keys(methods)].toSorted())
    expect(Object.entries(languageOperators).filter(([name, operator]) => operators[name] !== operator)).toEqual([])
  })

  test.each(Object.entries(methods))('%s computes or throws what the language does, changes nothing, and its inputs are its arguments', (name, [oracle, ...arbitraries]) => {
    const plain = new Function('a', 'b', 'c', oracle.startsWith('{ ') ? oracle : `return ${oracle}`) as Operator
    const wrapped = fc.tuple(...arbitraries.map(() => fc.boolean()))
    fc.assert(fc.property(fc.tuple(...arbitraries), wrapped, (values, asNode) => {
      const args = values.map((value, at) => (asNode[at] ? node(value) : value))
      const before = name === 'identity' ? undefined : values.map(copyOf)
      const expected = outcome(() => plain(...values))
      let result: unknown
      const received = outcome(() => { result = operators[name]!(...args); return (result as Node<unknown>).value })
      if (before !== undefined) expect(values).toStrictEqual(before)
      expect(received).toStrictEqual(expected)
      if ('error' in received) return
      const { kind, step, names, inputs } = originOf(result as Node<unknown>) as Extract<ReturnType<typeof originOf>, { kind: 'message' }>
      expect([kind, step.name, names.length, new Set(names).size]).toEqual(['message', name, args.length, args.length])
      expect(inputs.map((input, at) => Object.is(input, args[at]))).toEqual(args.map(() => true))
    }))
  })
})

test('exactly the nodes inside of an argument are inputs beside it, wherever in it they are', () => {
  interface Grown { readonly traced: unknown; readonly plain: unknown; readonly nodes: readonly unknown[] }
  const { grown } = fc.letrec<{ grown: Grown }>((tie) => ({
    grown: fc.oneof({ maxDepth: 3 },
      fc.integer().map((value): Grown => ({ traced: value, plain: value, nodes: [] })),
      fc.integer().map((value): Grown => { const held = node(value); return { traced: held, plain: value, nodes: [held] } }),
      fc.tuple(fc.constantFrom('list', 'object', 'map', 'set'), fc.array(tie('grown'), { maxLength: 3 })).map(([kind, parts]): Grown => {
        const build = (values: readonly unknown[]): unknown => {
          const pairs = values.map((value, at) => [`k${at}`, value] as const)
          return kind === 'list' ? values : kind === 'object' ? Object.fromEntries(pairs) : kind === 'map' ? new Map(pairs) : new Set(values)
        }
        return { traced: build(parts.map(({ traced }) => traced)), plain: build(parts.map(({ plain }) => plain)), nodes: parts.flatMap(({ nodes }) => nodes) }
      })),
  }))
  fc.assert(fc.property(fc.array(grown, { maxLength: 3 }), (parts) => {
    const result = op.identity(parts.map(({ traced }) => traced))
    const { names, inputs } = originOf(result as Node<unknown>) as Extract<ReturnType<typeof originOf>, { kind: 'message' }>
    expect(result.value).toEqual(parts.map(({ plain }) => plain))
    expect(new Set(inputs.slice(1)), 'by identity').toEqual(new Set(parts.flatMap(({ nodes }) => nodes)))
    expect([inputs.length - 1, new Set(names).size]).toEqual([parts.flatMap(({ nodes }) => nodes).length, inputs.length])
  }))
})

describe('an operator that calls a function', () => {
  const least = parameter('least', 2)
  const twice = bundle(function twice(x: number) { return x * least.value })

  test('takes nodes from it, and has them as inputs', () => {
    const doubled = op.map(node([1, 2]), (x) => twice(x))
    expect([doubled.value, namesBehind(doubled)]).toEqual([[2, 4], ['least']])
    expectTypeOf(doubled).toEqualTypeOf<Node<number[]>>()
  })

  test('tests the value of a node, not the node', () => {
    const high = op.filter(node([1, 2, 3]), (x) => op.atLeast(x, least))
    expect([high.value, namesBehind(high)]).toEqual([[2, 3], ['least']])
    expect([op.some([1], (x) => op.atLeast(x, least)).value, op.every([1, 2], (x) => op.atLeast(x, 1)).value, op.find([1, 2], (x) => op.equal(x, 2)).value]).toEqual([false, true, 2])
    expect(op.toSorted([1, 3, 2], (a, b) => op.subtract(b, a)).value).toEqual([3, 2, 1])
  })

  test('hands on what it answered, as a plain value', () => {
    const sum = op.reduce(node([1, 2]), (total, x) => op.add(total, twice(x)), 10)
    expect([sum.value, namesBehind(sum)]).toEqual([16, ['least']])
  })

  test('has what it reads as an input', () => {
    expect(namesBehind(op.filter(node([1, 2]), (x) => x >= least.value))).toEqual(['least'])
  })
})

describe('call', () => {
  test('has the function as an input', () => {
    const double = node((x: number) => x * 2, 'double')
    const result = op.call(double, node(2, 'two'))
    expect([result.value, originOf(result)]).toMatchObject([4, { names: ['fn', 'args'], inputs: [double, node(2)] }])
    expectTypeOf(result).toEqualTypeOf<Node<number>>()
  })

  test('of an async function gives a promise of the node', async () => {
    const later = op.call(async (x: number) => x + 1, parameter('x', 1))
    expectTypeOf(later).toEqualTypeOf<Promise<Node<number>>>()
    expect([(await later).value, namesBehind(await later)]).toEqual([2, ['x']])
  })

  test('refuses arguments of another type', () => {
    // @ts-expect-error a text is no number
    expect(op.call((x: number) => x, 'a').value).toBe('a')
  })
})

describe('from a container of nodes to another', () => {
  const [a, b] = [parameter('a', 1), parameter('b', 2)]

  test('every node inside is an input', () => {
    const made = [op.toArray([a, b]), op.toSet(new Set([a, b])), op.toMap([['x', a], ['y', b]]), op.toMap({ x: a, y: b }), op.toObject(new Map([['x', a], ['y', b]])), op.toObject([['x', a], ['y', b]])] as const
    expect(made.map(({ value }) => value)).toEqual([[1, 2], new Set([1, 2]), new Map([['x', 1], ['y', 2]]), new Map([['x', 1], ['y', 2]]), { x: 1, y: 2 }, { x: 1, y: 2 }])
    for (const result of made) expect(namesBehind(result)).toEqual(['a', 'b'])
    expectTypeOf(made[2]).toEqualTypeOf<Node<Map<string, number>>>()
  })

  test('also those that a generator yields', () => {
    const listed = op.toArray((function* () { yield a; yield [b] })() as Iterable<unknown>)
    expect([listed.value, namesBehind(listed)]).toEqual([[1, [2]], ['a', 'b']])
  })

  test('is a clear error where there is nothing to iterate, recorded as a failed step', () => {
    const missing = node<string[] | undefined>(undefined, 'missing')
    const error = (() => { try { op.toArray(missing as Node<string[]>); return undefined } catch (thrown) { return thrown as Error } })()!
    expect(error.message).toMatchInlineSnapshot(`
      "expected a list, text, map, set or other iterable, received undefined
        Where the value may be missing: op.coalesce(value, [])."
    `)
    expect(originOf(exceptionNodeOf(error)!)).toMatchObject({ kind: 'exception', inputs: [missing] })
  })
})

test('a merge of maps keeps both, the second one counts', () => {
  expect(op.merge(new Map([['a', 1], ['b', 1]]), node(new Map([['b', 2]]))).value).toEqual(new Map([['a', 1], ['b', 2]]))
})

test('replace leaves an expression as it was, wherever it has searched before', () => {
  const sticky = /a/y
  expect([op.replace('aa', sticky, 'b').value, op.replace('aa', sticky, 'b').value, sticky.lastIndex]).toEqual(['ba', 'ba', 0])
  const global = /a/g
  global.lastIndex = 1
  expect([op.replaceAll(node('aa'), global, 'b').value, global.lastIndex]).toEqual(['bb', 1])
})

test('set of a list is its with', () => {
  const list = node([1, 2], 'list')
  expect([op.set(list, 1, node(5)).value, list.value]).toEqual([[1, 5], [1, 2]])
  expect(() => op.set(list, 7, 5)).toThrow(RangeError)
})

test('the types tell what fits', () => {
  const user = node({ name: 'Ada', age: 36 })
  expectTypeOf(op.get(user, 'age')).toEqualTypeOf<Node<number>>()
  expectTypeOf(op.get(node(new Map([['a', 1]])), 'a')).toEqualTypeOf<Node<number | undefined>>()
  expectTypeOf(op.slice(node('abc'), 1)).toEqualTypeOf<Node<string>>()
  expectTypeOf(op.slice(node([1, 2]), 1)).toEqualTypeOf<Node<number[]>>()
  expectTypeOf(op.keys(user)).toEqualTypeOf<Node<('name' | 'age')[]>>()
  // @ts-expect-error no such key
  expect(op.get(user, 'nme').value).toBeUndefined()
  // @ts-expect-error an age is a number
  expect(op.set(user, 'age', 'x').value).toEqual({ name: 'Ada', age: 'x' })
  // @ts-expect-error a list of numbers takes no text
  expect(op.append(node([1]), 'x').value).toEqual([1, 'x'])
  // @ts-expect-error a number has no length
  expect(op.length(5).value).toBeUndefined()
})

test('format fills in nodes, and writes objects as templates do', () => {
  const prompt = parameter('prompt', 'Dear {name}, answer as {"team": "…"}: {order}')
  const filled = op.format(prompt, { name: node('Ada', 'name'), order: { id: 7 } })
  expect([filled.value, namesBehind(filled)]).toEqual(['Dear Ada, answer as {"team": "…"}: {"id":7}', ['prompt']])
})
