/** A model answers one question about the output with yes or no. Stage: judge. */
import { shorten } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { unscored } from '../feedback/unscored.ts'
import { askJudge, checkJudge, type JudgeOptions } from './ask-judge.ts'
import { questionMessages } from './judge-prompts.ts'
import { readForm, words } from './read-form.ts'
import { makeAsyncScorer, optionError, type Scored, type Scorer, type ScoringContext } from './scorer.ts'

/** Options of {@link closedQuestion}. */
export interface ClosedQuestionOptions extends JudgeOptions {
  /** The answer of a good output. @defaultValue 'yes' */
  readonly wanted?: 'yes' | 'no'
  /** How several votes become a score: 1 or 0 by the majority of an odd number of votes, or the share that gave the wanted answer. @defaultValue 'majority' */
  readonly combine?: 'majority' | 'mean'
  /** @defaultValue 0.5 */
  readonly threshold?: number
}

interface Vote { readonly reason: string; readonly answer: 'yes' | 'no' }

/**
 * Asks a model a question about the output that has the answer yes or no, `votes` times. The reasons are the text: those of the votes that decided.
 *
 * @throws {TraceEvalError} `SCORER_OPTIONS`; when it is asked, `UNSCORED` where there is no answer that can be read; a majority bears votes that fail.
 * @example
 * ```ts
 * import { closedQuestion } from 'trace-eval/judges'
 * import type { Model } from 'trace-eval/llm'
 * const model: Model = { name: 'scripted', send: async () => ({ text: '{"reason": "It says “by Friday”.", "answer": "yes"}', finish: 'stop' }) }
 * const promises = closedQuestion('Does the reply promise a date?', { model, wanted: 'no' })
 * await promises('You will have it by Friday!') // { score: 0, text: 'yes: It says “by Friday”.' }
 * ```
 */
export function closedQuestion(question: string, options: ClosedQuestionOptions = {}): Scorer<unknown, Promise<Scored>> {
  const name = options.name ?? (typeof question === 'string' ? shorten(question.trim(), 60) : 'question')
  const { wanted = 'yes', combine = 'majority', votes = 1, threshold = 0.5 } = options
  if (typeof question !== 'string' || question.trim() === '') throw optionError('question', 'a question', question)
  if (wanted !== 'yes' && wanted !== 'no') throw optionError(name, 'the wanted answer "yes" or "no"', wanted)
  if (combine !== 'majority' && combine !== 'mean') throw optionError(name, 'to combine by "majority" or "mean"', combine)
  checkJudge(name, options)
  if (combine === 'majority' && votes % 2 === 0) throw optionError(name, 'an odd number of votes for a majority', votes)
  const fields = { reason: { wanted: 'a text', read: words }, answer: { wanted: '"yes" or "no"', read: (value: unknown) => (value === 'yes' || value === 'no' ? value : undefined) } }
  const judge = async (output: unknown, expected: unknown, { input, signal }: ScoringContext): Promise<Scored> => {
    const messages = questionMessages({ question, output, expected, input })
    const asked = await Promise.allSettled(Array.from({ length: votes }, () => askJudge<Vote>(name, options, { messages, signal, read: (reply) => readForm<Vote>(reply, fields) })))
    const given = asked.flatMap((vote) => (vote.status === 'fulfilled' ? [vote.value] : []))
    const share = given.filter(({ answer }) => answer === wanted).length / votes
    const decided = share > 0.5 ? wanted : (given.length / votes - share) > 0.5 ? other(wanted) : undefined
    if (combine === 'mean' ? given.length < votes : decided === undefined) throw withoutDecision(name, asked, given.length)
    const score = combine === 'mean' ? share : Number(decided === wanted)
    const told = given.filter(({ answer }) => (combine === 'mean' ? score === 1 || answer !== wanted : answer === decided))
    return { score, text: [...new Set(told.map(({ answer, reason }) => `${answer}: ${reason}`))].join('\n') }
  }
  return makeAsyncScorer(name, { threshold, name }, judge)
}

const other = (answer: 'yes' | 'no'): 'yes' | 'no' => (answer === 'yes' ? 'no' : 'yes')

function withoutDecision(name: string, votes: readonly PromiseSettledResult<Vote>[], given: number): unknown {
  const failed = votes.find((vote) => vote.status === 'rejected')?.reason as unknown
  if (votes.length === 1 || !TraceEvalError.is(failed)) return failed
  return unscored(`${given} of ${votes.length} votes were given, which decides nothing; one failed: ${failed.summary}`, { at: `judge ${JSON.stringify(name)}`, cause: failed })
}
