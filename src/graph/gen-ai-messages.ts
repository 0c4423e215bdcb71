/** Messages of a call to a model in the form that OpenTelemetry has for them. Stage: graph. */
import type { Attributes } from './gen-ai.ts'

type Fields = Readonly<Record<string, unknown>>
interface Part { readonly type: string; readonly [key: string]: unknown }

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? value as Fields : {})
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const textPart = (content: string): Part => ({ type: 'text', content })

/** Content of a request and its answer, of Chat Completions, Responses or `callModel`: only exported where somebody asks for it. */
export function contentAttributes(request: ReadonlyMap<string, unknown>, answer: unknown): Attributes {
  const messages = request.get('messages') ?? request.get('input')
  const input = typeof messages === 'string' ? [{ role: 'user', parts: [textPart(messages)] }] : listOf(messages).map(messageOf)
  const instructions = request.get('instructions')
  const output = answersIn(answer)
  return {
    ...(input.length > 0 && { 'gen_ai.input.messages': JSON.stringify(input) }),
    ...(typeof instructions === 'string' && { 'gen_ai.system_instructions': JSON.stringify([textPart(instructions)]) }),
    ...(Array.isArray(request.get('tools')) && { 'gen_ai.tool.definitions': JSON.stringify(request.get('tools')) }),
    ...(output.length > 0 && { 'gen_ai.output.messages': JSON.stringify(output) }),
  }
}

function messageOf(message: unknown): { role: unknown; parts: Part[] } {
  const { role = 'user', content, tool_call_id: callId, toolCallId = callId, ...rest } = fieldsOf(message)
  if (role === 'tool') return { role, parts: [{ type: 'tool_call_response', id: toolCallId ?? null, result: content ?? null }] }
  return { role, parts: [...partsOf(content), ...callsOf(rest['tool_calls'] ?? rest['toolCalls'])] }
}

function partsOf(content: unknown): Part[] {
  if (typeof content === 'string') return content === '' ? [] : [textPart(content)]
  return listOf(content).map((part) => {
    const { type, text } = fieldsOf(part)
    return typeof text === 'string' ? textPart(text) : { type: typeof type === 'string' ? type : 'unknown' }
  })
}

function callsOf(calls: unknown): Part[] {
  return listOf(calls).map((call) => {
    const { id, call_id: callId = id, function: inner, ...own } = fieldsOf(call)
    const { name, arguments: given } = inner === undefined ? own as Fields : fieldsOf(inner)
    return { type: 'tool_call', id: callId ?? null, name: name ?? null, arguments: given ?? null }
  })
}

function answersIn(answer: unknown): { role: string; parts: Part[]; finish_reason: unknown }[] {
  const { choices, output, text, toolCalls, finish, status } = fieldsOf(answer)
  if (Array.isArray(choices)) return choices.map((choice) => ({ ...messageOf(fieldsOf(choice)['message']), role: 'assistant', finish_reason: fieldsOf(choice)['finish_reason'] ?? null }))
  if (Array.isArray(output)) {
    const items = output.map(fieldsOf)
    const parts = items.flatMap((item) => (item['type'] === 'message' ? partsOf(item['content']) : item['type'] === 'function_call' ? callsOf([item]) : []))
    return [{ role: 'assistant', parts, finish_reason: status ?? null }]
  }
  return typeof text === 'string' ? [{ role: 'assistant', parts: [...partsOf(text), ...callsOf(toolCalls)], finish_reason: finish ?? null }] : []
}
