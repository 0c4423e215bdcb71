/** For tests: a real server on loopback that speaks chat completions and answers from a script. Stage: testing. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One answer: a text, or whatever is done to the response. */
export type Script = (prompt: string, call: number) => string | ((response: ServerResponse) => void)

export interface ScriptedServer extends AsyncDisposable {
  readonly baseURL: string
  /** Every prompt that came, in order. */
  readonly prompts: readonly string[]
  readonly headers: readonly IncomingMessage['headers'][]
}

/** Starts a server that reads only the prompt it is sent. */
export async function scriptedServer(script: Script): Promise<ScriptedServer> {
  const prompts: string[] = []
  const headers: IncomingMessage['headers'][] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { messages } = JSON.parse(Buffer.concat(chunks).toString()) as { messages: { content: string }[] }
      const prompt = messages.map(({ content }) => content).join('\n')
      headers.push(request.headers)
      const answer = script(prompt, prompts.push(prompt) - 1)
      if (typeof answer === 'function') return answer(response)
      sendJson(response, 200, { choices: [{ message: { role: 'assistant', content: answer }, finish_reason: 'stop' }], usage: { prompt_tokens: 100, completion_tokens: 20 } })
    })
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, prompts, headers,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => { server.close(resolve) })
    },
  }
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
