/** A request as the Responses API writes it. Stage: llm. */
import type { ModelMessage, ModelRequest, ResponseFormat, ToolChoice } from '../model.ts'

/** Nothing is kept at the server: each request holds the whole conversation. This API knows no `seed`. */
export function responsesBody(model: string, request: ModelRequest): Record<string, unknown> {
  const { messages, tools = [], toolChoice, responseFormat = 'text', maxOutputTokens, temperature, extra } = request
  return {
    model,
    input: messages.flatMap(inputItems),
    store: false,
    ...(tools.length > 0 && { tools: tools.map(({ name, description, parameters, strict = false }) => ({ type: 'function', name, description, parameters: parameters ?? { type: 'object' }, strict })) }),
    ...(tools.length > 0 && toolChoice !== undefined && { tool_choice: choiceOf(toolChoice) }),
    ...(responseFormat !== 'text' && { text: { format: formatOf(responseFormat) } }),
    ...(maxOutputTokens !== undefined && { max_output_tokens: maxOutputTokens }),
    ...(temperature !== undefined && { temperature }),
    ...extra,
  }
}

function inputItems(message: ModelMessage): object[] {
  if (message.role === 'tool') return [{ type: 'function_call_output', call_id: message.toolCallId, output: message.content }]
  if (message.role === 'assistant') {
    const calls = (message.toolCalls ?? []).map(({ id, name, arguments: given }) => ({ type: 'function_call', call_id: id, name, arguments: JSON.stringify(given ?? {}) }))
    return [...(message.content === '' ? [] : [{ role: 'assistant', content: message.content }]), ...calls]
  }
  if (typeof message.content === 'string') return [{ role: message.role, content: message.content }]
  return [{ role: message.role, content: message.content.map((part) => (part.type === 'text' ? { type: 'input_text', text: part.text } : { type: 'input_image', image_url: part.url, detail: 'auto' })) }]
}

const choiceOf = (choice: ToolChoice): unknown => (typeof choice === 'string' ? choice : { type: 'function', name: choice.name })

function formatOf(format: Exclude<ResponseFormat, 'text'>): object {
  if (format === 'json') return { type: 'json_object' }
  return { type: 'json_schema', name: format.name ?? 'answer', schema: format.schema, strict: format.strict ?? false }
}
