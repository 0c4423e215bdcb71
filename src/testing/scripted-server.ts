/** For tests: a real server on loopback that speaks OpenAI's protocols and answers from a script. Stage: testing. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sendAnswer, sendJson, type ScriptedReply } from './scripted-answer.ts'
import { promptOf, type ScriptedQuestion } from './scripted-question.ts'
import type { ServerFault } from './server-faults.ts'

export { sendJson }

/** One answer: a text, a reply with more than text, or a fault, which does to the response what it likes. */
export type ScriptedAnswer = string | ScriptedReply | ServerFault

/** From the texts of a request, the number of requests before it, and the request itself, to the answer. */
export type Script = (prompt: string, call: number, question: ScriptedQuestion) => ScriptedAnswer

/** A server that is asked until it is disposed of. */
export interface ScriptedServer extends AsyncDisposable {
  /** For `openaiModel({ baseURL })`, or `OPENAI_BASE_URL`. */
  readonly baseURL: string
  /** The texts of every request that came, in order. */
  readonly prompts: readonly string[]
  readonly questions: readonly ScriptedQuestion[]
  readonly headers: readonly IncomingMessage['headers'][]
}

// In the path of each address: ports come back, and what is known of one server must not hold for the next.
let servers = 0

/**
 * Starts a server on 127.0.0.1 that answers Chat Completions and Responses, whole or as a stream, as it is asked. The script sees
 * nothing but the request. A script that throws answers 500 with its message.
 *
 * @example
 * ```ts
 * import { callModel, openaiModel } from 'trace-eval/llm'
 * import { scriptedServer } from 'trace-eval/testing'
 * const server = await scriptedServer((prompt, call) => `${prompt.toUpperCase()} ${call}`)
 * const model = openaiModel({ model: 'any', baseURL: server.baseURL })
 * const { text } = await callModel(model, { messages: [{ role: 'user', content: 'hello' }] })
 * await server[Symbol.asyncDispose]()
 * text // 'HELLO 0'
 * ```
 */
export async function scriptedServer(script: Script): Promise<ScriptedServer> {
  const prompts: string[] = []
  const questions: ScriptedQuestion[] = []
  const headers: IncomingMessage['headers'][] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (request.method === 'GET') return sendJson(response, 200, { object: 'list', data: [] })
      try {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>
        const question: ScriptedQuestion = { api: request.url?.endsWith('/responses') === true ? 'responses' : 'chat', stream: body['stream'] === true, body }
        const prompt = promptOf(body)
        headers.push(request.headers)
        questions.push(question)
        const answer = script(prompt, prompts.push(prompt) - 1, question)
        if (typeof answer === 'function') answer(response, question)
        else sendAnswer(response, question, typeof answer === 'string' ? { text: answer } : answer)
      } catch (error) {
        sendJson(response, 500, { error: { message: String(error) } })
      }
    })
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/server-${++servers}/v1`, prompts, questions, headers,
    [Symbol.asyncDispose]: () => closed(server),
  }
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => { server.close(resolve) })
}
