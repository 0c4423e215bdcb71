/** A recorded outcome, told to Vitest as the result of a test. Stage: vitest. */
import { isForeign, isOwn, stackLocations } from '../core/stack.ts'
import { markClean } from '../core/redact.ts'
import type { CaseRun } from '../feedback/case-run.ts'
import { stackOf } from '../feedback/error-stack.ts'
import { plainValue } from '../report/plain-value.ts'
import type { EvalMeta } from './protocol.ts'

/** The errors of a run, without the frames below the user's code. */
export function recordedErrors(errors: readonly unknown[]): unknown[] {
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

/** `meta.eval`, the shape that tools for Vitest evals read. */
export function evalMeta(runs: readonly CaseRun[], score: number | null, output: unknown): EvalMeta {
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
  return hasTexts ? meta : markClean(meta)
}
