/** How the score went from run to run. Stage: reporters. */
import type { Trend } from '../../src/report/history.ts'
import { labelOf } from '../labels.ts'
import { costText, fromTo, scoreText } from '../wording.ts'
import { html, when, type Content, type Markup } from './markup.ts'
import { delta, part, scrolling } from './words.ts'

/** Runs in the chart, and in the table. */
const [MOST, ROWS] = [60, 20]
const [LEFT, RIGHT, TOP, BOTTOM, WIDTH, HEIGHT] = [40, 16, 12, 22, 680, 160]

/** The runs of a workflow, or nothing where there was no earlier one. */
export function historyPart(trend: Trend | undefined, id: string): Content {
  if (trend === undefined || trend.runs.length < 2) return undefined
  const { runs } = trend
  const rows = runs.map((run, index) => ({ run, before: runs[index - 1] })).slice(-ROWS).toReversed()
  return part(`${id}-history`, 'History', [
    html`<figure class="curve">${scrolling('Scores of the last runs', chart(runs.slice(-MOST)))}<figcaption class="legend"><span><i class="key held"></i>final score of each run</span>${when(runs.some(({ threshold }) => threshold !== undefined), () => html`<span><i class="key threshold"></i>threshold</span>`)}</figcaption></figure>`,
    html`<details class="more"><summary>The last ${Math.min(ROWS, runs.length)} of ${runs.length} runs</summary>${scrolling('Runs', html`<table><thead><tr><th scope="col">Run</th><th scope="col">Commit</th><th scope="col" class="number">Score</th><th scope="col" class="number">Since the run before</th><th scope="col" class="number">At least</th><th scope="col">Verdict</th><th scope="col" class="number">Cost</th></tr></thead><tbody>${rows.map(({ run, before }) => row(run, before))}</tbody></table>`)}</details>`,
  ])
}

function row(run: Trend['runs'][number], before: Trend['runs'][number] | undefined): Markup {
  const { startedAt, commit, dirty, start, final, lower, threshold, verdict, passed, costUsd } = run
  const { word, look } = labelOf({ verdict, passed, stopReason: 'rounds' })
  return html`<tr><th scope="row">${startedAt.slice(0, 16).replace('T', ' ')}</th><td><code>${commit?.slice(0, 7) ?? ''}${dirty === true ? '+' : ''}</code></td><td class="number">${start === final ? scoreText(final, threshold) : fromTo(start, final, threshold)}</td><td class="number">${when(before !== undefined, () => delta(before!.final, final))}</td><td class="number">${scoreText(lower, threshold)}</td><td><span class="badge ${look}">${word}</span></td><td class="number">${costUsd === 0 ? '' : costText(costUsd)}</td></tr>`
}

function chart(runs: Trend['runs']): Markup {
  const scores = runs.flatMap(({ final, lower, upper, threshold }) => [final, Math.max(lower, final - 0.25), Math.min(upper, final + 0.25), ...threshold === undefined ? [] : [threshold]])
  const [least, most] = [Math.max(0, Math.floor(Math.min(...scores) * 10 - 0.01) / 10), Math.min(1, Math.ceil(Math.max(...scores) * 10 + 0.01) / 10)]
  const round = (value: number): number => Math.round(value * 10) / 10
  const x = (index: number): number => round(LEFT + 10 + (index / (runs.length - 1)) * (WIDTH - LEFT - RIGHT - 20))
  const y = (score: number): number => round(TOP + (1 - (Math.min(most, Math.max(least, score)) - least) / (most - least)) * (HEIGHT - TOP - BOTTOM))
  const points = runs.map(({ final }, index) => `${index === 0 ? 'M' : 'L'}${x(index)} ${y(final)}`).join('')
  const gates = runs.flatMap(({ threshold }, index) => (threshold === undefined ? [] : [`M${round(x(index) - 8)} ${y(threshold)}h16`])).join('')
  const [first, last] = [runs[0]!, runs.at(-1)!]
  return html`<svg role="img" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" aria-label="Final scores of ${runs.length} runs, from ${scoreText(first.final)} to ${scoreText(last.final)}">
${[least, (least + most) / 2, most].map((tick) => html`<path class="grid" d="M${LEFT} ${y(tick)}H${WIDTH - RIGHT}"/><text class="tick" x="${LEFT - 8}" y="${y(tick) + 4}" text-anchor="end">${tick.toFixed(2)}</text>`)}
<path class="threshold" d="${gates}"/><path class="bounds" d="${runs.map(({ lower, upper }, index) => `M${x(index)} ${y(lower)}V${y(upper)}`).join('')}"/><path class="held line" d="${points}"/>
${runs.map((run, index) => html`<circle class="run ${labelOf({ ...run, stopReason: 'rounds' }).look}" cx="${x(index)}" cy="${y(run.final)}" r="5"><title>${run.startedAt.slice(0, 16).replace('T', ' ')} ${run.commit?.slice(0, 7) ?? ''}: ${scoreText(run.final, run.threshold)}, ${labelOf({ ...run, stopReason: 'rounds' }).word}</title></circle>`)}
<text class="tick" x="${x(0)}" y="${HEIGHT - 5}">${first.startedAt.slice(0, 10)}</text><text class="tick" x="${x(runs.length - 1)}" y="${HEIGHT - 5}" text-anchor="end">${last.startedAt.slice(0, 10)}</text></svg>`
}
