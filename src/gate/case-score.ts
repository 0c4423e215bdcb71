/** What the runs of one case come to, for a gate. Stage: gate. */
import type { CaseRun } from '../feedback/case-run.ts'
import type { PassRule } from './gate-rule.ts'

/** Differences up to this are rounding. */
const slack = 1e-12

/**
 * The score of a case: the mean of its trials that could be measured, or 1 and 0 by how many of them pass. None where no trial could be
 * measured, and where one that could not would decide.
 */
export function gateScore(runs: readonly CaseRun[] | undefined, passes: PassRule): number | undefined {
  const measured = (runs ?? []).filter(({ score }) => score !== undefined)
  if (runs === undefined || measured.length === 0) return undefined
  if (passes === 'mean') return measured.reduce((sum, { score }) => sum + score!, 0) / measured.length
  const [passed, asked] = [measured.filter(passesRun).length, passes === 'all' ? runs.length : passes === 'any' ? 1 : passes]
  if (passed >= asked) return 1
  return passed + runs.length - measured.length < asked ? 0 : undefined
}

/** Whether a run has the full score and failed no assertion, which a case that scores itself may. */
export function passesRun(run: CaseRun): boolean {
  return run.score !== undefined && run.score >= 1 - slack && !failedAsserting(run)
}

/** Whether the case fails, where every case must pass; a case without a score does not. */
export function failsCase(runs: readonly CaseRun[], passes: PassRule): boolean {
  const score = gateScore(runs, passes)
  return score !== undefined && (score < 1 || (passes === 'mean' && runs.some(failedAsserting)))
}

/** Checks without weight do not count. */
function failedAsserting(run: CaseRun): boolean {
  return (run.failures ?? 0) > 0 && run.feedback.some(({ kind, check }) => kind !== 'note' && !run.checks.some(({ name, weight }) => name === check && weight === 0))
}
