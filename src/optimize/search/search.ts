/** The default optimizer: everything that needs no model, in one list per round. Stage: optimize. */
import { exampleMoves, promisingSubsets, randomSubsets } from './bootstrap-examples.ts'
import { combinations } from '../combine.ts'
import { coordinateMoves, localMoves } from './coordinate.ts'
import { latinHypercube } from './initial-design.ts'
import type { Optimizer } from '../optimizer.ts'
import type { RoundContext } from './round-context.ts'
import { SEARCHED_KINDS } from './search-space.ts'
import { sourceOptimizer, type WeightedSource } from './source-optimizer.ts'
import { parzenSuggestions } from './tpe.ts'

/**
 * Optimizes numbers, choices, booleans and example lists without a model. Each round mixes moves of one parameter,
 * the Tree-structured Parzen Estimator, combinations of what worked, and selection of examples, and leaves out what was
 * tried before. Only parameters that failing cases depend on change. A small space is searched to its end.
 *
 * @example
 * ```ts
 * import { search } from 'trace-eval/optimizers'
 * const optimizer = search()
 * ```
 */
export function search(): Optimizer {
  return sourceOptimizer('search', SEARCHED_KINDS, (context) => (context.observations.length < 2 ? firstRound : laterRounds)(context))
}

// Shares of a round's candidates, tuned on seeds 1 to 20 of bench/embedded.ts; results change little around them.
function firstRound(): WeightedSource[] {
  return [
    { source: coordinateMoves, weight: 8 },
    { source: latinHypercube, weight: 1 },
    { source: randomSubsets, weight: 1 },
  ]
}

function laterRounds({ active }: RoundContext): WeightedSource[] {
  const examplesShare = active.filter(({ axis }) => 'members' in axis).length / active.length
  return [
    { source: combinations, weight: 3 },
    { source: coordinateMoves, weight: 5 },
    { source: parzenSuggestions, weight: 2 },
    { source: localMoves, weight: 2 },
    { source: promisingSubsets, weight: 3 * examplesShare },
    { source: exampleMoves, weight: 3 * examplesShare },
  ]
}
