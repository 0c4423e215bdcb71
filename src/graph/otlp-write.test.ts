/** What of a trace graph stands in OpenTelemetry spans, and that readers get it back. Stage: graph. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { backward } from '../backward/backward.ts'
import { ancestors, randomGraphs } from '../backward/random-graphs.ts'
import { sampleSecrets, secretParts } from '../core/sample-secrets.ts'
import { bundle } from './bundle.ts'
import type { ModelCallInfo } from './gen-ai.ts'
import { derive, exceptionNodeOf, node, originOf, peek, type Node } from './node.ts'
import { op } from './operators.ts'
import { fromOtlp } from './otlp.ts'
import { toOtlp, type OtlpWriteOptions } from './otlp-write.ts'
import { parameter } from './parameter.ts'
import { t } from './template.ts'
import { TracedNode } from './traced-node.ts'

const lines = (outputs: Node<unknown> | readonly Node<unknown>[], options?: OtlpWriteOptions): string => JSON.stringify(toOtlp(outputs, options))
const reached = (outputs: Iterable<Node<unknown>>): string[] => backward([...outputs], 'wrong').parameters.map(({ parameter: { name } }) => name).sort()
const spansOf = (outputs: Node<unknown>, options?: OtlpWriteOptions) => toOtlp(outputs, options).resourceSpans[0].scopeSpans[0].spans
const attributesOf = (span: { readonly attributes: readonly { readonly key: string; readonly value: object }[] }): Record<string, unknown> => Object.fromEntries(span.attributes.map(({ key, value }) => [key, Object.values(value)[0]]))

const instructions = parameter('instructions', 'Be brief.')
const limit = parameter('limit', 0.5, { range: [0, 1] })
/** A call to a model as `traced` leaves it. */
const call = (info: Partial<ModelCallInfo> = {}): Node<unknown> => {
  const modelCall: ModelCallInfo = { operation: 'chat', provider: 'openai', server: 'https://api.openai.com/v1', model: 'small', settings: { temperature: 0, max_tokens: 9, stop: ['END'], n: 2 }, stream: false, startedAt: 1000, latencyMs: 250, ...info }
  const answer = { choices: [{ finish_reason: 'stop', message: { role: 'assistant', content: 'billing', tool_calls: [{ id: 'c1', function: { name: 'refund', arguments: '{"amount":2}' } }] } }] }
  return new TracedNode(answer, { name: 'chat', meta: { modelCall } }, ['messages', 'messages.0.content'], [[{ role: 'system', content: 'Be brief.' }, { role: 'user', content: [{ type: 'text', text: 'Hi' }] }, { role: 'tool', tool_call_id: 'c0', content: 'paid' }], t`${instructions}`])
}

it('the same parameters reach the output of any graph that was written and read', () => {
  fc.assert(fc.property(randomGraphs, fc.boolean(), ({ nodes }, content) => {
    const output = nodes.at(-1)!
    const graph = fromOtlp(lines(output, { content, name: 'w' }))
    expect(reached(graph.exports.values())).toEqual(reached([output]))
    const steps = [...ancestors([output])].filter((one) => originOf(one).kind === 'message').length
    expect([...graph.nodes.values()].filter((one) => originOf(one).kind === 'message')).toHaveLength(Math.max(1, steps))
  }))
})

it('values come back where content goes out, and only there', () => {
  const text = t`${instructions} Ticket: ${'secret plans'}`
  const output = derive([text, limit], (words, least) => `${words}${least}`)
  expect(peek([...fromOtlp(lines(output, { content: true })).exports.values()][0]!)).toBe('Be brief. Ticket: secret plans0.5')
  const hidden = lines(output)
  expect(hidden).not.toMatch(/Be brief|secret plans/)
  expect(attributesOf(spansOf(output)[0]!)).toMatchObject({ 'param.instructions': expect.stringMatching(/^sha256:[0-9a-f]{16}$/), 'param.instructions.trainable': true })
  expect(attributesOf(spansOf(output)[1]!)).toMatchObject({ 'param.limit': 0.5, 'inputs.template': expect.stringMatching(/^span:[0-9a-f]{16}$/) })
})

it('a call to a model has the names of the conventions, and its own time', () => {
  const [, span] = spansOf(call({ inputTokens: 12, outputTokens: 3, cachedTokens: 4, reasoningTokens: 1, finishReasons: ['stop'], responseModel: 'small-2026', responseId: 'r1', firstChunkMs: 80, stream: true }), { startMs: 900 })
  expect(span).toMatchObject({ name: 'chat small', kind: 3, startTimeUnixNano: '1000000000', endTimeUnixNano: '1250000000' })
  expect(attributesOf(span!)).toEqual({
    'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'small', 'gen_ai.request.temperature': '0', 'gen_ai.request.max_tokens': '9', 'gen_ai.request.choice.count': '2',
    'gen_ai.request.stop_sequences': { values: [{ stringValue: 'END' }] }, 'gen_ai.request.stream': true, 'server.address': 'api.openai.com', 'server.port': '443',
    'gen_ai.response.id': 'r1', 'gen_ai.response.model': 'small-2026', 'gen_ai.response.finish_reasons': { values: [{ stringValue: 'stop' }] }, 'gen_ai.response.time_to_first_chunk': 0.08,
    'gen_ai.usage.input_tokens': '12', 'gen_ai.usage.output_tokens': '3', 'gen_ai.usage.cache_read.input_tokens': '4', 'gen_ai.usage.reasoning.output_tokens': '1',
    'inputs.messages.0.content': expect.stringMatching(/^span:/), 'trace.temporal_ignore': true,
  })
})

it('messages go out in the form of the conventions, where content goes out', () => {
  const told = attributesOf(spansOf(call(), { content: true })[1]!)
  expect(JSON.parse(told['gen_ai.input.messages'] as string)).toEqual([
    { role: 'system', parts: [{ type: 'text', content: 'Be brief.' }] }, { role: 'user', parts: [{ type: 'text', content: 'Hi' }] }, { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c0', result: 'paid' }] },
  ])
  expect(JSON.parse(told['gen_ai.output.messages'] as string)).toEqual([{ role: 'assistant', parts: [{ type: 'text', content: 'billing' }, { type: 'tool_call', id: 'c1', name: 'refund', arguments: '{"amount":2}' }], finish_reason: 'stop' }])
})

it('a span around all of them says what the run was, and readers leave it out', () => {
  const output = op.multiply(limit, 2)
  const [root, span] = spansOf(output, { name: 'routing', attributes: { 'trace_eval.case': 'c1', 'trace_eval.score': 0.5 }, startMs: 10, durationMs: 5, traceId: 'a'.repeat(32), service: 'desk' })
  expect(root).toMatchObject({ traceId: 'a'.repeat(32), name: 'routing.invoke', kind: 1, startTimeUnixNano: '10000000', endTimeUnixNano: '15000000' })
  expect(attributesOf(root!)).toMatchObject({ 'trace_eval.case': 'c1', 'trace_eval.score': 0.5 })
  expect(span).toMatchObject({ parentSpanId: root!.spanId, name: 'multiply' })
  expect([...fromOtlp(lines(output, { name: 'routing', service: 'desk' })).nodes.keys()].filter((id) => id.startsWith('desk:param'))).toEqual(['desk:param_limit'])
})

it('a failed step is a failed span, and comes back as an exception', () => {
  let failed: Node<unknown> | undefined
  try { bundle(function check(of: number) { throw new RangeError(`${of} is too little`) })(limit) } catch (error) { failed = exceptionNodeOf(error) }
  expect(spansOf(failed!)[0]).toMatchObject({ status: { code: 2, message: '0.5 is too little' }, events: [{ name: 'exception' }] })
  const [read] = [...fromOtlp(lines(failed!)).exports.values()]
  expect([originOf(read!).kind, peek(read!), reached([read!])]).toEqual(['exception', '(RangeError) 0.5 is too little', ['limit']])
})

it('no secret goes out, with content or without', () => {
  const given = Object.entries(sampleSecrets).map(([kind, secret]) => node(secret, kind))
  const output = derive([...given, parameter('key', `use ${sampleSecrets['openai']}`)], () => `all: ${Object.values(sampleSecrets).join(' ')}`)
  for (const content of [true, false]) {
    const text = lines(output, { content, name: `case ${sampleSecrets['github']}` })
    for (const part of Object.values(secretParts)) expect(text).not.toContain(JSON.stringify(part).slice(1, -1))
  }
})
