/** Calls as spans of the SDK of OpenTelemetry itself. Stage: llm. */
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base'
import OpenAI from 'openai'
import { expect, it } from 'vitest'
import { backward } from '../../backward/backward.ts'
import { sampleSecrets } from '../../core/sample-secrets.ts'
import { bundle } from '../../graph/bundle.ts'
import { fromOtlp } from '../../graph/otlp.ts'
import { parameter } from '../../graph/parameter.ts'
import { t } from '../../graph/template.ts'
import { scriptedServer, sendJson, type Script } from '../../testing/scripted-server.ts'
import { tracedModel } from './traced-model.ts'
import { traced } from './traced.ts'

const exporter = new InMemorySpanExporter()
const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer('shop')
const taken = (): ReadableSpan[] => { const spans = [...exporter.getFinishedSpans()]; exporter.reset(); return spans }

const encoded = (value: unknown): object => Array.isArray(value) ? { arrayValue: { values: value.map(encoded) } } : typeof value === 'boolean' ? { boolValue: value } : typeof value === 'number' ? { doubleValue: value } : { stringValue: value }
const otlp = (spans: readonly ReadableSpan[]): object => ({ resourceSpans: [{ scopeSpans: [{ spans: spans.map((span) => ({
  traceId: span.spanContext().traceId, spanId: span.spanContext().spanId, name: span.name, startTimeUnixNano: String(span.startTime[0] * 1e9 + span.startTime[1]),
  attributes: Object.entries(span.attributes).map(([key, value]) => ({ key, value: encoded(value) })),
})) }] }] })

async function asked(script: Script, content?: boolean) {
  const server = await scriptedServer(script)
  const client = traced(new OpenAI({ baseURL: server.baseURL, apiKey: 'none', maxRetries: 0 }), { tracer, ...(content !== undefined && { content }) })
  return { server, client, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}
const instructions = parameter('instructions', 'Be brief.')
const floor = parameter('floor', 0.5, { range: [0, 1] })

it('each call is a span with the names of the conventions, without content', async () => {
  await using at = await asked(() => 'hi')
  await at.client.chat.completions.create({ model: 'small', temperature: 0, messages: [{ role: 'system', content: instructions }, { role: 'user', content: 'my plans' }] })
  const [span] = taken()
  expect([span!.name, span!.kind]).toEqual(['chat small', 2])
  expect(span!.attributes).toMatchObject({
    'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'small', 'gen_ai.request.temperature': 0, 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.output_tokens': 20,
    'gen_ai.response.finish_reasons': ['stop'], 'server.address': '127.0.0.1', 'param.instructions.trainable': true,
  })
  expect(JSON.stringify(span!.attributes)).not.toMatch(/Be brief|my plans|"hi"/)
})

it('content goes where it is asked for', async () => {
  await using at = await asked(() => 'hi', true)
  await at.client.responses.create({ model: 'small', instructions, input: 'my plans' })
  expect(taken()[0]!.attributes).toMatchObject({
    'param.instructions': 'Be brief.', 'gen_ai.system_instructions': '[{"type":"text","content":"Be brief."}]', 'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"my plans"}]}]',
    'gen_ai.output.messages': '[{"role":"assistant","parts":[{"type":"text","content":"hi"}],"finish_reason":"completed"}]',
  })
})

it('from the spans alone the graph of calls and parameters can be read', async () => {
  await using at = await asked((prompt) => `about ${prompt}`)
  const draft = await at.client.chat.completions.create({ model: 'small', messages: [{ role: 'system', content: instructions }] })
  const checked = bundle(function checked(text: string, least: number) { return `${text} ${least}` })(draft.text, floor)
  const last = await tracedModel({ name: 'large', send: async () => ({ text: 'done', finish: 'stop' }) }, { tracer }).call({ messages: [{ role: 'user', content: t`Review: ${checked}` }] })
  const { exports } = fromOtlp(otlp(taken()))
  const names = backward([...exports.values()], 'wrong').parameters.map(({ parameter: { name } }) => name).sort()
  expect(names).toEqual(['floor', 'instructions'])
  expect(names).toEqual(backward(last.text, 'wrong').parameters.map(({ parameter: { name } }) => name).sort())
})

it('a stream is one span, which ends with it; a failed call is a failed span, without secrets', async () => {
  await using at = await asked((_, call) => (call === 0 ? 'one two' : (response) => sendJson(response, 401, { error: { message: `no key ${sampleSecrets['github']}` } })))
  const stream = await at.client.chat.completions.create({ model: 'small', messages: [], stream: true })
  expect(taken()).toEqual([])
  await stream.reply()
  expect(taken()[0]!.attributes).toMatchObject({ 'gen_ai.request.stream': true, 'gen_ai.response.time_to_first_chunk': expect.any(Number) })
  await expect(at.client.chat.completions.create({ model: 'small', messages: [{ role: 'user', content: instructions }] })).rejects.toThrow('401')
  const [failed] = taken()
  expect([failed!.status, failed!.attributes['error.type'], failed!.attributes['param.instructions.trainable']]).toEqual([{ code: 2, message: '401 no key [redacted key]' }, '401', true])
})

it('a tracer that fails stops no call', async () => {
  await using at = await asked(() => 'hi')
  const broken = traced(new OpenAI({ baseURL: at.server.baseURL, apiKey: 'none' }), { tracer: { startSpan: () => { throw new Error('no exporter') } } })
  expect((await broken.chat.completions.create({ model: 'small', messages: [] })).text.value).toBe('hi')
})
