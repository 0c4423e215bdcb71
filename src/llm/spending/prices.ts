/** What calls cost: tokens times the prices that the user gave. Stage: llm. */
import { describeValue } from '../../core/describe-value.ts'
import { TraceEvalError } from '../../core/errors.ts'

/** What a model costs, in US dollars per million tokens. */
export interface ModelPrice {
  readonly input: number
  readonly output: number
  /** Of input that the server had cached. @defaultValue as `input` */
  readonly cachedInput?: number
}

/** Prices by the name of the model, as it is asked for. There are none built in: prices change, and a wrong one is worse than none. */
export type ModelPrices = Readonly<Record<string, ModelPrice>>

/** Tokens of one call; cached ones are among the input. */
export interface CallTokens { readonly inputTokens: number; readonly outputTokens: number; readonly cachedTokens?: number }

/** The price of `model`, where the user gave one. */
export function priceOf(prices: ModelPrices, model: string): ModelPrice | undefined {
  return Object.hasOwn(prices, model) ? prices[model] : undefined
}

/** What these tokens cost in US dollars; undefined where the price is not known, which is not 0. */
export function costOf(price: ModelPrice | undefined, { inputTokens, outputTokens, cachedTokens = 0 }: CallTokens): number | undefined {
  if (price === undefined) return undefined
  const cached = Math.min(cachedTokens, inputTokens)
  return ((inputTokens - cached) * price.input + cached * (price.cachedInput ?? price.input) + outputTokens * price.output) / 1e6
}

/**
 * `given` as prices, without a prototype.
 *
 * @throws {TraceEvalError} `MODEL_PRICES` where it is none.
 */
export function checkPrices(given: unknown, at: string): ModelPrices {
  if (given === undefined) return {}
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw wrongPrice('prices by the name of a model', given, at)
  const checked: Record<string, ModelPrice> = Object.create(null) as Record<string, ModelPrice>
  for (const [model, price] of Object.entries(given as Record<string, unknown>)) {
    const { input, output, cachedInput } = (typeof price === 'object' && price !== null ? price : {}) as Record<string, unknown>
    for (const number of [input, output, ...(cachedInput === undefined ? [] : [cachedInput])]) {
      if (typeof number !== 'number' || !(number >= 0 && number < Infinity)) throw wrongPrice(`a price of ${JSON.stringify(model)} with input and output`, price, at)
    }
    checked[model] = price as ModelPrice
  }
  return checked
}

function wrongPrice(expected: string, received: unknown, at: string): TraceEvalError {
  return new TraceEvalError('MODEL_PRICES', `expected ${expected}, received ${describeValue(received)}`, { at, hint: 'US dollars per million tokens: { \'gpt-x\': { input: 1.25, output: 10 } }' })
}
