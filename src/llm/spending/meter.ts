/** Counts what a model costs, and stops before a budget is passed. Stage: llm. */
import { Budgets, checkBudget, type ModelBudget } from './budget.ts'
import { modelCall } from '../model-call.ts'
import { modelScope, newCaseCalls, runInModelScope, throughRun } from '../model-scope.ts'
import type { Model } from '../model.ts'
import { checkPrices, type ModelPrices } from './prices.ts'
import { RunModels } from '../run-models.ts'

/** Limits of one model, and what it costs. */
export interface MeterOptions extends ModelBudget {
  /** @defaultValue not known: then a budget in US dollars is refused */
  readonly prices?: ModelPrices
}

/** What was spent. Tokens that a server did not tell are estimated at 4 characters each; `costUsd` is null where the price is not known. */
export interface ModelSpend {
  readonly modelCalls: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number | null
  readonly estimated: boolean
}

/** A model that counts. */
export interface MeteredModel extends Model { readonly spend: ModelSpend }

/**
 * Wraps `model`: of every request the estimated tokens are taken from the budget before it is sent, and settled by what the
 * server reports. Inside of a run the run counts as well.
 *
 * @throws {TraceEvalError} `MODEL_BUDGET_OPTIONS` and `MODEL_PRICES` for limits and prices that are none; from `send` `MODEL_BUDGET` instead of a
 * request that the budget has no room for, and `MODEL_PRICE` where a budget in US dollars lacks the price.
 * @example
 * ```ts
 * import { callModel, meter, type Model } from 'trace-eval/llm'
 * const echo: Model = { name: 'echo', send: async ({ messages }) => ({ text: String(messages.at(-1)?.content), finish: 'stop', inputTokens: 4, outputTokens: 4 }) }
 * const model = meter(echo, { maxCostUsd: 0.01, prices: { echo: { input: 1, output: 2 } } })
 * await callModel(model, { messages: [{ role: 'user', content: 'hello' }] })
 * model.spend.costUsd // 0.000012
 * ```
 */
export function meter(model: Model, { prices, ...limits }: MeterOptions = {}): MeteredModel {
  const at = `model ${JSON.stringify(model.name)}`
  const meters = new RunModels({ budgets: [new Budgets({ run: checkBudget(limits, at) })], prices: checkPrices(prices, at) })
  return {
    ...model,
    get spend() {
      const { keptAnswers: _, ...spend } = meters.spend().task
      return spend
    },
    send(request) {
      const outer = modelScope()
      const call = modelCall(model, request)
      const send = outer === undefined ? call.send : () => runInModelScope(outer, () => throughRun(call))
      return meters.call({ ...call, send }, { handler: meters, role: 'task', trial: 0, calls: newCaseCalls() })
    },
  }
}
