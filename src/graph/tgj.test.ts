import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bundle as bundleForms } from './bundle-forms.ts'
import { bundle } from './bundle.ts'
import { innerOf } from './inner-graph.ts'
import { derive, exceptionNodeOf, isNode, node, originOf, type Node } from './node.ts'
import { op } from './operators.ts'
import { parameter, withParameters, type Parameter } from './parameter.ts'
import { t } from './template.ts'
import { decodeValue, encodeValue } from './tgj-value.ts'
import { ForeignValue, fromTgj, toTgj } from './tgj.ts'

const validate = new Ajv2020({ allErrors: true, strictTypes: false }).compile(JSON.parse(await readFile(new URL('tgj.schema.json', import.meta.url), 'utf8')) as object)
const throughText = (document: unknown): unknown => JSON.parse(JSON.stringify(document))
const outputsOf = (document: unknown): Node<unknown>[] => [...fromTgj(document).exports.values()]
const failureOf = (run: () => unknown): Node<string> => {
  try { run() } catch (error) { return exceptionNodeOf(error)! }
  throw new Error('expected a failure')
}

describe('a document', () => {
  test('holds each node once, inputs before their users, with literals in place', () => {
    const price = parameter('price', 2, { range: [0, 10], description: 'per piece' })
    const document = toTgj(op.multiply(op.add(price, 1), node(3, 'quantity')), { run_id: 'run-1' })
    const { meta, ...record } = document.nodes[0]!
    expect(meta).toEqual({ location: { file: expect.stringMatching(/src\/graph\/tgj\.test\.ts$/), line: expect.any(Number), column: expect.any(Number) } })
    expect({ ...document, nodes: [record, ...document.nodes.slice(1)] }).toEqual({
      tgj: '1.0', run_id: 'run-1',
      nodes: [
        { id: 'price.1', kind: 'parameter', name: 'price', value: 2, trainable: true, description: '[Parameter] per piece', traceEval: { parameter: 'price.1', domain: { kind: 'number', range: [0, 10], integer: false, log: false } } },
        { id: 'add.1', kind: 'message', name: 'add', op: 'add', description: '[add]', inputs: { a: 'price.1', b: { literal: 1 } }, output: { name: 'add.1:out', value: 3 } },
        { id: 'quantity.1', kind: 'value', name: 'quantity', value: 3, description: '[Node]' },
        { id: 'multiply.1', kind: 'message', name: 'multiply', op: 'multiply', description: '[multiply]', inputs: { a: 'add.1', b: 'quantity.1' }, output: { name: 'multiply.1:out', value: 9 } },
      ],
      exports: { result: 'multiply.1' },
    })
  })

  test('gives nodes of equal or confusing names ids that are nobody’s name', () => {
    const all = derive([node(1, 'x'), node(2, 'x'), node(3, 'x.1'), node(4, 'a:b'), node(5, ''), node(6, '__proto__'), node(7, '1')], (...values) => values.length)
    const document = toTgj(all)
    const [ids, names] = [document.nodes.map(({ id }) => id), document.nodes.map(({ name }) => name)]
    expect(ids).toEqual(['x.2', 'x.3', 'x.1.1', 'a_b.1', 'node.1', '_proto_.1', '1.1', 'derive.1'])
    expect(names.filter((name) => name.includes(':') || ids.includes(name))).toEqual([])
    const [back] = outputsOf(throughText(document))
    const [origin, own] = [originOf(back!), originOf(all)]
    expect(origin.kind === 'message' && own.kind === 'message' && [origin.names, origin.inputs.filter(isNode).map(({ name }) => name)])
      .toEqual(own.kind === 'message' && [own.names, ['x', 'x', 'x.1', 'a:b', '', '__proto__', '1']])
  })

  test('tells a failed step with its error', () => {
    const failed = failureOf(() => bundle(function check(_x: number) { throw new RangeError('too long') }, { description: 'checks' })(node(1, 'n')))
    const { meta: _, ...record } = toTgj(failed).nodes[1]!
    expect(record).toEqual({ id: 'check.1', kind: 'exception', name: 'check', description: '[Exception] checks', inputs: { _x: 'n.1' }, error: { type: 'RangeError', message: 'too long' } })
    const [back] = outputsOf(throughText(toTgj(failed)))
    const origin = originOf(back!)
    expect([back!.value, origin.kind, origin.kind === 'exception' && (origin.error as Error).name]).toEqual(['(RangeError) too long', 'exception', 'RangeError'])
    const strange = failureOf(() => bundle(function strange() { throw Object.assign(() => 1, {}) })())
    expect(outputsOf(throughText(toTgj(strange)))[0]!.value).toContain('(object)')
  })

  test('writes source places relative to a root', () => {
    const step = bundle(function step() { return 1 })
    const root = new URL('../..', import.meta.url).pathname
    expect(toTgj(step(), { root }).nodes[0]!.meta).toEqual({ location: { file: 'src/graph/tgj.test.ts', line: expect.any(Number), column: expect.any(Number) } })
  })

  test('holds a large value once in full, later by its hash with how it begins', () => {
    const long = 'Dear customer, '.repeat(100)
    const document = toTgj(bundle(function same(mail: string) { return mail })(node(long, 'mail')))
    const hash = `sha256:${createHash('sha256').update(JSON.stringify(long)).digest('hex')}`
    expect(document.nodes[0]).toMatchObject({ id: 'mail.1', value: long })
    expect(document.nodes[1]).toMatchObject({ output: { value: `${long.slice(0, 120)}…` }, traceEval: { value: { hash, at: 'mail.1' } } })
    expect(JSON.stringify(document).length).toBeLessThan(long.length * 1.6)
    expect(outputsOf(throughText(document))[0]!.value).toBe(long)
    expect(toTgj([parameter('first', long), parameter('second', long)]).nodes.map((record) => 'value' in record && record.value)).toEqual([long, long])
  })

  test('holds a large literal once in full, whatever step takes it next', () => {
    const long = { rows: Array.from({ length: 400 }, (_, index) => index) }
    const count = bundle(function count(table: typeof long, more: number) { return table.rows.length + more })
    const document = toTgj(count(long, count(long, 1)))
    const { hash } = (document.nodes[1] as unknown as { inputs: { table: { hash: string } } }).inputs.table
    expect((document.nodes[1] as { inputs: object }).inputs).toEqual({ table: { hash, preview: `${JSON.stringify(long).slice(0, 120)}…`, traceEval: { hash, at: 'count.1', role: 'table' } }, more: 'count.1' })
    const [back] = outputsOf(throughText(document))
    const origin = originOf(back!)
    expect(origin.kind === 'message' && origin.inputs[0]).toEqual(long)
  })

  test('takes no other value for one that it holds by hash, unless it says that it was cut', () => {
    const long = 'Dear customer, '.repeat(100)
    const text = JSON.stringify(toTgj(bundle(function same(mail: string) { return mail })(node(long, 'mail'))))
    const other = text.replace(long, `${long}!`)
    const hash = `sha256:${createHash('sha256').update(JSON.stringify(long)).digest('hex')}`
    expect(() => fromTgj(JSON.parse(other))).toThrow(`expected the value of ${hash} at "mail.1", received "Dear customer, Dear customer, Dear customer, Dear customer, Dear customer, Dea…, at nodes[1].traceEval.value.hash`)
    expect(outputsOf(JSON.parse(other.replace('"at":"mail.1"', '"at":"mail.1","cut":true')))[0]!.value).toBe(`${long}!`)
  })

  test('holds the inside of a nested step in its record, and what it takes from around by id', () => {
    const rate = parameter('rate', 2)
    const squared = bundleForms(function squared(x: Node<number>) { return op.multiply(op.multiply(x, x), rate) }, { nested: true })
    const around = bundleForms(function around(x: Node<number>) { return op.add(squared(x), 1) }, { nested: true })
    const document = toTgj(around(node(3, 'n')))
    expect(document.nodes.map(({ id }) => id)).toEqual(['n.1', 'rate.1', 'around.1'])
    expect(document.nodes[2]).toMatchObject({
      inputs: { x: 'n.1', rate: 'rate.1' },
      traceEval: { inner: { inputs: { 'x.1': 'n.1' }, outputs: ['add.1'], nodes: [{ id: 'x.1' }, { id: 'squared.1', traceEval: { inner: { inputs: { 'x.2': 'x.1' }, outputs: ['multiply.2'] } } }, { id: 'add.1' }] } },
    })
    const back = outputsOf(throughText(document))[0]!
    const inside = innerOf(back)!
    expect([inside.outputs.map(({ name }) => name), Array.from(inside.inputs, ([view, given]) => [view.name, given.name])]).toEqual([['add'], [['x', 'n']]])
    const add = originOf(inside.outputs[0]!)
    expect(add.kind === 'message' && innerOf(add.inputs[0] as Node<unknown>)?.outputs[0]?.value).toBe(18)
  })

  test('keeps apart the values that one parameter had', () => {
    const weight = parameter('weight', 1)
    const outputs = [op.add(weight, 1), withParameters([weight.with(2)], () => op.add(weight, 1))]
    const back = outputsOf(throughText(toTgj(outputs)))
    const views = back.map((output) => { const origin = originOf(output); return origin.kind === 'message' ? origin.inputs[0] as Node<unknown> : output })
    const parameters = views.map((view) => { const origin = originOf(view); return origin.kind === 'parameter' && origin.parameter })
    expect([views.map(({ value }) => value), parameters[0] === parameters[1]]).toEqual([[1, 2], true])
  })

  test('brings back every kind of parameter with its limits', () => {
    const all: Parameter<unknown>[] = [
      parameter('text', 'a', { maxLength: 5, description: '[draft] a text' }), parameter('number', 1, { range: [1, 4], integer: true, log: true }), parameter('flag', true),
      parameter('choice', null, { choices: [null, 1] }), parameter('shots', [], { pool: [{ day: new Date(0) }], max: 1 }),
    ]
    const back = outputsOf(throughText(toTgj(all))).map((output) => { const origin = originOf(output); return origin.kind === 'parameter' ? origin.parameter as Parameter<unknown> : undefined })
    expect(back.map((found) => [found?.name, found?.domain, found?.description, found?.value, found?.location])).toEqual(all.map(({ name, domain, description, value, location }) => [name, domain, description, value, location]))
  })
})

// Every shape of graph that steps can make.
const values = fc.oneof(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }), fc.constantFrom(-0, Number.NaN, undefined, /x/gi, { $type: 'set', value: [] }, { $type: 1 }, new Map([[{ a: 1 }, -0]]), 'long '.repeat(300), { rows: Array.from({ length: 400 }, (_, index) => index) }))
const names = fc.oneof(fc.string(), fc.constantFrom('x', 'x.1', 'a:b', '1', '__proto__', 'constructor', 'result'))
const graphs = fc.array(fc.record({ kind: fc.constantFrom('value', 'parameter', 'step', 'failure', 'text', 'nested'), name: names, value: values, inputs: fc.array(fc.nat(), { maxLength: 4 }) }), { minLength: 1, maxLength: 12 }).map((plan) => {
  const nodes: Node<unknown>[] = []
  for (const [index, { kind, name, value, inputs }] of plan.entries()) {
    const given = inputs.map((input) => (input % 3 === 0 || index === 0 ? value : nodes[input % index]))
    if (kind === 'value') nodes.push(node(value, name))
    else if (kind === 'parameter') nodes.push(parameter(`p${index}`, 'x', { description: name }))
    else if (kind === 'text') nodes.push(t`${index === 0 ? '' : nodes[0]!.name} and ${nodes.at(-1)?.name}`)
    else if (kind === 'failure') nodes.push(failureOf(() => bundle((..._given: unknown[]) => { throw new TypeError(name) }, { name, description: name })(...given)))
    else if (kind === 'nested') nodes.push(bundleForms((...given: Node<unknown>[]) => derive(given.slice(1), (...inner) => [value, inner.length]), { name, description: name, nested: true })(...given))
    else nodes.push(bundle((..._given: unknown[]) => value, { name, description: name })(...given))
  }
  return nodes
})

describe('reading what was written', () => {
  test('gives the same document again, and the schema accepts it', () => {
    fc.assert(fc.property(graphs, (nodes) => {
      const document = throughText(toTgj(nodes, { scope: 'x' }))
      expect(validate(document), JSON.stringify(validate.errors)).toBe(true)
      const { header, exports } = fromTgj(document)
      expect(throughText(toTgj([...exports.values()], header))).toEqual(document)
    }))
  })

  test('gives the same values, names and roles', () => {
    fc.assert(fc.property(graphs, (nodes) => {
      const back = outputsOf(throughText(toTgj(nodes)))
      for (const [index, own] of nodes.entries()) {
        const [given, read] = [originOf(own), originOf(back[index]!)]
        expect(back[index]!.name).toBe(own.name)
        expect(back[index]!.value).toEqual(own.value)
        expect(read.kind).toBe(given.kind)
        if (given.kind === 'message' || given.kind === 'exception') expect(read).toMatchObject({ names: given.names })
      }
    }))
  })
})

describe('values', () => {
  test('that JSON cannot hold survive', () => {
    const samples = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, undefined, 5n, -5n, new Date(0), new Date(Number.NaN), /a"b/gi, new Map<unknown, unknown>([['k', undefined], [{ o: 1 }, [1n]]]), new Set([Number.NaN, 'x']),
      { $type: 'number', value: 'NaN' }, { $type: 'object', value: [] }, { nested: { $type: undefined } }, JSON.parse('{"__proto__":{"x":1}}'), '\ud800', { a: [undefined, null] }]
    for (const value of samples) expect(decodeValue(throughText(encodeValue(value)))).toStrictEqual(value)
    const error = decodeValue(throughText(encodeValue(new RangeError('no')))) as Error
    expect([error instanceof Error, error.name, error.message]).toEqual([true, 'RangeError', 'no'])
  })

  test('of any kind survive, by property', () => {
    fc.assert(fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }), (value) => { expect(decodeValue(throughText(encodeValue(value)))).toEqual(value) }))
  })

  test('that cannot be read back are described, and written again as they were', () => {
    class Ticket { id = 7; toString() { return 'ticket 7' } }
    const loop: Record<string, unknown> = { a: 1 }
    loop['self'] = loop
    const angry = { get field() { throw new Error('no') } }
    let deep: unknown = 1
    for (let i = 0; i < 1000; i++) deep = [deep]
    let wide: unknown = 1
    for (let i = 0; i < 64; i++) wide = [wide, wide]
    expect(encodeValue([new Ticket(), function f() {}, Symbol('s'), loop, angry])).toEqual([
      { $type: 'instance', name: 'Ticket', text: 'ticket 7', value: [['id', 7]] }, { $type: 'function', name: 'f' }, { $type: 'symbol', name: 's' }, { a: 1, self: { $type: 'circular' } }, { $type: 'unreadable' },
    ])
    expect(decodeValue(encodeValue(Symbol('s')))).toBeInstanceOf(ForeignValue)
    for (const value of [new Ticket(), () => 1, Symbol('s'), loop, angry, deep, wide, new Uint8Array(3), new URL('https://example.org/')]) {
      const once = throughText(encodeValue(value))
      expect(throughText(encodeValue(decodeValue(once)))).toEqual(once)
    }
  })

  test('of other people that have our key stay what they are', () => {
    for (const value of [{ $type: 'Event', id: 1 }, { $type: 'bigint', value: 'x' }, { $type: 'map', value: [1] }]) expect(decodeValue(value)).toEqual(value)
  })
})

describe('documents of other writers', () => {
  const read = (nodes: unknown, more: object = {}): ReturnType<typeof fromTgj> => fromTgj({ tgj: '1.0', nodes, ...more })

  test('may be maps, in any order, with short kinds and without names', () => {
    const graph = read({
      sum: { kind: 'msg', op: 'add', description: '[add] adds', inputs: { x: 'w', y: { ref: 'one' } }, output: { name: 'sum:out', value: 3 } },
      w: { kind: 'param', value: 2, trainable: true, description: '[Parameter] a weight' }, one: { kind: 'const', value: 1 },
    }, { exports: { out: 'sum' } })
    const sum = graph.exports.get('out')!
    const origin = originOf(sum)
    expect([sum.name, sum.value, origin.kind === 'message' && [origin.names, origin.inputs.map((input) => (input as Node<unknown>).value), origin.step.description]]).toEqual(['sum', 3, [['x', 'y'], [2, 1], 'adds']])
    const weight = originOf(graph.nodes.get('w')!)
    expect(weight.kind === 'parameter' && (weight.parameter as Parameter<unknown>)).toMatchObject({ name: 'w', kind: 'number', description: 'a weight' })
  })

  test('may refer by any form of reference, also to what is not listed', () => {
    const earlier = read([{ id: 'e', kind: 'value', name: 'e', value: 'from before' }], { exports: { port: 'e' } })
    const graph = fromTgj({ tgj: '1.0', nodes: [
      { id: 'm', kind: 'message', name: 'm', inputs: { a: { ref: 'gone' }, b: { literal: { $type: 'undefined' }, name: 'lit' }, c: { export: 'port' }, d: { hash: 'sha256:00', preview: 'Dear', name: 'mail' }, e: 'first:out', f: 'label' }, output: { value: 1 } },
      { id: 'first', kind: 'message', name: 'label', inputs: {}, output: { name: 'first:out', value: 7 } },
    ], exports: { r: { ref: 'm' } } }, [earlier])
    const origin = originOf(graph.nodes.get('m')!)
    const inputs = origin.kind === 'message' ? origin.inputs : []
    expect(inputs.map((input) => (isNode(input) ? [input.name, input.value] : input))).toEqual([['gone', undefined], undefined, ['e', 'from before'], new ForeignValue({ $type: 'hash', hash: 'sha256:00', preview: 'Dear', name: 'mail' }), ['label', 7], ['label', 7]])
    expect([...graph.nodes.keys()]).toEqual(['m', 'first', 'gone'])
    expect(fromTgj({ tgj: '1.0', nodes: [], exports: { again: { export: 'port' } } }, earlier).exports.get('again')?.value).toBe('from before')
    expect(JSON.stringify(toTgj(graph.exports.get('r')!))).toContain('"d":{"hash":"sha256:00","preview":"Dear","name":"mail"}')
  })

  test('may put inputs into info, freeze parameters, and be of the OpenTelemetry profile', () => {
    const graph = fromTgj({ version: 'trace-json/1.0+otel', nodes: [
      { id: 'p', kind: 'parameter', name: 'p', value: 'x', trainable: false },
      { id: 'm', kind: 'message', name: 'm', info: { inputs: { args: ['p'], kwargs: { k: { literal: 2 } } } }, output: { value: 1 } },
    ] })
    const origin = originOf(graph.nodes.get('m')!)
    expect(origin.kind === 'message' && [origin.names, origin.inputs[1], originOf(origin.inputs[0] as Node<unknown>).kind]).toEqual([['in_0', 'k'], 2, 'value'])
  })

  test('of a chain of 50,000 steps, users first, are read without overflow', () => {
    const nodes = Array.from({ length: 50_000 }, (_, index) => ({ id: `n${index}`, kind: 'message', inputs: { x: index === 49_999 ? { literal: 0 } : `n${index + 1}` }, output: { value: index } }))
    expect(read(nodes).nodes.size).toBe(50_000)
  })

  test('that are wrong are refused with the place', () => {
    const message = (document: unknown): string => { try { fromTgj(document) } catch (error) { return (error as Error).message } return 'accepted' }
    const one = (record: unknown): unknown => ({ tgj: '1.0', nodes: [record] })
    expect([
      null, [], { tgj: '2.0', nodes: [] }, { nodes: [] }, { tgj: '1.0' }, one(5), one({ kind: 'value' }), one({ id: 'a', kind: 'node' }), one({ id: 'a', kind: 'value', name: 4 }),
      { tgj: '1.0', nodes: [{ id: 'a', kind: 'value' }, { id: 'a', kind: 'value' }] }, { tgj: '1.0', nodes: { a: { kind: 'constructor' } } },
      one({ id: 'a', kind: 'message', inputs: [] }), one({ id: 'a', kind: 'message', inputs: { x: 5 } }), one({ id: 'a', kind: 'message', inputs: { x: { export: 'p' } } }),
      one({ id: 'a', kind: 'message', inputs: { x: 'a' } }), one({ id: 'a', kind: 'message', inputs: {}, traceEval: { inputs: [['x', 'y']] } }),
      one({ id: 'a', kind: 'exception', inputs: {} }), one({ id: 'a', kind: 'parameter', value: 1, traceEval: { domain: { kind: 'color' } } }), one({ id: 'a', kind: 'parameter', value: 1, traceEval: { domain: { kind: 'choice' } } }),
      one({ id: 'a', kind: 'value', value: 'Dear…', traceEval: { value: { hash: 'sha256:00', at: 'b' } } }), { tgj: '1.0', nodes: [], exports: { out: null } },
    ].map(message)).toMatchInlineSnapshot(`
      [
        "expected an object, received null, at the document",
        "expected an object, received [], at the document",
        "expected version "1.0", received "2.0", at tgj",
        "expected version "1.0", received undefined, at tgj",
        "expected an object, received undefined, at nodes",
        "expected an object, received 5, at nodes[0]",
        "expected an id, received undefined, at nodes[0].id",
        "expected one of parameter, param, value, const, message, msg, exception, received "node", at nodes[0].kind",
        "expected a name, received 4, at nodes[0].name",
        "expected an id of its own, received "a", at nodes[1].id",
        "expected one of parameter, param, value, const, message, msg, exception, received "constructor", at nodes["a"].kind",
        "expected an object, received [], at nodes[0].inputs",
        "expected an id, {ref}, {literal}, {export} or {hash}, received 5, at nodes[0].inputs.x",
        "expected a port that another document exports, received "p", at nodes[0].inputs.x
        Read the document that exports it first, and pass its graph as the second argument.",
        "expected inputs that come before their users, received a cycle through "a", at nodes[0]",
        "expected [name, role] of an input, received ["x", "y"], at nodes[0].traceEval.inputs[0]",
        "expected an object, received undefined, at nodes[0].error",
        "expected one of text, boolean, value, choice, examples, code, number, received "color", at nodes[0].traceEval.domain.kind",
        "expected choices of a choice parameter, received undefined, at nodes[0].traceEval.domain.choices",
        "expected the id of a record with the value in full, received "b", at nodes[0].traceEval.value.at",
        "expected an id, {ref}, {literal}, {export} or {hash}, received null, at exports.out",
      ]
    `)
  })

  test('that are wrong in any way at all are refused by an error of ours, or read', () => {
    const parts = fc.oneof(fc.jsonValue(), fc.constantFrom('a', 'message', 'exception', { x: 'a' }, { ref: 'b' }, { literal: 1 }))
    const record = fc.dictionary(fc.constantFrom('id', 'kind', 'name', 'value', 'inputs', 'output', 'info', 'error', 'traceEval', 'meta', 'description', 'op'), parts)
    fc.assert(fc.property(fc.oneof(fc.array(fc.oneof(record, fc.jsonValue()), { maxLength: 4 }), fc.dictionary(fc.string(), record)), parts, (nodes, exports) => {
      try { fromTgj({ tgj: '1.0', nodes, exports }) } catch (error) { expect(error).toMatchObject({ code: 'TGJ_DOCUMENT' }) }
    }))
  })
})
