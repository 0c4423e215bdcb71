/** Shows how a parameter changed: values side by side, texts as a diff, examples as added and removed. Stage: reporters. */
import type { ParameterReport } from '../src/report/run-report.ts'
import type { Paint } from './ansi.ts'
import { changeLines, valuePair } from './change-lines.ts'
import { displayWidth } from './display-width.ts'
import { fit, foreign, foreignLine, wrap } from './layout.ts'
import { count, placeText } from './wording.ts'

/** Lines of one parameter's diff; more are counted. */
const MAX_LINES = 40
/** Lines that one line of a text may take. */
const MAX_WRAPPED = 8

/** What is shown of a change. */
export type ChangedParameter = Pick<ParameterReport, 'name' | 'kind' | 'from' | 'to' | 'location'>

/** One paragraph for each parameter; those that take one line each share theirs. */
export function renderChanges(parameters: readonly ChangedParameter[], columns: number, color: Paint): string[][] {
  const paragraphs: string[][] = []
  let isList = false
  for (const lines of parameters.map((parameter) => renderChange(parameter, columns, color))) {
    if (isList && lines.length === 1) paragraphs.at(-1)!.push(...lines)
    else paragraphs.push(lines)
    isList = lines.length === 1
  }
  return paragraphs
}

/** The lines that show how `parameter` changed. */
export function renderChange(parameter: ChangedParameter, columns: number, color: Paint): string[] {
  const { kind } = parameter
  const [from, to] = valuePair(parameter)
  const isLong = kind === 'text' || kind === 'code' || kind === 'examples' || kind === 'value'
  const line = `   ${foreignLine(parameter.name)}  ${from} → ${to}`
  if (isLong || displayWidth(line) > columns) return [titleLine(parameter, columns, color), ...diffLines(changeLines(parameter), columns, color)]
  return [`   ${color.bold(foreignLine(parameter.name))}  ${color.red(foreignLine(from))} → ${color.green(foreignLine(to))}`]
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
