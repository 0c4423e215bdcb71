/** What happened to the parameters: at the end, and round by round. Stage: report. */
import { redactValue } from '../core/redact.ts'
import type { ParameterValues } from '../feedback/case-run.ts'
import type { Domain } from '../graph/domain.ts'
import { peek } from '../graph/node.ts'
import type { RoundBlame, RoundOutcome, TrainOutcome, ValueChange } from '../train/outcome.ts'
import { equalValues, plainValue, type PlainValue } from './plain-value.ts'
import { cutText, placeIn } from './report-text.ts'
import type { BlameReport, FrontReport, ParameterReport, RejectedReport, RoundReport } from './run-report.ts'

/** In a round's list of changes a longer text is cut; the final values are always whole. */
const MAX_ROUND_TEXT = 2000

/** Why a value with a secret in it cannot be saved from a report. */
export const SECRET_VALUE = 'what looks like a key or a password'
const MAX_FAILURE = 300

/** One report per parameter that a run reached, in the order they were reached. */
export function parameterReports(outcome: TrainOutcome, root: string): ParameterReport[] {
  const blamed = new Map(outcome.blame.map(({ parameter, cases }) => [parameter, cases.length]))
  return Array.from(outcome.parameters, ([name, parameter]) => {
    const valueIn = (values: ParameterValues): unknown => (Object.hasOwn(values, name) ? values[name] : peek(parameter))
    const [from, to] = [valueIn(outcome.startValues), valueIn(outcome.finalValues)]
    const final = plainValue(to)
    return {
      name, kind: parameter.kind,
      ...(parameter.description === undefined ? {} : { description: parameter.description }),
      ...codeOf(parameter.domain),
      ...placeIn(parameter.location, root),
      from: plainValue(from).value, to: final.value, changed: !equalValues(from, to),
      ...unsavable(final, from),
      optimized: outcome.optimized.includes(name), blamedCases: blamed.get(name) ?? 0,
    }
  })
}

/** What stands in place of a secret would be saved for it; so it would where a recorded answer proposed it. */
function unsavable({ value, loss }: PlainValue, from: unknown): Pick<ParameterReport, 'unsavable'> {
  if (loss !== undefined) return { unsavable: loss }
  return redactValue(value) === value && (!hasMark(value) || hasMark(from)) ? {} : { unsavable: SECRET_VALUE }
}

const hasMark = (value: unknown): boolean => /\[redacted(?: private)?(?: key)?\]/.test(typeof value === 'string' ? value : JSON.stringify(value) ?? '')

function codeOf(domain: Domain): Pick<ParameterReport, 'code'> {
  return domain.kind === 'code' ? { code: { function: domain.function, ...(domain.types !== undefined && { types: domain.types }) } } : {}
}

/** The rounds as data. */
export function roundReports(rounds: readonly RoundOutcome[]): RoundReport[] {
  return rounds.map((outcome) => {
    const { round, before, after, candidates, evaluations, reason } = outcome
    const changes = outcome.state === 'kept' ? outcome.changes.map(plainChange) : []
    return { round, before, after, kept: outcome.state === 'kept', reason: cutText(reason, MAX_ROUND_TEXT), candidates, evaluations, changes, blame: outcome.blame.map(blameReport) }
  })
}

/** What won the rounds and was not adopted; an object to spread, empty when there is none. */
export function rejectedReport(outcome: TrainOutcome): { rejected?: RejectedReport } {
  if (outcome.rejected === undefined) return {}
  const { values, heldOutScore, heldOutStart } = outcome.rejected
  return { rejected: { heldOutScore, heldOutStart, changes: changesSinceStart(values, outcome) } }
}

/** The front, where several objectives count; an object to spread. */
export function frontReport(outcome: TrainOutcome): { front?: readonly FrontReport[] } {
  return outcome.front === undefined ? {} : { front: outcome.front.map(({ values, score, costs }) => ({ score, costs: { ...costs }, changes: changesSinceStart(values, outcome) })) }
}

function changesSinceStart(values: ParameterValues, { startValues, parameters }: TrainOutcome): ValueChange[] {
  return Object.entries(values).flatMap(([parameter, to]) => {
    const known = parameters.get(parameter)
    const from = Object.hasOwn(startValues, parameter) ? startValues[parameter] : known === undefined ? undefined : peek(known)
    return equalValues(from, to) ? [] : [plainChange({ parameter, from, to })]
  })
}

function blameReport({ parameter, score, cases, failures }: RoundBlame): BlameReport {
  return { parameter, score, cases: cases.length, failures: failures.map((failure) => ({ text: cutText(failure.text, MAX_FAILURE), cases: failure.cases.length })) }
}

function plainChange({ parameter, from, to }: ValueChange): ValueChange {
  return { parameter, from: shortValue(from), to: shortValue(to) }
}

/** A value for a list of changes. */
export function shortValue(value: unknown): unknown {
  return typeof value === 'string' ? cutText(value, MAX_ROUND_TEXT) : plainValue(value).value
}
