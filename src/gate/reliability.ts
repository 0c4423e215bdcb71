/** What the trials of cases say about the next ones: whether any passes, and whether all do. Stage: gate. */
import type { CaseRun } from '../feedback/case-run.ts'
import { passAtK, passHatK } from '../stats/pass-at-k.ts'
import { passesRun } from './case-score.ts'

/** Chances over cases, each from its own trials. */
export interface Reliability {
  /** That at least one of k trials passes, and that all do: pass@k and pass^k, means over the cases. */
  readonly passAtK: number
  readonly passHatK: number
  /** Cases with at least k trials that could be measured. */
  readonly n: number
}

/** Of the cases with at least `k` measured trials; none where there is none. */
export function reliability(cases: readonly { readonly id: string }[], runs: ReadonlyMap<string, readonly CaseRun[]>, k: number): Reliability | undefined {
  const counts = cases.flatMap(({ id }) => {
    const measured = (runs.get(id) ?? []).filter(({ score }) => score !== undefined)
    return measured.length < k ? [] : [{ passed: measured.filter(passesRun).length, n: measured.length }]
  })
  if (counts.length === 0) return undefined
  const mean = (chance: typeof passAtK): number => counts.reduce((sum, { passed, n }) => sum + chance(passed, n, k), 0) / counts.length
  return { passAtK: mean(passAtK), passHatK: mean(passHatK), n: counts.length }
}
