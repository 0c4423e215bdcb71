/** What a request without a recording differs in from the one that is most like it. Stage: llm. */
import { describeValue } from '../../core/describe-value.ts'

/** Where a text differs, so much of it is shown, this many characters before the place included. */
const [SHOWN, BEFORE] = [60, 15]

/** A clause that names the recording nearest to `question` and the first field that differs. */
export function nearestRecording(question: object, recordings: readonly { readonly name: string; readonly recording: object }[]): string {
  const asked = fieldsOf(question)
  let best: { readonly name: string; readonly fields: ReadonlyMap<string, unknown>; readonly likeness: number } | undefined
  for (const { name, recording } of recordings) {
    // What was answered, and to whom, is not asked.
    const { answer: _answer, role: _role, ...recorded } = recording as { answer?: unknown; role?: unknown }
    const fields = fieldsOf(recorded)
    const found = likeness(asked, fields)
    if (best === undefined || found > best.likeness) best = { name, fields, likeness: found }
  }
  if (best === undefined) return 'nothing is recorded yet'
  return `the nearest recording, ${best.name}.json, ${differenceOf(asked, best.fields)}`
}

/** Every leaf by its path, in the order of the question: model, server, trial and repeat before the request. */
function fieldsOf(value: unknown): Map<string, unknown> {
  const fields = new Map<string, unknown>()
  const left: { readonly path: string; readonly value: unknown }[] = [{ path: '', value }]
  while (left.length > 0) {
    const { path, value } = left.pop()!
    if (typeof value !== 'object' || value === null) { fields.set(path, value); continue }
    const inner = Array.isArray(value)
      ? value.map((item, index) => ({ path: `${path}[${index}]`, value: item as unknown }))
      : Object.entries(value).map(([key, item]) => ({ path: path === '' ? key : `${path}.${key}`, value: item as unknown }))
    if (inner.length === 0) fields.set(path, Array.isArray(value) ? [] : {})
    left.push(...inner.toReversed())
  }
  return fields
}

/** The share of fields that are equal; of texts, how much of them is. */
function likeness(asked: ReadonlyMap<string, unknown>, recorded: ReadonlyMap<string, unknown>): number {
  let [sum, count] = [0, 0]
  for (const path of new Set([...asked.keys(), ...recorded.keys()])) {
    count++
    const [a, b] = [asked.get(path), recorded.get(path)]
    if (isEqual(a, b)) sum++
    else if (typeof a === 'string' && typeof b === 'string') sum += sharedEnds(a, b) / Math.max(a.length, b.length)
    // Another value of a field is nearer than no such field.
    else if (asked.has(path) && recorded.has(path)) sum += 0.1
  }
  return sum / count
}

/** Leaves are compared; empty lists and objects are leaves. */
const isEqual = (a: unknown, b: unknown): boolean => a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b))

function sharedEnds(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  const start = firstDifference(a, b)
  let end = 0
  while (end < length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  return start + end
}

function firstDifference(a: string, b: string): number {
  let at = 0
  while (at < a.length && at < b.length && a[at] === b[at]) at++
  return at
}

function differenceOf(asked: ReadonlyMap<string, unknown>, recorded: ReadonlyMap<string, unknown>): string {
  for (const path of new Set([...asked.keys(), ...recorded.keys()])) {
    const [a, b] = [asked.get(path), recorded.get(path)]
    if (isEqual(a, b) && asked.has(path) === recorded.has(path)) continue
    const [askedText, recordedText] = typeof a === 'string' && typeof b === 'string' ? around(a, b) : [asked.has(path) ? describeValue(a) : 'nothing', recorded.has(path) ? describeValue(b) : 'nothing']
    return `differs in ${path}: recorded ${recordedText}, asked ${askedText}`
  }
  return 'is the same, under another name: the file was renamed or edited'
}

/** The part of two texts around the first place where they differ. */
function around(a: string, b: string): [string, string] {
  const from = Math.max(0, firstDifference(a, b) - BEFORE)
  return [a, b].map((text) => {
    const part = text.slice(from, from + SHOWN)
    return `${from > 0 ? '…' : ''}${describeValue(part, SHOWN * 2)}${from + SHOWN < text.length ? '…' : ''}`
  }) as [string, string]
}
