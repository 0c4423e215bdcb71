/** What servers and networks do wrong, done for real on loopback, and the whole of what a caller is told. Stage: llm. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeAll, describe, expect, it } from 'vitest'
import { callModel, type CallPolicy } from './call-model.ts'
import { checkModel } from './check-model.ts'
import type { ModelRequest } from '../model.ts'
import { openaiModel, type OpenAiModelOptions } from '../openai-model.ts'
import { RunModels } from '../run-models.ts'
import { scriptedServer, type Script, type ScriptedAnswer } from '../../testing/scripted-server.ts'
import { serverFaults } from '../../testing/server-faults.ts'

const key = 'sk-test-1234567890abcdef'
const quick: CallPolicy = { backoffMs: 1, maxBackoffMs: 2, attemptTimeoutMs: 20_000, totalTimeoutMs: 60_000, attempts: 3 }
const ask = (content = 'hello'): ModelRequest => ({ messages: [{ role: 'user', content }] })
const noon = new Date(2026, 0, 1, 12, 0).getTime()

interface Play { readonly policy?: CallPolicy; readonly request?: Partial<ModelRequest>; readonly model?: Partial<OpenAiModelOptions> }

/** The reply as `text (finish)`, or the code and message of the error; the address of the server is `SERVER`. */
async function play(script: Script, { policy = quick, request = {}, model = {} }: Play = {}): Promise<{ told: string; requests: number }> {
  await using server = await scriptedServer(script)
  const told = await callModel(openaiModel({ model: 'small', baseURL: server.baseURL, apiKey: key, ...model }), { ...ask(), ...request }, policy, { now: () => noon })
    .then(({ text, finish }) => `${text} (${finish})`, (error: { code: string; message: string }) => `${error.code}: ${error.message}`)
  return { told: told.replaceAll(server.baseURL, 'SERVER'), requests: server.prompts.length }
}
/** The SDK is loaded here: that takes a while, and no deadline of a test. */
beforeAll(() => import('openai'))

const first = (times: number, fault: ScriptedAnswer): Script => (_, call) => (call < times ? fault : 'fine')
const always = (fault: ScriptedAnswer): Script => () => fault
const message = (received: string, hint?: string): string => `expected an answer of the model, received: ${received}, at model "small"${hint === undefined ? '' : `\n  ${hint}`}`

const ways: readonly (readonly [string, Play])[] = [
  ['Chat Completions', { model: { api: 'chat' } }],
  ['Chat Completions as a stream', { model: { api: 'chat' }, request: { stream: true } }],
  ['Responses', { model: { api: 'responses' } }],
  ['Responses as a stream', { model: { api: 'responses' }, request: { stream: true } }],
]
const streams = ways.filter(([, { request }]) => request !== undefined)
const wholes = ways.filter(([, { request }]) => request === undefined)

describe.each(ways)('a server that is asked by %s', (_name, way) => {
  it('answers', async () => expect(await play(always('Once upon a time'), way)).toEqual({ told: 'Once upon a time (stop)', requests: 1 }))

  it('is asked again after 500, 502, 503 and 529', async () => {
    const script: Script = (_, call) => [500, 502, 503, 529].map((status) => serverFaults.status(status))[call] ?? 'fine'
    expect(await play(script, { ...way, policy: { ...quick, attempts: 5 } })).toEqual({ told: 'fine (stop)', requests: 5 })
  })

  it('and given up after six attempts, with the last status', async () => {
    const { attempts: _, ...policy } = quick
    expect(await play(always(serverFaults.status(529, { message: 'Overloaded' })), { ...way, policy })).toEqual({ told: `MODEL_FAILED: ${message('529 Overloaded (6 attempts)')}`, requests: 6 })
  })

  it('is asked again when it breaks the connection, and only the whole answer counts', async () => {
    expect(await play(first(1, serverFaults.reset()), way)).toEqual({ told: 'fine (stop)', requests: 2 })
  })

  it('is left at the deadline of the attempt when it says nothing', async () => {
    expect((await play(first(1, serverFaults.hang()), { ...way, policy: { ...quick, attemptTimeoutMs: 300 } })).told).toBe('fine (stop)')
  })

  it('and at the deadline of the call', async () => {
    const policy = { ...quick, attempts: 6, totalTimeoutMs: 200 }
    expect((await play(always(serverFaults.hang()), { ...way, policy })).told).toBe(`MODEL_TIMEOUT: ${message('no complete answer within 0.2 s')}`)
  })

  it('is left when it trickles', async () => {
    expect((await play(first(1, serverFaults.drip()), { ...way, policy: { ...quick, attemptTimeoutMs: 300 } })).told).toBe('fine (stop)')
  })

  it('is asked once where the key is refused, and the key is not shown', async () => {
    expect(await play(always(serverFaults.status(401, { message: `Incorrect API key provided: ${key}.` })), way))
      .toEqual({ told: `MODEL_AUTH: ${message('401 Incorrect API key provided: [redacted key].', 'Check OPENAI_API_KEY, and that it belongs to SERVER.')}`, requests: 1 })
    expect((await play(always(serverFaults.status(403, { message: 'No access' })), way)).requests).toBe(1)
  })

  it('is asked once where the account is empty', async () => {
    const told = (said: string): string => `MODEL_QUOTA: ${message(said, 'The account has no quota left; nothing was retried.')}`
    expect(await play(always(serverFaults.status(429, { message: 'You exceeded your current quota', code: 'insufficient_quota' })), way)).toEqual({ told: told('429 You exceeded your current quota'), requests: 1 })
    expect(await play(always(serverFaults.status(402, { message: 'Insufficient credits' })), way)).toEqual({ told: told('402 Insufficient credits'), requests: 1 })
  })

  it('is asked once where the request is too long, with the count and the limit', async () => {
    const said = 'This model\'s maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.'
    expect(await play(always(serverFaults.status(400, { message: said, code: 'context_length_exceeded' })), way))
      .toEqual({ told: `MODEL_CONTEXT: ${message(`400 ${said}`, 'The request is longer than the model takes: send less, or choose a model with a larger context.')}`, requests: 1 })
  })

  it('is asked once where it knows no such model', async () => {
    expect(await play(always(serverFaults.status(404, { message: 'model "small" not found' })), way)).toEqual({
      told: `MODEL_REQUEST: ${message('404 model "small" not found', 'The server does not know this: check the name of the model (TRACE_EVAL_MODEL), and that OPENAI_BASE_URL ends as the server wants it, as a rule in /v1.')}`,
      requests: 1,
    })
  })

  it('has failed where it answers 200 and an error', async () => {
    expect(await play(first(1, serverFaults.errorBody({ message: 'Upstream is down', code: 502 })), way)).toEqual({ told: 'fine (stop)', requests: 2 })
    expect(await play(first(1, serverFaults.errorBody({ message: 'Too many requests', code: 'rate_limit_exceeded' })), way)).toEqual({ told: 'fine (stop)', requests: 2 })
    expect(await play(always(serverFaults.errorBody({ message: 'No such key', code: 401 })), way))
      .toEqual({ told: `MODEL_AUTH: ${message('401 No such key', 'Check OPENAI_API_KEY, and that it belongs to SERVER.')}`, requests: 1 })
  })

  it('gives no answer with a page of a proxy, whatever its status', async () => {
    const page = String.raw`"<!DOCTYPE html><html><body>Please log in</body></html>"`
    expect(await play(always(serverFaults.page()), way))
      .toEqual({ told: `MODEL_MALFORMED: ${message(`expected an OpenAI-style response, received content type text/html; charset=utf-8: ${page} (3 attempts)`)}`, requests: 3 })
    expect(await play(always(serverFaults.page(502)), way)).toEqual({ told: `MODEL_FAILED: ${message('502 a page instead of an answer (3 attempts)')}`, requests: 3 })
  })

  it('gives no answer with half a document, of which the start is shown without secrets', async () => {
    expect(await play(first(2, serverFaults.raw('{"choices": [')), way)).toEqual({ told: 'fine (stop)', requests: 3 })
    expect(await play(always(serverFaults.raw(`{"key": "${key}", "rest": "${'x'.repeat(500)}`)), way)).toEqual({
      told: `MODEL_MALFORMED: ${message(`expected an OpenAI-style response, received content type application/json: ${String.raw`"{\"key\": \"[redacted key]\", \"rest\": \"`}${'x'.repeat(156)}… (3 attempts)`)}`, requests: 3,
    })
  })

  it('gives no answer with less than it announced', async () => {
    expect(await play(first(1, serverFaults.shortBody()), way)).toEqual({ told: 'fine (stop)', requests: 2 })
  })

  it('gives no answer without any choice, output or text, and is asked once more', async () => {
    const empty = way.model?.api === 'chat' ? { choices: [] } : { output: [] }
    expect(await play(first(1, serverFaults.json(empty)), way)).toEqual({ told: 'fine (stop)', requests: 2 })
    expect(await play(always({ text: ' ' }), way)).toEqual({ told: `MODEL_EMPTY: ${message('the answer holds no text (2 attempts)')}`, requests: 2 })
    expect(await play(always({}), way)).toEqual({ told: `MODEL_EMPTY: ${message('the answer holds no text (2 attempts)')}`, requests: 2 })
  })

  it('is not read to the end of 50 MB', async () => {
    expect(await play(always(serverFaults.flood(50e6)), { ...way, policy: { ...quick, attempts: 1 } })).toEqual({ told: `MODEL_MALFORMED: ${message('the answer is longer than 8388608 bytes')}`, requests: 1 })
    expect(await play(first(1, serverFaults.flood(1e6)), { ...way, model: { ...way.model, maxResponseBytes: 1e5 } })).toEqual({ told: 'fine (stop)', requests: 2 })
  })

  it('may refuse: that is an answer', async () => {
    expect(await play(always({ refusal: 'I cannot help with that.' }), way)).toEqual({ told: 'I cannot help with that. (refusal)', requests: 1 })
    expect(await play(always({ text: 'Well', finish: 'content-filter' }), way)).toEqual({ told: 'Well (refusal)', requests: 1 })
  })

  it('may cut an answer off: the reply says so, and more room is asked for once where the caller wants it', async () => {
    const script: Script = (_, __, { body }) => ((body['max_tokens'] ?? body['max_output_tokens']) === 20 ? { text: 'whole' } : { text: 'half', finish: 'length' })
    const request = { ...way.request, maxOutputTokens: 10 }
    expect(await play(script, { ...way, request })).toEqual({ told: 'half (length)', requests: 1 })
    expect(await play(script, { ...way, request, policy: { ...quick, raiseCutOff: true } })).toEqual({ told: 'whole (stop)', requests: 2 })
    expect(await play(script, { ...way, request: { ...request, maxOutputTokens: 4 }, policy: { ...quick, raiseCutOff: true } })).toEqual({ told: 'half (length)', requests: 2 })
  })

  it('may count wrongly: such counts are none', async () => {
    const usage = way.model?.api === 'chat' ? { prompt_tokens: -3, completion_tokens: 1e300 } : { input_tokens: '7', output_tokens: 2.5 }
    for (const given of [usage, null]) {
      await using server = await scriptedServer(() => ({ text: 'fine', usage: given }))
      const reply = await callModel(openaiModel({ model: 'small', baseURL: server.baseURL, ...way.model }), { ...ask(), ...way.request }, quick)
      expect(reply).not.toHaveProperty('inputTokens')
      expect(reply).not.toHaveProperty('outputTokens')
    }
  })
})

describe.each(streams)('%s', (_, way) => {
  it('is given up when it stops, though its connection is kept alive, and tried once more', async () => {
    const policy = { ...quick, attempts: 6, idleTimeoutMs: 300 }
    expect(await play(first(1, serverFaults.stall()), { ...way, policy })).toEqual({ told: 'fine (stop)', requests: 2 })
    expect(await play(always(serverFaults.stall()), { ...way, policy })).toEqual({ told: `MODEL_TIMEOUT: ${message('stream idle 0.3 s (2 attempts)')}`, requests: 2 })
  })

  it('is no answer when it ends without saying why', async () => {
    expect(await play(first(1, serverFaults.cutStream()), way)).toEqual({ told: 'fine (stop)', requests: 2 })
    expect(await play(always(serverFaults.cutStream('Once')), way)).toEqual({ told: `MODEL_INCOMPLETE: ${message('the stream ended before the answer was complete, after 4 characters (3 attempts)')}`, requests: 3 })
  })

  it('is told piece by piece, and begins again when it is tried again', async () => {
    const pieces: [string, string][] = []
    const onText = (piece: string, soFar: string): void => { pieces.push([piece, soFar]) }
    expect(await play((_, call) => (call === 0 ? serverFaults.reset('Once upon') : 'Never more'), { ...way, request: { onText } })).toEqual({ told: 'Never more (stop)', requests: 2 })
    expect(pieces).toEqual([['Once upo', 'Once upo'], ['n', 'Once upon'], ['Never mo', 'Never mo'], ['re', 'Never more']])
  })

  it('may say things twice: they count once', async () => {
    expect(await play(always(serverFaults.twice('Once upon a time')), way)).toEqual({ told: 'Once upon a time (stop)', requests: 1 })
  })

  it('may come as one document, from a server that knows no streams', async () => {
    const whole = way.model?.api === 'chat'
      ? { choices: [{ message: { content: 'at once' }, finish_reason: 'stop' }] }
      : { status: 'completed', output: [{ type: 'message', content: [{ type: 'output_text', text: 'at once' }] }] }
    expect(await play(always(serverFaults.json(whole)), way)).toEqual({ told: 'at once (stop)', requests: 1 })
  })

  it('is told to stop by the run, and stops', async () => {
    await using server = await scriptedServer(() => serverFaults.stall('Once upon a time'))
    const stop = new AbortController()
    const call = callModel(openaiModel({ model: 'small', baseURL: server.baseURL, ...way.model }), { ...ask(), signal: stop.signal, onText: () => stop.abort() }, quick)
    await expect(call).rejects.toThrow(message('the run was stopped'))
  })
})

describe.each(wholes)('%s', (_, way) => {
  it.each<[string, unknown]>([['a list', []], ['null', null], ['a number', 7], ['an empty object', {}], ['choices that are none', { choices: 7, output: 7 }]])('is no answer when it is %s', async (_, body) => {
    const { told, requests } = await play(always(serverFaults.json(body)), way)
    expect([told.slice(0, told.indexOf(':')), requests]).toEqual(['MODEL_MALFORMED', 3])
  })
})

describe('a server that is not there', () => {
  it('is asked once, and the message says what to check', async () => {
    const gone = await scriptedServer(() => '')
    await gone[Symbol.asyncDispose]()
    const model = openaiModel({ model: 'small', baseURL: gone.baseURL })
    const hint = `Nobody answers at ${gone.baseURL}: check OPENAI_BASE_URL, and that the server runs.`
    await expect(callModel(model, ask(), quick)).rejects.toThrow(message('Connection error. (ECONNREFUSED)', hint))
    await expect(checkModel(model)).rejects.toThrow(message('fetch failed (ECONNREFUSED)', hint))
    await expect(checkModel(openaiModel({ model: 'small', baseURL: 'http://127.0.0.1:9/v1' }))).rejects.toThrow(message('fetch failed (bad port)', 'Nobody answers at http://127.0.0.1:9/v1: check OPENAI_BASE_URL, and that the server runs.'))
    await expect(callModel(openaiModel({ model: 'small', baseURL: 'http://no-such-host.invalid/v1' }), ask(), quick)).rejects.toThrow(/\((?:ENOTFOUND|EAI_AGAIN)\), at model "small"\n {2}Nobody answers at http:\/\/no-such-host\.invalid\/v1/)
  })

  it('is found out by a check that costs nothing, as is a key that is refused; what may pass is no failure', async () => {
    const answers = [200, 401, 403, 404, 500]
    const server = createServer((_, response) => { response.writeHead(answers.shift()!).end('whatever') })
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
    const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
    const model = openaiModel({ model: 'small', baseURL, apiKey: key })
    await checkModel(model)
    await expect(checkModel(model)).rejects.toThrow(message('401 the key is refused', `Check OPENAI_API_KEY, and that it belongs to ${baseURL}.`))
    for (let left = 0; left < 3; left++) await checkModel(model)
    server.closeAllConnections()
    await new Promise((resolve) => { server.close(resolve) })
    await checkModel({ name: 'of anyone', send: async () => ({ text: '', finish: 'stop' }) })
  })
})

describe('a server that is asked too often', () => {
  it('is left alone by all calls for as long as it asks, which is told once', async () => {
    const notices: string[] = []
    const at: number[] = []
    await using server = await scriptedServer((_, call) => {
      at.push(performance.now())
      return call < 4 ? serverFaults.status(429, { message: 'slow down' }, { 'retry-after-ms': '300' }) : 'fine'
    })
    const model = openaiModel({ model: 'small', baseURL: server.baseURL, limits: { onPause: (notice) => { notices.push(notice) } } })
    const replies = await Promise.all(Array.from({ length: 8 }, (_, index) => callModel(model, ask(`call ${index}`), { ...quick, attempts: 6 })))
    expect(replies.map(({ text }) => text)).toEqual(Array.from({ length: 8 }, () => 'fine'))
    expect(notices).toEqual(['rate limited, resuming in 1 s'])
    // The first eight came at once; nothing else came before the pause was over.
    expect(at.length).toBe(12)
    expect(at[8]! - at[0]!).toBeGreaterThanOrEqual(299)
  })

  it('is told to whoever runs the case, once for all its calls', async () => {
    await using server = await scriptedServer((_, call) => (call < 3 ? serverFaults.status(429, { message: 'slow down' }, { 'retry-after-ms': '1200' }) : 'fine'))
    const run = new RunModels()
    const notices: string[] = []
    run.onNotice = (text) => { notices.push(text) }
    const model = openaiModel({ model: 'small', baseURL: server.baseURL })
    await Promise.all([0, 1, 2].map((trial) => run.inCase('a', trial, () => callModel(model, ask(), quick)).result))
    expect(notices).toEqual(['small: rate limited, resuming in 2 s'])
  })

  it('is not waited for where it asks for an hour, in seconds or as a date, and no other call asks it again', async () => {
    for (const [retryAfter, wait] of [[3600, 3600], [new Date(noon + 7_200_000), 7200]] as const) {
      await using server = await scriptedServer(() => serverFaults.rateLimited(retryAfter))
      const model = openaiModel({ model: 'small', baseURL: server.baseURL, apiKey: key })
      const world = { now: () => noon }
      const until = `the server asks to wait until ${wait === 3600 ? '13:00' : '14:00'} (${wait} s)`
      await expect(callModel(model, ask(), quick, world)).rejects.toThrow(message(`429 Rate limit reached; ${until}`, 'Run again after that.'))
      await expect(callModel(model, ask(), quick, world)).rejects.toThrow(message(`rate limited before, nothing was sent; ${until}`, 'Run again after that.'))
      expect(server.prompts).toHaveLength(1)
    }
  })

  it('a date that has passed, or that is none, asks for no wait of its own', async () => {
    expect(await play(first(1, serverFaults.rateLimited(new Date(noon - 1000))))).toEqual({ told: 'fine (stop)', requests: 2 })
    expect(await play(first(1, serverFaults.status(429, { message: 'slow down' }, { 'retry-after': 'soon' })))).toEqual({ told: 'fine (stop)', requests: 2 })
  })

  it('a storm of complaints ends in one message, with what to change', async () => {
    expect(await play(always(serverFaults.rateLimited())))
      .toEqual({ told: `MODEL_RATE_LIMIT: ${message('429 Rate limit reached (3 attempts)', 'Ask less at a time: `limits` of the model, or a smaller `concurrency`.')}`, requests: 3 })
  })

  it('503 may ask for a wait as well', async () => {
    const at: number[] = []
    await play((_, call) => { at.push(performance.now()); return call === 0 ? serverFaults.status(503, { message: 'busy' }, { 'retry-after-ms': '100' }) : 'fine' })
    expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(99)
  })
})
