/** The answer of a traced call as a node that has its text, tool calls and value as nodes. Stage: llm. */
import { TraceEvalError } from '../../core/errors.ts'
import type { Step } from '../../graph/origin.ts'
import { peek } from '../../graph/node.ts'
import { runStep } from '../../graph/traced-node.ts'
import type { Node } from '../../graph/types.ts'
import type { ModelReply } from '../model.ts'
import { field, listField } from '../openai/read.ts'

const ofReply = ['reply'] as const
const steps = {
  text: { name: 'text', description: 'the text of the reply', pure: true },
  toolCalls: { name: 'tool_calls', description: 'the calls that the reply asks for', pure: true },
  parsed: { name: 'parsed', description: 'the reply as a value', pure: true },
  message: { name: 'message', description: 'the message of the reply', pure: true },
} as const satisfies Record<string, Step>

/** `node` with members that read its value by `read`. */
export function replyNode<T>(node: Node<T>, read: (answer: unknown) => ModelReply): Node<T> {
  const readers: Record<keyof typeof steps, (answer: unknown) => unknown> = {
    text: (answer) => read(answer).text,
    toolCalls: (answer) => read(answer).toolCalls ?? [],
    parsed: (answer) => parsedIn(answer, read),
    message: (answer) => field(listField(answer, 'choices')[0], 'message'),
  }
  for (const [name, step] of Object.entries(steps)) {
    // Made when somebody asks: most calls are asked for their text alone. Not enumerable, so that equality sees the value only.
    Object.defineProperty(node, name, { configurable: true, get: () => runStep(step, ofReply, [node], readers[name as keyof typeof steps] as never) })
  }
  const answer = peek(node)
  for (const key of typeof answer === 'object' && answer !== null ? Object.keys(answer) : []) {
    if (!(key in node)) Object.defineProperty(node, key, { configurable: true, get: () => { throw misread(key) } })
  }
  return node
}

/** Code that was written for the client itself would go on with nothing. */
function misread(key: string): TraceEvalError {
  return new TraceEvalError('TRACED_REPLY', `expected reply.$.${key} (nodes) or reply.value.${key} (as it is), received reply.${key}`,
    { hint: 'The answer of a traced client is a node. What one mostly wants of it is a node as well: reply.text, reply.toolCalls, reply.parsed.' })
}

/** What a `parse` made of it stands in the answer; else its text may be JSON. */
function parsedIn(answer: unknown, read: (answer: unknown) => ModelReply): unknown {
  const made = field(field(listField(answer, 'choices')[0], 'message'), 'parsed') ?? field(answer, 'output_parsed')
  if (made !== undefined && made !== null) return made
  const { parsed, text } = read(answer)
  if (parsed !== undefined) return parsed
  try { return JSON.parse(text) as unknown } catch { return null }
}
