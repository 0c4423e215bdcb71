/** A model judges by criteria: evaluation steps, then a form with reasons and a score (G-Eval, Liu et al. 2023). Stage: judge. */
import { shorten } from '../core/describe-value.ts'
import { askJudge, checkJudge, type JudgeOptions } from './ask-judge.ts'
import { rubricMessages, stepsMessages } from './judge-prompts.ts'
import { readForm, words } from './read-form.ts'
import { makeAsyncScorer, optionError, type Scored, type Scorer, type ScoringContext } from './scorer.ts'

/** Options of {@link rubric}. */
export interface RubricOptions extends JudgeOptions {
  /** What the judge looks at, one after the other. @defaultValue the model writes them from the criteria, once per process */
  readonly steps?: readonly string[]
  /** The best mark; the worst is 1. @defaultValue 5 */
  readonly scale?: number
  /** @defaultValue 0.7 */
  readonly threshold?: number
}

interface Mark { readonly reasons: string; readonly score: number }

/**
 * Asks a model how well an output meets `criteria`: it works through evaluation steps, gives its reasons and then a mark from 1 to `scale`, which
 * becomes a score from 0 to 1. With several votes the score is their mean. The reasons are the text. What is expected, and the input, are shown to the
 * judge where they are known.
 *
 * @throws {TraceEvalError} `SCORER_OPTIONS`; when it is asked, `UNSCORED` where there is no answer that can be read.
 * @example
 * ```ts
 * import { rubric } from 'trace-eval/judges'
 * import type { Model } from 'trace-eval/llm'
 * const model: Model = { name: 'scripted', send: async () => ({ text: '{"reasons": "Friendly, but promises a date.", "score": 3}', finish: 'stop' }) }
 * const polite = rubric('The reply is polite and promises nothing.', { model, steps: ['Look for promises.', 'Look at the tone.'] })
 * await polite('You will have it by Friday!') // { score: 0.5, text: '3 of 5: Friendly, but promises a date.' }
 * ```
 */
export function rubric(criteria: string, options: RubricOptions = {}): Scorer<unknown, Promise<Scored>> {
  const name = options.name ?? (typeof criteria === 'string' ? shorten(criteria.trim(), 60) : 'rubric')
  const { steps, scale = 5, votes = 1, threshold = 0.7 } = options
  if (typeof criteria !== 'string' || criteria.trim() === '') throw optionError('rubric', 'criteria', criteria)
  if (!Number.isInteger(scale) || scale < 2 || scale > 100) throw optionError(name, 'a scale from 2 to 100', scale)
  if (steps !== undefined && (!Array.isArray(steps) || steps.length === 0 || steps.some((step) => words(step) === undefined))) throw optionError(name, 'a list of steps', steps)
  checkJudge(name, options)
  let written: Promise<readonly string[]> | undefined
  const stepsOf = (): Promise<readonly string[]> => (written ??= writeSteps(name, criteria, options).catch((error: unknown) => {
    // The next output may find the server in a better state.
    written = undefined
    throw error
  }))
  const fields = { reasons: { wanted: 'a text', read: words }, score: { wanted: `a whole number from 1 to ${scale}`, read: (value: unknown) => (isMark(value, scale) ? value : undefined) } }
  const judge = async (output: unknown, expected: unknown, { input, signal }: ScoringContext): Promise<Scored> => {
    const messages = rubricMessages({ criteria, steps: steps ?? await stepsOf(), scale, output, expected, input })
    const marks = await Promise.all(Array.from({ length: votes }, () => askJudge<Mark>(name, options, { messages, signal, read: (reply) => readForm<Mark>(reply, fields) })))
    const mean = marks.reduce((sum, { score }) => sum + score, 0) / votes
    return { score: (mean - 1) / (scale - 1), text: [...new Set(marks.map(({ score, reasons }) => `${score} of ${scale}: ${reasons}`))].join('\n') }
  }
  return makeAsyncScorer(name, { threshold, name }, judge)
}

const isMark = (value: unknown, scale: number): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= scale

/** Without a signal: all outputs share them. */
function writeSteps(name: string, criteria: string, options: RubricOptions): Promise<readonly string[]> {
  const read = (value: unknown): readonly string[] | undefined => {
    const steps = Array.isArray(value) ? value.map(words) : []
    return steps.length >= 1 && steps.length <= 10 && steps.every((step) => step !== undefined) ? steps : undefined
  }
  return askJudge(name, options, {
    messages: stepsMessages(criteria),
    read: (reply) => {
      const answer = readForm<{ steps: readonly string[] }>(reply, { steps: { wanted: 'one to ten texts', read } })
      return 'form' in answer ? { form: answer.form.steps } : answer
    },
  })
}
