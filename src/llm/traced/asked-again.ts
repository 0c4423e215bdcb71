/** A request that was answered with what does not fit, made once more. Stage: llm. */
import { shorten } from '../../core/describe-value.ts'
import { escapeControls } from '../../core/text.ts'
import type { Body } from './usable-answer.ts'

/** `body` with what was wrong with the last answer as its last message. */
export function askedAgain(body: Body, problem: string): Body {
  const why = shorten(escapeControls(problem).replaceAll(/\s+/g, ' ').replace(/[. ]+$/, ''), 600)
  const message = { role: 'user', content: `Your last answer to this does not fit: ${why}. Answer again, with one JSON value that fits and nothing else.` }
  const { messages, input } = body
  if (Array.isArray(messages)) return { ...body, messages: [...messages, message] }
  return { ...body, input: [...Array.isArray(input) ? input : input === undefined ? [] : [{ role: 'user', content: input }], message] }
}
