/** Lists in the texts of scorers. Stage: judge. */
import { describeValue } from '../core/describe-value.ts'

const MAX_LINES = 20
const MAX_ITEMS = 10

/** At most 20 lines, and how many more there are. */
export function sayLines(lines: readonly string[]): string {
  return lines.length <= MAX_LINES ? lines.join('\n') : `${lines.slice(0, MAX_LINES).join('\n')}\nand ${lines.length - MAX_LINES} more`
}

/** At most ten values, with commas. */
export function sayValues(values: readonly unknown[]): string {
  const shown = values.slice(0, MAX_ITEMS).map((value) => describeValue(value)).join(', ')
  return values.length <= MAX_ITEMS ? shown : `${shown} and ${values.length - MAX_ITEMS} more`
}
