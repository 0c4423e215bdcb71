/** Each gate of a workflow in one line, where there are several. Stage: reporters. */
import type { GateReport, WorkflowReport } from '../src/report/run-report.ts'
import type { Paint } from './ansi.ts'
import { displayWidth } from './display-width.ts'
import { fit, foreignLine, wrap } from './layout.ts'
import { scoreText } from './wording.ts'

const marks: Readonly<Record<GateReport['verdict'], string>> = { pass: '✓', fail: '✗', inconclusive: '~', error: '?', ungated: '-' }

/** ` ✓ check "polite" at least 0.95   0.98, 0.96 to 0.99   pass`; none where one gate said it all. */
export function gateLines({ gates }: WorkflowReport, columns: number, color: Paint): string[] {
  if (gates.length < 2) return []
  const right = gates.map((gate) => `${numbersOf(gate)}   ${gate.verdict === 'inconclusive' ? `open, ${gate.passed ? 'passed' : 'failed'}` : gate.verdict}`)
  const room = Math.max(12, columns - 8 - Math.max(...right.map(displayWidth)))
  // A name of any length; the rule always stands whole, on a line of its own where it must.
  const left = gates.map(({ what, rule }) => wrap(`${foreignLine(what)} ${foreignLine(rule)}`, { columns: room, first: '', maxLines: 3 }))
  const width = Math.max(...left.flat().map(displayWidth))
  return gates.flatMap((gate, index) => {
    const dye = gate.passed ? (gate.verdict === 'pass' ? color.green : color.yellow) : color.red
    const [first = '', ...more] = left[index]!
    return [fit(`   ${dye(marks[gate.verdict])} ${first}${' '.repeat(width - displayWidth(first))}   ${right[index]!}`, columns), ...more.map((line) => fit(`     ${line}`, columns))]
  })
}

function numbersOf({ value, lower, upper, kind, mark }: GateReport): string {
  if (value === null) return 'n/a'
  const isChange = kind === 'min-improvement' || kind === 'max-regression'
  const shown = (number: number): string => (isChange ? `${number > 0 ? '+' : ''}${number.toFixed(2)}` : scoreText(number, mark))
  return lower === null || upper === null ? shown(value) : `${shown(value)}, ${shown(lower)} to ${shown(upper)}`
}
