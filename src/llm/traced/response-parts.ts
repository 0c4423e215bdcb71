/** A response put together from the events of a stream. Stage: llm. */
import { field, listField, refuseErrorBody, textField } from '../openai/read.ts'
import type { Parts } from './parts.ts'

const last: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed'])

/** The last event holds the whole response; where a stream is left before it, the items and texts until then stand for it. */
export function responseParts(): Parts {
  let whole: unknown
  let begun: unknown
  let text = ''
  const items: unknown[] = []
  return {
    add(event) {
      const type = textField(event, 'type')
      if (type === 'error') refuseErrorBody({ error: field(event, 'error') ?? event })
      if (last.has(type)) whole = field(event, 'response')
      else if (type === 'response.created') begun = field(event, 'response')
      else if (type === 'response.output_item.done') items.push(field(event, 'item'))
      else if (type === 'response.output_text.delta') text += textField(event, 'delta')
    },
    isComplete: () => whole !== undefined,
    answer() {
      if (whole !== undefined) return withText(listField(whole, 'output').length === 0 && items.length > 0 ? { ...whole, output: items } : whole)
      const message = { type: 'message', role: 'assistant', status: 'incomplete', content: [{ type: 'output_text', text, annotations: [] }] }
      return withText({ ...(begun as object | undefined), status: 'incomplete', output: items.length > 0 ? items : [message] })
    },
  }
}

/** The SDK adds `output_text` to whole answers, and not to those of events. */
function withText(response: unknown): unknown {
  if (typeof response !== 'object' || response === null || textField(response, 'output_text') !== '') return response
  const parts = listField(response, 'output').flatMap((item) => (textField(item, 'type') === 'message' ? listField(item, 'content') : []))
  return { ...response, output_text: parts.map((part) => (textField(part, 'type') === 'output_text' ? textField(part, 'text') : '')).join('') }
}

/** A kept response as the events of a stream: its items whole, its texts in one piece each. */
export function keptEvents(answer: unknown): unknown[] {
  const type = textField(answer, 'status') === 'incomplete' ? 'response.incomplete' : 'response.completed'
  const events = [
    { type: 'response.created', response: { ...answer as object, status: 'in_progress', output: [] } },
    ...listField(answer, 'output').flatMap(itemEvents),
    { type, response: answer },
  ]
  return events.map((event, sequence_number) => ({ ...event, sequence_number }))
}

function itemEvents(item: unknown, output_index: number): object[] {
  const isMessage = textField(item, 'type') === 'message'
  const parts = isMessage ? listField(item, 'content').flatMap((part, content_index) => partEvents(part, { item_id: textField(item, 'id'), output_index, content_index })) : []
  const begun = isMessage ? { ...item as object, status: 'in_progress', content: [] } : item
  return [{ type: 'response.output_item.added', output_index, item: begun }, ...parts, { type: 'response.output_item.done', output_index, item }]
}

function partEvents(part: unknown, at: object): object[] {
  const type = textField(part, 'type')
  const field = type === 'refusal' ? 'refusal' : 'text'
  const text = textField(part, field)
  return [{ type: 'response.content_part.added', ...at, part: { ...part as object, [field]: '' } }, ...(text === '' ? [] : [{ type: `response.${type}.delta`, ...at, delta: text }]), { type: 'response.content_part.done', ...at, part }]
}
