import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { chat, configuredModel } from './chat.ts'
import { replyTo } from './support-reply.ts'

afterEach(() => { vi.unstubAllEnvs() })

interface Seen { readonly url: string | undefined; readonly authorization: string | undefined; readonly body: unknown }

/** A server that answers every request with `status` and `answer`, and remembers what it was asked. */
async function server(status: number, answer: unknown): Promise<{ baseUrl: string; seen: Seen[] }> {
  const seen: Seen[] = []
  const running = createServer(async (request: IncomingMessage, response) => {
    seen.push({ url: request.url, authorization: request.headers.authorization, body: JSON.parse(await text(request)) })
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await new Promise<void>((listening) => { running.listen(0, '127.0.0.1', listening) })
  onTestFinished(() => { running.close() })
  return { baseUrl: `http://127.0.0.1:${(running.address() as AddressInfo).port}/v1/`, seen }
}

test('asks any compatible server, with the prompt as system message', async () => {
  const { baseUrl, seen } = await server(200, { choices: [{ message: { content: 'Hello Mira' } }] })
  expect(await chat({ model: 'small', baseUrl, apiKey: 'key' }, 'Be kind.', 'Where is it?')).toBe('Hello Mira')
  expect(seen).toEqual([{
    url: '/v1/chat/completions', authorization: 'Bearer key',
    body: { model: 'small', messages: [{ role: 'system', content: 'Be kind.' }, { role: 'user', content: 'Where is it?' }] },
  }])
})

test('says what the server answered instead of a text', async () => {
  const refusing = await server(429, { error: 'slow down' })
  await expect(chat({ model: 'small', baseUrl: refusing.baseUrl }, '', '')).rejects.toThrow('expected an answer of small, received status 429: {"error":"slow down"}')
  const empty = await server(200, { choices: [] })
  await expect(chat({ model: 'small', baseUrl: empty.baseUrl }, '', '')).rejects.toThrow('expected an answer of small with a text, received {"choices":[]}')
})

test('a key alone names no model', () => {
  expect(configuredModel({ OPENAI_API_KEY: 'key' })).toBeUndefined()
  expect(configuredModel({ TRACE_EVAL_MODEL: '' })).toBeUndefined()
  expect(configuredModel({ TRACE_EVAL_MODEL: 'small', OPENAI_BASE_URL: 'http://localhost/v1' })).toEqual({ model: 'small', baseUrl: 'http://localhost/v1', apiKey: undefined })
})

test('the workflow sends its instructions and tidies the reply', async () => {
  const { baseUrl, seen } = await server(200, { choices: [{ message: { content: '\nHi Tom,\n\n\n\nsorry.  ' } }] })
  vi.stubEnv('TRACE_EVAL_MODEL', 'small')
  vi.stubEnv('OPENAI_BASE_URL', baseUrl)
  expect((await replyTo('Refund me')).value).toBe('Hi Tom,\n\nsorry.')
  expect(seen[0]?.body).toMatchObject({ messages: [{ content: 'You answer customers of a web shop. Write a helpful reply to the message.' }, { content: 'Refund me' }] })
})

test('without a model the workflow says which variable is missing', async () => {
  vi.stubEnv('TRACE_EVAL_MODEL', '')
  await expect(replyTo('Hi')).rejects.toThrow('expected TRACE_EVAL_MODEL to name a model, received none')
})
