/** One question to a judge: asked, read strictly, repaired once; whatever fails leaves the output unscored. Stage: judge. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { unscored } from '../feedback/unscored.ts'
import { callModel, type CallPolicy } from '../llm/calls/call-model.ts'
import { asRole } from '../llm/model-scope.ts'
import type { Model, ModelMessage, ModelReply } from '../llm/model.ts'
import { modelOfJudges } from './judge-model.ts'
import type { Read } from './read-form.ts'
import { optionError, type ScorerOptions } from './scorer.ts'

/** What every judge that asks a model can be given. */
export interface JudgeOptions extends ScorerOptions {
  /** Who judges. @defaultValue the model of the role `judge`: `models.judge` of the workflow, TRACE_EVAL_JUDGE_MODEL or TRACE_EVAL_MODEL */
  readonly model?: Model
  /** How often it is asked about one output. @defaultValue 1 */
  readonly votes?: number
  /** @defaultValue the server's */
  readonly temperature?: number
  /** Attempts and deadlines of each call. */
  readonly policy?: CallPolicy
}

/** A question, and how its answer is read. */
export interface Question<T> {
  readonly messages: readonly ModelMessage[]
  readonly signal?: AbortSignal | undefined
  read(reply: ModelReply): Read<T>
}

/** Checks what the options share. */
export function checkJudge(judge: string, { votes = 1, model }: JudgeOptions): void {
  if (!Number.isInteger(votes) || votes < 1 || votes > 99) throw optionError(judge, 'votes to be a whole number from 1 to 99', votes)
  if (model !== undefined && (typeof model !== 'object' || model === null || typeof model.send !== 'function')) throw optionError(judge, 'a model with a name and `send`', model)
}

/** @throws {TraceEvalError} `UNSCORED` when there is no answer, or none that can be read. */
export async function askJudge<T>(judge: string, { model, temperature, policy }: JudgeOptions, { messages, signal, read }: Question<T>): Promise<T> {
  const at = `judge ${JSON.stringify(judge)}`
  const asked = model ?? ambientModel(at)
  if (asked === undefined) throw unscored('expected a model for the judge, received none', { at, hint: 'Set TRACE_EVAL_JUDGE_MODEL, or give the judge one: { model }.' })
  const ask = async (conversation: readonly ModelMessage[]): Promise<ModelReply> => {
    try {
      return await asRole('judge', () => callModel(asked, { messages: conversation, ...(temperature !== undefined && { temperature }), ...(signal !== undefined && { signal }) }, policy))
    } catch (error) {
      throw unscored(TraceEvalError.is(error) ? `${error.summary}${error.at === undefined ? '' : `, at ${error.at}`}` : describeValue(error), { at, cause: error })
    }
  }
  let reply = await ask(messages)
  for (let repaired = false; ; repaired = true) {
    if (reply.finish === 'refusal') throw unscored(`the judge refused to answer: ${describeValue(reply.text, 120)}`, { at })
    const answer = read(reply)
    if ('form' in answer) return answer.form
    if (repaired) throw unscored(`the judge's answer cannot be read: ${answer.problem}`, { at })
    reply = await ask([
      ...messages, { role: 'assistant', content: reply.text },
      { role: 'user', content: `That cannot be read: ${answer.problem}. Answer again, with the JSON object alone.` },
    ])
  }
}

function ambientModel(at: string): Model | undefined {
  try {
    return modelOfJudges()
  } catch (error) {
    throw TraceEvalError.is(error) ? unscored(error.summary, { at, cause: error, ...(error.hint !== undefined && { hint: error.hint }) }) : error
  }
}
