/** For tests: what servers and the network do wrong, done for real. Stage: testing. */
import type { ServerResponse } from 'node:http'
import { chatChunks, responsesEvents, sendEvents, sendJson } from './scripted-answer.ts'
import type { ScriptedQuestion } from './scripted-question.ts'

/** Does to a response what a server should not. */
export type ServerFault = (response: ServerResponse, question: ScriptedQuestion) => void

/** The first events of a stream with this text: everything before it says why it ends. */
function started(question: ScriptedQuestion, text: string): object[] {
  if (question.api === 'chat') return chatChunks(question, { text }).slice(0, -2)
  return responsesEvents(question, { text }).filter((event) => /created|added|delta/.test((event as { type: string }).type))
}

/** Repeats `write` until the client is gone. */
function keepOn(response: ServerResponse, everyMs: number, write: () => void): void {
  const timer = setInterval(write, everyMs)
  response.on('close', () => clearInterval(timer))
}

/**
 * Faults to answer with. Each one makes a misbehaviour; those with "stream" in their description want a request that streams.
 *
 * @example
 * ```ts
 * import { callModel, openaiModel } from 'trace-eval/llm'
 * import { scriptedServer, serverFaults } from 'trace-eval/testing'
 * const server = await scriptedServer((_, call) => (call === 0 ? serverFaults.reset() : 'fine'))
 * const { text, attempts } = await callModel(openaiModel({ model: 'any', baseURL: server.baseURL }), { messages: [{ role: 'user', content: 'hello' }] }, { backoffMs: 1 })
 * await server[Symbol.asyncDispose]()
 * text     // 'fine'
 * attempts // 2
 * ```
 */
export const serverFaults = {
  /** An error with this status; `error` is its body's `error`. */
  status: (status: number, error: object = { message: 'failed' }, headers: Record<string, string> = {}): ServerFault => (response) => sendJson(response, status, { error }, headers),
  /** 429, with what `retry-after` says: seconds, or a date. */
  rateLimited: (retryAfter?: number | Date): ServerFault => (response) => {
    const headers = retryAfter === undefined ? undefined : { 'retry-after': typeof retryAfter === 'number' ? String(retryAfter) : retryAfter.toUTCString() }
    sendJson(response, 429, { error: { message: 'Rate limit reached', code: 'rate_limit_exceeded', type: 'requests' } }, headers)
  },
  /** 200, and an error in the body. */
  errorBody: (error: unknown): ServerFault => (response) => sendJson(response, 200, { error }),
  /** 200, and this JSON. */
  json: (body: unknown): ServerFault => (response) => sendJson(response, 200, body),
  /** 200, and this text as it is. */
  raw: (text: string, contentType: string = 'application/json'): ServerFault => (response) => { response.writeHead(200, { 'content-type': contentType }).end(text) },
  /** The page of a proxy. */
  page: (status: number = 200): ServerFault => (response) => { response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end('<!DOCTYPE html><html><body>Please log in</body></html>') },
  /** Nothing, for as long as the client waits. */
  hang: (): ServerFault => () => undefined,
  /** Headers, and a space every 10 ms: never silent, never done. */
  drip: (): ServerFault => (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    keepOn(response, 10, () => response.write(' '))
  },
  /** A stream that begins with `text`, and then only keeps its connection alive. */
  stall: (text: string = 'Once upon'): ServerFault => (response, question) => {
    sendEvents(response, started(question, text))
    keepOn(response, 10, () => response.write(': keep-alive\n\n'))
  },
  /** A stream of `text` that ends without saying why. */
  cutStream: (text: string = 'Once upon'): ServerFault => (response, question) => {
    sendEvents(response, started(question, text))
    response.end()
  },
  /** The connection is reset, in a stream after its first words. */
  reset: (text: string = 'Once upon'): ServerFault => (response, question) => {
    if (!question.stream) response.socket?.resetAndDestroy()
    else {
      sendEvents(response, started(question, text))
      setTimeout(() => response.socket?.resetAndDestroy(), 10)
    }
  },
  /** A body that is shorter than its `content-length`. */
  shortBody: (): ServerFault => (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"choices": [')
    setTimeout(() => response.socket?.end(), 10)
  },
  /** A JSON body of so many bytes. */
  flood: (bytes: number): ServerFault => (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{"choices": "')
    const piece = 'x'.repeat(2 ** 16)
    let sent = 0
    const more = (): void => {
      while (sent < bytes && !response.destroyed) {
        sent += piece.length
        if (!response.write(piece)) return void response.once('drain', more)
      }
      response.end('"}')
    }
    more()
  },
  /** A stream of `text` in which every event comes twice. */
  twice: (text: string): ServerFault => (response, question) => {
    const events = question.api === 'chat' ? chatChunks(question, { text }) : responsesEvents(question, { text })
    // Chunks of Chat Completions have no number: only its last ones can be told from new ones.
    sendEvents(response, question.api === 'chat' ? [...events, ...events.slice(-2), '[DONE]', '[DONE]'] : events.flatMap((event) => [event, event]))
    response.end()
  },
} as const
