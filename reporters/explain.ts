/** What happened in each round: whom it suspected and why, what a model was asked, what it answered, what became of that. Stage: reporters. */
import { groupDigits } from '../src/core/text.ts'
import type { BlameReport, EditReport, RoundReport, StepReport, WorkflowReport } from '../src/report/run-report.ts'
import { paint, type Paint } from './ansi.ts'
import { fit, foreign, foreignLine, joinLines, wrap, type RenderOptions } from './layout.ts'
import { renderChange } from './render-changes.ts'
import { count, durationText, fromTo } from './wording.ts'

/** Rounds of one workflow, from suspicion to verdict. */
export function renderExplanation(report: WorkflowReport, { columns: asked = 80, color: coloured = false }: RenderOptions = {}): string {
  const [columns, color] = [Math.max(60, Math.floor(asked) || 80), paint(coloured)]
  const { name, plan, rounds, steps = [] } = report
  const title = [color.bold(fit(foreignLine(name), columns - 2)), ...wrap(`optimizer ${foreignLine(plan.optimizer)}, ${count(rounds.length, 'round')}, ${count(steps.length, 'question')} to a model`, { columns, first: '   ' }).map(color.dim)]
  const numbers = new Set([...rounds.map(({ round }) => round), ...steps.map(({ round }) => round)])
  const parts = [...numbers].toSorted((a, b) => a - b).flatMap((number) => [
    '', ...roundLines(number, rounds.find(({ round }) => round === number), columns, color),
    ...steps.filter(({ round }) => round === number).flatMap((step) => stepLines(step, report, columns, color)),
  ])
  return joinLines([` ${title[0]!}`, ...title.slice(1), ...(numbers.size === 0 ? wrap('no round was played', { columns, first: '   ' }) : parts), ''])
}

function roundLines(number: number, round: RoundReport | undefined, columns: number, color: Paint): string[] {
  if (round === undefined) return [` ${color.bold(`round ${number}`)}`]
  const { before, after, kept, reason, candidates, evaluations, blame = [] } = round
  const facts = `${fromTo(before, after)}   ${count(candidates, 'candidate')}, ${count(evaluations, 'evaluation')}`
  return [
    ` ${color.bold(`round ${number}`)}   ${facts}`,
    ...wrap(`${kept ? 'kept' : 'not kept'}: ${foreign(reason)}`, { columns, first: '   ', maxLines: 4 }).map(kept ? color.green : color.dim),
    ...(blame.length === 0 ? [] : ['   suspected']), ...blame.flatMap((one) => blameLines(one, columns, color)),
  ]
}

function blameLines({ parameter, score, cases, failures }: BlameReport, columns: number, color: Paint): string[] {
  return [
    `     ${color.bold(fit(foreignLine(parameter), columns - 40))}   ${score.toFixed(2)}, ${count(cases, 'failing case')}`,
    ...failures.flatMap(({ text, cases: n }) => wrap(`${n} × ${foreignLine(text)}`, { columns, first: '       ', next: '           ', maxLines: 3 }).map(color.dim)),
  ]
}

const verbs: Readonly<Record<StepReport['purpose'], string>> = {
  propose: 'to propose values', criticise: 'for criticism', select: 'to choose among candidates', repair: 'to write its answer again', summarise: 'for a summary',
}

function stepLines({ optimizer, purpose, model, messages, answer, problem, edits, inputTokens, outputTokens, durationMs }: StepReport, report: WorkflowReport, columns: number, color: Paint): string[] {
  const tokens = inputTokens === null && outputTokens === null ? '' : `, ${groupDigits(inputTokens ?? 0)} tokens in, ${groupDigits(outputTokens ?? 0)} out`
  return [
    ...wrap(`${foreignLine(optimizer)} asked ${foreignLine(model)} ${verbs[purpose]} (${durationText(durationMs)}${tokens})`, { columns, first: '   ' }).map(color.cyan),
    ...messages.flatMap(({ role, content }) => quoted(foreignLine(role), content, columns, color)),
    ...(answer === null ? [] : quoted('answer', answer, columns, color)),
    ...(problem === undefined ? [] : wrap(foreign(problem), { columns, first: '     problem: ', next: '       ' }).map(color.red)),
    ...edits.flatMap((edit) => editLines(edit, report, columns, color)),
  ]
}

function quoted(who: string, text: string, columns: number, color: Paint): string[] {
  return [`     ${color.bold(who)}`, ...foreign(text).split('\n').flatMap((line) => wrap(line, { columns, first: '     │ ', next: '     │ ' }))]
}

const states: Readonly<Record<EditReport['state'], string>> = { 'kept': 'kept', 'not-better': 'not better', 'refused': 'refused', 'not-tried': 'not tried' }

function editLines({ parameter, from, to, state, reason, notes }: EditReport, { parameters }: WorkflowReport, columns: number, color: Paint): string[] {
  const dye = state === 'kept' ? color.green : state === 'refused' ? color.red : color.yellow
  const kind = parameters.find(({ name }) => name === parameter)?.kind ?? (typeof to === 'string' ? 'text' : 'value')
  const why = reason.startsWith(states[state]) ? reason : `${states[state]}: ${reason}`
  return [
    ...renderChange({ name: parameter, kind, from, to }, columns - 2, color).map((line) => `  ${line}`),
    ...wrap(foreign(why), { columns, first: '       ' }).map(dye),
    ...notes.flatMap((note) => wrap(`note: ${foreign(note)}`, { columns, first: '       ' }).map(color.yellow)),
  ]
}
