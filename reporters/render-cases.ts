/** Shows the cases that changed, the worse first, each with the assertion that failed. Stage: reporters. */
import type { Feedback } from '../src/feedback/feedback.ts'
import type { CaseReport, WorkflowReport } from '../src/report/run-report.ts'
import type { Paint } from './ansi.ts'
import { displayWidth } from './display-width.ts'
import { fit, foreign, foreignLine, wrap } from './layout.ts'
import { count, fromTo, placeText, saidText, scoreText } from './wording.ts'

/** Cases that are shown of those that got worse, and of each other group. */
const MAX_WORSE = 6
const MAX_OTHER = 3
const MAX_MESSAGE_LINES = 3

interface Group {
  readonly title: string
  readonly cases: readonly CaseReport[]
  readonly sign: string
  readonly most?: number
  readonly said: (one: CaseReport) => readonly Feedback[]
}

/** The lines about cases: worse, better, not measured, and those that still fail. */
export function renderCases({ caseResults, rounds, stopReason }: WorkflowReport, columns: number, color: Paint): string[] {
  const named = (cases: readonly CaseReport[], text: string): string => `${count(cases.length, 'case')} ${text}`
  const [worse, better] = [caseResults.filter(({ change }) => change === 'worse'), caseResults.filter(({ change }) => change === 'better')]
  // What a run did not get to is no news; where nothing could be measured, those that ran say why.
  const wasMeasured = caseResults.some(({ after }) => after !== null)
  const unmeasured = stopReason === 'interrupted' || (stopReason === 'budget' && !wasMeasured) ? [] : caseResults.filter(({ after, feedback }) => after === null && (wasMeasured || feedback.length > 0))
  const failing = caseResults.filter(({ change, after }) => change === 'same' && after !== null && after < 1)
  const after = ({ feedback }: CaseReport): readonly Feedback[] => feedback
  const groups: (Group & { readonly dye: (text: string) => string })[] = [
    { title: named(worse, 'got worse'), cases: byChange(worse), sign: '✗', most: MAX_WORSE, said: after, dye: color.red },
    { title: named(better, 'got better'), cases: byChange(better), sign: '✓', said: ({ feedback, feedbackBefore }) => (feedback.length > 0 ? feedback : feedbackBefore), dye: color.green },
    { title: named(unmeasured, 'could not be measured'), cases: unmeasured, sign: '?', said: whyUnmeasured, dye: color.yellow },
    { title: named(failing, `${failing.length === 1 ? 'fails' : 'fail'}${rounds.length > 0 ? ' as before' : ''}`), cases: failing, sign: '-', said: after, dye: color.yellow },
  ]
  return groups.flatMap((group) => (group.cases.length === 0 ? [] : [`   ${group.dye(group.title)}`, ...groupLines(group, columns, group.dye, color)]))
}

const byChange = (cases: readonly CaseReport[]): CaseReport[] =>
  cases.toSorted((a, b) => Math.abs(b.after! - b.before!) - Math.abs(a.after! - a.before!))

/** What else failed in such a case is not why it has no score. */
function whyUnmeasured({ feedback, unscored = '' }: CaseReport): readonly Feedback[] {
  return feedback.filter(({ message }) => unscored.includes(message) || message.includes(unscored))
}

function groupLines({ cases, sign, said, most = MAX_OTHER }: Group, columns: number, dye: (text: string) => string, color: Paint): string[] {
  const shown = cases.slice(0, most).flatMap((one) => [caseLine(one, sign, columns, dye, color), ...saidLines(one, said(one)[0], columns, color)])
  const hidden = cases.length - most
  return hidden > 0 ? [...shown, color.dim(`     … and ${hidden} more`)] : shown
}

function caseLine({ title, before, after, change, split }: CaseReport, sign: string, columns: number, dye: (text: string) => string, color: Paint): string {
  const numbers = `${change === 'same' ? scoreText(after) : fromTo(before, after)}${split === 'held-out' ? '  held out' : ''}`
  const name = fit(foreignLine(title), columns - 9 - displayWidth(numbers))
  return `     ${dye(sign)} ${name}  ${color.dim(numbers)}`
}

function saidLines({ unscored, feedback, change }: CaseReport, said: Feedback | undefined, columns: number, color: Paint): string[] {
  if (said === undefined) return unscored === undefined ? [] : wrap(foreign(unscored), { columns, first: '       ', maxLines: MAX_MESSAGE_LINES })
  const place = placeText(said.location)
  const message = saidText(said.message)
  const when = change === 'better' && feedback.length === 0 ? 'before: ' : ''
  const lines = wrap(`${when}${foreign(message)}`, { columns, first: '       ', maxLines: MAX_MESSAGE_LINES })
  if (place === '' || said.message.includes(place)) return lines
  const last = `${lines.at(-1)!}  ${place}`
  if (displayWidth(last) <= columns) return [...lines.slice(0, -1), `${lines.at(-1)!}  ${color.dim(place)}`]
  return [...lines, color.dim(fit(`       ${place}`, columns))]
}
