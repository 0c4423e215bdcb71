/** From a model's answer to edits. Nothing in it is trusted. Stage: optimize. */
import { jsonrepair } from 'jsonrepair'
import { describeValue, shorten } from '../core/describe-value.ts'
import type { ModelReply } from '../llm/model.ts'
import type { CallEdit, ParameterSpec } from './optimizer.ts'

/** What an answer asks for. */
export interface Edits {
  /** By parameter; checked against its domain. */
  readonly changes: ReadonlyMap<string, unknown>
  /** What was left out, and why; one clause each. */
  readonly problems: readonly string[]
  /** Every edit that the answer asked for, as it is recorded. */
  readonly edits: readonly CallEdit[]
  /** Why nothing of it could be read. */
  readonly problem?: string
}

/**
 * Reads `<component name="…">…</component>` blocks, or else one JSON object of names and values, with `jsonrepair` as a second try.
 * An answer that was cut off is refused whole; an edit that does not fit is left out alone.
 */
export function readEdits({ text, finish }: ModelReply, current: Readonly<Record<string, unknown>>, editable: readonly ParameterSpec[]): Edits {
  if (finish === 'refusal') return unreadable(`the model refused: ${shorten(text, 120)}`)
  if (finish === 'length') return unreadable('the answer was cut off at its length limit')
  const found = taggedEdits(text) ?? jsonEdits(text)
  if (found === undefined) return unreadable(`expected changed parameters in component tags, received ${describeValue(text, 80)}`)
  const [changes, edits] = [new Map<string, unknown>(), [] as CallEdit[]]
  for (const [name, given] of found) {
    const spec = editable.find((one) => one.name === name)
    const checked = spec === undefined ? { problem: `${describeValue(name)} is no parameter that may change now` } : checkEdit(spec, given, current[name])
    edits.push({ parameter: name, ...('problem' in checked ? { to: given, refused: checked.problem } : { to: checked.value }) })
    if ('value' in checked) changes.set(name, checked.value)
  }
  return { changes, edits, problems: edits.flatMap(({ refused }) => refused ?? []) }
}

const unreadable = (problem: string): Edits => ({ changes: new Map(), problems: [problem], edits: [], problem })

/** Blocks by name; none when there is no complete block. The last block of a name counts. */
function taggedEdits(text: string): Map<string, unknown> | undefined {
  const edits = new Map<string, unknown>()
  for (const [, name, body] of text.matchAll(/<component\s+name="([^"]{1,200})"\s*>([\s\S]*?)<\/component>/g)) {
    edits.set(name!.replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&'), body!.replace(/^\r?\n/, '').replace(/\r?\n[ \t]*$/, ''))
  }
  return edits.size === 0 ? undefined : edits
}

function jsonEdits(text: string): Map<string, unknown> | undefined {
  const start = text.indexOf('{')
  const end = text.lastIndexOf('}')
  if (start < 0 || end < start || end - start > 200_000) return undefined
  const body = text.slice(start, end + 1)
  for (const read of [(): unknown => JSON.parse(body), (): unknown => JSON.parse(jsonrepair(body))]) {
    try {
      const value = read()
      // Entries only: no key of the answer is ever looked up.
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return new Map(Object.entries(value))
    } catch { /* the next way to read it, or none */ }
  }
  return undefined
}

function checkEdit(spec: ParameterSpec, given: unknown, current: unknown): { readonly value: unknown } | { readonly problem: string } {
  const { name, domain } = spec
  const value = domain.kind === 'text' || typeof given !== 'string' ? given : domain.kind === 'code' ? unfenced(given) : plainValue(given, spec)
  if (domain.kind === 'text' && typeof value === 'string' && typeof current === 'string') {
    const lost = placeholders(current).filter((one) => !value.includes(one))
    if (lost.length > 0) return { problem: `${name}: the placeholder ${lost[0]} is gone` }
    if (value.trim() === '') return { problem: `${name}: an empty text` }
  }
  return spec.check(value)
}

/** A number, boolean or choice as it stands inside a tag. No guessing: what is no such value stays a text and fails its check. */
function plainValue(text: string, { domain }: ParameterSpec): unknown {
  const trimmed = text.trim()
  if (domain.kind === 'choice' && domain.choices.includes(trimmed)) return trimmed
  try { return JSON.parse(trimmed) as unknown } catch { return trimmed }
}

/** Code without the fence that a model likes to put around it. */
function unfenced(text: string): string {
  return /^\s*```[\w-]*\n([\s\S]*?)\n?```\s*$/.exec(text)?.[1] ?? text
}

/** `{{name}}` and `${name}`: a program fills them in. */
function placeholders(text: string): string[] {
  return [...new Set(text.match(/\{\{[^{}\n]{1,80}\}\}|\$\{[^{}\n]{1,80}\}/g) ?? [])]
}
