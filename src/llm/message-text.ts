/** The texts of messages, for estimates and for people. Stage: llm. */
import type { ModelMessage } from './model.ts'

/** The text of one message: its text parts, one a line; pictures are left out. */
export function messageText({ content }: ModelMessage): string {
  if (typeof content === 'string') return content
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
}
