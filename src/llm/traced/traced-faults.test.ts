/** What servers and networks do wrong to a traced client of the `openai` package, done for real on loopback. Stage: llm. */
import OpenAI from 'openai'
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { scriptedServer, type Script, type ScriptedAnswer } from '../../testing/scripted-server.ts'
import { sendEvents } from '../../testing/scripted-answer.ts'
import { serverFaults } from '../../testing/server-faults.ts'
import { whyUnscored } from '../../vitest/why-unscored.ts'
import { callModel } from '../calls/call-model.ts'
import { openaiModel } from '../openai-model.ts'
import { RunModels } from '../run-models.ts'
import { traced, type TracedOptions } from './traced.ts'

const quick = { backoffMs: 1, maxBackoffMs: 2, attemptTimeoutMs: 20_000, totalTimeoutMs: 60_000, attempts: 3 } as const
const key = 'sk-test-1234567890abcdef'
const messages = [{ role: 'user' as const, content: 'hello' }]

type Client = ReturnType<typeof traced<OpenAI>>
const ways: Readonly<Record<string, (client: Client, options?: OpenAI.RequestOptions) => Promise<string>>> = {
  'Chat Completions': async (client, options) => (await client.chat.completions.create({ model: 'small', messages }, options)).text.value,
  'Chat Completions as a stream': async (client, options) => (await (await client.chat.completions.create({ model: 'small', messages, stream: true }, options)).reply()).text.value,
  Responses: async (client, options) => (await client.responses.create({ model: 'small', input: 'hello' }, options)).text.value,
  'Responses as a stream': async (client, options) => (await (await client.responses.create({ model: 'small', input: 'hello', stream: true }, options)).reply()).text.value,
}
const streams = Object.entries(ways).filter(([name]) => name.includes('stream'))
const told = (error: unknown): string => { const { code, constructor, message } = error as Error & { code?: string }; return `${constructor.name}${code?.startsWith('MODEL_') === true ? ` ${code}` : ''}: ${message}` }

/** The text, or the error; and how often the server was asked. The client keeps the retries of the SDK: none may happen. */
async function play(script: Script, way: (client: Client, options?: OpenAI.RequestOptions) => Promise<string>, options: TracedOptions = quick): Promise<{ told: string; requests: number }> {
  await using server = await scriptedServer(script)
  const client = traced(new OpenAI({ baseURL: server.baseURL, apiKey: key, logLevel: 'off' }), options)
  const said = await way(client).catch(told)
  return { told: said.replaceAll(server.baseURL, 'SERVER'), requests: server.prompts.length }
}
const first = (times: number, fault: ScriptedAnswer): Script => (_, call) => (call < times ? fault : 'fine')
const always = (fault: ScriptedAnswer): Script => () => fault

describe.each(Object.entries(ways))('%s through a traced client', (name, way) => {
  it('is asked again after 500, 502 and 503, and given up with the error of the SDK', async () => {
    expect(await play((_, call) => [500, 502, 503].map((status) => serverFaults.status(status))[call] ?? 'fine', way, { ...quick, attempts: 4 })).toEqual({ told: 'fine', requests: 4 })
    expect(await play(always(serverFaults.status(529, { message: 'Overloaded' })), way)).toEqual({ told: 'InternalServerError: 529 Overloaded', requests: 3 })
  })

  it('is asked six times, unless its options say otherwise; maxRetries of a call is how often that one is repeated', async () => {
    const { attempts: _, ...policy } = quick
    expect(await play(always(serverFaults.status(500)), way, policy)).toMatchObject({ requests: 6 })
    expect(await play(always(serverFaults.status(500)), (client) => way(client, { maxRetries: 1 }), policy)).toMatchObject({ requests: 2 })
    expect(await play(always(serverFaults.status(500)), (client) => way(client, { maxRetries: 0 }), policy)).toMatchObject({ requests: 1 })
  })

  it('is asked once where the key is refused, the account is empty, or the request is wrong', async () => {
    expect(await play(always(serverFaults.status(401, { message: 'No such key' })), way)).toEqual({ told: 'AuthenticationError: 401 No such key', requests: 1 })
    expect(await play(always(serverFaults.status(429, { message: 'You exceeded your current quota', code: 'insufficient_quota' })), way)).toEqual({ told: 'RateLimitError: 429 You exceeded your current quota', requests: 1 })
    expect(await play(always(serverFaults.status(400, { message: 'No such field' })), way)).toEqual({ told: 'BadRequestError: 400 No such field', requests: 1 })
  })

  it('is asked again when the connection breaks, and only the whole answer counts', async () => {
    expect(await play(first(1, serverFaults.reset()), way)).toEqual({ told: 'fine', requests: 2 })
  })

  it('is asked once where nobody is there', async () => {
    const gone = await scriptedServer(() => '')
    await gone[Symbol.asyncDispose]()
    await expect(way(traced(new OpenAI({ baseURL: gone.baseURL, apiKey: key }), quick))).rejects.toThrow('Connection error.')
  })

  it('is left at the deadline when the server says nothing', async () => {
    expect(await play(first(1, serverFaults.hang()), way, { ...quick, attemptTimeoutMs: 400 })).toEqual({ told: 'fine', requests: 2 })
    const total = await play(always(serverFaults.hang()), way, { ...quick, totalTimeoutMs: 400 })
    expect(total).toEqual({ told: 'TraceEvalError MODEL_TIMEOUT: expected an answer of the model, received: no complete answer within 0.4 s, at model "small"', requests: 1 })
  })

  it('is left at the deadline though a body trickles', async () => {
    expect(await play(first(1, serverFaults.drip()), way, { ...quick, attemptTimeoutMs: 400 })).toEqual({ told: 'fine', requests: 2 })
  })

  it('has no answer with half a document, a page of a proxy, or an error in a 200', async () => {
    expect(await play(first(2, serverFaults.raw('{"choices": [')), way)).toEqual({ told: 'fine', requests: 3 })
    expect(await play(first(2, serverFaults.page()), way)).toEqual({ told: 'fine', requests: 3 })
    expect(await play(first(1, serverFaults.errorBody({ message: 'Upstream is down', code: 502 })), way)).toEqual({ told: 'fine', requests: 2 })
  })

  it('has no answer without any choice, output or text, and is asked once more', async () => {
    expect(await play(first(1, serverFaults.json(name.startsWith('Chat') ? { choices: [] } : { output: [] })), way)).toEqual({ told: 'fine', requests: 2 })
    expect(await play(always({ text: ' ' }), way)).toEqual({ told: 'TraceEvalError MODEL_EMPTY: expected an answer of the model, received: the answer holds no text (2 attempts), at model "small"', requests: 2 })
  })

  it('may refuse, or cut an answer off: that is an answer', async () => {
    expect(await play(always({ refusal: 'I cannot help with that.' }), way)).toEqual({ told: 'I cannot help with that.', requests: 1 })
    expect(await play(always({ text: 'half', finish: 'length' }), way)).toEqual({ told: 'half', requests: 1 })
  })

  it('waits as long as the server asks, with all its other calls, and tells that once', async () => {
    const [notices, at]: [string[], number[]] = [[], []]
    const limits = { onPause: (notice: string) => { notices.push(notice) } }
    const script: Script = (_, call) => { at.push(performance.now()); return call < 3 ? serverFaults.status(429, { message: 'slow down' }, { 'retry-after-ms': '300' }) : 'fine' }
    const { requests } = await play(script, async (client) => (await Promise.all([0, 1, 2].map(() => way(client)))).join(), { ...quick, limits })
    expect([notices, requests]).toEqual([['rate limited, resuming in 1 s'], 6])
    expect(at[3]! - at[0]!).toBeGreaterThanOrEqual(299)
  })

  it('does not wait for an hour: no call asks again before, of models of that server neither', async () => {
    await using server = await scriptedServer(always(serverFaults.rateLimited(3600)))
    const client = traced(new OpenAI({ baseURL: server.baseURL, apiKey: key }), quick)
    await expect(way(client)).rejects.toBeInstanceOf(OpenAI.RateLimitError)
    await expect(way(client)).rejects.toThrow('received: rate limited before, nothing was sent; the server asks to wait until')
    await expect(callModel(openaiModel({ model: 'small', baseURL: server.baseURL, apiKey: key }), { messages }, quick)).rejects.toThrow('rate limited before, nothing was sent')
    expect(server.prompts).toHaveLength(1)
  })

  it('is stopped by the signal of the call, with the error of the SDK', async () => {
    await using server = await scriptedServer(() => { setTimeout(() => stop.abort(), 50); return serverFaults.hang() })
    const stop = new AbortController()
    await expect(way(traced(new OpenAI({ baseURL: server.baseURL, apiKey: key }), quick), { signal: stop.signal })).rejects.toBeInstanceOf(OpenAI.APIUserAbortError)
    expect(server.prompts).toHaveLength(1)
  })

  it('leaves a case unscored with what was tried, while the workflow has the error of the SDK; each attempt is a call', async () => {
    await using server = await scriptedServer(always(serverFaults.status(503, { message: 'busy' })))
    const client = traced(new OpenAI({ baseURL: server.baseURL, apiKey: key }), quick)
    const models = new RunModels()
    const { result, scope } = models.inCase('case', 0, () => way(client).catch((error: unknown) => error))
    const error = await result
    expect(error).toBeInstanceOf(OpenAI.InternalServerError)
    expect(whyUnscored([error], scope.calls)).toBe('expected an answer of the model, received: 503 busy (3 attempts)')
    expect(models.spend().task.modelCalls).toBe(3)
  })
})

describe.each(streams)('%s that is read as it comes', (_, way) => {
  const read = async (client: Client, seen: string[]): Promise<string> => {
    const stream = way === ways['Responses as a stream'] ? await client.responses.create({ model: 'small', input: 'hello', stream: true }) : await client.chat.completions.create({ model: 'small', messages, stream: true })
    for await (const piece of stream) seen.push('choices' in piece ? piece.choices[0]?.delta.content ?? '' : piece.type === 'response.output_text.delta' ? piece.delta : '')
    return seen.join('')
  }

  it('is given up when it stops, though its connection is kept alive, and tried once more where nobody has read of it', async () => {
    const options = { ...quick, attempts: 6, idleTimeoutMs: 300 }
    expect(await play(first(1, serverFaults.stall()), way, options)).toEqual({ told: 'fine', requests: 2 })
    expect(await play(always(serverFaults.stall()), way, options)).toEqual({ told: 'TraceEvalError MODEL_TIMEOUT: expected an answer of the model, received: stream idle 0.3 s (2 attempts), at model "small"', requests: 2 })
    const seen: string[] = []
    expect(await play(first(1, serverFaults.stall()), (client) => read(client, seen), options)).toEqual({ told: 'TraceEvalError MODEL_TIMEOUT: expected an answer of the model, received: stream idle 0.3 s, at model "small"', requests: 1 })
    expect(seen.join('')).toBe('Once upon')
  })

  it('is no answer when it ends without saying why', async () => {
    expect(await play(first(2, serverFaults.cutStream()), way)).toEqual({ told: 'fine', requests: 3 })
    expect(await play(first(1, serverFaults.cutStream()), (client) => read(client, []))).toEqual({
      told: 'TraceEvalError MODEL_INCOMPLETE: expected an answer of the model, received: the stream ended before the answer was complete, at model "small"', requests: 1,
    })
  })

  it('is not read to the end of 12 MB', async () => {
    const flood: ScriptedAnswer = (response, { api }) => {
      response.on('error', () => undefined)
      const delta = 'x'.repeat(2 ** 20)
      sendEvents(response, Array.from({ length: 12 }, () => (api === 'chat' ? { choices: [{ index: 0, delta: { content: delta } }] } : { type: 'response.output_text.delta', delta })))
      response.end()
    }
    expect(await play(always(flood), way, { ...quick, attempts: 1 })).toEqual({ told: 'TraceEvalError MODEL_MALFORMED: expected an answer of the model, received: the answer is longer than 8388608 characters, at model "small"', requests: 1 })
  })

  it('is as it was where its reader is slower than any deadline', async () => {
    const slow = async (client: Client): Promise<string> => {
      const stream = await client.chat.completions.create({ model: 'small', messages, stream: true })
      let text = ''
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta.content ?? ''
        await new Promise((resolve) => { setTimeout(resolve, 150) })
      }
      return text
    }
    expect(await play(always('one two three four'), slow, { ...quick, idleTimeoutMs: 100, attemptTimeoutMs: 400 })).toEqual({ told: 'one two three four', requests: 1 })
  })
})

describe('a parsed answer', () => {
  const format = zodResponseFormat(z.object({ team: z.enum(['billing', 'sales']) }), 'team')
  const parse = async (client: Client): Promise<string> => (await client.chat.completions.parse({ model: 'small', messages, response_format: format })).parsed.value.team

  it('that does not fit is asked for again', async () => {
    expect(await play((_, call) => (call === 0 ? '{"team":"legal"}' : '{"team":"sales"}'), parse)).toEqual({ told: 'sales', requests: 2 })
    expect(await play((_, call) => (call === 0 ? 'Sales!' : '{"team":"sales"}'), parse)).toEqual({ told: 'sales', requests: 2 })
  })

  it('is asked for again with what was wrong with the last one', async () => {
    const asked: string[] = []
    const script: Script = (prompt, call) => { asked.push(prompt); return ['{"team":"legal"}', 'Sales!', serverFaults.status(500), '{"team":"sales"}'][call]! }
    const patient = { ...quick, attempts: 4 }
    expect(await play(script, parse, patient)).toEqual({ told: 'sales', requests: 4 })
    const [plain, ...again] = asked
    expect(plain).toBe('hello')
    const repeated = (why: string): string => `hello\nYour last answer to this does not fit: ${why}. Answer again, with one JSON value that fits and nothing else.`
    expect(again[0]).toBe(repeated('[ { "code": "invalid_value", "values": [ "billing", "sales" ], "path": [ "team" ], "message": "Invalid option: expected one of \\"billing\\"|\\"sales\\"" } ]'))
    expect(again[1]).toBe(repeated('Error reading response: invalid structured output JSON'))
    // A server that fails says nothing of the answer.
    expect(again[2]).toBe(again[1])

    asked.length = 0
    const text = { format: zodTextFormat(z.object({ team: z.enum(['billing', 'sales']) }), 'team') }
    expect(await play(script, async (client) => (await client.responses.parse({ model: 'small', instructions: 'Route it.', input: 'hello', text })).parsed.value.team, patient)).toEqual({ told: 'sales', requests: 4 })
    expect(asked.map((prompt) => prompt.split('\n').slice(0, 2).join(' '))).toEqual(Array(4).fill('Route it. hello'))
    expect(asked[1]).toContain('Your last answer to this does not fit: ')
  })

  it('that was cut off is not', async () => {
    expect(await play(always({ text: '{"te', finish: 'length' }), parse)).toEqual({ told: 'LengthFinishReasonError: Could not parse response content as the length limit was reached', requests: 1 })
  })
})

it('times that are none are refused when the client is wrapped', () => {
  expect(() => traced(new OpenAI({ apiKey: key }), { attempts: 0 })).toThrow('expected attempts to be a count of at least 1, received 0')
})
