/** The scorers of a workflow: each judges the output of every case. Stage: vitest. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { perCentHint } from '../core/per-cent.ts'
import { escapeControls } from '../core/text.ts'
import { noteFacts } from '../feedback/assertion-facts.ts'
import type { CheckResult, Feedback } from '../feedback/feedback.ts'
import { printValue } from '../feedback/print-value.ts'
import { judgeOutput, sayJudged, type Judged, type JudgeFunction } from '../judge/judge-output.ts'

/** A scorer with a place in the score of a case. */
// oxlint-disable-next-line no-explicit-any -- of any output
export interface OutputScorer<Output = any> {
  readonly scorer: JudgeFunction<Output>
  /** With one the output passes or fails; without one its score counts as it is. @defaultValue none */
  readonly threshold?: number
  /** How much it counts, against 1. @defaultValue 1 */
  readonly weight?: number
}

/** Scorers by the name of the check that each is. */
// oxlint-disable-next-line no-explicit-any -- of any output
export type OutputScorers<Output = any> = Readonly<Record<string, JudgeFunction<Output> | OutputScorer<Output>>>

/** One scorer, ready to be asked. */
export interface NamedScorer extends OutputScorer { readonly name: string; readonly weight: number }

/** What is judged. */
export interface JudgedRun { readonly output: unknown; readonly expected: unknown; readonly input: unknown; readonly signal: AbortSignal }

/** What a scorer leaves in the run: a check, and what failed or what there is to say. */
export interface ScorerOutcome { readonly check: CheckResult; readonly error?: unknown; readonly note?: Feedback }

/** @throws {TraceEvalError} `WORKFLOW_OPTIONS` for what is no scorer. */
export function namedScorers(scorers: OutputScorers = {}, at: string): readonly NamedScorer[] {
  return Object.entries(scorers).map(([name, given]) => {
    const one: OutputScorer = typeof given === 'function' ? { scorer: given } : given
    const { scorer, threshold, weight = 1 } = one ?? {}
    const wrong = (what: string, value: unknown, hint?: string): TraceEvalError => new TraceEvalError('WORKFLOW_OPTIONS', `expected ${what} as scorers.${name}, received ${describeValue(value)}`,
      { at, hint: hint ?? 'scorers: { polite: rubric(\'…\'), short: { scorer: (text) => Number(text.length < 300), threshold: 1, weight: 2 } }' })
    if (typeof scorer !== 'function') throw wrong('a scorer', given)
    if (threshold !== undefined && !(typeof threshold === 'number' && threshold >= 0 && threshold <= 1)) throw wrong('a threshold from 0 to 1', threshold, perCentHint(threshold))
    if (!Number.isFinite(weight) || weight < 0) throw wrong('a weight from 0 up', weight)
    return { name, scorer, weight, ...(threshold !== undefined && { threshold }) }
  })
}

/** Asks one scorer; never throws. */
export async function scoreRun({ name, scorer, threshold, weight }: NamedScorer, run: JudgedRun): Promise<ScorerOutcome> {
  let judged: Judged
  try {
    judged = await judgeOutput(scorer, { ...run, name, threshold })
  } catch (error) {
    return { check: { name, passed: false, weight }, error }
  }
  const { passed, score, text } = judged
  const check = { name, passed, weight, ...(threshold === undefined && { score }) }
  if (!passed) return { check, error: failure(judged, run.output) }
  if (score === 1 || text === '') return { check }
  return { check, note: { kind: 'note', message: escapeControls(`the output ${sayJudged(judged)}`), soft: true, check: name } }
}

/** As an assertion would fail; its stack would only tell where this library is. */
function failure(judged: Judged, output: unknown): Error {
  const error = new Error(`the output ${sayJudged(judged)}`)
  error.name = 'AssertionError'
  error.stack = `${error.name}: ${error.message}`
  noteFacts(error, { matcher: judged.name, received: printValue(output) })
  return error
}
