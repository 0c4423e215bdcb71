/** Renders what a run would do and cost. Stage: reporters. */
import { groupDigits } from '../src/core/text.ts'
import type { Forecast, Range, RoleForecast } from '../src/report/forecast.ts'
import { paint } from './ansi.ts'
import { foreignLine, joinLines, wrap, type RenderOptions } from './layout.ts'
import { costText } from './wording.ts'

const bases: Readonly<Record<Forecast['basis'], string>> = {
  report: 'calls, tokens and cost as the last run of this workflow measured them',
  recordings: 'tokens as recorded answers have them',
  none: 'calls, tokens and cost are unknown until the workflow ran here once',
}

/** The numbers below the plan of a workflow. */
export function renderForecast(forecast: Forecast, { columns = 80, color: colored = false }: RenderOptions = {}): string {
  const color = paint(colored)
  const { caseRuns, roles, basis, replays, short } = forecast
  const rows = [['case runs', rangeText(caseRuns)], ...(['task', 'judge', 'optimizer'] as const).map((role) => [role, replays ? 'nothing is sent: answers come from recordings' : roleText(roles[role])])] as [string, string][]
  const text = (first: string, line: string): string[] => wrap(line, { columns: columns - 1, first, next: ' '.repeat(first.length) })
  return joinLines([
    ...rows.flatMap(([name, line]) => text(`   ${name.padEnd(11)}`, line)),
    ...(replays ? [] : text('   ', bases[basis]).map(color.dim)),
    ...short.flatMap((line) => text('   budget: ', line)).map(color.yellow),
    '',
  ])
}

function roleText({ model, calls, tokens, costUsd }: RoleForecast): string {
  const named = model === undefined ? '' : `${foreignLine(model)}: `
  if (calls === null) return `${named}unknown`
  if (calls.most === 0) return `${named}no calls`
  const cost = costUsd === null ? 'cost unknown' : costUsd.least === costUsd.most ? costText(costUsd.most) : `${costText(costUsd.least)} to ${costText(costUsd.most)}`
  return `${named}${rangeText(calls)} calls, ${tokens === null ? 'tokens unknown' : `${rangeText(tokens)} tokens`}, ${cost}`
}

/** `24`, `24 to 600`. */
function rangeText({ least, most }: Range): string {
  const [low, high] = [groupDigits(Math.ceil(least)), groupDigits(Math.ceil(most))]
  return low === high ? low : `${low} to ${high}`
}
