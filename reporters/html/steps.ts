/** Each call of a model by the optimizer: what was asked, what it answered, what became of each edit. Stage: reporters. */
import { groupDigits } from '../../src/core/text.ts'
import type { EditReport, StepReport, WorkflowReport } from '../../src/report/run-report.ts'
import { changeLines } from '../change-lines.ts'
import { count, durationText } from '../wording.ts'
import type { Allowance } from './allowance.ts'
import { html, when, type Content, type Markup } from './markup.ts'
import { diff } from './parameters.ts'
import { part } from './words.ts'

/** The steps of a workflow, or nothing where no model took part. */
export function stepsPart(report: WorkflowReport, id: string, room: Allowance): Content {
  const { steps = [] } = report
  if (steps.length === 0) return undefined
  const shown = steps.map((step, index) => room.take(() => stepBox(step, report, `${id}-s${index}`), step.messages.reduce((sum, { content }) => sum + content.length, step.answer?.length ?? 0)))
  return part(`${id}-steps`, 'Optimizer steps', [
    shown,
    when(room.left > 0, () => html`<p class="note">${count(room.left, 'step')} left out to keep this page small; all stand in report.json, and in <code>npx trace-eval show --explain</code>.</p>`),
  ])
}

const verbs: Readonly<Record<StepReport['purpose'], string>> = {
  propose: 'proposes values', criticise: 'criticises', select: 'chooses among candidates', repair: 'writes its answer again', summarise: 'summarises',
}
const states: Readonly<Record<EditReport['state'], string>> = { 'kept': 'kept', 'not-better': 'not better', 'refused': 'refused', 'not-tried': 'not tried' }

function stepBox({ round, optimizer, purpose, model, messages, answer, problem, edits, inputTokens, outputTokens, durationMs }: StepReport, report: WorkflowReport, id: string): Markup {
  const tokens = inputTokens === null && outputTokens === null ? '' : `, ${groupDigits(inputTokens ?? 0)} tokens in, ${groupDigits(outputTokens ?? 0)} out`
  const outcome = edits.map(({ parameter, state }) => `${parameter} ${states[state]}`).join(', ')
  return html`<details class="step" id="${id}"><summary><b>Round ${round}</b>: <bdi>${model}</bdi> ${verbs[purpose]}${when(outcome !== '', () => html` <span class="dim">(<bdi>${outcome}</bdi>)</span>`)}${when(problem !== undefined, () => html` <span class="down">failed</span>`)}</summary>
<p class="dim">${optimizer}, ${durationText(durationMs)}${tokens}</p>${messages.map(({ role, content }) => html`<h5><bdi>${role}</bdi></h5><pre dir="auto" tabindex="0">${content}</pre>`)}
${when(answer !== null, () => html`<h5>answer</h5><pre dir="auto" tabindex="0">${answer ?? ''}</pre>`)}${when(problem !== undefined, () => html`<p class="note">${problem}</p>`)}${edits.map((edit) => editBox(edit, report))}</details>`
}

function editBox({ parameter, from, to, state, reason, notes }: EditReport, { parameters }: WorkflowReport): Markup {
  const kind = parameters.find(({ name }) => name === parameter)?.kind ?? (typeof to === 'string' ? 'text' : 'value')
  const why = reason.startsWith(states[state]) ? reason : `${states[state]}: ${reason}`
  return html`<h5><bdi>${parameter}</bdi></h5>${diff(changeLines({ kind, from, to }))}<p class="${state === 'kept' ? 'up' : state === 'refused' ? 'down' : 'dim'}">${why}</p>${notes.map((note) => html`<p class="note">${note}</p>`)}`
}
