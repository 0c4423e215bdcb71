/** Why a run says nothing about the workflow: a judge could not say, or a model did not answer. Stage: vitest. */
import { TraceEvalError } from '../core/errors.ts'
import { escapeControls } from '../core/text.ts'
import { unscoredReason } from '../feedback/unscored.ts'
import type { ModelScope } from '../llm/model-scope.ts'

/** The reason; none where the run counts. `errors` are those of everything that counts, `calls` what the run's calls of models came to. */
export function whyUnscored(errors: readonly unknown[], calls: ModelScope['calls'] | undefined): string | undefined {
  // A call without a budget or a recorded answer, whatever the workflow made of that.
  if (calls?.fault !== undefined) return messageOf(calls.fault)
  return errors.map((error) => unscoredReason(error) ?? failedCall(error, calls?.failures)).find((reason) => reason !== undefined)
}

/** Failures of calls that a workflow is to blame for: a request that a server refuses as it is. */
const blamed: readonly string[] = ['MODEL_REQUEST', 'MODEL_CONTEXT']

/** What the failed call behind `error` says, where one is. */
function failedCall(error: unknown, failures: ModelScope['calls']['failures'] | undefined): string | undefined {
  try {
    for (let [at, depth] = [error, 0]; depth < 8 && at instanceof Error; [at, depth] = [at.cause, depth + 1]) {
      if (TraceEvalError.is(at) ? blamed.includes(at.code) : (at as { status?: unknown }).status === 400) return undefined
      if (failures?.has(at) === true || (TraceEvalError.is(at) && at.code.startsWith('MODEL_'))) return messageOf(failures?.get(at) ?? at)
    }
    return undefined
  } catch {
    // A thrown object whose fields throw: no client makes such.
    return undefined
  }
}

const messageOf = (error: Error): string => escapeControls(TraceEvalError.is(error) ? error.summary : error.message)
