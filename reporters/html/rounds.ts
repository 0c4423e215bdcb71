/** What each round tried, kept and spent. Stage: reporters. */
import { describeValue } from '../../src/core/describe-value.ts'
import type { RoundReport, WorkflowReport } from '../../src/report/run-report.ts'
import { count, tableScores, type TableScores } from '../wording.ts'
import { learningCurve } from './curve.ts'
import { html, when, type Content, type Markup } from './markup.ts'
import { delta, part, scrolling } from './words.ts'

/** The curve and the table of rounds, or nothing where there was none. */
export function roundsPart(report: WorkflowReport, id: string): Content {
  const { rounds, threshold } = report
  if (rounds.length === 0) return undefined
  const scores = tableScores(rounds.map(({ before, after }) => [before, after]), threshold)
  return part(`${id}-rounds`, 'Rounds', [
    learningCurve(report),
    scrolling('Rounds', html`<table class="rounds"><thead><tr><th scope="col">Round</th><th scope="col" class="number">Best before</th><th scope="col" class="number">Best after</th><th scope="col" class="number">Change</th><th scope="col">Outcome</th><th scope="col" class="number">Candidates</th><th scope="col" class="number">Evaluations</th></tr></thead><tbody>${rounds.map((round) => row(round, scores))}</tbody></table>`),
  ])
}

function row({ round, before, after, kept, reason, candidates, evaluations, changes, blame = [] }: RoundReport, scores: TableScores): Markup {
  return html`<tr class="${kept ? 'kept' : 'idle'}"><th scope="row">${round}</th>${scores.pair(before, after).map((text) => html`<td class="number">${text}</td>`)}<td class="number">${delta(before, after, scores)}</td><td class="prose">${kept ? html`<b>kept</b>` : 'not kept'}: ${reason}${when(changes.length > 0, () => html`<ul class="plain">${changes.map(({ parameter, from, to }) => html`<li><bdi>${parameter}</bdi>: <code>${describeValue(from, 60)}</code> → <code>${describeValue(to, 60)}</code></li>`)}</ul>`)}${when(blame.length > 0, () => html`<p class="dim">suspected: ${blame.slice(0, 3).map(({ parameter, score, cases }, index) => html`${index > 0 ? ', ' : ''}<bdi>${parameter}</bdi> (${score.toFixed(2)}, ${count(cases, 'failing case')})`)}</p>`)}</td><td class="number">${candidates}</td><td class="number">${evaluations}</td></tr>`
}
