/** What a case said before and after, and its trace graph. Stage: reporters. */
import type { Feedback } from '../../src/feedback/feedback.ts'
import type { CaseReport } from '../../src/report/run-report.ts'
import { html, when, type Content, type Markup } from './markup.ts'
import { diff } from './parameters.ts'
import { place } from './words.ts'

/** Whether a case has anything to say. */
export function saysSomething({ feedback, feedbackBefore, unscored }: CaseReport): boolean {
  return feedback.length + feedbackBefore.length > 0 || unscored !== undefined
}

/** Characters that it says at least. */
export function saidLength({ feedback }: CaseReport): number {
  return feedback.reduce((sum, { message, diff: lines = '' }) => sum + message.length + lines.length, 0)
}

/** What stands behind the row of a case. */
export function caseDetail({ id, title, feedback, feedbackBefore, unscored, after }: CaseReport, graph: Markup | undefined): Markup {
  const blamed = feedback.length > 0 || after === null || after < 1
  const same = JSON.stringify(feedback) === JSON.stringify(feedbackBefore)
  return html`<div class="said">${when(id !== title, () => html`<p class="dim">Id <code>${id}</code></p>`)}${when(unscored !== undefined, () => html`<p class="note">Not measured: ${unscored}</p>`)}
${same && feedback.length > 0 ? side('Before and after', feedback) : feedback.length + feedbackBefore.length > 0 ? html`<div class="sides">${side('Before', feedbackBefore)}${side('After', feedback)}</div>` : ''}
${when(graph !== undefined, () => html`<details class="graph"><summary>${blamed ? 'Trace graph, with the way of blame' : 'Trace graph'}</summary><div class="scroll">${graph}</div></details>`)}</div>`
}

function side(name: string, feedback: readonly Feedback[]): Markup {
  return html`<div class="side"><h5>${name}</h5>${feedback.length === 0 ? html`<p class="fine">nothing to complain about</p>` : html`<ul>${feedback.map((one) => html`<li>${said(one)}</li>`)}</ul>`}</div>`
}

const kinds: Readonly<Record<Feedback['kind'], string>> = { assertion: 'assertion', error: 'error', timeout: 'timeout', note: 'note' }

function said({ kind, message, check, matcher, location, expected, received, diff: lines }: Feedback): Content {
  const sides = lines === undefined && expected !== undefined && received !== undefined && (expected.length > 60 || received.length > 60)
  return html`<p><span class="kind ${kind}">${matcher ?? kinds[kind]}</span>${when(check !== undefined, () => html` <span class="tag"><bdi>${check}</bdi></span>`)} ${place(location)}</p><pre class="message" dir="auto">${message.trim()}</pre>
${when(lines !== undefined, () => diff(lines!.split('\n').map((line) => (/^[+-]/.test(line) ? line : ` ${line}`))))}${when(sides, () => html`<dl class="values"><dt>expected</dt><dd><pre dir="auto">${expected}</pre></dd><dt>received</dt><dd><pre dir="auto">${received}</pre></dd></dl>`)}`
}
