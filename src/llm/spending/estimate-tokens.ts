/** Tokens of a request or a text, as far as one can tell without the model's own tokenizer. Stage: llm. */
import { messageText } from '../message-text.ts'
import type { ModelRequest } from '../model.ts'

/** Four characters a token, rounded up: near for English, too low for most other writing. */
export const tokensOfText = (text: string): number => Math.ceil(text.length / 4)

/** Of all messages, calls, tools and the schema of the answer. A picture counts 1,000. */
export function estimateTokens({ messages, tools = [], responseFormat }: ModelRequest): number {
  let [characters, pictures] = [0, 0]
  for (const message of messages) {
    characters += messageText(message).length
    if (message.role === 'assistant' && message.toolCalls !== undefined) characters += JSON.stringify(message.toolCalls).length
    if (typeof message.content !== 'string') pictures += message.content.filter(({ type }) => type === 'image').length
  }
  if (tools.length > 0) characters += JSON.stringify(tools).length
  if (typeof responseFormat === 'object') characters += JSON.stringify(responseFormat.schema).length
  return Math.ceil(characters / 4) + pictures * 1000
}
