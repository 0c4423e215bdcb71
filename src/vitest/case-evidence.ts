/** What a run of a case says of itself: checks, scores, notes and failures, and the score that follows. Stage: vitest. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { escapeControls } from '../core/text.ts'
import { factsOf } from '../feedback/assertion-facts.ts'
import type { CaseRun } from '../feedback/case-run.ts'
import type { CheckResult, Feedback } from '../feedback/feedback.ts'
import { scoreCase } from '../feedback/score-case.ts'
import type { CaseCalls } from '../llm/model-scope.ts'
import { inCheck, type CaseScope } from './attribution.ts'
import type { ScorerOutcome } from './output-scorers.ts'
import type { Failure, RunRecord } from './recorded-run.ts'
import { whyUnscored } from './why-unscored.ts'

const noChecks: readonly CheckResult[] = []

/** Collects while the case runs; `outcome` is asked once it has ended. */
export class CaseEvidence {
  readonly #scope: CaseScope
  readonly #caseId: string
  readonly #failures: Failure[] = []
  readonly #notes: Feedback[] = []
  readonly #scores: number[] = []
  #checks = noChecks
  #unscored: string | undefined
  #closed = false

  constructor(scope: CaseScope, caseId: string) {
    this.#scope = scope
    this.#caseId = caseId
  }

  /** Where errors are said to be. */
  get #at(): string { return `case ${JSON.stringify(this.#caseId)}` }

  /** Something failed: it ended the case, or a soft assertion did not hold. */
  failed(failure: Failure): void { if (!this.#closed) this.#failures.push(failure) }

  /** The run is worth nothing as a measurement, whatever else it says. */
  unscored(why: string): void { this.#unscored = why }

  /** A check of the case: what fails inside fails it alone. */
  async check(name: string, fn: () => unknown, weight: number): Promise<boolean> {
    if (typeof name !== 'string' || name === '') throw new TraceEvalError('CHECK_OPTIONS', `expected a name for the check, received ${describeValue(name)}`, { at: this.#at })
    if (!Number.isFinite(weight) || weight < 0) throw new TraceEvalError('CHECK_OPTIONS', `expected a weight from 0 up for check ${JSON.stringify(name)}, received ${describeValue(weight)}`, { at: this.#at })
    const softBefore = this.#scope.softFailedIn(name)
    let passed = true
    await inCheck(this.#scope, name, async () => {
      try {
        // An answer is easily taken for an assertion: `false` must not look like passing.
        if (await fn() === false) throw new Error('expected the check to hold, received false')
      } catch (error) {
        passed = false
        this.failed({ error, soft: true, check: name })
      }
    })
    passed &&= this.#scope.softFailedIn(name) === softBefore
    this.#checks = [...this.#checks, { name, passed, weight }]
    return passed
  }

  /** A score that the case gives itself, and what it has to say. */
  feedback(score: number, text?: string): void {
    if (typeof score !== 'number' || !(score >= 0 && score <= 1)) {
      this.unscored(`feedback() expected a score from 0 to 1, received ${describeValue(score)}`)
      throw new TraceEvalError('SCORE_RANGE', `expected a score from 0 to 1, received ${describeValue(score)}`, { at: this.#at, hint: 'Divide by the highest possible score, or leave the case unscored by throwing.' })
    }
    this.#scores.push(score)
    if (text !== undefined && text !== '') this.#note({ kind: 'note', message: escapeControls(text), userMessage: escapeControls(text), soft: true })
  }

  /** What a scorer of the workflow said. */
  judged({ check, error, note }: ScorerOutcome): void {
    this.#checks = [...this.#checks, check]
    if (error !== undefined) this.failed({ error, soft: true, check: check.name })
    if (note !== undefined) this.#note(note)
  }

  #note(note: Feedback): void { if (!this.#closed) this.#notes.push(note) }

  /** What it comes to; nothing that is said later counts. `thrown` are the failures that count. `calls` are those of models that the run made. */
  outcome(calls: CaseCalls | undefined): Pick<RunRecord, 'score' | 'unscored' | 'checks' | 'asserted' | 'errors' | 'notes'> & { readonly thrown: readonly unknown[] } {
    this.#closed = true
    const checks = this.#checks
    const outsideChecks = this.#failures.filter(({ check }) => check === undefined)
    const thrown = this.#failures.filter(({ check }) => !checks.some(({ name, weight }) => name === check && weight === 0)).map(({ error }) => error)
    const unscored = this.#unscored ?? whyUnscored(thrown, calls)
    const score = unscored === undefined ? scoreCase({
      given: this.#scores, checks,
      failedHard: outsideChecks.some(({ soft }) => !soft),
      softPassed: this.#scope.softPassed, softFailed: outsideChecks.filter(({ soft }) => soft).length,
    }) : undefined
    return { score, unscored, checks, asserted: this.#asserted(), errors: this.#failures, notes: this.#notes, thrown }
  }

  /** Assertions with a message, and whether each held wherever it stood. */
  #asserted(): CaseRun['asserted'] {
    const { messages } = this.#scope
    if (messages === undefined) return undefined
    const failed = new Set(this.#failures.map(({ error }) => factsOf(error)?.userMessage))
    return [...messages].map((name) => ({ name, passed: !failed.has(name) }))
  }
}
