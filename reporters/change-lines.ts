/** How a parameter's value changed, as lines that begin with `+`, `-`, a space, or `@` for a gap. Stage: reporters. */
import { structuredPatch } from 'diff/lib/patch/create.js'
import { canonicalJson } from '../src/core/canonical-json.ts'
import { describeValue } from '../src/core/describe-value.ts'
import type { ParameterReport } from '../src/report/run-report.ts'
import { foreignLine } from './layout.ts'
import { count } from './wording.ts'

/** Changed lines that are searched for; beyond, the diff would take long and say little. */
const MAX_EDITS = 1000

/** Both values on one line each. Numbers have six digits, as long as these tell them apart; the report has them all. */
export function valuePair({ from, to }: Pick<ParameterReport, 'from' | 'to'>): readonly [from: string, to: string] {
  const short = (value: unknown): string => describeValue(typeof value === 'number' ? Number(value.toPrecision(6)) : value)
  return short(from) === short(to) ? [describeValue(from), describeValue(to)] : [short(from), short(to)]
}

/** The lines of a text, of code, of a value, or of examples. Their text is foreign still. */
export function changeLines({ kind, from, to }: Pick<ParameterReport, 'kind' | 'from' | 'to'>): string[] {
  if (kind === 'examples' && Array.isArray(from) && Array.isArray(to)) return exampleLines(from, to)
  if (kind === 'text' || kind === 'code' || kind === 'examples' || kind === 'value') return textLines(asText(from), asText(to))
  const [before, after] = valuePair({ from, to })
  return [`-${before}`, `+${after}`]
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2) ?? 'undefined'
}

/** A unified diff without its header; `@@` marks a gap. */
function textLines(from: string, to: string): string[] {
  const patch = structuredPatch('', '', from, to, undefined, undefined, { context: 2, maxEditLength: MAX_EDITS })
  if (patch === undefined) return [`-${count(from.split('\n').length, 'line')}`, `+${count(to.split('\n').length, 'other line')}`]
  const lines = patch.hunks.flatMap((hunk, index) => [...(index > 0 || hunk.oldStart > 1 ? ['@@'] : []), ...hunk.lines])
  return lines.filter((line) => !line.startsWith('\\'))
}

function exampleLines(from: readonly unknown[], to: readonly unknown[]): string[] {
  const removed = without(from, to)
  const added = without(to, from)
  const kept = from.length - removed.length
  const order = removed.length === 0 && added.length === 0 ? [' in another order'] : []
  const show = (sign: string) => (example: unknown): string => `${sign}${foreignLine(describeValue(example, 300))}`
  return [...removed.map(show('-')), ...added.map(show('+')), ...order, ...(kept > 0 ? [` ${count(kept, 'example')} as before`] : [])]
}

/** The items of `items` that `others` lacks, counting equal ones. */
function without(items: readonly unknown[], others: readonly unknown[]): unknown[] {
  const left = Map.groupBy(others.map((other) => canonicalJson(other)), (text) => text)
  return items.filter((item) => left.get(canonicalJson(item))?.pop() === undefined)
}
