/** Asks any scorer about an output; whatever it throws leaves the output unscored. Stage: judge. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { perCentHint } from '../core/per-cent.ts'
import { judgesAtWork } from '../feedback/judging.ts'
import { cutText } from '../feedback/print-value.ts'
import { unscored, unscoredReason } from '../feedback/unscored.ts'
import { optionError, type ScoringContext } from './scorer.ts'

/** A score, or a score and words. */
export type Judgement = number | { readonly score: number; readonly text?: string }

/** Any function that judges an output: those of `trace-eval/judges` and your own. */
// oxlint-disable-next-line no-explicit-any -- whatever a function asks for; and what it leaves open is not checked
export type JudgeFunction<Output = any, Answer extends Judgement | PromiseLike<Judgement> = Judgement | PromiseLike<Judgement>> = (output: Output, expected: any, context: ScoringContext) => Answer

/** What came of it. */
export interface Judged {
  readonly name: string
  readonly score: number
  readonly threshold: number
  readonly passed: boolean
  readonly text: string
}

/** What is judged, and how. */
export interface JudgeRequest extends ScoringContext {
  readonly output: unknown
  readonly expected?: unknown
  /** @defaultValue the judge's own, else 1 */
  readonly threshold?: number | undefined
  /** @defaultValue the name of the function */
  readonly name?: string
}

/**
 * The judgement of `judge`, at once where it answers at once.
 *
 * @throws {TraceEvalError} `SCORER_OPTIONS` for what is no judge or no threshold; `UNSCORED` for whatever the judge throws or answers instead of a score.
 */
export function judgeOutput(judge: JudgeFunction, request: JudgeRequest): Judged | Promise<Judged> {
  if (typeof judge !== 'function') throw new TraceEvalError('SCORER_OPTIONS', `expected a scorer, received ${describeValue(judge)}`, { hint: 'A scorer is a function (output, expected) => { score, text }.' })
  const name = request.name ?? (judge.name || 'scorer')
  const threshold = request.threshold ?? (judge as { readonly threshold?: number }).threshold ?? 1
  if (typeof threshold !== 'number' || !(threshold >= 0 && threshold <= 1)) throw optionError(name, 'a threshold from 0 to 1', threshold, perCentHint(threshold))
  const judged = (answer: Judgement): Judged => read(name, threshold, answer)
  const failed = (error: unknown): never => { throw withReason(name, error) }
  const { output, expected, input } = request
  const judges = judgesAtWork()
  try {
    const answer = judge(output, expected, { input, get signal() { return request.signal ?? judges?.signal } })
    if (!isPromise(answer)) return judged(answer)
    return (judges === undefined ? Promise.resolve(answer) : judges.during(name, () => answer)).then(judged).catch(failed)
  } catch (error) {
    return failed(error)
  }
}

function read(name: string, threshold: number, answer: Judgement): Judged {
  const { score, text } = typeof answer === 'object' && answer !== null ? answer : { score: answer, text: undefined }
  if (typeof score !== 'number' || !(score >= 0 && score <= 1)) throw unscored(`expected a score from 0 to 1, received ${describeValue(score)}`, { at: `scorer ${JSON.stringify(name)}` })
  return { name, score, threshold, passed: score >= threshold, text: typeof text === 'string' ? cutText(text, 2000) : '' }
}

function withReason(name: string, error: unknown): unknown {
  if (unscoredReason(error) !== undefined) return error
  const reason = TraceEvalError.is(error) ? error.summary : describeValue(error)
  return unscored(`the scorer threw: ${reason}`, { at: `scorer ${JSON.stringify(name)}`, cause: error })
}

const isPromise = (answer: unknown): answer is PromiseLike<Judgement> => typeof (answer as { then?: unknown } | null | undefined)?.then === 'function'

/** One sentence, then the judge's own words. */
export function sayJudged({ name, score, threshold, passed, text }: Judged): string {
  const scored = `scored ${digits(score)} by ${JSON.stringify(name)}, ${passed ? 'and passes from' : 'needs at least'} ${digits(threshold)}`
  return text === '' ? scored : `${scored}: ${text}`
}

/** Never rounded up to a mark that was not reached. */
const digits = (score: number): string => String(Math.floor(score * 1e4 + 1e-9) / 1e4)
