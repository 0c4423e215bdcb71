/** What every adapter sends and reads, against a server that speaks both protocols of OpenAI. Stage: llm. */
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { createOpenAICompatible as createV5 } from 'ai-sdk-v5'
import { createOpenAICompatible as createV6 } from 'ai-sdk-v6'
import { OpenAI } from 'openai'
import { describe, expect, it, test, vi } from 'vitest'
import { aiSdkModel, type AiSdkLanguageModel } from './ai-sdk-model.ts'
import { callModel, type CallPolicy } from './calls/call-model.ts'
import type { Model, ModelRequest } from './model.ts'
import { openaiModel } from './openai-model.ts'
import { sendJson } from '../testing/scripted-answer.ts'
import { scriptedServer, type Script, type ScriptedServer } from '../testing/scripted-server.ts'
import { serverFaults } from '../testing/server-faults.ts'

const quick: CallPolicy = { backoffMs: 1, maxBackoffMs: 2, attemptTimeoutMs: 20_000, attempts: 3 }
const ask = { messages: [{ role: 'user', content: 'hello' }] } as const
const team = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } as const

const makers: Readonly<Record<string, (baseURL: string) => Model>> = {
  'Chat Completions': (baseURL) => openaiModel({ model: 'small', baseURL, api: 'chat' }),
  Responses: (baseURL) => openaiModel({ model: 'small', baseURL, api: 'responses' }),
  // One provider, as each of the three majors of the AI SDK has it: versions 2, 3 and 4 of the interface.
  'the AI SDK 5': (baseURL) => aiSdkModel(createV5({ name: 'local', baseURL, includeUsage: true, supportsStructuredOutputs: true })('small')),
  'the AI SDK 6': (baseURL) => aiSdkModel(createV6({ name: 'local', baseURL, includeUsage: true, supportsStructuredOutputs: true })('small')),
  'the AI SDK 7': (baseURL) => aiSdkModel(createOpenAICompatible({ name: 'local', baseURL, includeUsage: true, supportsStructuredOutputs: true })('small')),
}
const ways = Object.entries(makers).flatMap(([name, make]) => [false, true].map((stream) => ({ name: `${name}${stream ? ' as a stream' : ''}`, make, stream, api: name === 'Responses' ? 'responses' as const : 'chat' as const })))

async function withServer<T>(script: Script, use: (server: ScriptedServer) => Promise<T>): Promise<T> {
  await using server = await scriptedServer(script)
  return await use(server)
}

test('the objects of the AI SDK have the versions of the interface that they stand for', () => {
  const options = { name: 'local', baseURL: 'http://127.0.0.1:9/v1' }
  expect([createV5(options)('small'), createV6(options)('small'), createOpenAICompatible(options)('small')].map(({ specificationVersion }) => specificationVersion)).toEqual(['v2', 'v3', 'v4'])
})

describe.each(ways)('$name', ({ name, make, stream, api }) => {
  const call = (server: ScriptedServer, request: Partial<ModelRequest> = {}, policy: CallPolicy = quick) => callModel(make(server.baseURL), { ...ask, stream, ...request }, policy)

  it('gives text, counts and names', async () => {
    const usage = api === 'chat'
      ? { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18, prompt_tokens_details: { cached_tokens: 5 }, completion_tokens_details: { reasoning_tokens: 3 } }
      : { input_tokens: 11, output_tokens: 7, total_tokens: 18, input_tokens_details: { cached_tokens: 5 }, output_tokens_details: { reasoning_tokens: 3 } }
    await withServer(() => ({ text: 'Once upon a time', model: 'small-2026-11-01', usage }), async (server) => {
      expect(await call(server)).toEqual({
        text: 'Once upon a time', finish: 'stop', model: 'small-2026-11-01', requestId: 'req_scripted', inputTokens: 11, outputTokens: 7, cachedTokens: 5, reasoningTokens: 3,
        attempts: 1, latencyMs: expect.any(Number),
      })
    })
  })

  it('gives calls of tools, with or without text, and takes their results', async () => {
    const toolCalls = [{ id: 'call_a', name: 'find', arguments: { name: 'Ada' } }, { id: 'call_b', name: 'now', arguments: {} }]
    const script: Script = (_, round) => (round === 0 ? { text: 'Let me look.', toolCalls } : 'She is here.')
    await withServer(script, async (server) => {
      const tools = [{ name: 'find', description: 'Finds a person', parameters: team, strict: true }, { name: 'now' }]
      const first = await call(server, { tools, toolChoice: 'required' })
      expect(first).toMatchObject({ text: 'Let me look.', finish: 'tool-calls', toolCalls })
      const results = toolCalls.map(({ id }) => ({ role: 'tool', toolCallId: id, content: `result of ${id}` }) as const)
      const second = await call(server, { tools, messages: [...ask.messages, { role: 'assistant', content: first.text, toolCalls: first.toolCalls! }, ...results] })
      expect(second).toMatchObject({ text: 'She is here.', finish: 'stop' })
      const [one, two] = server.questions.map(({ body }) => body)
      expect(one!['tool_choice']).toBe('required')
      if (api === 'chat') {
        expect(one!['tools']).toMatchObject([{ type: 'function', function: { name: 'find', description: 'Finds a person', parameters: team } }, { type: 'function', function: { name: 'now', parameters: { type: 'object' } } }])
        expect((two!['messages'] as object[]).slice(1)).toMatchObject([
          { role: 'assistant', content: 'Let me look.', tool_calls: [{ id: 'call_a', type: 'function', function: { name: 'find', arguments: '{"name":"Ada"}' } }, { id: 'call_b' }] },
          { role: 'tool', tool_call_id: 'call_a', content: 'result of call_a' }, { role: 'tool', tool_call_id: 'call_b', content: 'result of call_b' },
        ])
      } else {
        expect(one!['tools']).toMatchObject([{ type: 'function', name: 'find', description: 'Finds a person', parameters: team, strict: true }, { type: 'function', name: 'now', strict: false }])
        expect((two!['input'] as object[]).slice(1)).toMatchObject([
          { role: 'assistant', content: 'Let me look.' }, { type: 'function_call', call_id: 'call_a', name: 'find', arguments: '{"name":"Ada"}' }, { type: 'function_call', call_id: 'call_b' },
          { type: 'function_call_output', call_id: 'call_a', output: 'result of call_a' }, { type: 'function_call_output', call_id: 'call_b', output: 'result of call_b' },
        ])
      }
    })
  })

  it('asks for one tool by name', async () => {
    await withServer(() => ({ toolCalls: [{ name: 'now', arguments: {} }] }), async (server) => {
      expect(await call(server, { tools: [{ name: 'now' }], toolChoice: { name: 'now' } })).toMatchObject({ text: '', finish: 'tool-calls', toolCalls: [{ name: 'now', arguments: {} }] })
      expect(server.questions[0]!.body['tool_choice']).toEqual(api === 'chat' ? { type: 'function', function: { name: 'now' } } : { type: 'function', name: 'now' })
    })
  })

  it('gives no call whose arguments are not JSON: it asks again', async () => {
    const script: Script = (_, round) => ({ toolCalls: [{ name: 'find', arguments: round === 0 ? '{"name": Ada' : { name: 'Ada' } }] })
    await withServer(script, async (server) => {
      expect(await call(server, { tools: [{ name: 'find' }] })).toMatchObject({ toolCalls: [{ arguments: { name: 'Ada' } }], attempts: 2 })
    })
    await withServer(() => ({ toolCalls: [{ name: 'find', arguments: '{"name": Ada' }] }), async (server) => {
      await expect(call(server, { tools: [{ name: 'find' }] }, { ...quick, attempts: 1 })).rejects.toThrow(String.raw`received: the arguments of a call of "find" are not JSON: "{\"name\": Ada", at model "small"`)
    })
  })

  it('leaves out a call that was cut off', async () => {
    await withServer(() => ({ text: 'Well', toolCalls: [{ name: 'find', arguments: '{"name": "A' }], finish: 'length' }), async (server) => {
      const reply = await call(server, { tools: [{ name: 'find' }] })
      expect([reply.finish, reply.text, reply.toolCalls]).toEqual(['length', 'Well', undefined])
    })
  })

  it('asks for JSON, and for JSON of a schema, and gives the value', async () => {
    await withServer(() => '{"name":"Ada"}', async (server) => {
      expect((await call(server, { responseFormat: 'json' })).parsed).toEqual({ name: 'Ada' })
      expect((await call(server, { responseFormat: { schema: team, name: 'person' } })).parsed).toEqual({ name: 'Ada' })
      const formats = server.questions.map(({ body }) => (api === 'chat' ? body['response_format'] : (body['text'] as { format: unknown }).format))
      expect(formats[0]).toEqual({ type: 'json_object' })
      expect(formats[1]).toMatchObject(api === 'chat' ? { type: 'json_schema', json_schema: { name: 'person', schema: team } } : { type: 'json_schema', name: 'person', schema: team, strict: false })
    })
    await withServer(() => 'no JSON', async (server) => expect(await call(server, { responseFormat: 'json' })).not.toHaveProperty('parsed'))
  })

  it('sends pictures, limits and whatever else the server knows', async () => {
    await withServer(() => 'a cat', async (server) => {
      const png = 'data:image/png;base64,iVBORw0KGgo='
      const content = [{ type: 'text', text: 'What is this?' }, { type: 'image', url: png }, { type: 'image', url: 'https://example.org/cat.png' }] as const
      await call(server, { messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content }], maxOutputTokens: 9, temperature: 0.5, seed: 7, extra: name.startsWith('the AI SDK') ? { local: { user: 'me' } } : { user: 'me' } })
      const { body } = server.questions[0]!
      expect(body).toMatchObject({ model: 'small', temperature: 0.5, user: 'me' })
      if (api === 'chat') {
        expect(body).toMatchObject({ max_tokens: 9, seed: 7 })
        expect(body['messages']).toEqual([{ role: 'system', content: 'Be brief.' }, { role: 'user', content: [{ type: 'text', text: 'What is this?' }, { type: 'image_url', image_url: { url: png } }, { type: 'image_url', image_url: { url: 'https://example.org/cat.png' } }] }])
      } else {
        expect(body).toMatchObject({ max_output_tokens: 9, store: false })
        expect(body).not.toHaveProperty('seed')
        expect(body['input']).toMatchObject([{ role: 'system', content: 'Be brief.' }, { role: 'user', content: [{ type: 'input_text', text: 'What is this?' }, { type: 'input_image', image_url: png }, { type: 'input_image', image_url: 'https://example.org/cat.png' }] }])
      }
    })
  })

  it('tells errors apart, whoever wraps them', async () => {
    const cases = [
      [serverFaults.status(401, { message: 'Bad key sk-test-1234567890abcdef' }), 'MODEL_AUTH', '401 Bad key [redacted key]', 1],
      [serverFaults.status(429, { message: 'Quota is gone', code: 'insufficient_quota' }), 'MODEL_QUOTA', '429 Quota is gone', 1],
      [serverFaults.rateLimited(3600), 'MODEL_RATE_LIMIT', '429 Rate limit reached; the server asks to wait until', 1],
      [serverFaults.status(500, { message: 'boom' }), 'MODEL_FAILED', '500 boom (3 attempts)', 3],
    ] as const
    for (const [fault, code, received, requests] of cases) {
      await withServer(() => fault, async (server) => {
        // Each maker makes a model of its own server; the AI SDK shares a pacer by the name of the provider.
        const model = { ...make(server.baseURL), pacer: undefined } as unknown as Model
        await expect(callModel(model, { ...ask, stream }, quick)).rejects.toMatchObject({ code, message: expect.stringContaining(received) })
        expect(server.prompts).toHaveLength(requests)
      })
    }
  })

  it('is tried again after a reset, and left when it says nothing', async () => {
    await withServer((_, round) => (round === 0 ? serverFaults.reset() : 'fine'), async (server) => expect((await call(server)).text).toBe('fine'))
    await withServer((_, round) => (round === 0 ? serverFaults.hang() : 'fine'), async (server) => expect((await call(server, {}, { ...quick, attemptTimeoutMs: 300 })).text).toBe('fine'))
  })

  it('stops when the run stops', async () => {
    await withServer(() => serverFaults.hang(), async (server) => {
      const stop = new AbortController()
      setTimeout(() => stop.abort(), 20)
      await expect(call(server, { signal: stop.signal })).rejects.toMatchObject({ code: 'MODEL_ABORTED' })
    })
  })
})

describe.each(['the AI SDK 5', 'the AI SDK 6', 'the AI SDK 7'])('a stream of %s', (name) => {
  const call = (server: ScriptedServer, request: Partial<ModelRequest> = {}) => callModel(makers[name]!(server.baseURL), { ...ask, stream: true, ...request }, { ...quick, idleTimeoutMs: 300 })

  it('is given up when it stops, and no answer when it is cut', async () => {
    await withServer((_, round) => (round === 0 ? serverFaults.stall() : 'fine'), async (server) => expect((await call(server)).text).toBe('fine'))
    await withServer((_, round) => (round === 0 ? serverFaults.cutStream() : 'fine'), async (server) => expect((await call(server)).text).toBe('fine'))
  })

  it('is told piece by piece', async () => {
    const seen: string[] = []
    await withServer(() => 'Once upon a time', async (server) => { await call(server, { onText: (_, soFar) => { seen.push(soFar) } }) })
    expect(seen).toEqual(['Once upo', 'Once upon a time'])
  })
})

describe('a model object of the AI SDK, version 2', () => {
  const object = (over: object): AiSdkLanguageModel => ({ specificationVersion: 'v2', provider: 'local', modelId: 'tiny', doGenerate: async () => ({}), doStream: async () => ({}), ...over })

  it('has flat counts, a word for the reason, and takes pictures as they are', async () => {
    let options: unknown
    const model = aiSdkModel(object({
      doGenerate: async (given: unknown) => {
        options = given
        return { content: [{ type: 'reasoning', text: 'hm' }, { type: 'text', text: 'a cat' }], finishReason: 'stop', usage: { inputTokens: 5, outputTokens: 2, totalTokens: 7, cachedInputTokens: 4 }, response: { modelId: 'tiny-2' } }
      },
    }), { name: 'cats', extra: { local: { user: 'me' } } })
    expect(await model.send({ messages: [{ role: 'user', content: [{ type: 'image', url: 'data:image/png;base64,AAAA' }] }] }))
      .toEqual({ text: 'a cat', finish: 'stop', model: 'tiny-2', inputTokens: 5, outputTokens: 2, cachedTokens: 4 })
    expect(model).toMatchObject({ name: 'cats', server: 'local' })
    expect(options).toEqual({ prompt: [{ role: 'user', content: [{ type: 'file', mediaType: 'image/png', data: 'AAAA' }] }], providerOptions: { local: { user: 'me' } } })
  })

  it('gives no answer where it answers something else', async () => {
    await expect(callModel(aiSdkModel(object({})), ask, { ...quick, attempts: 1 })).rejects.toThrow('received: expected a result of the AI SDK with content, received {}, at model "tiny"')
  })

  it('is an object: a name is none', () => {
    expect(() => aiSdkModel('gpt-5-mini' as never)).toThrow("expected a language model of the AI SDK, version 2 to 4, received \"gpt-5-mini\"\n  Give what a provider makes: openai('gpt-5-mini'), not the name of a model.")
    expect(() => aiSdkModel(object({ specificationVersion: 'v1' }))).toThrow('expected a language model of the AI SDK, version 2 to 4')
  })
})

describe('a client of your own', () => {
  it('is used with its address and headers, and its retries are off', async () => {
    await withServer((_, round) => (round === 0 ? serverFaults.status(500) : 'fine'), async (server) => {
      const client = new OpenAI({ baseURL: server.baseURL, apiKey: 'mine', maxRetries: 5, defaultHeaders: { 'x-team': 'evals' } })
      const model = openaiModel({ model: 'small', client })
      expect(model.server).toBe(server.baseURL)
      await expect(model.send(ask)).rejects.toMatchObject({ status: 500 })
      expect((await callModel(model, ask, quick)).text).toBe('fine')
      expect(server.headers.map(({ 'x-team': name, authorization }) => [name, authorization])).toEqual([['evals', 'Bearer mine'], ['evals', 'Bearer mine']])
    })
  })

  it('may be anything with the one function', async () => {
    const create = async (): Promise<object> => ({ choices: [{ message: { content: 'hand-made' }, finish_reason: 'stop' }] })
    expect((await callModel(openaiModel({ model: 'any', client: { chat: { completions: { create } } } }), ask)).text).toBe('hand-made')
  })

  it('needs the function of its protocol', () => {
    expect(() => openaiModel({ model: 'any', client: {} })).toThrow('expected a client with chat.completions.create, received one without\n  Give a client of the `openai` package, or one that looks like it.')
    expect(() => openaiModel({ model: 'any', client: { chat: { completions: { create: async () => ({}) } } }, api: 'responses' })).toThrow('expected a client with responses.create, received one without')
  })
})

describe('where a request goes', () => {
  it('is OpenAI by Responses, any other server by Chat Completions, unless told otherwise', async () => {
    expect(openaiModel({ model: 'any', baseURL: 'https://api.openai.com/v1' }).server).toBe('https://api.openai.com/v1')
    const client = new OpenAI({ apiKey: 'mine', fetch: async (input) => Response.json(String(input).endsWith('/responses') ? { status: 'completed', output: [{ type: 'message', content: [{ type: 'output_text', text: 'Responses' }] }] } : { choices: [{ message: { content: 'Chat' }, finish_reason: 'stop' }] }) })
    expect((await openaiModel({ model: 'any', client }).send(ask)).text).toBe('Responses')
    expect((await openaiModel({ model: 'any', client, api: 'chat' }).send(ask)).text).toBe('Chat')
    await withServer(() => 'fine', async (server) => {
      await openaiModel({ model: 'any', baseURL: server.baseURL }).send(ask)
      await openaiModel({ model: 'any', baseURL: server.baseURL, api: 'responses' }).send(ask)
      expect(server.questions.map(({ api }) => api)).toEqual(['chat', 'responses'])
    })
  })

  it('is the server of the environment where none is given, and its key goes nowhere else', async () => {
    await withServer(() => 'fine', async (server) => {
      vi.stubEnv('OPENAI_BASE_URL', server.baseURL)
      vi.stubEnv('OPENAI_API_KEY', 'of-the-environment')
      try {
        await openaiModel({ model: 'any' }).send(ask)
        await openaiModel({ model: 'any', baseURL: server.baseURL }).send(ask)
        expect(server.headers.map(({ authorization }) => authorization)).toEqual(['Bearer of-the-environment', 'Bearer none'])
      } finally {
        vi.unstubAllEnvs()
      }
    })
  })

  it('shows no password of its address', () => {
    expect(openaiModel({ model: 'any', baseURL: 'http://me:secret@127.0.0.1:1/v1/' }).server).toBe('http://127.0.0.1:1/v1')
    expect(() => openaiModel({ model: 'any', baseURL: 'file:///etc/passwd' })).toThrow('expected the base URL of a model to be an http or https address, received something else\n  For example http://127.0.0.1:11434/v1 for Ollama.')
  })
})

describe('a server that lacks something', () => {
  const refusing = (unknown: (body: Readonly<Record<string, unknown>>) => string | undefined): Script => (_, __, { body }) => {
    const param = unknown(body)
    return param === undefined ? 'fine' : (response) => sendJson(response, 400, { error: { message: `Unsupported parameter: '${param}' is not supported with this model.`, param, code: 'unsupported_parameter' } })
  }

  it('is asked with the other name of the token limit, and that is remembered', async () => {
    await withServer(refusing((body) => ('max_tokens' in body ? 'max_tokens' : undefined)), async (server) => {
      const model = openaiModel({ model: 'any', baseURL: server.baseURL })
      await callModel(model, { ...ask, maxOutputTokens: 5 }, quick)
      await callModel(model, { ...ask, maxOutputTokens: 5 }, quick)
      expect(server.questions.map(({ body }) => Object.keys(body).find((name) => name.startsWith('max')))).toEqual(['max_tokens', 'max_completion_tokens', 'max_completion_tokens'])
    })
  })

  it('is asked for a stream without its usage', async () => {
    await withServer(refusing((body) => ('stream_options' in body ? 'stream_options' : undefined)), async (server) => {
      expect((await callModel(openaiModel({ model: 'any', baseURL: server.baseURL }), { ...ask, stream: true }, quick)).text).toBe('fine')
      expect(server.prompts).toHaveLength(2)
    })
  })

  it('that refuses every name is asked twice, and its words are told', async () => {
    await withServer(refusing((body) => Object.keys(body).find((name) => name.startsWith('max'))), async (server) => {
      await expect(callModel(openaiModel({ model: 'any', baseURL: server.baseURL }), { ...ask, maxOutputTokens: 5 }, quick)).rejects.toThrow([
        "expected an answer of the model, received: 400 Unsupported parameter: 'max_completion_tokens' is not supported with this model., at model \"any\"",
        '  The server refuses this request as it is, so it was not repeated.',
      ].join('\n'))
      expect(server.prompts).toHaveLength(2)
    })
  })
})
