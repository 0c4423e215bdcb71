/** What the optimizer's calls of models led to, and whom a round suspected with what evidence: for the report. Stage: train. */
import { canonicalJson } from '../core/canonical-json.ts'
import type { Blame, CallEdit } from '../optimize/optimizer.ts'
import { failuresOf } from '../optimize/writing/reflect-evidence.ts'
import type { Candidate } from './candidate.ts'
import type { EditOutcome, RoundBlame, StepOutcome, ValueChange } from './outcome.ts'
import type { RunsByCase } from './runs-by-case.ts'
import { meanScore } from './scores.ts'
import type { Session } from './session.ts'

/** Suspects and failures that are kept of a round. */
const [MAX_BLAMED, MAX_FAILURES] = [12, 6]

/** The most suspect parameters, each with what failed in the cases that depend on it. */
export function roundBlame(blame: readonly Blame[], runs: RunsByCase): RoundBlame[] {
  return blame.slice(0, MAX_BLAMED).map((one) => {
    const own = new Map(one.cases.map((id) => [id, runs.get(id) ?? []]))
    return { ...one, failures: failuresOf(own).slice(0, MAX_FAILURES) }
  })
}

/** Every call in order. An edit's fate is found by its value: it may have been tried in a later round, alone or beside others. */
export function stepOutcomes(session: Session): StepOutcome[] {
  return session.calls.map(({ round, call: { edits, ...call }, values }) => ({
    ...call, round, edits: edits.map((edit) => editOutcome(edit, session, { round, from: Object.hasOwn(values, edit.parameter) ? values[edit.parameter] : null })),
  }))
}

function editOutcome({ parameter, to, refused, notes = [] }: CallEdit, session: Session, { round, from }: { round: number; from: unknown }): EditOutcome {
  const edit = { parameter, from, to, notes }
  if (refused !== undefined) return { ...edit, state: 'refused', reason: refused }
  const asked = canonicalJson(to)
  if (asked === canonicalJson(from)) return { ...edit, state: 'not-tried', reason: 'the value that it had' }
  const isThis = (change: ValueChange): boolean => change.parameter === parameter && canonicalJson(change.to) === asked
  const keptIn = session.rounds.find((one) => one.round >= round && one.state === 'kept' && one.changes.some(isThis))
  if (keptIn !== undefined) return { ...edit, state: 'kept', reason: `kept in round ${keptIn.round}` }
  const other = session.rounds.find((one) => one.round === round && one.state === 'kept' && keptAs(parameter, one.changes, session)?.some(isThis))
  if (other !== undefined) return { ...edit, state: 'kept', reason: `kept in round ${other.round} in another form: without what it broke, or in part` }
  const tried = session.history.find(({ changes }) => changes.some(isThis))
  if (tried !== undefined) return { ...edit, state: 'not-better', reason: scoreText(tried, session) }
  return { ...edit, state: 'not-tried', reason: 'no candidate with it was run' }
}

/** What was asked for, where the value that was kept is another form of it. */
function keptAs(parameter: string, kept: readonly ValueChange[], { history, formOf }: Session): readonly ValueChange[] | undefined {
  const value = kept.find((change) => change.parameter === parameter)
  if (value === undefined) return undefined
  const form = history.find((candidate) => formOf.has(candidate) && candidate.changes.some((change) => change.parameter === parameter && canonicalJson(change.to) === canonicalJson(value.to)))
  return form && formOf.get(form)!.changes
}

function scoreText({ runs }: Candidate, { learn }: Session): string {
  const score = meanScore(runs).toFixed(2)
  return runs.size >= learn.length ? `score ${score} on all ${learn.length} cases` : `dropped after ${runs.size} of ${learn.length} cases, with score ${score} there`
}
