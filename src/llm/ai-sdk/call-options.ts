/** A request as model objects of the AI SDK take it. Stage: llm. */
import type { ModelMessage, ModelRequest, ResponseFormat, ToolChoice } from '../model.ts'

/** Versions of the interface that differ in how they take a picture. */
export type AiSdkVersion = 'v2' | 'v3' | 'v4'

/** What `doGenerate` and `doStream` are called with. `extra` is what the AI SDK calls provider options. */
export function callOptions({ messages, tools = [], toolChoice, responseFormat = 'text', maxOutputTokens, temperature, seed, extra, signal }: ModelRequest, version: AiSdkVersion): Record<string, unknown> {
  const names = new Map(messages.flatMap((message) => (message.role === 'assistant' ? message.toolCalls ?? [] : [])).map(({ id, name }) => [id, name]))
  return {
    prompt: messages.map((message) => promptMessage(message, names, version)),
    ...(tools.length > 0 && { tools: tools.map(({ name, description, parameters, strict }) => ({ type: 'function', name, description, inputSchema: parameters ?? { type: 'object' }, ...(strict !== undefined && { strict }) })) }),
    ...(tools.length > 0 && toolChoice !== undefined && { toolChoice: choiceOf(toolChoice) }),
    ...(responseFormat !== 'text' && { responseFormat: formatOf(responseFormat) }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(seed !== undefined && { seed }),
    ...(extra !== undefined && { providerOptions: extra }),
    ...(signal !== undefined && { abortSignal: signal }),
  }
}

function promptMessage(message: ModelMessage, names: ReadonlyMap<string, string>, version: AiSdkVersion): object {
  switch (message.role) {
    case 'system': return { role: 'system', content: message.content }
    case 'user': {
      const parts = typeof message.content === 'string' ? [{ type: 'text' as const, text: message.content }] : message.content
      return { role: 'user', content: parts.map((part) => (part.type === 'text' ? { type: 'text', text: part.text } : pictureOf(part.url, version))) }
    }
    case 'assistant': {
      const text = message.content === '' ? [] : [{ type: 'text', text: message.content }]
      return { role: 'assistant', content: [...text, ...(message.toolCalls ?? []).map(({ id, name, arguments: input }) => ({ type: 'tool-call', toolCallId: id, toolName: name, input: input ?? {} }))] }
    }
    case 'tool': {
      const { toolCallId, content } = message
      return { role: 'tool', content: [{ type: 'tool-result', toolCallId, toolName: names.get(toolCallId) ?? '', output: { type: 'text', value: content } }] }
    }
  }
}

function pictureOf(url: string, version: AiSdkVersion): object {
  const [, mediaType, data] = /^data:([^;,]+);base64,(.*)$/s.exec(url) ?? []
  if (data !== undefined) return { type: 'file', mediaType, data: version === 'v4' ? { type: 'data', data } : data }
  return { type: 'file', mediaType: 'image/*', data: version === 'v4' ? { type: 'url', url: new URL(url) } : new URL(url) }
}

const choiceOf = (choice: ToolChoice): object => (typeof choice === 'string' ? { type: choice } : { type: 'tool', toolName: choice.name })

function formatOf(format: Exclude<ResponseFormat, 'text'>): object {
  return format === 'json' ? { type: 'json' } : { type: 'json', schema: format.schema, name: format.name ?? 'answer' }
}
