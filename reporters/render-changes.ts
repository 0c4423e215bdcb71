/** Shows how a parameter changed: values side by side, texts as a diff, examples as added and removed. Stage: reporters. */
import { structuredPatch } from 'diff/lib/patch/create.js'
import { canonicalJson } from '../src/core/canonical-json.ts'
import { describeValue } from '../src/core/describe-value.ts'
import type { ParameterReport } from '../src/report/run-report.ts'
import type { Paint } from './ansi.ts'
import { displayWidth } from './display-width.ts'
import { fit, foreign, foreignLine, wrap } from './layout.ts'
import { count, placeText } from './wording.ts'

/** Lines of one parameter's diff; more are counted. */
const MAX_LINES = 40
/** Lines that one line of a text may take. */
const MAX_WRAPPED = 8
/** Changed lines that are searched for; beyond, the diff would take long and say little. */
const MAX_EDITS = 1000

/** What is shown of a change. */
export type ChangedParameter = Pick<ParameterReport, 'name' | 'kind' | 'from' | 'to' | 'location'>

/** The lines that show how `parameter` changed. */
export function renderChange(parameter: ChangedParameter, columns: number, color: Paint): string[] {
  const { kind, from, to } = parameter
  if (kind === 'text' || kind === 'code' || kind === 'examples' || kind === 'value') {
    const changes = kind === 'examples' && Array.isArray(from) && Array.isArray(to) ? exampleLines(from, to) : textLines(asText(from), asText(to))
    return [titleLine(parameter, columns, color), ...diffLines(changes, columns, color)]
  }
  const line = `   ${foreignLine(parameter.name)}  ${describeValue(from)} → ${describeValue(to)}`
  if (displayWidth(line) > columns) return [titleLine(parameter, columns, color), ...diffLines([`-${describeValue(from)}`, `+${describeValue(to)}`], columns, color)]
  return [`   ${color.bold(foreignLine(parameter.name))}  ${color.red(foreignLine(describeValue(from)))} → ${color.green(foreignLine(describeValue(to)))}`]
}

function titleLine({ name, kind, location }: ChangedParameter, columns: number, color: Paint): string {
  const place = fit([kind, placeText(location)].filter((part) => part !== '').join(', '), Math.floor(columns / 2))
  const shown = fit(foreignLine(name), columns - 6 - displayWidth(place))
  return `   ${color.bold(shown)} ${color.dim(`(${place})`)}`
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

function diffLines(changes: readonly string[], columns: number, color: Paint): string[] {
  const shown = changes.slice(0, MAX_LINES).flatMap((change) => {
    const sign = change[0] ?? ' '
    if (sign === '@') return [color.cyan('     …')]
    const dye = sign === '+' ? color.green : sign === '-' ? color.red : color.dim
    return wrap(foreign(change.slice(1)), { columns, first: `   ${sign} `, next: '     ', maxLines: MAX_WRAPPED }).map((line) => (line.trim() === '' ? line : `   ${dye(line.slice(3))}`))
  })
  const hidden = changes.length - MAX_LINES
  return hidden > 0 ? [...shown, color.dim(`     … and ${count(hidden, 'more line')} in report.json`)] : shown
}
