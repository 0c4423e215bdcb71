/** What servers do wrong, done for real on loopback, and what a caller sees. Stage: llm. */
import type { ServerResponse } from 'node:http'
import { expect, it } from 'vitest'
import { callModel, type CallPolicy } from './call-model.ts'
import { meter } from './meter.ts'
import { modelFromEnv } from './model-from-env.ts'
import { openaiModel } from './openai-model.ts'
import { scriptedServer, sendJson, type Script } from '../testing/scripted-server.ts'

const quick: CallPolicy = { backoffMs: 1, maxBackoffMs: 2, attemptTimeoutMs: 2000, totalTimeoutMs: 10_000, attempts: 3 }
const ask = { messages: [{ role: 'user', content: 'hello' }] } as const
const fail = (status: number, error: object, headers: Record<string, string> = {}) => (response: ServerResponse): void => sendJson(response, status, { error }, headers)

/** The answer, or the code and first line of the error, with the number of requests. */
async function outcome(script: Script, policy: CallPolicy = quick): Promise<string> {
  await using server = await scriptedServer(script)
  const model = openaiModel({ model: 'small', baseURL: server.baseURL, apiKey: 'sk-test-1234567890abcdef' })
  try {
    const { text, finish } = await callModel(model, ask, policy, { now: () => new Date(2026, 0, 1, 13, 5).getTime() })
    return `${text} (${finish}) after ${server.prompts.length}`
  } catch (error) {
    const { code, message } = error as { code: string; message: string }
    return `${code} after ${server.prompts.length}: ${message.split('\n')[0]}`
  }
}
/** Fails in this way `times` times, then answers. */
const first = (times: number, failure: (response: ServerResponse) => void): Script => (_, call) => (call < times ? failure : 'fine')

it('an answer comes back with what it cost', async () => {
  await using server = await scriptedServer(() => 'hi')
  const reply = await callModel(openaiModel({ model: 'small', baseURL: server.baseURL }), { ...ask, temperature: 0 })
  expect(reply).toEqual({ text: 'hi', finish: 'stop', inputTokens: 100, outputTokens: 20, attempts: 1, latencyMs: expect.any(Number) })
})

it.each<[string, Script, string]>([
  ['500 is tried again', first(2, fail(500, { message: 'boom' })), 'fine (stop) after 3'],
  ['and given up after the last attempt', () => fail(503, { message: 'overloaded' }), 'MODEL_FAILED after 3: expected an answer of the model, received: 503 overloaded (3 attempts), at model "small"'],
  ['429 waits as long as the server asks', first(1, fail(429, { message: 'slow down' }, { 'retry-after-ms': '5' })), 'fine (stop) after 2'],
  ['but not for an hour', () => fail(429, { message: 'slow down' }, { 'retry-after': '3600' }), 'MODEL_RATE_LIMIT after 1: expected an answer of the model, received: 429 slow down; the server asks to wait until 14:05 (3600 s), at model "small"'],
  ['an empty account is fatal at once', () => fail(429, { message: 'You exceeded your current quota', code: 'insufficient_quota' }), 'MODEL_QUOTA after 1: expected an answer of the model, received: 429 You exceeded your current quota, at model "small"'],
  ['a refused key is fatal at once, and is not shown', () => fail(401, { message: 'Incorrect API key provided: sk-test-1234567890abcdef' }), 'MODEL_AUTH after 1: expected an answer of the model, received: 401 Incorrect API key provided: [redacted key], at model "small"'],
  ['a bad request is fatal at once', () => fail(400, { message: 'top_k is no number' }), 'MODEL_REQUEST after 1: expected an answer of the model, received: 400 top_k is no number, at model "small"'],
  ['a page of a proxy is no answer', () => (response) => { response.writeHead(200, { 'content-type': 'text/html' }).end('<html>login</html>') },
    'MODEL_MALFORMED after 3: expected an answer of the model, received: expected an OpenAI-style response, received content type text/html: "<html>login</html>" (3 attempts), at model "small"'],
  ['neither is an empty list', first(1, (response) => sendJson(response, 200, { choices: [] })), 'fine (stop) after 2'],
  ['nor half a document', first(1, (response) => { response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices": [') }), 'fine (stop) after 2'],
  ['a connection that breaks is tried again', first(1, (response) => { response.destroy() }), 'fine (stop) after 2'],
  ['an answer that was cut off says so', () => (response) => sendJson(response, 200, { choices: [{ message: { content: 'half' }, finish_reason: 'length' }] }), 'half (length) after 1'],
  ['a refusal is an answer', () => (response) => sendJson(response, 200, { choices: [{ message: { content: null, refusal: 'No.' }, finish_reason: 'stop' }] }), 'No. (refusal) after 1'],
])('%s', async (_, script, expected) => expect(await outcome(script)).toBe(expected))

it('a server that never answers, or trickles, is left at the deadline of the attempt', async () => {
  const short = { ...quick, attemptTimeoutMs: 150 }
  expect(await outcome(first(1, () => {}), short)).toBe('fine (stop) after 2')
  const trickle = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const timer = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(timer))
  }
  expect(await outcome(first(1, trickle), short)).toBe('fine (stop) after 2')
})

it('an answer of many megabytes is not read to its end', async () => {
  const flood = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(`{"choices": "${'x'.repeat(9 * 2 ** 20)}"}`)
  }
  expect(await outcome(first(1, flood))).toBe('fine (stop) after 2')
})

it('a server that is not there is fatal at once, with what to check', async () => {
  const gone = await scriptedServer(() => '')
  await gone[Symbol.asyncDispose]()
  const model = openaiModel({ model: 'small', baseURL: gone.baseURL })
  await expect(callModel(model, ask, quick)).rejects.toThrow([
    'expected an answer of the model, received: Connection error. (ECONNREFUSED), at model "small"',
    `  Nobody answers at ${gone.baseURL}: check OPENAI_BASE_URL, and that the server runs.`,
  ].join('\n'))
})

it('stopping the run stops the call', async () => {
  await using server = await scriptedServer(() => () => {})
  const stop = new AbortController()
  const call = callModel(openaiModel({ model: 'small', baseURL: server.baseURL }), { ...ask, signal: stop.signal }, quick)
  setTimeout(() => stop.abort(), 20)
  await expect(call).rejects.toMatchObject({ code: 'MODEL_ABORTED' })
})

it('a budget is checked before a request is sent', async () => {
  await using server = await scriptedServer(() => 'fine')
  const model = meter(openaiModel({ model: 'small', baseURL: server.baseURL }), { maxCalls: 2, maxTokens: 1000 })
  await callModel(model, ask)
  await callModel(model, ask)
  expect(model.spend).toEqual({ modelCalls: 2, inputTokens: 200, outputTokens: 40, costUsd: null, estimated: false })
  await expect(callModel(model, ask)).rejects.toMatchObject({ code: 'MODEL_BUDGET', summary: 'expected an answer of the model, received: the model budget is spent: 2 of 2 calls are used' })
  expect(server.prompts).toHaveLength(2)
})

it('tokens that a server does not tell, or tells wrongly, are estimated', async () => {
  await using server = await scriptedServer(() => (response) => sendJson(response, 200, { choices: [{ message: { content: '12345678' }, finish_reason: 'stop' }], usage: { prompt_tokens: -3 } }))
  const model = meter(openaiModel({ model: 'small', baseURL: server.baseURL }))
  await callModel(model, ask)
  expect(model.spend).toEqual({ modelCalls: 1, inputTokens: 2, outputTokens: 2, costUsd: null, estimated: true })
})

it('a key alone names no model, and a model needs a key or a server', () => {
  expect(modelFromEnv({ OPENAI_API_KEY: 'sk-x' })).toBeUndefined()
  expect(modelFromEnv({ TRACE_EVAL_MODEL: 'small', OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' })?.name).toBe('small')
  expect(() => modelFromEnv({ TRACE_EVAL_MODEL: 'small' })).toThrow('expected OPENAI_API_KEY or OPENAI_BASE_URL beside TRACE_EVAL_MODEL="small", received neither')
  expect(() => modelFromEnv({ TRACE_EVAL_MODEL: 'small', OPENAI_BASE_URL: 'file:///etc/passwd' })).toThrow('expected OPENAI_BASE_URL to be an http or https address')
})
