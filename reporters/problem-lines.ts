/** Problems as lines, each with its place. Stage: reporters. */
import type { Problem } from '../src/report/run-report.ts'
import type { Paint } from './ansi.ts'
import { foreign, wrap } from './layout.ts'
import { placeText } from './wording.ts'

/** `error: …`, in the colour of its level. */
export function problemLines(problems: readonly Problem[], columns: number, color: Paint): string[] {
  return problems.flatMap(({ level, message, location }) => {
    const place = placeText(location)
    const text = `${foreign(message.trim())}${place === '' || message.includes(place) ? '' : ` (${place})`}`
    const dye = level === 'error' ? color.red : level === 'warning' ? color.yellow : color.dim
    return wrap(text, { columns, first: ` ${level}: `, next: '   ' }).map((line) => dye(line))
  })
}
