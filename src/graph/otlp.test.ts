/** What of OpenTelemetry spans becomes a trace graph. Stage: graph. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { backward } from '../backward/backward.ts'
import { isNode, originOf, peek, type Node } from './node.ts'
import { fromOtlp } from './otlp.ts'
import { parameter, withParameters } from './parameter.ts'

interface Given { readonly id: string; readonly name?: string; readonly parent?: string; readonly at?: number; readonly attributes?: Readonly<Record<string, string | number | boolean>>; readonly more?: object }

const value = (given: string | number | boolean): object =>
  typeof given === 'string' ? { stringValue: given } : typeof given === 'boolean' ? { boolValue: given } : Number.isInteger(given) ? { intValue: String(given) } : { doubleValue: given }
const documentOf = (...spans: readonly Given[]): object => ({
  resourceSpans: [{
    resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
    scopeSpans: [{ spans: spans.map(({ id, name = id, parent, at = 0, attributes = {}, more }, index) => ({
      spanId: id, name, startTimeUnixNano: String(1000 + at + index), endTimeUnixNano: String(1001 + at + index), ...(parent !== undefined && { parentSpanId: parent }),
      attributes: Object.entries(attributes).map(([key, one]) => ({ key, value: value(one) })), ...more,
    })) }],
  }],
})
const inputs = (node: Node<unknown>): Record<string, unknown> => {
  const origin = originOf(node)
  return 'inputs' in origin ? Object.fromEntries(origin.names.map((name, index) => [name, isNode(origin.inputs[index]) ? `<${origin.inputs[index].name}>` : origin.inputs[index]])) : {}
}
const blamed = (document: object): string[] => backward([...fromOtlp(document).exports.values()], 'wrong').parameters.map(({ parameter }) => parameter.name).sort()

it('parameters feed the span that lists them, and feedback on the output reaches them', () => {
  const document = documentOf(
    { id: 'a', name: 'draft', attributes: { 'param.prompt': 'Be brief.', 'param.prompt.trainable': true, 'param.model': 'small', 'output.value': 'ok' } },
    { id: 'b', name: 'send', attributes: { 'inputs.text': 'span:a', 'inputs.copies': 2, 'inputs.to': 'lit:Tom', 'param.limit': 0.5, 'param.limit.trainable': true, 'output.value': 'sent' } },
  )
  const graph = fromOtlp(document)
  expect([...graph.exports.keys()]).toEqual(['result'])
  expect(peek(graph.exports.get('result')!)).toBe('sent')
  expect(inputs(graph.exports.get('result')!)).toEqual({ param_limit: '<limit>', text: '<draft>', copies: 2, to: 'Tom' })
  expect(blamed(document)).toEqual(['limit', 'prompt'])
})

it('a parent is an input of its child, unless it uses what the child gave', () => {
  const graph = fromOtlp(documentOf({ id: 'root', attributes: { 'inputs.reply': 'span:kid' } }, { id: 'kid', parent: 'root' }, { id: 'other', parent: 'kid' }))
  expect(inputs(graph.nodes.get('shop:root')!)).toEqual({ reply: '<kid>' })
  expect(inputs(graph.nodes.get('shop:kid')!)).toEqual({})
  expect(inputs(graph.nodes.get('shop:other')!)).toEqual({ parent: '<kid>' })
})

it('wrappers are left out, and their children belong to what is around them', () => {
  const graph = fromOtlp(documentOf({ id: 'root' }, { id: 'wrap', name: 'agent.invoke', parent: 'root' }, { id: 'kid', parent: 'wrap' }))
  expect(graph.nodes.has('shop:wrap')).toBe(false)
  expect(inputs(graph.nodes.get('shop:kid')!)).toEqual({ parent: '<root>' })
})

it('spans without data follow each other in time, but those that say no', () => {
  const graph = fromOtlp(documentOf({ id: 'late', at: 50 }, { id: 'early' }, { id: 'log', at: 20, attributes: { 'trace.temporal_ignore': true } }))
  expect(inputs(graph.nodes.get('shop:late')!)).toEqual({ previous: '<early>' })
  expect(inputs(graph.nodes.get('shop:log')!)).toEqual({})
})

it('a failed span is an exception, with the type and message of its event', () => {
  const event = { name: 'exception', attributes: [{ key: 'exception.type', value: { stringValue: 'RangeError' } }, { key: 'exception.message', value: { stringValue: 'too far' } }] }
  const document = documentOf({ id: 'a', attributes: { 'param.limit': 3, 'param.limit.trainable': true }, more: { status: { code: 2 }, events: [event] } })
  const [node] = fromOtlp(document).exports.values() as unknown as [Node<unknown>]
  expect(originOf(node).kind).toBe('exception')
  expect(peek(node)).toBe('(RangeError) too far')
  expect(blamed(document)).toEqual(['limit'])
})

it.each([
  ['gen_ai.request.model', 'llm'], ['db.system', 'db'], ['http.method', 'http'], ['rpc.service', 'rpc'],
])('%s makes it a step of kind %s', (key, op) => {
  const [node] = fromOtlp(documentOf({ id: 'a', attributes: { [key]: 'x' } })).exports.values() as unknown as [Node<unknown>]
  expect(originOf(node)).toMatchObject({ kind: 'message', step: { name: op } })
})

it('one name with two values is two parameters of that name, and message.id names a span', () => {
  const graph = fromOtlp(documentOf({ id: 'a', attributes: { 'param.p': 1, 'message.id': 'm1' } }, { id: 'b', attributes: { 'param.p': 2, 'inputs.x': 'm1' } }))
  expect([...graph.nodes.keys()]).toEqual(['shop:param_p', 'shop:param_p_2', 'shop:m1', 'shop:b'])
  expect(inputs(graph.nodes.get('shop:b')!)).toMatchObject({ x: '<a>' })
})

it('a parameter that had two values is one parameter', () => {
  const trainable = (p: string): NonNullable<Given['attributes']> => ({ 'param.p': p, 'param.p.trainable': true })
  const document = documentOf({ id: 'a', attributes: trainable('x') }, { id: 'b', attributes: trainable('y') })
  expect(blamed(document)).toEqual(['p'])
  expect(['shop:param_p', 'shop:param_p_2'].map((id) => peek(fromOtlp(document).nodes.get(id)!))).toEqual(['x', 'y'])
})

it('a wrapper hands its parameters to what it wraps, the nearest first; without children it is a step', () => {
  const prompt = (text: string): NonNullable<Given['attributes']> => ({ 'param.prompt': text, 'param.prompt.trainable': true })
  const graph = fromOtlp(documentOf({ id: 'out', name: 'a.invoke', attributes: { ...prompt('outer'), 'param.k': 3, 'param.k.trainable': true } }, { id: 'in', name: 'b.invoke', parent: 'out', attributes: prompt('inner') }, { id: 'kid', parent: 'in' }))
  expect(inputs(graph.nodes.get('shop:kid')!)).toEqual({ param_prompt: '<prompt>', param_k: '<k>' })
  expect(peek(graph.nodes.get('shop:param_prompt')!)).toBe('inner')
  expect(fromOtlp(documentOf({ id: 'alone', name: 'tool.invoke' })).nodes.has('shop:alone')).toBe(true)
})

it('a parameter of this process stands behind the attribute that it is given for, and takes new values', () => {
  const tone = parameter('reply-tone', 'formal', { choices: ['formal', 'warm'] })
  const run = (): Node<unknown> => fromOtlp(documentOf({ id: 'a', attributes: { 'param.tone': tone.value, 'output.value': `${tone.value} words` } }), { parameters: { tone } }).exports.get('result')!
  const reached = (output: Node<unknown>): unknown[] => backward(output, 'too stiff').parameters.map((found) => found.parameter)
  expect(reached(run())[0]).toBe(tone)
  const next = withParameters([tone.with('warm')], run)
  expect([next.value, reached(next)[0] === tone]).toEqual(['warm words', true])
})

it('who uses a wrapper uses what it wraps: the last of it to end', () => {
  const graph = fromOtlp(documentOf({ id: 'out', name: 'a.invoke' }, { id: 'in', name: 'b.invoke', parent: 'out', at: 2 }, { id: 'first', parent: 'in', at: 3 }, { id: 'second', parent: 'in', at: 5 }, { id: 'user', at: 9, attributes: { 'inputs.reply': 'span:out' } }))
  expect(inputs(graph.nodes.get('shop:user')!)).toEqual({ reply: '<second>' })
  expect([...graph.nodes.keys()]).toEqual(['shop:first', 'shop:second', 'shop:user'])
})

it('several export requests are one graph, in a list or one on each line; traces do not follow each other', () => {
  const requests = [documentOf({ id: 'a', attributes: { 'param.p': 1, 'param.p.trainable': true }, more: { traceId: 't1' } }), documentOf({ id: 'b', at: 9, attributes: { 'inputs.x': 'span:a' }, more: { traceId: 't1' } }), documentOf({ id: 'c', at: 20, more: { traceId: 't2' } })]
  for (const given of [requests, `${requests.map((one) => JSON.stringify(one)).join('\n')}\n\n`]) {
    const graph = fromOtlp(given)
    expect([...graph.nodes.keys()]).toEqual(['shop:param_p', 'shop:a', 'shop:b', 'shop:c'])
    expect([inputs(graph.nodes.get('shop:b')!), inputs(graph.nodes.get('shop:c')!)]).toEqual([{ x: '<a>' }, {}])
  }
})

it.each<[unknown, string]>([
  ['{"resourceSpans": []}\n{"resourceSpans":', 'expected JSON, received "{\\"resourceSpans\\":", at line 2'],
  [[{}, { resourceSpans: 3 }], 'expected a list, received 3, at [1].resourceSpans'],
  [null, 'expected an object, received null, at the document'],
  [{ resourceSpans: 3 }, 'expected a list, received 3, at resourceSpans'],
  [{ resourceSpans: [{ scopeSpans: [{ spans: [{}] }] }] }, 'expected a span id, received undefined, at resourceSpans[0].scopeSpans[0].spans[0].spanId'],
  [documentOf({ id: 'a' }, { id: 'a' }), 'expected one span "shop:a", received two, at resourceSpans[0].scopeSpans[0].spans[1]'],
  [documentOf({ id: 'a', more: { startTimeUnixNano: 'soon' } }), 'expected nanoseconds as digits, received "soon", at resourceSpans[0].scopeSpans[0].spans[0].startTimeUnixNano'],
])('what is no OTLP document is refused with its place: %#', (document, message) => {
  expect(() => fromOtlp(document)).toThrow(`${message}\n`)
})

it('any links give a graph without cycles, in which every span stands once', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd', 'e')
  const link = fc.record({ id, parent: fc.option(id, { nil: undefined }), input: fc.option(id, { nil: undefined }), name: fc.constantFrom('x', 'y.invoke') })
  fc.assert(fc.property(fc.uniqueArray(link, { selector: (one) => one.id }), (links) => {
    const graph = fromOtlp(documentOf(...links.map(({ id: own, parent, input, name }) => ({ id: own, name, ...(parent !== undefined && { parent }), attributes: input === undefined ? {} : { 'inputs.in': `span:${input}` } }))))
    for (const { id: own, name } of links) expect(graph.nodes.has(`shop:${own}`) || name === 'y.invoke').toBe(true)
    expect(() => backward([...graph.exports.values()], 'x')).not.toThrow()
  }))
})
