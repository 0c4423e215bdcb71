/** A chat completion put together from the chunks of a stream. Stage: llm. */
import { field, listField, refuseErrorBody } from '../openai/read.ts'
import type { Parts } from './parts.ts'

type Fields = Record<string, unknown>

/** Takes chunks as servers send them: texts grow, tool calls by their index, of anything else the last counts. */
export function chatParts(): Parts {
  const whole: Fields = {}
  const choices: Fields[] = []
  return {
    add(chunk) {
      if (typeof chunk !== 'object' || chunk === null) return
      refuseErrorBody(chunk)
      for (const [key, value] of Object.entries(chunk)) if (key !== 'choices' && (value !== null || !(key in whole))) whole[key] = value
      for (const piece of listField(chunk, 'choices')) addChoice(choices, piece)
    },
    answer: () => ({ ...whole, object: 'chat.completion', choices: choices.filter((choice) => choice !== undefined) }),
    isComplete: () => typeof choices[0]?.['finish_reason'] === 'string',
  }
}

function addChoice(choices: Fields[], piece: unknown): void {
  const index = indexOf(piece, 0)
  const choice = (choices[index] ??= { index, message: { role: 'assistant', content: null, refusal: null }, finish_reason: null, logprobs: null })
  addDelta(choice['message'] as Fields, field(piece, 'delta'))
  const reason = field(piece, 'finish_reason')
  if (typeof reason === 'string') choice['finish_reason'] = reason
}

function addDelta(message: Fields, delta: unknown): void {
  if (typeof delta !== 'object' || delta === null) return
  for (const [key, value] of Object.entries(delta)) {
    if (key === 'tool_calls') addCalls((message['tool_calls'] ??= []) as Fields[], listField(delta, key))
    else addField(message, key, value)
  }
}

function addCalls(calls: Fields[], pieces: readonly unknown[]): void {
  for (const piece of pieces) {
    if (typeof piece !== 'object' || piece === null) continue
    const call = (calls[Math.min(indexOf(piece, Math.max(0, calls.length - 1)), calls.length)] ??= {})
    for (const [key, value] of Object.entries(piece)) {
      if (typeof value === 'object' && value !== null) for (const [inner, part] of Object.entries(value)) addField((call[key] ??= {}) as Fields, inner, part)
      else if (key !== 'index') call[key] ??= value
    }
  }
}

function addField(target: Fields, key: string, value: unknown): void {
  if (key === '__proto__' || value === null) return
  const known = target[key]
  target[key] = typeof value === 'string' && typeof known === 'string' && key !== 'role' ? known + value : value
}

// An index far away would leave a list of holes.
const indexOf = (piece: unknown, otherwise: number): number => {
  const index = field(piece, 'index')
  return typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < 128 ? index : otherwise
}

/** A kept completion as the one chunk of a stream. */
export function keptChatChunks(answer: unknown): unknown[] {
  if (typeof answer !== 'object' || answer === null) return []
  const choices = listField(answer, 'choices').map((choice, index) => {
    const { message, ...rest } = choice as { message?: Fields }
    const calls = listField(message, 'tool_calls')
    return { index, ...rest, delta: { ...message, ...(calls.length > 0 && { tool_calls: calls.map((call, at) => ({ index: at, ...call as object })) }) } }
  })
  return [{ ...answer, object: 'chat.completion.chunk', choices }]
}
