/** Each named check and each assertion over all cases, before and after. Stage: report. */
import type { CaseRun } from '../feedback/case-run.ts'
import type { Feedback } from '../feedback/feedback.ts'
import type { TrainOutcome } from '../train/outcome.ts'
import { cutText, placeIn } from './report-text.ts'
import type { PartReport } from './run-report.ts'

/** Checks by name in the order they are first met, then assertions that failed at least once, the most failed first. */
export function partReports({ startRuns, finalRuns }: Pick<TrainOutcome, 'startRuns' | 'finalRuns'>, root: string): PartReport[] {
  const [start, final] = [measured(startRuns), measured(finalRuns)]
  const failures = assertionParts(start, final, root).sort((a, b) => b.failedBefore + b.failedAfter - a.failedBefore - a.failedAfter)
  return [...checkParts(start, final), ...failures]
}

function measured(runs: TrainOutcome['startRuns']): CaseRun[] {
  return [...runs.values()].flat().filter(({ score }) => score !== undefined)
}

function checkParts(start: readonly CaseRun[], final: readonly CaseRun[]): PartReport[] {
  const [before, after] = [checkTallies(start), checkTallies(final)]
  return [...new Set([...before.keys(), ...after.keys()])].map((name) => {
    // A check that one side never got to says nothing about that side: it counts as it was on the other.
    const [from, to] = [before.get(name) ?? after.get(name)!, after.get(name) ?? before.get(name)!]
    return { name, kind: 'check', before: from.held / from.runs, after: to.held / to.runs, n: to.cases.size, failedBefore: from.failed.size, failedAfter: to.failed.size }
  })
}

interface Tally { held: number; runs: number; readonly cases: Set<string>; readonly failed: Set<string> }

function checkTallies(runs: readonly CaseRun[]): Map<string, Tally> {
  const tallies = new Map<string, Tally>()
  for (const { caseId, checks } of runs) {
    for (const { name, passed, score = Number(passed) } of checks) {
      const tally = tallies.get(name) ?? { held: 0, runs: 0, cases: new Set(), failed: new Set() }
      tallies.set(name, tally)
      tally.runs++
      tally.cases.add(caseId)
      tally.held += score
      if (!passed) tally.failed.add(caseId)
    }
  }
  return tallies
}

function assertionParts(start: readonly CaseRun[], final: readonly CaseRun[], root: string): PartReport[] {
  const [before, after] = [failuresByPlace(start, root), failuresByPlace(final, root)]
  return [...new Set([...before.keys(), ...after.keys()])].map((name) => {
    const [from, to] = [before.get(name) ?? [], after.get(name) ?? []]
    const failures = [...from, ...to]
    const messages = new Set(failures.map(({ feedback }) => feedback.userMessage))
    const message = messages.size === 1 ? [...messages][0] : undefined
    return {
      name, kind: 'assertion', before: heldShare(from, start), after: heldShare(to, final),
      n: new Set(final.map(({ caseId }) => caseId)).size, failedBefore: casesOf(from), failedAfter: casesOf(to),
      ...placeIn(failures[0]!.feedback.location, root), ...(message === undefined ? {} : { message: cutText(message, 200) }),
    }
  })
}

interface Failure { readonly run: CaseRun; readonly feedback: Feedback }

function failuresByPlace(runs: readonly CaseRun[], root: string): Map<string, Failure[]> {
  const found = new Map<string, Failure[]>()
  for (const run of runs) {
    for (const feedback of run.feedback.filter(isOwnPart)) {
      const name = assertionName(feedback, root)
      const failures = found.get(name)
      if (failures === undefined) found.set(name, [{ run, feedback }])
      else failures.push({ run, feedback })
    }
  }
  return found
}

/** A scorer of the workflow stands nowhere in the case, and is its check already. */
const isOwnPart = ({ kind, check, matcher, location }: Feedback): boolean => kind === 'assertion' && (location !== undefined || check === undefined || check !== matcher)

/** `not.toBe at route.eval.ts:12:5`. */
function assertionName({ matcher = 'assertion', negated, promise, location }: Feedback, root: string): string {
  const place = placeIn(location, root).location
  const chain = [promise, negated === true ? 'not' : undefined, matcher].filter((part) => part !== undefined).join('.')
  return place === undefined ? chain : `${chain} at ${place.file}:${place.line}:${place.column}`
}

function heldShare(failures: readonly Failure[], runs: readonly CaseRun[]): number {
  return runs.length === 0 ? 1 : 1 - new Set(failures.map(({ run }) => run)).size / runs.length
}

const casesOf = (failures: readonly Failure[]): number => new Set(failures.map(({ run }) => run.caseId)).size
