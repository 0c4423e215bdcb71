/** Counts what a model costs, and stops before a budget is passed. Stage: llm. */
import { TraceEvalError } from '../core/errors.ts'
import { estimateTokens, tokensOfText } from './estimate-tokens.ts'
import type { Model } from './model.ts'

/** What a role may spend. */
export interface ModelBudget {
  /** Requests that are sent, repeats included. @defaultValue no limit */
  readonly maxCalls?: number
  /** Tokens in and out. @defaultValue no limit */
  readonly maxTokens?: number
}

/** What was spent. Tokens that a server did not tell are estimated at 4 characters each. */
export interface ModelSpend { readonly modelCalls: number; readonly inputTokens: number; readonly outputTokens: number; readonly estimated: boolean }

/** A model that counts. */
export interface MeteredModel extends Model { readonly spend: ModelSpend }

/**
 * Wraps `model`: every request is counted before it is sent, with its input as estimated, and settled by what the server reports.
 *
 * @throws {TraceEvalError} (from `send`) `MODEL_BUDGET` instead of a request that the budget has no room for.
 */
export function meter(model: Model, { maxCalls = Number.POSITIVE_INFINITY, maxTokens = Number.POSITIVE_INFINITY }: ModelBudget = {}): MeteredModel {
  const spent = { modelCalls: 0, inputTokens: 0, outputTokens: 0, estimated: false }
  return {
    ...model,
    name: model.name,
    get spend() { return { ...spent } },
    async send(request) {
      const input = estimateTokens(request)
      const used = spent.inputTokens + spent.outputTokens
      if (spent.modelCalls >= maxCalls) throw budgetError(`${spent.modelCalls} of ${maxCalls} calls are used`)
      if (used + input + (request.maxOutputTokens ?? 0) > maxTokens) throw budgetError(`${used} of ${maxTokens} tokens are used, and this request needs about ${input + (request.maxOutputTokens ?? 0)}`)
      spent.modelCalls++
      spent.inputTokens += input
      const reply = await model.send(request)
      spent.inputTokens += (reply.inputTokens ?? input) - input
      spent.outputTokens += reply.outputTokens ?? tokensOfText(reply.text)
      if (reply.inputTokens === undefined || reply.outputTokens === undefined) spent.estimated = true
      return reply
    },
  }
}

function budgetError(what: string): TraceEvalError {
  return new TraceEvalError('MODEL_BUDGET', `the model budget is spent: ${what}`, { hint: 'Raise it, or run fewer rounds.' })
}
