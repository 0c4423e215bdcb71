/** A real client of the `openai` package against a real server: what its calls leave in the graph. Stage: llm. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import OpenAI from 'openai'
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod'
import { expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { backward } from '../../backward/backward.ts'
import { bundle, untraced } from '../../index.ts'
import { exceptionNodeOf, isNode, originOf, type Node } from '../../graph/node.ts'
import { parameter } from '../../graph/parameter.ts'
import { t } from '../../graph/template.ts'
import { fromTgj, toTgj } from '../../graph/tgj.ts'
import { cassetteFiles } from '../../store/cassette-files.ts'
import { scriptedServer, sendJson, type Script } from '../../testing/scripted-server.ts'
import { serverFaults } from '../../testing/server-faults.ts'
import { KeptAnswers } from '../recordings/kept-answers.ts'
import { RunModels } from '../run-models.ts'
import type { ToolCall } from '../model.ts'
import { modelCallOf } from './call-info.ts'
import { traced } from './traced.ts'

async function asked(script: Script) {
  const server = await scriptedServer(script)
  return { server, client: traced(new OpenAI({ baseURL: server.baseURL, apiKey: 'none', maxRetries: 0 })), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}
const instructions = parameter('instructions', 'Be brief.')
const model = parameter('model', 'small', { choices: ['small', 'large'] })
const messages = [{ role: 'system' as const, content: instructions }, { role: 'user' as const, content: t`Ticket: ${'I was charged twice'}` }]
const blamed = (output: Node<unknown>): string[] => backward(output, 'wrong').parameters.map(({ parameter: { name } }) => name).sort()
const inputs = (node: Node<unknown>): string[] => { const origin = originOf(node); return 'names' in origin ? [...origin.names] : [] }

it('a chat completion is a node of its request, and its text a node of it', async () => {
  await using at = await asked((prompt) => prompt.toUpperCase())
  const reply = await at.client.chat.completions.create({ model, messages, temperature: 0 })
  expectTypeOf(reply.value).toEqualTypeOf<OpenAI.Chat.Completions.ChatCompletion>()
  expectTypeOf(reply.text).toEqualTypeOf<Node<string>>()
  expect(at.server.questions[0]!.body).toEqual({ model: 'small', messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Ticket: I was charged twice' }], temperature: 0 })
  expect(reply.text.value).toContain('I WAS CHARGED TWICE')
  expect(inputs(reply)).toEqual(['model', 'messages', 'temperature', 'messages.0.content', 'messages.1.content'])
  expect(blamed(reply.text)).toEqual(['instructions', 'model'])
  expect(blamed(reply.$.choices.$[0]!)).toEqual(['instructions', 'model'])
})

it('a reply that is read like the answer of the plain client says how it is read', async () => {
  await using at = await asked(() => 'hi')
  const reply = await at.client.chat.completions.create({ model, messages })
  expect(() => (reply as unknown as OpenAI.Chat.Completions.ChatCompletion).choices[0]!.message).toThrow(
    'expected reply.$.choices (nodes) or reply.value.choices (as it is), received reply.choices\n'
    + '  The answer of a traced client is a node. What one mostly wants of it is a node as well: reply.text, reply.toolCalls, reply.parsed.')
  expect(reply).toEqual(reply)
})

it('what a call cost and how long it took stands on its node, also after it was written and read', async () => {
  await using at = await asked(() => 'hi')
  const reply = await at.client.chat.completions.create({ model, messages, temperature: 0.5 })
  const known = {
    operation: 'chat', provider: 'openai', server: at.server.baseURL, model: 'small', settings: { temperature: 0.5 }, stream: false, inputTokens: 100, outputTokens: 20, finishReasons: ['stop'],
    startedAt: expect.any(Number), latencyMs: expect.any(Number),
  }
  expect(modelCallOf(reply)).toMatchObject(known)
  expect(modelCallOf(reply.text)).toBeUndefined()
  const read = [...fromTgj(JSON.parse(JSON.stringify(toTgj(reply)))).exports.values()][0]!
  expect(modelCallOf(read)).toEqual(modelCallOf(reply))
  expect(originOf(read)).toMatchObject({ step: { name: 'chat', description: 'asks the model small' } })
})

it('responses are traced as well', async () => {
  await using at = await asked((prompt) => `about ${prompt}`)
  const reply = await at.client.responses.create({ model: 'small', instructions, input: t`Ticket ${7}` })
  expectTypeOf(reply.value).toEqualTypeOf<OpenAI.Responses.Response>()
  expect(reply.text.value).toContain('Ticket 7')
  expect(reply.$.output_text.value).toBe(reply.text.value)
  expect([reply.name, blamed(reply.text)]).toEqual(['response', ['instructions']])
})

it('tool calls are nodes, with their arguments parsed, and the message goes into the next request', async () => {
  await using at = await asked((_, call) => (call === 0 ? { toolCalls: [{ id: 'c1', name: 'refund', arguments: { amount: 12 } }] } : 'done'))
  const description = parameter('tool', 'Pays money back.')
  const reply = await at.client.chat.completions.create({ model: 'small', messages: [{ role: 'user', content: 'refund!' }], tools: [{ type: 'function', function: { name: 'refund', description, parameters: {} } }] })
  expectTypeOf(reply.toolCalls).toEqualTypeOf<Node<readonly ToolCall[]>>()
  expect([reply.text.value, reply.toolCalls.value]).toEqual(['', [{ id: 'c1', name: 'refund', arguments: { amount: 12 } }]])
  expect(blamed(reply.toolCalls.$[0]!.$.name)).toEqual(['tool'])
  const next = await at.client.chat.completions.create({ model: 'small', messages: [reply.message, { role: 'tool', tool_call_id: 'c1', content: 'paid' }] })
  expect(at.server.questions[1]!.body['messages']).toMatchObject([{ role: 'assistant', tool_calls: [{ id: 'c1' }] }, { role: 'tool', content: 'paid' }])
  expect(blamed(next.text)).toEqual(['tool'])
})

it('a parsed answer has the type of its format', async () => {
  const Team = z.object({ team: z.string() })
  await using at = await asked(() => '{"team":"billing"}')
  const chat = await at.client.chat.completions.parse({ model, messages, response_format: zodResponseFormat(Team, 'team') })
  expectTypeOf(chat.parsed).toEqualTypeOf<Node<{ team: string }>>()
  expect(chat.parsed.$.team.value).toBe('billing')
  expect(blamed(chat.parsed.$.team)).toEqual(['instructions', 'model'])
  const response = await at.client.responses.parse({ model: 'small', input: instructions, text: { format: zodTextFormat(Team, 'team') } })
  expectTypeOf(response.parsed).toEqualTypeOf<Node<{ team: string }>>()
  expect(response.parsed.value).toEqual({ team: 'billing' })
  const plain = await at.client.chat.completions.create({ model, messages })
  expect([plain.parsed.value, blamed(plain.parsed)]).toEqual([{ team: 'billing' }, ['instructions', 'model']])
})

it.each(['chat', 'responses'] as const)('a stream of %s gives its pieces as ever, and its node in the end', async (kind) => {
  await using at = await asked(() => 'one two three')
  let text = ''
  const { client } = at
  const stream = kind === 'chat' ? await client.chat.completions.create({ model, messages, stream: true }) : await client.responses.create({ model, input: instructions, stream: true })
  for await (const piece of stream) text += 'choices' in piece ? piece.choices[0]?.delta.content ?? '' : piece.type === 'response.output_text.delta' ? piece.delta : ''
  const reply = await stream.reply()
  expect([text, reply.text.value]).toEqual(['one two three', 'one two three'])
  expect(blamed(reply.text)).toEqual(['instructions', 'model'])
  expect(modelCallOf(reply)).toMatchObject({ stream: true, finishReasons: [kind === 'chat' ? 'stop' : 'completed'], firstChunkMs: expect.any(Number) })
})

it('a stream that nobody reads has its node all the same, and can be read afterwards, once', async () => {
  await using at = await asked(() => 'one two three')
  const unread = await at.client.chat.completions.create({ model, messages, stream: true })
  expect((await unread.reply()).text.value).toBe('one two three')
  let text = ''
  for await (const chunk of unread) text += chunk.choices[0]?.delta.content ?? ''
  expect(text).toBe('one two three')
  await expect((async () => { for await (const _ of unread) { /* again */ } })()).rejects.toMatchObject({ code: 'STREAM_READ' })
})

it('a stream that is left early ends there', async () => {
  await using at = await asked(() => serverFaults.stall('one two three'))
  const left = await at.client.responses.create({ model, input: instructions, stream: true })
  for await (const piece of left) if (piece.type === 'response.output_text.delta') break
  const { value } = await left.reply()
  expect(value).toMatchObject({ status: 'incomplete' })
  expect('one two three'.startsWith(value.output_text)).toBe(true)
  const ended = await at.client.chat.completions.create({ model, messages, stream: true })
  ended.abort()
  expect((await ended.reply()).$.choices.value).toEqual([])
})

it('tool calls of a stream are put together', async () => {
  const calls = [{ id: 'a', name: 'f', arguments: { x: 'long enough to be cut into pieces' } }, { id: 'b', name: 'g', arguments: {} }]
  await using at = await asked(() => ({ toolCalls: calls }))
  const stream = await at.client.chat.completions.create({ model, messages, stream: true })
  expect((await stream.reply()).toolCalls.value).toEqual(calls)
})

it('a step that reads a reply, or a stream, depends on it by itself', async () => {
  await using at = await asked(() => 'yes')
  const ask = bundle(async function ask() { return (await at.client.chat.completions.create({ model, messages })).value.choices[0]!.message.content })
  const collect = bundle(async function collect() {
    let text = ''
    for await (const chunk of await at.client.chat.completions.create({ model, messages, stream: true })) text += chunk.choices[0]?.delta.content ?? ''
    return text
  })
  for (const step of [ask, collect]) {
    const node = await step()
    expect([node.value, blamed(node)]).toEqual(['yes', ['instructions', 'model']])
  }
})

it('an error stays the error of the SDK, and its node carries feedback to what was asked', async () => {
  await using at = await asked(() => (response) => sendJson(response, 400, { error: { message: 'context length exceeded' } }))
  const error: unknown = await at.client.chat.completions.create({ model, messages }).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(OpenAI.BadRequestError)
  const failed = exceptionNodeOf(error)!
  expect(blamed(failed)).toEqual(['instructions', 'model'])
  expect(modelCallOf(failed)).toMatchObject({ error: '400', latencyMs: expect.any(Number) })
  await expect(at.client.chat.completions.create({ model, messages, stream: true })).rejects.toBeInstanceOf(OpenAI.BadRequestError)
})

it('a stream that breaks fails where it is read, and its node is an exception', async () => {
  await using at = await asked(() => (response) => { response.writeHead(200, { 'content-type': 'text/event-stream' }); response.write('data: {"choices":[{"index":0,"delta":{"content":"on"}}]}\n\n', () => response.destroy()) })
  const stream = await at.client.chat.completions.create({ model, messages, stream: true })
  const error: unknown = await (async () => { for await (const _ of stream) { /* until it breaks */ } })().catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(Error)
  expect(blamed(exceptionNodeOf(error)!)).toEqual(['instructions', 'model'])
  await expect(stream.reply()).rejects.toBe(error)
})

it('without tracing the answers are the same, and nothing stands behind them', async () => {
  await using at = await asked(() => 'hi')
  const reply = await untraced(() => at.client.chat.completions.create({ model, messages }))
  expect([reply.text.value, inputs(reply)]).toEqual(['hi', []])
})

it('everything else of the client is its own', async () => {
  const own = new OpenAI({ baseURL: 'http://127.0.0.1:9/v1', apiKey: 'none', timeout: 1234 })
  const client = traced(own)
  expect([client.timeout, client instanceof OpenAI, client.files === own.files, typeof client.chat.completions.list]).toEqual([1234, true, true, 'function'])
  expect(client.buildURL('/x', {})).toBe('http://127.0.0.1:9/v1/x')
  expect(isNode(client)).toBe(false)
  await using at = await asked(() => 'hi')
  const other = client.withOptions({ baseURL: at.server.baseURL })
  expect((await other.chat.completions.create({ model, messages })).text.value).toBe('hi')
})

it('embeddings are nodes', async () => {
  await using at = await asked(() => (response) => sendJson(response, 200, { object: 'list', model: 'embed-1', data: [{ object: 'embedding', index: 0, embedding: [0.5, 0.25] }], usage: { prompt_tokens: 3, total_tokens: 3 } }))
  const reply = await at.client.embeddings.create({ model: 'embed', input: instructions, encoding_format: 'float' })
  expect(reply.value.data[0]!.embedding).toEqual([0.5, 0.25])
  expect([blamed(reply), modelCallOf(reply)]).toMatchObject([['instructions'], { operation: 'embeddings', inputTokens: 3, responseModel: 'embed-1' }])
})

it('calls inside a run are counted as those of the task, and a budget refuses them', async () => {
  await using at = await asked(() => 'hi')
  const models = new RunModels()
  const { result } = models.inCase('case', 0, async () => {
    await at.client.chat.completions.create({ model, messages })
    await (await at.client.chat.completions.create({ model, messages, stream: true, stream_options: { include_usage: true } })).reply()
  })
  await result
  expect(models.spend().task).toMatchObject({ modelCalls: 2, inputTokens: 200, outputTokens: 40, estimated: false })
})

it.each(['chat', 'responses'] as const)('calls of %s are answered from recordings, streams too, and nothing is sent', async (kind) => {
  const directory = mkdtempSync(join(tmpdir(), 'traced-'))
  const calls = [{ id: 'c1', name: 'refund', arguments: { amount: 12 } }]
  await using at = await asked((_, call) => (call === 0 ? 'billing' : kind === 'chat' ? { text: 'one two three', toolCalls: calls } : 'one two three'))
  const ask = async () => {
    const { client } = at
    const whole = kind === 'chat' ? await client.chat.completions.create({ model, messages }) : await client.responses.create({ model, input: instructions })
    const stream = kind === 'chat' ? await client.chat.completions.create({ model, messages, stream: true }) : await client.responses.create({ model, input: instructions, stream: true })
    let text = ''
    for await (const piece of stream) text += 'choices' in piece ? piece.choices[0]?.delta.content ?? '' : piece.type === 'response.output_text.delta' ? piece.delta : ''
    const reply = await stream.reply()
    return { whole: whole.text.value, text, reply: reply.text.value, calls: reply.toolCalls.value, blamed: blamed(reply.text) }
  }
  const run = async (mode: 'record' | 'replay') => {
    const models = new RunModels({ kept: new KeptAnswers(mode, cassetteFiles(directory)) })
    return { told: await models.inCase('case', 0, ask).result, ...models.spend().task }
  }
  try {
    const told = { whole: 'billing', text: 'one two three', reply: 'one two three', calls: kind === 'chat' ? calls : [], blamed: ['instructions', 'model'] }
    expect(await run('record')).toMatchObject({ told, modelCalls: 2, keptAnswers: 0 })
    expect(await run('replay')).toMatchObject({ told, modelCalls: 0, keptAnswers: 2 })
    expect(at.server.prompts).toHaveLength(2)
    await expect(new RunModels({ kept: new KeptAnswers('replay', cassetteFiles(directory)) }).inCase('case', 0, () => at.client.chat.completions.create({ model: 'other', messages: [] })).result).rejects.toMatchObject({ code: 'CASSETTE_MISS' })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})

it('what is no client is refused', () => {
  expect(() => traced({} as never)).toThrow('expected a client with chat.completions, responses or embeddings, received {}')
})
