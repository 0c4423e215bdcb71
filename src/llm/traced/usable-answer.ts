/** Whether the answer of a client is one, as it came. Stage: llm. */
import { describeValue } from '../../core/describe-value.ts'
import { redactSecrets } from '../../core/redact.ts'
import { UnusableReply } from '../calls/model-fault.ts'
import { field, listField, refuseErrorBody, textField } from '../openai/read.ts'

/** The body of a request, without nodes. */
export type Body = Readonly<Record<string, unknown>>

/** @throws {UnusableReply} for a page, another shape, and choices that say nothing; what a body with an error says is thrown as well. */
export function checkChat(answer: unknown): void {
  refuseErrorBody(answer)
  const choices = field(answer, 'choices')
  if (!Array.isArray(choices)) throw malformed('an OpenAI-style response', answer)
  // Cut off or filtered before the first word is an answer, too.
  if (!choices.some((choice) => says(field(choice, 'message')) || /^(?:length|content_filter)$/.test(textField(choice, 'finish_reason')))) throw new UnusableReply('empty', 'the answer holds no text')
}

/** @throws as {@link checkChat}. What goes on in the background is asked for again by whoever wants it. */
export function checkResponse(answer: unknown, body: Body): void {
  refuseErrorBody(answer)
  const [output, status] = [field(answer, 'output'), textField(answer, 'status')]
  if (!Array.isArray(output)) throw malformed("a response of OpenAI's Responses API", answer)
  if (body['background'] === true) return
  if (/^(?:failed|cancelled|queued|in_progress)$/.test(status)) throw new UnusableReply('incomplete', `the response is ${status.replace('_', ' ')}`)
  if (status !== 'incomplete' && !output.some(saysItem)) throw new UnusableReply('empty', 'the answer holds no text')
}

/** @throws as {@link checkChat}. */
export function checkEmbeddings(answer: unknown): void {
  refuseErrorBody(answer)
  if (!Array.isArray(field(answer, 'data'))) throw malformed('an OpenAI-style list of embeddings', answer)
}

/** Anything that was meant to be read: texts, calls, sounds. */
function says(message: unknown): boolean {
  if (typeof message !== 'object' || message === null) return false
  return Object.entries(message).some(([key, value]) => !/^(?:role|annotations|reasoning.*)$/.test(key) && isSomething(value))
}

function saysItem(item: unknown): boolean {
  const type = textField(item, 'type')
  if (type !== 'message') return type !== 'reasoning'
  return listField(item, 'content').some((part) => isSomething(field(part, 'text')) || isSomething(field(part, 'refusal')))
}

const isSomething = (value: unknown): boolean => (typeof value === 'string' ? value.trim() !== '' : Array.isArray(value) ? value.length > 0 : typeof value === 'object' && value !== null)

// Secrets first: a cut must not leave half of one.
const malformed = (wanted: string, answer: unknown): UnusableReply =>
  new UnusableReply('malformed', `expected ${wanted}, received ${typeof answer === 'string' ? describeValue(redactSecrets(answer.slice(0, 2000)), 200) : describeValue(answer, 200)}`)
