/** The right tools were called, with the right arguments, in the right order. Stage: judge. */
import { describeValue } from '../core/describe-value.ts'
import { compareValues } from './compare-values.ts'
import { pairAnyOrder, pairInOrder } from './pair-up.ts'
import { sayLines } from './say.ts'
import { expectedError, makeScorer, optionError, type Scored, type Scorer, type ScorerOptions } from './scorer.ts'
import { normalText, type TextRules } from './text-rules.ts'
import { readToolCall, type ToolCall } from './tool-call.ts'

/** Options of {@link toolCalls}. The rules for texts hold inside arguments. */
export interface ToolCallsOptions extends ScorerOptions, TextRules {
  /** Whether the calls must come in the expected order. @defaultValue 'any' */
  readonly order?: 'any' | 'same'
  /** Arguments are the same, hold at least what is expected, or do not count. @defaultValue 'equal' */
  readonly args?: 'equal' | 'subset' | 'ignore'
  /** Calls that nobody expected do not count. @defaultValue false */
  readonly allowExtra?: boolean
}

/**
 * Joins expected and made calls into as many pairs as possible. The score is F1: twice the pairs, by the number of calls expected and made; with
 * `allowExtra` the share of the expected calls. The output is a list of calls as {@link ToolCall}, as OpenAI or as the AI SDK gives them.
 *
 * @example
 * ```ts
 * import { toolCalls } from 'trace-eval/judges'
 * const made = [{ name: 'search', arguments: { query: 'refunds', limit: 5 } }, { name: 'reply' }]
 * toolCalls({ args: 'subset' })(made, [{ name: 'search', arguments: { query: 'refunds' } }, { name: 'reply' }]).score // 1
 * toolCalls()(made, [{ name: 'search', arguments: { query: 'refund', limit: 5 } }, { name: 'reply' }]) // { score: 0.5, text: 'search: at query: expected "refund", received "refunds"' }
 * ```
 */
export function toolCalls(options: ToolCallsOptions = {}): Scorer<readonly unknown[], Scored> {
  const { order = 'any', args = 'equal', allowExtra = false } = options
  if (!['any', 'same'].includes(order)) throw optionError('tool calls', 'the order "any" or "same"', order)
  if (!['equal', 'subset', 'ignore'].includes(args)) throw optionError('tool calls', 'args "equal", "subset" or "ignore"', args)
  const wrongArguments = (wanted: ToolCall, made: ToolCall): readonly string[] => (args === 'ignore' || (args === 'subset' && wanted.arguments === undefined) ? [] : compareValues(
    wanted.arguments ?? {}, made.arguments ?? {}, { subset: args === 'subset', sameText: (a, b) => normalText(a, options) === normalText(b, options) }).differences)
  return makeScorer<readonly unknown[]>('tool calls', options, (output, expected) => {
    const wanted = Array.isArray(expected) ? readAll(expected) : undefined
    if (wanted === undefined) throw expectedError('tool calls', 'a list of calls, each with a name', expected)
    const made = Array.isArray(output) ? readAll(output) : undefined
    if (made === undefined) return { score: 0, text: `expected a list of tool calls, received ${describeValue(output)}` }
    const pair = order === 'same' ? pairInOrder : pairAnyOrder
    const pairs = pair(wanted.length, made.length, (i, j) => wanted[i]!.name === made[j]!.name && wrongArguments(wanted[i]!, made[j]!).length === 0)
    const held = pairs.filter((partner) => partner >= 0).length
    const counted = allowExtra ? wanted.length : (wanted.length + made.length) / 2
    return { score: counted === 0 ? 1 : held / counted, text: sayLines(problems({ wanted, made, pairs, order, allowExtra, wrongArguments })) }
  })
}

function readAll(list: readonly unknown[]): readonly ToolCall[] | undefined {
  const calls = list.map(readToolCall)
  return calls.every((call) => call !== undefined) ? calls : undefined
}

interface Outcome {
  readonly wanted: readonly ToolCall[]
  readonly made: readonly ToolCall[]
  readonly pairs: readonly number[]
  readonly order: 'any' | 'same'
  readonly allowExtra: boolean
  wrongArguments(wanted: ToolCall, made: ToolCall): readonly string[]
}

/** A call that has no partner is shown beside the unpaired call of the same tool, where there is one. */
function problems({ wanted, made, pairs, order, allowExtra, wrongArguments }: Outcome): string[] {
  const spare = new Set(made.keys().filter((index) => !pairs.includes(index)))
  const lines = wanted.flatMap((call, index) => {
    if (pairs[index] !== -1) return []
    const near = [...spare].find((other) => made[other]!.name === call.name)
    if (near === undefined) return [`${sayCall(call)} was not called`]
    spare.delete(near)
    const wrong = wrongArguments(call, made[near]!)
    return wrong.length === 0 && order === 'same' ? [`${sayCall(call)} was called out of order`] : [`${describeName(call)}: ${wrong.join('; ')}`]
  })
  return allowExtra ? lines : [...lines, ...[...spare].map((index) => `${sayCall(made[index]!)} was not expected`)]
}

const describeName = ({ name }: ToolCall): string => (/^[\w.-]{1,64}$/.test(name) ? name : describeValue(name))
const sayCall = (call: ToolCall): string => `${describeName(call)}(${call.arguments === undefined ? '' : describeValue(call.arguments)})`
