/** Recorded outcomes, told to Vitest as the results of tests. Stage: vitest. */
import type { RunnerTestCase } from 'vitest'
import { TraceEvalError } from '../core/errors.ts'
import { isForeign, isOwn, stackLocations } from '../core/stack.ts'
import { markClean, redactor } from '../core/redact.ts'
import type { CaseRun } from '../feedback/case-run.ts'
import { stackOf } from '../feedback/error-stack.ts'
import { gateScore } from '../gate/case-score.ts'
import type { PassRule } from '../gate/gate-rule.ts'
import { plainValue } from '../report/plain-value.ts'
import type { TrainOutcome } from '../train/outcome.ts'
import { caseScore } from '../train/scores.ts'
import type { CaseRunDetails } from './case-run.ts'
import type { CaseMeta, EvalMeta } from './protocol.ts'

/** What the tests of a workflow are told from. */
export interface OutcomesSetup {
  readonly workflow: string
  readonly outcome: TrainOutcome
  /** Whether the gate let the workflow pass. */
  readonly passed: boolean
  /** Whether every case must pass, so that one that does not fails as its own test. */
  readonly failsNatively: boolean
  readonly passes: PassRule
  idOf(test: RunnerTestCase): string | undefined
  detailsOf(run: CaseRun): CaseRunDetails | undefined
}

const none: readonly unknown[] = []

export class NativeOutcomes {
  readonly #setup: OutcomesSetup
  readonly #heldOut: ReadonlySet<string>
  readonly #redact = redactor()

  constructor(setup: OutcomesSetup) {
    this.#setup = setup
    this.#heldOut = new Set(setup.outcome.heldOut.map(({ id }) => id))
  }

  /** Gives `test` what its case came to, and what its last run with the final values threw, where single cases can fail the suite. */
  tell(test: RunnerTestCase): readonly unknown[] {
    const { workflow, outcome, passed, failsNatively, passes, detailsOf } = this.#setup
    const id = this.#setup.idOf(test)
    if (id === undefined) throw withoutOutcome(test)
    const runs = outcome.finalRuns.get(id) ?? []
    const before = caseScore(outcome.startRuns.get(id)) ?? null
    const after = caseScore(runs) ?? null
    const details = runs.map(detailsOf)
    const meta: CaseMeta = {
      kind: 'case', workflow: this.#redact(workflow), caseId: this.#redact(id), before, after,
      split: this.#heldOut.has(id) ? 'held-out' : 'learn', ...(runs.some(({ feedback }) => feedback.length > 0) && { feedback: this.#redact(runs.flatMap(({ feedback }) => feedback)) }),
    }
    const hasOthers = Object.keys(test.meta).length > 0
    Object.assign(test.meta, { traceEval: markClean(meta), eval: this.#evalMeta(runs, after, details.at(-1)?.output) })
    // Whoever sends it need not look inside, where nobody else wrote anything.
    if (!hasOthers) markClean(test.meta)
    if (!failsNatively || (passes !== 'mean' && gateScore(runs, passes) === 1)) return none
    // A share without a score that the gate allows.
    if (after === null && passed) return none
    const errors = recordedErrors(details.flatMap((found) => found?.errors ?? []))
    if (errors.length > 0 || after === 1) return errors
    return [new Error(runs[0]?.unscored ?? `the case scored ${after ?? 'nothing'}, and every case must score 1 where there is no threshold`)]
  }

  /** `meta.eval`, the shape that tools for Vitest evals read. */
  #evalMeta(runs: readonly CaseRun[], score: number | null, output: unknown): EvalMeta {
    const checks = runs.at(-1)?.checks ?? []
    const feedback = runs.flatMap((run) => run.feedback.map(({ message }) => message))
    const meta: EvalMeta = {
      scores: [
        { name: 'case', score, ...(feedback.length > 0 && { metadata: { rationale: feedback.slice(0, 5).join('\n') } }) },
        ...checks.map(({ name, passed, score = Number(passed) }) => ({ name, score })),
      ],
      avgScore: score,
      output: plainValue(output).value,
      thresholdFailed: score !== null && score < 1,
    }
    const hasTexts = feedback.length > 0 || checks.length > 0 || (output !== null && (typeof output === 'string' || typeof output === 'object'))
    return markClean(hasTexts ? this.#redact(meta) : meta)
  }
}

/** The error of a test that no round ran. */
export function withoutOutcome(test: RunnerTestCase): TraceEvalError {
  return new TraceEvalError('CASE_WITHOUT_OUTCOME', 'expected an outcome of the rounds for this case, received none', { at: `case ${JSON.stringify(test.name)}` })
}

/** The errors of a run, without the frames below the user's code. */
function recordedErrors(errors: readonly unknown[]): unknown[] {
  return errors.map((error) => {
    if (!(error instanceof Error) || typeof error.stack !== 'string' || Object.isFrozen(error)) return error
    try { error.stack = trimStack(stackOf(error) ?? error.stack) } catch { return error }
    return error
  })
}

/** Takes this library's own frames out of a stack, and what lies below the last frame of the user's: Vitest, the rounds, Node. */
function trimStack(stack: string): string {
  const lines = stack.split('\n').filter((line) => !stackLocations(line).some(({ file }) => isOwn(file)))
  const last = lines.findLastIndex((line) => stackLocations(line).some(({ file }) => !isForeign(file)))
  return last < 0 ? stack : lines.slice(0, last + 1).join('\n')
}
