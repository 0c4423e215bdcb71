/** A case run whose feedback is written when somebody reads it: most runs of a search are only ever asked for their score. Stage: vitest. */
import type { CaseRun, CaseTrace } from '../feedback/case-run.ts'
import type { CheckResult, Feedback } from '../feedback/feedback.ts'
import { feedbackFromError } from '../feedback/from-error.ts'

/** Something that failed in a run. */
export interface Failure { readonly error: unknown; readonly soft: boolean; readonly check?: string | undefined }

/** What a run left behind. */
export interface RunRecord {
  readonly caseId: string
  readonly trial: number
  readonly score: number | undefined
  readonly unscored: string | undefined
  readonly checks: readonly CheckResult[]
  readonly asserted: CaseRun['asserted']
  readonly errors: readonly Failure[]
  readonly notes: readonly Feedback[]
  readonly durationMs: number
  readonly costUsd: number | undefined
  readonly trace: CaseTrace
}

/** Where a failure's place is looked for. */
export interface Places { readonly file: string; readSource(file: string): string | undefined }

export class RecordedRun implements CaseRun {
  readonly caseId: string
  readonly trial: number
  readonly score: number | undefined
  declare readonly unscored?: string
  declare readonly asserted?: NonNullable<CaseRun['asserted']>
  readonly checks: readonly CheckResult[]
  readonly durationMs: number
  declare readonly costUsd?: number
  readonly trace: CaseTrace
  readonly failures: number
  readonly #errors: readonly Failure[]
  readonly #notes: readonly Feedback[]
  readonly #places: Places
  #feedback: readonly Feedback[] | undefined

  constructor(record: RunRecord, places: Places) {
    const { caseId, trial, score, unscored, checks, durationMs, trace, errors, notes, costUsd } = record
    this.caseId = caseId
    this.trial = trial
    this.score = score
    if (unscored !== undefined) this.unscored = unscored
    if (record.asserted !== undefined) this.asserted = record.asserted
    this.checks = checks
    this.durationMs = durationMs
    if (costUsd !== undefined) this.costUsd = costUsd
    this.trace = trace
    this.failures = errors.length
    this.#errors = errors
    this.#notes = notes
    this.#places = places
  }

  get feedback(): readonly Feedback[] { return (this.#feedback ??= this.#write(this.#places)) }

  /** Without the graph and without the places of failures, which keep code and data of the run alive. */
  lean(): CaseRun {
    const { caseId, trial, score, checks, asserted, durationMs, failures, unscored, costUsd } = this
    return {
      caseId, trial, score, ...(unscored !== undefined && { unscored }), checks, ...(asserted !== undefined && { asserted }), durationMs, failures, ...(costUsd !== undefined && { costUsd }),
      feedback: this.#feedback ?? this.#write(undefined), trace: { outputs: [], leaks: this.trace.leaks },
    }
  }

  #write(places: Places | undefined): readonly Feedback[] {
    if (this.#errors.length === 0) return this.#notes
    return [...this.#errors.flatMap(({ error, soft, check }) => feedbackFromError(error, { soft, ...(check !== undefined && { check }), ...places, places: places !== undefined })), ...this.#notes]
  }
}
