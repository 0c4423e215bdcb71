/** Scores over cases, and the paired comparison of two sets of values. Stage: train. */
import type { CaseRun } from '../feedback/case-run.ts'
import type { RunsByCase } from './runs-by-case.ts'

/** Differences up to this are rounding, not change. */
export const SLACK = 1e-12

/** Mean score of a case over its trials that could be measured; none when no trial could. */
export function caseScore(runs: readonly CaseRun[] | undefined): number | undefined {
  if (runs === undefined) return undefined
  // Most cases have one trial, and a search asks for their scores over and over.
  if (runs.length === 1) return runs[0]!.score
  let sum = 0
  let measured = 0
  for (const { score } of runs) {
    if (score === undefined) continue
    sum += score
    measured++
  }
  return measured === 0 ? undefined : sum / measured
}

/** Mean over the cases that could be measured, each with the same weight; 0 when none could. */
export function meanScore(runs: RunsByCase): number {
  let [sum, measured] = [0, 0]
  for (const trials of runs.values()) {
    const score = caseScore(trials)
    if (score === undefined) continue
    sum += score
    measured++
  }
  return measured === 0 ? 0 : sum / measured
}

/** Scores from here up are shown as 1.00. */
const AS_GOOD_AS_FULL = 0.995

/** Whether there are cases, and nothing is left to improve in any: the full score, or one that is shown as full and nothing that failed. */
export function isPerfect(runs: RunsByCase): boolean {
  return runs.size > 0 && Array.from(runs.values()).every(isSettled)
}

// A distance as a score (1 / (1 + error), say) comes close to 1 and never there; what its assertions allow is good enough.
function isSettled(trials: readonly CaseRun[]): boolean {
  const score = caseScore(trials)
  if (score === undefined || score < AS_GOOD_AS_FULL) return false
  return score >= 1 - SLACK || trials.every((run) => failedAssertions(run) === 0 && run.checks.every(({ passed }) => passed))
}

/** What changed between two sets of values, over the same cases. */
export interface Comparison {
  /** Mean of the differences in score over the cases that both sides could measure. */
  readonly difference: number
  /** Cases with a higher and with a lower score. */
  readonly better: number
  readonly worse: number
  /** Cases that could be measured before, and cannot be any more. */
  readonly lost: number
  /** Passed checks more, and failed assertions less, per trial: what breaks a tie in score. */
  readonly checks: number
  readonly failures: number
  /** Standard error of `difference`; 0 where there are not two pairs to tell it from. */
  readonly error: number
}

/** Compares `after` with `before` case by case; a case that only one side has run says nothing. */
export function compare(before: RunsByCase, after: RunsByCase, caseIds: Iterable<string>): Comparison {
  let [sum, squares, pairs, better, worse, lost, checks, failures] = [0, 0, 0, 0, 0, 0, 0, 0]
  for (const id of caseIds) {
    const [old, now] = [before.get(id), after.get(id)]
    if (old === undefined || now === undefined) continue
    const [from, to] = [caseScore(old), caseScore(now)]
    if (from !== undefined && to === undefined) lost++
    if (from === undefined || to === undefined) continue
    pairs++
    sum += to - from
    squares += (to - from) ** 2
    if (to > from + SLACK) better++
    if (to < from - SLACK) worse++
    checks += perTrial(now, passedChecks) - perTrial(old, passedChecks)
    failures += perTrial(old, failedAssertions) - perTrial(now, failedAssertions)
  }
  const difference = pairs === 0 ? 0 : sum / pairs
  const variance = pairs < 2 ? 0 : Math.max(0, squares - pairs * difference ** 2) / (pairs - 1)
  return { difference, better, worse, lost, checks, failures, error: Math.sqrt(variance / Math.max(1, pairs)) }
}

/** Whether the change is one for the better: a higher score, or the same score with more that holds. */
export function isBetter(change: Comparison): boolean {
  return change.lost === 0 && compareChanges(change, NO_CHANGE) > 0
}

const NO_CHANGE = { difference: 0, checks: 0, failures: 0 }

/** Above 0 when `a` is the greater gain, below when `b` is: by score, then checks, then failed assertions. */
export function compareChanges(a: Pick<Comparison, keyof typeof NO_CHANGE>, b: Pick<Comparison, keyof typeof NO_CHANGE>): number {
  return apart(a.difference, b.difference) || apart(a.checks, b.checks) || apart(a.failures, b.failures)
}

const apart = (a: number, b: number): number => (Math.abs(a - b) <= SLACK ? 0 : a - b)

const passedChecks = ({ checks }: CaseRun): number => checks.reduce((count, { passed }) => count + (passed ? 1 : 0), 0)
const failedAssertions = (run: CaseRun): number => run.failures ?? run.feedback.reduce((count, { kind }) => count + (kind === 'note' ? 0 : 1), 0)

/** Failed checks and assertions of a case, per trial. */
export function failedParts(runs: readonly CaseRun[]): number {
  return perTrial(runs, (run) => failedAssertions(run) + run.checks.length - passedChecks(run))
}

function perTrial(runs: readonly CaseRun[], count: (run: CaseRun) => number): number {
  return runs.length === 1 ? count(runs[0]!) : runs.reduce((sum, run) => sum + count(run), 0) / runs.length
}
