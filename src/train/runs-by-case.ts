/** Runs of cases, by case. Stage: train. */
import type { CaseRun } from '../feedback/case-run.ts'

/** Runs of all cases with one set of values, by case id. */
export type RunsByCase = ReadonlyMap<string, readonly CaseRun[]>
