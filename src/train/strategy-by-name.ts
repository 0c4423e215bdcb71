/** Search strategies by the names a command line knows them by. Stage: train. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { nearestName } from '../core/text.ts'
import { auto, beam, greedy, halving, pareto, ucb } from './strategies.ts'
import type { SearchStrategy } from './strategy.ts'

const builtIn: ReadonlyMap<string, () => SearchStrategy> = new Map([auto, greedy, beam, ucb, pareto, halving].map((make) => [make().name, () => make()]))

/** Names that {@link strategyByName} knows, the default first. */
export const strategyNames: readonly string[] = [...builtIn.keys()]

/**
 * The built-in strategy called `name`.
 *
 * @throws {TraceEvalError} `STRATEGY_UNKNOWN`, with the nearest name as the hint.
 * @example
 * ```ts
 * import { strategyByName } from 'trace-eval/optimizers'
 * strategyByName('beam').size // 3
 * ```
 */
export function strategyByName(name: string): SearchStrategy {
  const make = builtIn.get(name)
  if (make !== undefined) return make()
  const nearest = nearestName(name, strategyNames)
  throw new TraceEvalError('STRATEGY_UNKNOWN', `expected a search strategy (${strategyNames.join(', ')}), received ${describeValue(name)}`, {
    hint: nearest === undefined ? 'A strategy of your own is given as an object, not by name.' : `Did you mean \`${nearest}\`?`,
  })
}
