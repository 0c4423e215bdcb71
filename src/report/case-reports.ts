/** Each case before and after. Stage: report. */
import type { TrainingCase } from '../feedback/case-run.ts'
import { passesRun } from '../gate/case-score.ts'
import type { TrainOutcome } from '../train/outcome.ts'
import type { RunsByCase } from '../train/runs-by-case.ts'
import { caseScore } from '../train/scores.ts'
import { reportFeedback } from './report-text.ts'
import type { CaseReport } from './run-report.ts'

/** Scores closer than this are the same: means of the same trials may differ in the last bits. */
const SAME = 1e-9

/**
 * One report per case, in the order of `titles`, then the rest.
 *
 * @param titles By case id; a case without a title is called by its id.
 */
export function caseReports(outcome: TrainOutcome, titles: ReadonlyMap<string, string>, root: string): CaseReport[] {
  const heldOut = new Set(outcome.heldOut.map(({ id }) => id))
  const cases = new Map([...outcome.learn, ...outcome.heldOut].map((one) => [one.id, one]))
  const ordered = [...titles.keys(), ...cases.keys()].filter((id, index, all) => cases.has(id) && (index < titles.size || !titles.has(all[index]!)))
  return ordered.map((id) => caseReport(cases.get(id)!, { outcome, title: titles.get(id) ?? id, heldOut: heldOut.has(id), root }))
}

interface CaseContext { readonly outcome: TrainOutcome; readonly title: string; readonly heldOut: boolean; readonly root: string }

function caseReport({ id, tags = [] }: TrainingCase, { outcome, title, heldOut, root }: CaseContext): CaseReport {
  const [start, final] = [outcome.startRuns.get(id) ?? [], outcome.finalRuns.get(id) ?? []]
  const [before, after] = [caseScore(start) ?? null, caseScore(final) ?? null]
  const unscored = after === null ? final.find((run) => run.unscored !== undefined)?.unscored ?? 'it did not run with the final values' : undefined
  return {
    id, title, split: heldOut ? 'held-out' : 'learn', tags: [...tags],
    before, after, change: changeOf(before, after),
    ...(final.length > 1 && { trials: { passed: final.filter(passesRun).length, n: final.filter(({ score }) => score !== undefined).length } }),
    feedback: reportFeedback(final.flatMap((run) => run.feedback), root),
    feedbackBefore: reportFeedback(start.flatMap((run) => run.feedback), root),
    ...(unscored === undefined ? {} : { unscored }),
    durationMs: final.reduce((sum, run) => sum + run.durationMs, 0),
  }
}

/** The mean of the cases that could be measured; 0 when none could. */
export function meanScore(cases: readonly TrainingCase[], runs: RunsByCase): number {
  const scores = cases.flatMap(({ id }) => caseScore(runs.get(id)) ?? [])
  return scores.length === 0 ? 0 : scores.reduce((sum, score) => sum + score, 0) / scores.length
}

function changeOf(before: number | null, after: number | null): CaseReport['change'] {
  if (before === null || after === null || Math.abs(after - before) < SAME) return 'same'
  return after > before ? 'better' : 'worse'
}
