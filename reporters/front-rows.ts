/** The trade-offs of a run with several objectives, as the cells of a table. Stage: reporters. */
import { canonicalJson } from '../src/core/canonical-json.ts'
import { groupDigits } from '../src/core/text.ts'
import type { FrontReport, WorkflowReport } from '../src/report/run-report.ts'
import { foreignLine } from './layout.ts'
import { costText, listText, scoreText } from './wording.ts'

/** Candidates of the front that are shown. */
const MAX_FRONT = 8

/** A table of what is shown: scores, costs, what is other than at the start; which row holds the best values; how many are left out. */
export interface FrontTable { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[]; readonly hidden: number }

const headings: Readonly<Record<string, string>> = { promptLength: 'characters', latency: 'a case takes', cost: 'a case costs' }

/** The front's candidates, the highest score first, or nothing where one thing counts or nobody is beaten by anyone else. */
export function frontTable(report: WorkflowReport): FrontTable | undefined {
  const { front = [] } = report
  if (front.length < 2) return undefined
  const names = Object.keys(front[0]!.costs)
  const own = canonicalJson(chosen(report))
  const cells = (member: FrontReport): string[] => [
    scoreText(member.score), ...names.map((name) => costCell(name, member.costs[name] ?? 0)),
    `${member.changes.length === 0 ? 'the starting values' : listText(member.changes.map(({ parameter }) => foreignLine(parameter)), 3)}${canonicalJson(valuesOf(member.changes)) === own ? ', chosen' : ''}`,
  ]
  return { head: ['score', ...names.map((name) => headings[name] ?? foreignLine(name)), 'other than at the start'], rows: front.slice(0, MAX_FRONT).map(cells), hidden: Math.max(0, front.length - MAX_FRONT) }
}

/** What the weights led to: the values that are final, or those that held-out cases did not confirm. */
function chosen({ parameters, rejected }: WorkflowReport): Record<string, unknown> {
  return valuesOf(rejected?.changes ?? parameters.filter(({ changed }) => changed).map(({ name, to }) => ({ parameter: name, to })))
}

// Long texts are cut in lists of changes, and whole as final values.
const valuesOf = (changes: readonly { readonly parameter: string; readonly to: unknown }[]): Record<string, unknown> =>
  Object.fromEntries(changes.map(({ parameter, to }) => [parameter, typeof to === 'string' ? to.slice(0, 1000) : to]))

function costCell(name: string, cost: number): string {
  if (name === 'promptLength') return groupDigits(Math.round(cost * 1000))
  // `latency` is in seconds, `cost` in US cents.
  if (name === 'latency') return `${cost.toPrecision(3)} s`
  return name === 'cost' ? costText(cost / 100) : String(cost)
}
