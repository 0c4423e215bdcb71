/** What a scorer is: a function from an output to a score and words about it. Stage: judge. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { perCentHint } from '../core/per-cent.ts'
import { judgesAtWork } from '../feedback/judging.ts'
import { cutText } from '../feedback/print-value.ts'
import { unwrap } from '../graph/unwrap.ts'

/** What a scorer says. */
export interface Scored {
  /** 0 to 1. */
  readonly score: number
  /** What is missing, what is too much, where the first difference is; empty where nothing is wrong. */
  readonly text: string
}

/** What a scorer may be told beside the output and what was expected. */
export interface ScoringContext {
  /** What the workflow was given. */
  readonly input?: unknown
  /** Aborts when nobody waits for the judgement any more. @defaultValue that of the case, inside of one */
  readonly signal?: AbortSignal | undefined
}

/** Judges one output. Its name stands in messages and reports. */
export interface Scorer<Expected = unknown, Answer extends Scored | Promise<Scored> = Scored | Promise<Scored>> {
  (output: unknown, expected?: Expected, context?: ScoringContext): Answer
  readonly name: string
  /** The score from which an output passes. */
  readonly threshold: number
}

/** What every scorer can be given. */
export interface ScorerOptions {
  /** @defaultValue what the scorer is called */
  readonly name?: string
  /** The score, 0 to 1, from which an output passes. @defaultValue 1 */
  readonly threshold?: number
}

const MAX_TEXT = 2000

/** Makes a scorer that answers at once out of `judge`. */
export function makeScorer<Expected>(name: string, options: ScorerOptions, judge: (output: unknown, expected: Expected | undefined) => Scored): Scorer<Expected, Scored> {
  return withName(name, options, (output: unknown, expected?: Expected) => tidy(judge(unwrap(output), expected)))
}

/** Makes a scorer that answers later out of `judge`. */
export function makeAsyncScorer<Expected>(
  name: string, options: ScorerOptions, judge: (output: unknown, expected: Expected | undefined, context: ScoringContext) => Promise<Scored>,
): Scorer<Expected, Promise<Scored>> {
  return withName(name, options, async (output: unknown, expected?: Expected, { input, signal }: ScoringContext = {}) => {
    const judges = judgesAtWork()
    const ask = async (): Promise<Scored> => tidy(await judge(unwrap(output), expected, { input, signal: signal ?? judges?.signal }))
    return judges === undefined ? ask() : judges.during(options.name ?? name, ask)
  })
}

function withName<F extends (...args: never[]) => unknown>(byDefault: string, { name = byDefault, threshold = 1 }: ScorerOptions, judge: F): F & { readonly threshold: number } {
  if (typeof name !== 'string' || name.trim() === '') throw optionError(byDefault, 'a name', name)
  if (typeof threshold !== 'number' || !(threshold >= 0 && threshold <= 1)) throw optionError(byDefault, 'a threshold from 0 to 1', threshold, perCentHint(threshold))
  Object.defineProperty(judge, 'name', { value: name })
  return Object.assign(judge, { threshold })
}

const tidy = ({ score, text }: Scored): Scored => ({ score, text: cutText(text, MAX_TEXT) })

/** An option that makes no sense. */
export function optionError(scorer: string, wanted: string, received: unknown, hint?: string): TraceEvalError {
  return new TraceEvalError('SCORER_OPTIONS', `expected ${wanted}, received ${describeValue(received)}`, { at: `scorer ${JSON.stringify(scorer)}`, ...(hint !== undefined && { hint }) })
}

/** What is expected makes no sense for this scorer: a mistake in the eval, not in the output. */
export function expectedError(scorer: string, wanted: string, received: unknown): TraceEvalError {
  return new TraceEvalError('SCORER_EXPECTED', `expected ${wanted} as what is expected, received ${describeValue(received)}`,
    { at: `scorer ${JSON.stringify(scorer)}`, hint: 'It is the second argument of the scorer, `expected` of a matcher, or `expected` of the row.' })
}
