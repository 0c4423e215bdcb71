/** A request as Chat Completions writes it. Stage: llm. */
import type { ModelMessage, ModelRequest, ResponseFormat, ToolChoice } from '../model.ts'

/** Servers other than OpenAI's know the older name of the limit: Ollama reads no other. */
export function chatBody(model: string, request: ModelRequest, limitName: 'max_tokens' | 'max_completion_tokens'): Record<string, unknown> {
  const { messages, tools = [], toolChoice, responseFormat = 'text', maxOutputTokens, temperature, seed, extra } = request
  return {
    model,
    messages: messages.map(chatMessage),
    ...(tools.length > 0 && { tools: tools.map(({ name, description, parameters, strict }) => ({ type: 'function', function: { name, description, parameters: parameters ?? { type: 'object' }, strict } })) }),
    ...(tools.length > 0 && toolChoice !== undefined && { tool_choice: chatChoice(toolChoice) }),
    ...(responseFormat !== 'text' && { response_format: chatFormat(responseFormat) }),
    ...(maxOutputTokens !== undefined && { [limitName]: maxOutputTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(seed !== undefined && { seed }),
    ...extra,
  }
}

function chatMessage(message: ModelMessage): object {
  if (message.role === 'tool') return { role: 'tool', tool_call_id: message.toolCallId, content: message.content }
  if (message.role === 'assistant' && message.toolCalls !== undefined && message.toolCalls.length > 0) {
    const calls = message.toolCalls.map(({ id, name, arguments: given }) => ({ id, type: 'function', function: { name, arguments: JSON.stringify(given ?? {}) } }))
    return { role: 'assistant', content: message.content === '' ? null : message.content, tool_calls: calls }
  }
  if (typeof message.content === 'string') return { role: message.role, content: message.content }
  return { role: message.role, content: message.content.map((part) => (part.type === 'text' ? { type: 'text', text: part.text } : { type: 'image_url', image_url: { url: part.url } })) }
}

const chatChoice = (choice: ToolChoice): unknown => (typeof choice === 'string' ? choice : { type: 'function', function: choice })

function chatFormat(format: Exclude<ResponseFormat, 'text'>): object {
  if (format === 'json') return { type: 'json_object' }
  return { type: 'json_schema', json_schema: { name: format.name ?? 'answer', schema: format.schema, strict: format.strict } }
}
