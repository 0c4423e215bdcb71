/** JSON out of an answer that should be nothing else. Stage: llm. */
import { jsonrepair } from 'jsonrepair'

/** The value, and whether the text was JSON as it came. */
export interface JsonAnswer { readonly value: unknown; readonly asItWas: boolean }

/** Longer texts are read as they are, or not at all. */
const MOST_REPAIRED = 1_000_000

/** Reads the whole text; else what stands in a code fence, or from the first bracket to the last, with small slips put right. Never runs it. */
export function readJsonAnswer(text: string): JsonAnswer | undefined {
  const whole = parse(text)
  if (whole !== undefined) return { ...whole, asItWas: true }
  if (text.length > MOST_REPAIRED) return undefined
  const fenced = /```(?:json|jsonc|json5)?[^\S\n]*\n([\s\S]*?)\n[^\S\n]*```/i.exec(text)?.[1]
  for (const body of [fenced, bracketed(fenced ?? text)]) {
    if (body === undefined) continue
    const found = parse(body) ?? repaired(body)
    if (found !== undefined) return { ...found, asItWas: false }
  }
  return undefined
}

function parse(text: string): { readonly value: unknown } | undefined {
  try { return { value: JSON.parse(text) as unknown } } catch { return undefined }
}

/** Only of objects and lists: of any other text a repair would make a string. And of whole ones: what was cut off is not made up. */
function repaired(body: string): { readonly value: unknown } | undefined {
  const count = (bracket: RegExp): number => body.match(bracket)?.length ?? 0
  if (!/^\s*[[{]/.test(body) || count(/[[{]/g) > count(/[\]}]/g)) return undefined
  try { return parse(jsonrepair(body)) } catch { return undefined }
}

function bracketed(text: string): string | undefined {
  const start = text.search(/[[{]/)
  const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'))
  return start < 0 || end < start ? undefined : text.slice(start, end + 1)
}
