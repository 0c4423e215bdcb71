/** The form that a judge fills in. Nothing in it is trusted. Stage: judge. */
import { describeValue, shorten } from '../core/describe-value.ts'
import { readJsonAnswer } from '../llm/calls/json-answer.ts'
import type { ModelReply } from '../llm/model.ts'

/** What was read, or what is wrong with it: told to the model once, and to the user after that. */
export type Read<T> = { readonly form: T } | { readonly problem: string }

/** One field of the form. */
export type Field<T> = (value: unknown) => T | undefined

/** Reads one JSON object, alone or in a code fence, with at least these fields. Each must be the object's own and fit. */
export function readForm<T extends object>(
  { text, finish }: Pick<ModelReply, 'text' | 'finish'>, fields: { readonly [K in keyof T]: { readonly wanted: string; readonly read: Field<T[K]> } },
): Read<T> {
  if (finish === 'length') return { problem: 'the answer was cut off at its length limit' }
  const object = objectIn(text)
  if (object === undefined) return { problem: `expected one JSON object, received ${describeValue(text, 120)}` }
  const form: Partial<T> = {}
  for (const key of Object.keys(fields) as (keyof T & string)[]) {
    const given = Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined
    const value = fields[key].read(given)
    if (value === undefined) return { problem: `expected ${fields[key].wanted} as ${JSON.stringify(key)}, received ${describeValue(given)}` }
    form[key] = value
  }
  return { form: form as T }
}

/** What an output says of itself, and a judge quotes, is no form: nothing may stand beside it. */
function objectIn(text: string): object | undefined {
  const value = readJsonAnswer(text, { alone: true })?.value
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
}

/** Words: not empty, and not endless. */
export const words: Field<string> = (value) => (typeof value === 'string' && value.trim() !== '' ? shorten(value.trim(), 1500) : undefined)
