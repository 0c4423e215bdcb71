/** Start and end on a scale from 0 to 1, with what the cases leave open, and the threshold. Stage: reporters. */
import type { MeasuredScore, WorkflowReport } from '../../src/report/run-report.ts'
import { scoreText } from '../wording.ts'
import { html, when, type Markup } from './markup.ts'

const [LEFT, RIGHT, WIDTH, ROW, TOP] = [74, 24, 640, 30, 26]
const x = (score: number): number => Math.round((LEFT + Math.min(1, Math.max(0, score)) * (WIDTH - LEFT - RIGHT)) * 10) / 10

/** The plot; its numbers stand beside it as text, too. */
export function scorePlot({ baseline, final, threshold }: WorkflowReport): Markup {
  const same = baseline.score === final.score && baseline.lower === final.lower && baseline.upper === final.upper
  const rows = same ? [['score', final, 'end'] as const] : [['start', baseline, 'start'] as const, ['end', final, 'end'] as const]
  const bottom = TOP + rows.length * ROW
  const said = rows.map(([name, score]) => `${name} ${numbers(score)}`).join('; ')
  return html`<svg class="plot" role="img" viewBox="0 0 ${WIDTH} ${bottom + 24}" width="${WIDTH}" height="${bottom + 24}" aria-label="Scores: ${said}${threshold === undefined ? '' : `; threshold ${scoreText(threshold)}`}">
${[0, 0.25, 0.5, 0.75, 1].map((tick) => html`<path class="grid" d="M${x(tick)} ${TOP - 8}V${bottom}"/><text class="tick" x="${x(tick)}" y="${bottom + 16}" text-anchor="middle">${tick}</text>`)}
${when(threshold !== undefined, () => html`<path class="threshold" d="M${x(threshold!)} ${TOP - 10}V${bottom}"/><text class="tick strong" x="${x(threshold!)}" y="${TOP - 14}" text-anchor="${threshold! > 0.85 ? 'end' : 'middle'}">threshold ${scoreText(threshold)}</text>`)}
${rows.map(([name, score, look], index) => row(name, score, look, TOP + index * ROW + ROW / 2))}</svg>`
}

const numbers = ({ score, lower, upper, n }: MeasuredScore): string => `${scoreText(score)} (${scoreText(lower)} to ${scoreText(upper)}, ${n} cases)`

function row(name: string, score: MeasuredScore, look: 'start' | 'end', y: number): Markup {
  return html`<g class="${look}"><title>${name}: ${numbers(score)}</title><text class="label" x="0" y="${y + 4}">${name} <tspan class="number">${scoreText(score.score)}</tspan></text>
<path class="open" d="M${x(score.lower)} ${y}H${x(score.upper)}"/><path class="ends" d="M${x(score.lower)} ${y - 5}v10M${x(score.upper)} ${y - 5}v10"/><circle cx="${x(score.score)}" cy="${y}" r="6"/></g>`
}
