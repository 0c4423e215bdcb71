/** The verdict of a workflow: what it is, the numbers behind it, what to do next. Stage: reporters. */
import { groupDigits } from '../../src/core/text.ts'
import type { WorkflowReport } from '../../src/report/run-report.ts'
import { paramsPath } from '../../src/store/params-file.ts'
import { labelOf } from '../labels.ts'
import { count, durationText, fromTo, listText, pairText, scoreText, spendText, stopText } from '../wording.ts'
import { inOrder } from './case-order.ts'
import { html, when, type Content, type Markup } from './markup.ts'
import { scorePlot } from './score-plot.ts'
import { badge, delta } from './words.ts'

/** The card at the head of a workflow. */
export function verdictCard(report: WorkflowReport, id: string): Markup {
  const { reason, baseline, final, threshold, rejected } = report
  const measured = final.n > 0
  return html`<div class="card verdict ${labelOf(report).look}"><div class="say">${badge(report)}<p class="reason">${reason}</p></div>
${when(measured, () => html`<div class="score"><div class="big"><span class="what">${final.heldOut ? 'held-out score' : 'score'}</span><span class="numbers">${when(baseline.score !== final.score, () => html`<span class="from">${pairText(baseline.score, final.score, threshold)[0]}</span> <span class="arrow" aria-label="to">→</span> `)}<strong>${pairText(baseline.score, final.score, threshold)[1]}</strong></span>${delta(baseline.score, final.score)}</div><div class="scroll">${scorePlot(report)}</div></div>`)}
${when(rejected !== undefined, () => html`<p class="note">Not adopted: on held-out cases the best values score ${fromTo(rejected!.heldOutStart, rejected!.heldOutScore)}, so the starting values stay.</p>`)}
${gotWorse(report, id)}<ul class="facts">${facts(report).map((fact) => html`<li>${fact}</li>`)}</ul>${next(report)}</div>`
}

/** Cases named as having got worse. */
const MAX_WORSE = 5

function gotWorse({ caseResults }: WorkflowReport, id: string): Content {
  const worse = inOrder(caseResults).filter(({ change }) => change === 'worse')
  if (worse.length === 0) return undefined
  const more = worse.length - MAX_WORSE
  // In the order of the page these cases stand first.
  return html`<div class="worse-list"><b class="down">${count(worse.length, 'case')} got worse:</b> <ul>${worse.slice(0, MAX_WORSE).map(({ title, before, after }, index) => html`<li><a href="#${id}-c${index}"><bdi>${title}</bdi></a> <span class="dim">${fromTo(before, after)}</span></li>`)}${when(more > 0, () => html`<li><a href="#${id}-cases">${more} more</a></li>`)}</ul></div>`
}

function facts(report: WorkflowReport): string[] {
  const { cases, final, usage, plan, durationMs, learn } = report
  const split = cases.heldOut > 0 ? ` (${groupDigits(cases.learn)} to learn from, ${groupDigits(cases.heldOut)} held out)` : cases.learn > 0 ? ' (none held out)' : ''
  const spent = plan.optimizes ? `${groupDigits(usage.evaluations)} of ${count(plan.maxEvaluations, 'evaluation')}` : count(usage.evaluations, 'evaluation')
  return [
    `${count(cases.total, 'case')}${split}`, ...final.heldOut ? [`on cases to learn from ${learn.baseline === learn.final ? scoreText(learn.final) : fromTo(learn.baseline, learn.final)}`] : [],
    ...plan.optimizes ? [`optimizer ${plan.optimizer}`, stopText(report)] : ['measured without optimizing'], spent, durationText(durationMs), spendText(usage),
  ].filter((fact) => fact !== '')
}

function next({ parameters, passed, verdict, file }: WorkflowReport): Content {
  const changed = parameters.filter((parameter) => parameter.changed).map(({ name }) => name)
  if (verdict === 'partial') return html`<p class="next">Run without filters to optimize and to gate.</p>`
  if (changed.length === 0 || verdict === 'error') return undefined
  const names = listText(changed)
  return passed
    ? html`<p class="next"><code>npx trace-eval accept</code> saves ${names} to ${paramsPath(file)}</p>`
    : html`<p class="next">Not good enough to save; <code>npx trace-eval accept --force</code> saves ${names} all the same.</p>`
}
