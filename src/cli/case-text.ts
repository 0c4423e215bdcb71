/** One case of a report, with everything its feedback says. Stage: cli. */
import { formatLocation } from '../core/stack.ts'
import { escapeControls } from '../core/text.ts'
import type { Feedback } from '../feedback/feedback.ts'
import type { CaseReport } from '../report/run-report.ts'

/** The lines of `trace-eval show --case`. */
export function caseText(workflow: string, { id, title, split, before, after, change, tags, feedback, feedbackBefore }: CaseReport): string {
  const head = [
    `${escapeControls(workflow)} > ${escapeControls(title)}`,
    ...id === title ? [] : [`  id        ${escapeControls(id)}`],
    `  split     ${split === 'learn' ? 'to learn from' : 'held out'}`,
    `  score     ${score(before)} → ${score(after)}, ${change}`,
    ...tags.length > 0 ? [`  tags      ${tags.map(escapeControls).join(', ')}`] : [],
  ]
  return `${[...head, ...section('with the starting values', feedbackBefore), ...section('with the final values', feedback)].join('\n')}\n`
}

function section(title: string, feedback: readonly Feedback[]): string[] {
  return feedback.length === 0 ? [] : ['', `  ${title}`, ...feedback.flatMap(feedbackLines)]
}

function feedbackLines({ kind, soft, check, message, diff, expected, received, location }: Feedback): string[] {
  const where = [kind, ...check === undefined ? [] : [`check "${escapeControls(check)}"`], ...location === undefined ? [] : [escapeControls(formatLocation(location))], ...soft ? ['soft'] : []]
  const sides = diff ?? (expected === undefined && received === undefined ? '' : `- ${expected ?? ''}\n+ ${received ?? ''}`)
  return [`    ${where.join(', ')}`, ...indent(message), ...sides === '' ? [] : ['', ...indent(sides)]]
}

const indent = (text: string): string[] => escapeControls(text).trimEnd().split('\n').map((line) => `      ${line}`)
const score = (value: number | null): string => value === null ? 'not measured' : value.toFixed(2)
