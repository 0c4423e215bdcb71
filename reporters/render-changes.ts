/** Shows how a parameter changed: values side by side, texts as a diff, examples as added and removed. Stage: reporters. */
import { describeValue } from '../src/core/describe-value.ts'
import type { ParameterReport } from '../src/report/run-report.ts'
import type { Paint } from './ansi.ts'
import { changeLines } from './change-lines.ts'
import { displayWidth } from './display-width.ts'
import { fit, foreign, foreignLine, wrap } from './layout.ts'
import { count, placeText } from './wording.ts'

/** Lines of one parameter's diff; more are counted. */
const MAX_LINES = 40
/** Lines that one line of a text may take. */
const MAX_WRAPPED = 8

/** What is shown of a change. */
export type ChangedParameter = Pick<ParameterReport, 'name' | 'kind' | 'from' | 'to' | 'location'>

/** The lines that show how `parameter` changed. */
export function renderChange(parameter: ChangedParameter, columns: number, color: Paint): string[] {
  const { kind, from, to } = parameter
  const isLong = kind === 'text' || kind === 'code' || kind === 'examples' || kind === 'value'
  const line = `   ${foreignLine(parameter.name)}  ${describeValue(from)} → ${describeValue(to)}`
  if (isLong || displayWidth(line) > columns) return [titleLine(parameter, columns, color), ...diffLines(changeLines(parameter), columns, color)]
  return [`   ${color.bold(foreignLine(parameter.name))}  ${color.red(foreignLine(describeValue(from)))} → ${color.green(foreignLine(describeValue(to)))}`]
}

function titleLine({ name, kind, location }: ChangedParameter, columns: number, color: Paint): string {
  const place = fit([kind, placeText(location)].filter((part) => part !== '').join(', '), Math.floor(columns / 2))
  const shown = fit(foreignLine(name), columns - 6 - displayWidth(place))
  return `   ${color.bold(shown)} ${color.dim(`(${place})`)}`
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
