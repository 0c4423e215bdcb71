/** How the score of each workflow went from run to run. Stage: reporters. */
import type { Trend } from '../src/report/history.ts'
import { paint, type Paint } from './ansi.ts'
import { labelOf } from './labels.ts'
import { fit, foreignLine, joinLines, type RenderOptions } from './layout.ts'
import { paintedChange, tableLines } from './render-tables.ts'
import { costText, count, fromTo, scoreText } from './wording.ts'

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/** The last `most` runs of one workflow as a table, with a line of bars above it. */
export function renderTrend({ name, file, runs }: Trend, { columns: asked = 80, color: coloured = false, most = 20 }: RenderOptions & { readonly most?: number } = {}): string {
  const [columns, color] = [Math.max(60, Math.floor(asked) || 80), paint(coloured)]
  const shown = runs.slice(-most)
  const rows = shown.map((run, index) => row(run, runs[runs.length - shown.length + index - 1], color))
  const head = ['run', 'commit', 'score', 'since', 'at least', 'verdict', 'cost']
  const all = [head, ...rows]
  // A column that says nothing is left out, then those that a narrow terminal has no room for.
  const used = head.map((_, column) => column).filter((column) => rows.some((cells) => cells[column] !== ''))
  const choices = [[], [6], [6, 4], [6, 4, 1]].map((spare) => used.filter((column) => !spare.includes(column)))
  const fitting = choices.find((kept) => widthOf(all, kept) <= columns) ?? choices.at(-1)!
  const [first, ...lines] = tableLines(all.map((cells) => fitting.map((column) => cells[column]!)))
  const earlier = runs.length - shown.length
  return joinLines([
    '', ` ${color.bold(fit(foreignLine(name), columns - 2))}   ${color.dim(fit(foreignLine(file), Math.max(10, columns - name.length - 8)))}`, `   ${barsOf(shown.map(({ final }) => final))}`,
    color.dim(first!), ...lines, ...earlier > 0 ? [color.dim(`   ${count(earlier, 'earlier run')} not shown`)] : [],
  ])
}

const widthOf = (rows: readonly (readonly string[])[], kept: readonly number[]): number => kept.reduce((sum, column) => sum + 3 + Math.max(...rows.map((cells) => cells[column]!.replace(/\u001b\[\d+m/g, '').length)), 0) // oxlint-disable-line no-control-regex

function row({ startedAt, commit, dirty, start, final, lower, threshold, verdict, passed, costUsd }: Trend['runs'][number], before: Trend['runs'][number] | undefined, color: Paint): string[] {
  const { word, look } = labelOf({ verdict, passed, stopReason: 'rounds' })
  const dye = look === 'good' ? color.green : look === 'bad' ? color.red : color.yellow
  return [
    foreignLine(startedAt).slice(0, 16).replace('T', ' '), commit === undefined ? '' : `${foreignLine(commit).slice(0, 7)}${dirty === true ? '+' : ''}`,
    start === final ? scoreText(final, threshold) : fromTo(start, final, threshold), before === undefined ? '' : paintedChange(before.final, final, color), scoreText(lower, threshold), dye(word), costUsd === null || costUsd > 0 ? costText(costUsd) : '',
  ]
}

/** One bar per run, between the lowest and the highest score. */
function barsOf(scores: readonly number[]): string {
  const [least, most] = [Math.min(...scores), Math.max(...scores)]
  return scores.map((score) => bars[most === least ? 3 : Math.round((score - least) / (most - least) * (bars.length - 1))]).join('')
}
