/** Drafts the answer to a customer's message with a chat model: the prompt is what can be learned. */
import { bundle, parameter } from 'trace-eval'
import { chat, configuredModel } from './chat.ts'

const instructions = parameter('instructions', 'You answer customers of a web shop. Write a helpful reply to the message.', {
  description: 'System prompt of the model that drafts replies to customers.', maxLength: 2000,
})

const draft = bundle(async function draft(prompt: string, message: string): Promise<string> {
  const model = configuredModel(process.env)
  if (model === undefined) throw new Error('expected TRACE_EVAL_MODEL to name a model, received none')
  return chat(model, prompt, message)
})

const tidy = bundle(function tidy(reply: string): string {
  return reply.trim().replaceAll(/\n{3,}/g, '\n\n')
})

/** A reply to a customer's message. */
export async function replyTo(message: string) {
  return tidy(await draft(instructions, message))
}
