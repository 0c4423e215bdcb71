/** Every case run as OpenTelemetry spans, a line for each, in one file for all workers of a run. Stage: vitest. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import type { CaseRun } from '../feedback/case-run.ts'
import { capturesContent } from '../graph/gen-ai.ts'
import { toOtlp } from '../graph/otlp-write.ts'

/**
 * Empties the file that `given` names, relative to `root`, and gives its path. Called once, before workers add to it.
 *
 * @throws {TraceEvalError} `OTLP_FILE` when it cannot be written.
 */
export function beginSpanFile(given: unknown, root: string): string {
  const failed = (problem: string): TraceEvalError => new TraceEvalError('OTLP_FILE', `expected a file that spans can be written to, received ${problem}`, { at: 'otlp' })
  if (typeof given !== 'string' || given.trim() === '') throw failed(describeValue(given))
  const path = resolve(root, given)
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, '')
  } catch (error) {
    throw failed(`${(error as NodeJS.ErrnoException).code ?? String(error)} for ${path}`)
  }
  return path
}

/** Adds the spans of `run`, which began at `startMs`, to the file at `path`. */
export function addSpans(path: string, workflow: string, { caseId, trial, score, durationMs, trace }: CaseRun, startMs: number): void {
  const attributes = { 'trace_eval.workflow': workflow, 'trace_eval.case': caseId, 'trace_eval.trial': trial, ...(score !== undefined && { 'trace_eval.score': score }) }
  // One write each, at the end of the file: lines of several workers do not mix.
  appendFileSync(path, `${JSON.stringify(toOtlp(trace.outputs, { name: workflow, attributes, startMs, durationMs, content: capturesContent() }))}\n`)
}
