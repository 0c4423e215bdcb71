/** JSON out of an answer of a model. One reading for schemas, judges and optimizers. Stage: llm. */
import { jsonrepair } from 'jsonrepair'

/** The value, and whether the text was JSON as it came. */
export interface JsonAnswer { readonly value: unknown; readonly asItWas: boolean }

/** Found nothing but JSON that has no end: a repair would close what is open, and call a broken text whole. */
export const BROKEN_OFF: unique symbol = Symbol('broken off')

/** Longer texts are read as they are, or not at all. */
const MOST_SEARCHED = 1_000_000
/** Places where JSON may begin, beside the first bracket and a fence. */
const MOST_STARTS = 4

/** How an answer is read. */
export interface JsonReading {
  /** Whether nothing may stand beside the JSON but a fence around it: whoever is quoted in an answer does not speak for it. @defaultValue false */
  readonly alone?: boolean
}

/** Reads the whole text; else what stands in a code fence, or between words, with small slips put right. Never runs it. */
export function readJsonAnswer(text: string, { alone = false }: JsonReading = {}): JsonAnswer | undefined {
  const whole = parse(text)
  if (whole !== undefined) return { ...whole, asItWas: true }
  const found = findJson(alone ? fencedWhole(text) : text, alone)
  return found === undefined || found === BROKEN_OFF ? undefined : { ...found, asItWas: false }
}

/** The first object or list in `text`, as it stands there, else the first one after a repair. */
export function findJson(text: string, alone = false): { readonly value: unknown } | typeof BROKEN_OFF | undefined {
  const first = text.search(/[{[]/)
  if (first < 0 || text.length > MOST_SEARCHED) return undefined
  const bodies = [...starts(text, first)].flatMap((begin) => {
    const end = closingOf(text, begin)
    return end === undefined || (alone && `${text.slice(0, begin)}${text.slice(end + 1)}`.trim() !== '') ? [] : [text.slice(begin, end + 1)]
  })
  for (const read of [parse, repaired]) {
    for (const body of bodies) {
      const found = read(body)
      if (found !== undefined) return found
    }
  }
  return /[{[]\s*"[^"]*"\s*:/.test(text.slice(first)) && closingOf(text, first) === undefined ? BROKEN_OFF : undefined
}

const fencedWhole = (text: string): string => /^\s*```(?:json[c5]?)?[^\S\n]*\n([\s\S]*)\n[^\S\n]*```\s*$/i.exec(text)?.[1] ?? text

function parse(text: string): { readonly value: unknown } | undefined {
  try { return { value: JSON.parse(text) as unknown } } catch { return undefined }
}

function repaired(body: string): { readonly value: unknown } | undefined {
  try {
    const found = parse(jsonrepair(body))
    return typeof found?.value === 'object' && found.value !== null ? found : undefined
  } catch { return undefined }
}

/** Where JSON may begin: in a fence, at the first bracket, at brackets that stand alone in front of a line. */
function starts(text: string, first: number): Set<number> {
  const fence = /```(?:json5?|jsonc)?\s*\n\s*(?=[{[])/i.exec(text)
  const own = [...text.matchAll(/^[ \t]*(?=[{[])/gm)].map(({ index, 0: indent }) => index + indent.length)
  return new Set([...(fence === null ? [] : [fence.index + fence[0].length]), first, ...own.slice(0, MOST_STARTS)])
}

/** Where the bracket at `begin` is closed, strings aside. */
function closingOf(text: string, begin: number): number | undefined {
  let depth = 0
  for (let at = begin; at < text.length; at++) {
    const char = text[at]!
    if (char === '"') {
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++
      continue
    }
    if (char === '{' || char === '[') depth++
    else if ((char === '}' || char === ']') && --depth === 0) return at
  }
  return undefined
}
