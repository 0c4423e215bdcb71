/** For tests: answers as Chat Completions and the Responses API write them, whole or as streams. Stage: testing. */
import type { ServerResponse } from 'node:http'
import type { ScriptedQuestion } from './scripted-question.ts'

/** What a scripted server answers. */
export interface ScriptedReply {
  /** @defaultValue none */
  readonly text?: string
  /** Instead of a text. @defaultValue none */
  readonly refusal?: string
  /** @defaultValue none */
  readonly toolCalls?: readonly { readonly id?: string; readonly name: string; readonly arguments: unknown }[]
  /** @defaultValue `'tool-calls'` where there are any, else `'stop'` */
  readonly finish?: 'stop' | 'length' | 'tool-calls' | 'content-filter'
  /** @defaultValue the model that was asked for */
  readonly model?: string
  /** As the API names its counts; `null` tells none. @defaultValue 100 tokens in and 20 out */
  readonly usage?: object | null
}

/** Answers in the protocol, and in the form, of the question. */
export function sendAnswer(response: ServerResponse, question: ScriptedQuestion, reply: ScriptedReply): void {
  response.setHeader('x-request-id', 'req_scripted')
  if (!question.stream) return sendJson(response, 200, question.api === 'chat' ? chatAnswer(question, reply) : responsesAnswer(question, reply))
  sendEvents(response, question.api === 'chat' ? [...chatChunks(question, reply), '[DONE]'] : responsesEvents(question, reply))
  response.end()
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

/** Writes server-sent events, and leaves the response open. */
export function sendEvents(response: ServerResponse, events: readonly unknown[]): void {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const event of events) {
    const type = typeof event === 'object' && event !== null && 'type' in event ? `event: ${String(event.type)}\n` : ''
    response.write(`${type}data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`)
  }
}

const chatUsage = { prompt_tokens: 100, completion_tokens: 20 }
const responsesUsage = { input_tokens: 100, output_tokens: 20 }
const reasons = { stop: 'stop', length: 'length', 'tool-calls': 'tool_calls', 'content-filter': 'content_filter' } as const

const reasonOf = ({ finish, toolCalls = [] }: ScriptedReply): string => reasons[finish ?? (toolCalls.length > 0 ? 'tool-calls' : 'stop')]
const modelOf = ({ body }: ScriptedQuestion, { model }: ScriptedReply): unknown => model ?? body['model']
const chatCalls = ({ toolCalls = [] }: ScriptedReply): { id: string; type: 'function'; function: { name: string; arguments: string } }[] => toolCalls
  .map(({ id, name, arguments: given }, index) => ({ id: id ?? `call_${index}`, type: 'function', function: { name, arguments: asText(given) } }))
/** A text is taken as it is, so that it may be broken. */
const asText = (given: unknown): string => (typeof given === 'string' ? given : JSON.stringify(given))

function chatAnswer(question: ScriptedQuestion, reply: ScriptedReply): object {
  const calls = chatCalls(reply)
  return {
    id: 'chatcmpl-1', object: 'chat.completion', created: 0, model: modelOf(question, reply),
    choices: [{
      index: 0, finish_reason: reasonOf(reply),
      message: { role: 'assistant', content: reply.text ?? null, ...(reply.refusal !== undefined && { refusal: reply.refusal }), ...(calls.length > 0 && { tool_calls: calls }) },
    }],
    ...(reply.usage !== null && { usage: reply.usage ?? chatUsage }),
  }
}

/** The chunks of a stream but its `[DONE]`: a role, texts of at most 8 characters, calls in halves, the reason, the usage. */
export function chatChunks(question: ScriptedQuestion, reply: ScriptedReply): object[] {
  const about = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 0, model: modelOf(question, reply) }
  const delta = (change: object, finish: string | null = null): object => ({ ...about, choices: [{ index: 0, delta: change, finish_reason: finish }] })
  const calls = chatCalls(reply).flatMap((call, index) => {
    const [start, end] = halves(call.function.arguments)
    return [delta({ tool_calls: [{ index, ...call, function: { name: call.function.name, arguments: start } }] }), delta({ tool_calls: [{ index, function: { arguments: end } }] })]
  })
  return [
    delta({ role: 'assistant', content: '' }), ...piecesOf(reply.text).map((content) => delta({ content })), ...piecesOf(reply.refusal).map((refusal) => delta({ refusal })), ...calls,
    delta({}, reasonOf(reply)), ...(reply.usage === null ? [] : [{ ...about, choices: [], usage: reply.usage ?? chatUsage }]),
  ]
}

function responsesAnswer(question: ScriptedQuestion, reply: ScriptedReply): object {
  const parts = [...(reply.text === undefined ? [] : [{ type: 'output_text', text: reply.text, annotations: [] }]), ...(reply.refusal === undefined ? [] : [{ type: 'refusal', refusal: reply.refusal }])]
  const calls = (reply.toolCalls ?? []).map(({ id, name, arguments: given }, index) => ({ type: 'function_call', id: `fc_${index}`, call_id: id ?? `call_${index}`, name, arguments: asText(given), status: 'completed' }))
  const why = reply.finish === 'length' ? 'max_output_tokens' : reply.finish === 'content-filter' ? 'content_filter' : undefined
  return {
    id: 'resp_1', object: 'response', created_at: 0, model: modelOf(question, reply), error: null,
    status: why === undefined ? 'completed' : 'incomplete', incomplete_details: why === undefined ? null : { reason: why },
    output: [...(parts.length === 0 ? [] : [{ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: parts }]), ...calls],
    ...(reply.usage !== null && { usage: reply.usage ?? responsesUsage }),
  }
}

interface OutputItem { readonly type: string; readonly id: string; readonly content?: readonly { readonly type: string }[]; readonly arguments?: string }

/** The events of a stream, numbered: created, every item with its parts in pieces, the whole response. */
export function responsesEvents(question: ScriptedQuestion, reply: ScriptedReply): object[] {
  const whole = responsesAnswer(question, reply) as { status: string; output: OutputItem[] }
  const events = [
    { type: 'response.created', response: { ...whole, status: 'in_progress', output: [] } },
    ...whole.output.flatMap(itemEvents),
    { type: `response.${whole.status}`, response: whole },
  ]
  return events.map((event, index) => ({ ...event, sequence_number: index }))
}

function itemEvents(item: OutputItem, index: number): object[] {
  const at = { item_id: item.id, output_index: index }
  const { content = [], arguments: given } = item
  const begun = { ...item, status: 'in_progress', ...(given === undefined ? { content: [] } : { arguments: '' }) }
  const inner = given === undefined
    ? content.flatMap((part, content_index) => partEvents(part as Part, { ...at, content_index }))
    : [...halves(given).map((delta) => ({ type: 'response.function_call_arguments.delta', ...at, delta })), { type: 'response.function_call_arguments.done', ...at, arguments: given }]
  return [{ type: 'response.output_item.added', output_index: index, item: begun }, ...inner, { type: 'response.output_item.done', output_index: index, item }]
}

type Part = { readonly type: 'output_text'; readonly text: string } | { readonly type: 'refusal'; readonly refusal: string }

function partEvents(part: Part, at: object): object[] {
  const [field, text] = part.type === 'refusal' ? ['refusal', part.refusal] as const : ['text', part.text] as const
  return [
    { type: 'response.content_part.added', ...at, part: { ...part, [field]: '' } },
    ...piecesOf(text).map((delta) => ({ type: `response.${part.type}.delta`, ...at, delta, ...(field === 'text' && { logprobs: [] }) })),
    { type: `response.${part.type}.done`, ...at, [field]: text, ...(field === 'text' && { logprobs: [] }) }, { type: 'response.content_part.done', ...at, part },
  ]
}

const piecesOf = (text: string = ''): string[] => text.match(/[\s\S]{1,8}/g) ?? []
const halves = (text: string): [string, string] => [text.slice(0, text.length >> 1), text.slice(text.length >> 1)]
