/** What the optimizer asked models, as data that anybody may read: bounded, without keys. Stage: report. */
import { redactSecrets } from '../core/redact.ts'
import type { EditOutcome, StepOutcome } from '../train/outcome.ts'
import { shortValue } from './parameter-reports.ts'
import { cutText } from './report-text.ts'
import type { EditReport, Problem, StepReport } from './run-report.ts'

/** A question fits whole; a report travels through Vitest, so that there is an end to it. */
const [MAX_MESSAGE, MAX_ANSWER, MAX_REASON] = [32_000, 16_000, 600]
/** Characters of all messages and answers of a workflow; beyond, each is cut to a line or two. */
const [MAX_TOTAL, MAX_BEYOND] = [1_000_000, 400]

/** The calls in order; an object to spread, empty when there was none. */
export function stepReports(steps: readonly StepOutcome[]): { steps?: StepReport[] } {
  if (steps.length === 0) return {}
  let total = 0
  const text = (given: string, max: number): string => {
    const cut = cutText(redactSecrets(given), total > MAX_TOTAL ? MAX_BEYOND : max)
    total += cut.length
    return cut
  }
  return {
    steps: steps.map(({ round, optimizer, purpose, model, messages, answer, problem, edits, inputTokens, outputTokens, durationMs }) => ({
      round, optimizer, purpose, model,
      messages: messages.map(({ role, content }) => ({ role, content: text(content, MAX_MESSAGE) })),
      answer: answer === undefined ? null : text(answer, MAX_ANSWER),
      ...(problem !== undefined && { problem: text(problem, MAX_REASON) }),
      edits: edits.map((edit) => editReport(edit, text)),
      inputTokens: inputTokens ?? null, outputTokens: outputTokens ?? null, durationMs,
    })),
  }
}

/** A text that was kept and repeats a case is worth a look: it may know the cases by heart. */
export function copyNotes(steps: readonly StepOutcome[]): Problem[] {
  const kept = steps.flatMap(({ edits }) => edits.filter(({ state, notes }) => state === 'kept' && notes.length > 0))
  return [...new Map(kept.map((edit) => [edit.parameter, edit])).values()].map(({ parameter, notes }) => ({
    code: 'PROPOSAL_COPIES', level: 'note', message: `a text that was kept for ${JSON.stringify(parameter)} ${notes[0]}; look whether it is a rule or a case learned by heart`,
  }))
}

function editReport({ parameter, from, to, state, reason, notes }: EditOutcome, text: (given: string, max: number) => string): EditReport {
  const value = (given: unknown): unknown => { const short = shortValue(given); return typeof short === 'string' ? text(short, MAX_ANSWER) : short }
  return { parameter, from: value(from), to: value(to), state, reason: text(reason, MAX_REASON), notes: notes.map((note) => text(note, MAX_REASON)) }
}
