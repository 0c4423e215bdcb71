/** What a model's answer asks for, as names and values: tags or JSON, repaired if need be. Nothing in it is trusted. Stage: optimize. */
import { describeValue } from '../../core/describe-value.ts'
import { BROKEN_OFF, findJson } from '../../llm/calls/json-answer.ts'

/** Names and values as the answer gives them; the last of a name counts. */
export interface AnswerEntries {
  readonly entries: ReadonlyMap<string, unknown>
  /** Names whose value breaks off. */
  readonly brokenOff: readonly string[]
}

/** The tags that hold a parameter's value, in questions and answers. */
export type ValueTag = 'component' | 'variable'

const TAGS = 'component|variable|parameter'
/** Keys that hold the values in JSON, and those that hold a model's thoughts beside them. */
const holders = ['suggestion', 'suggestions', 'changes', 'edits', 'parameters', 'variables', 'values']
const asides = new Set(['reasoning', 'reason', 'answer', 'explanation', 'thoughts', 'thought', 'analysis', 'comment'])

/**
 * Reads tags, or else one JSON value. An answer that only says TERMINATE changes nothing; the word inside a sentence means nothing.
 *
 * @returns What it holds, or what is wrong with all of it.
 */
export function readEntries(answer: string): AnswerEntries | { readonly problem: string } {
  const text = withoutThoughts(answer)
  if (text === undefined) return { problem: 'the answer ends inside its thoughts' }
  if (/^\s*["'`*]*TERMINATE["'`*.]*\s*$/.test(text)) return { entries: new Map(), brokenOff: [] }
  const tagged = readTags(text)
  if (tagged !== undefined) return tagged
  const json = findJson(text)
  if (json === BROKEN_OFF) return { problem: 'the answer breaks off inside its JSON' }
  const entries = json === undefined ? undefined : entriesOf(json.value)
  return entries === undefined ? { problem: `expected changed parameters in tags or as JSON, received ${describeValue(text.trim(), 80)}` } : { entries, brokenOff: [] }
}

/** A value inside its tag, so that no text in it can end the tag; `unsealed` is its inverse. */
export function sealed(value: string): string { return value.replaceAll(/<(\\*)\/(?=component|variable|parameter)/g, '<$1\\/') }

/** A value as it stood inside its tag. */
export function unsealed(text: string): string { return text.replaceAll(/<(\\*)\\\/(?=component|variable|parameter)/g, '<$1/') }

/** A name as an attribute. */
export function attribute(name: string): string { return name.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;') }

const unattribute = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&')

/** The answer without the thoughts that stand before it; nothing when it never leaves them. Values may speak of thoughts: those stay. */
function withoutThoughts(answer: string): string | undefined {
  let text = answer
  for (;;) {
    const [opened, tag] = /^\s*<(think|thinking|thought|reasoning)>/i.exec(text) ?? []
    if (opened === undefined) break
    const end = text.toLowerCase().indexOf(`</${tag!.toLowerCase()}>`, opened.length)
    if (end < 0) return undefined
    text = text.slice(end + tag!.length + 3)
  }
  // Some servers cut the opening mark away.
  const end = /<\/think(?:ing)?>/i.exec(text)
  return end !== null && text.slice(0, end.index).search(/<(?:component|variable|parameter)\b|\{/) < 0 ? text.slice(end.index + end[0].length) : text
}

function readTags(text: string): AnswerEntries | undefined {
  const entries = new Map<string, unknown>()
  const open = new RegExp(`<(${TAGS})\\b([^<>]{0,400})>`, 'g')
  const brokenOff: string[] = []
  const lastEnd = new Map(TAGS.split('|').map((tag) => [tag, text.lastIndexOf(`</${tag}>`)]))
  for (let found = open.exec(text); found !== null; found = open.exec(text)) {
    const [start, tag, attributes] = [found.index + found[0].length, found[1]!, found[2]!]
    const given = /\bname\s*=\s*(?:"([^"]{1,200})"|'([^']{1,200})')/.exec(attributes)
    const end = lastEnd.get(tag)! < start ? -1 : text.indexOf(`</${tag}>`, start)
    if (end < 0) {
      if (given !== null) brokenOff.push(unattribute(given[1] ?? given[2]!))
      continue
    }
    const body = text.slice(start, end)
    const [, innerName, innerValue] = given === null ? /^\s*<name>([^<>]{1,200})<\/name>\s*<value>([\s\S]*)<\/value>\s*$/.exec(body) ?? [] : []
    if (given !== null) entries.set(unattribute(given[1] ?? given[2]!), bodyText(body))
    else if (innerName !== undefined) entries.set(unattribute(innerName.trim()), bodyText(innerValue!))
    else continue
    open.lastIndex = end + tag.length + 3
  }
  const broken = brokenOff.filter((name) => !entries.has(name))
  return entries.size === 0 && broken.length === 0 ? undefined : { entries, brokenOff: broken }
}

const bodyText = (body: string): string => unsealed(body.replace(/^[ \t]*\r?\n/, '').replace(/\r?\n[ \t]*$/, ''))

/** Entries only: no key of the answer is ever looked up on an object of ours. */
function entriesOf(json: unknown): Map<string, unknown> | undefined {
  if (Array.isArray(json)) return listed(json)
  const entries = Object.entries(json as object)
  const held = entries.find(([key, value]) => holders.includes(key) && typeof value === 'object' && value !== null)
  if (held !== undefined && entries.every(([key]) => key === held[0] || asides.has(key))) return Array.isArray(held[1]) ? listed(held[1]) : new Map(Object.entries(held[1] as object))
  const own = entries.filter(([key]) => !asides.has(key))
  return own.length === 0 && entries.length > 0 ? undefined : new Map(own)
}

/** `[{"name": "x", "value": 1}]`. */
function listed(items: readonly unknown[]): Map<string, unknown> | undefined {
  const entries = items.map((item) => {
    const found = new Map(Object.entries(typeof item === 'object' && item !== null ? item : {}))
    const name = found.get('name') ?? found.get('parameter')
    return typeof name === 'string' && found.has('value') ? [name, found.get('value')] as const : undefined
  })
  return entries.every((entry) => entry !== undefined) ? new Map(entries) : undefined
}
