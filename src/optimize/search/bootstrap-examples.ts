/** Selection of few-shot examples by random subsets and what they showed. Stage: optimize. */
import type { Random } from '../../core/random.ts'
import type { Coordinate } from './axis.ts'
import type { ExamplesAxis } from './examples-axis.ts'
import type { Optimizer } from '../optimizer.ts'
import type { ActiveAxis, Observation, RoundContext, Suggestion } from './round-context.ts'
import { sourceOptimizer } from './source-optimizer.ts'

/** How many evaluations an unknown member's mean counts as. */
const PRIOR_COUNT = 2

/**
 * Chooses few-shot examples: random subsets of random sizes, as BootstrapFewShotWithRandomSearch does (Khattab et al.
 * 2023, "DSPy", section 4; here the pool is given, so nothing is bootstrapped from a teacher), then subsets of the
 * members whose evaluations scored well, drawn by Thompson sampling, and single additions, removals and swaps
 * around the best list.
 *
 * @example
 * ```ts
 * import { bootstrapExamples } from 'trace-eval/optimizers'
 * const optimizer = bootstrapExamples()
 * ```
 */
export function bootstrapExamples(): Optimizer {
  return sourceOptimizer('bootstrap-examples', ['examples'], ({ observations }) => [
    { source: randomSubsets, weight: observations.length < 2 ? 6 : 1 },
    { source: exampleMoves, weight: 3 },
    { source: promisingSubsets, weight: observations.length < 2 ? 0.1 : 3 },
  ])
}

/** Lists of a random size with random members; without end. */
export function* randomSubsets({ active, best, random }: RoundContext): Generator<Suggestion> {
  const lists = active.filter(isExamples)
  if (lists.length === 0) return
  for (;;) {
    yield { point: lists.reduce((at, { index, axis }) => at.with(index, axis.prior.sample(random)), best), reason: 'a random set of examples' }
  }
}

/** One example added, removed or exchanged. */
export function* exampleMoves({ active, best, random }: RoundContext): Generator<Suggestion> {
  let turns = active.filter(isExamples).map(({ index, axis }) => ({ index, name: axis.name, moves: axis.moves(best[index]!, axis.firstStep, random)[Symbol.iterator]() }))
  while (turns.length > 0) {
    const spent = new Set<number>()
    for (const { index, name, moves } of turns) {
      const { value, done } = moves.next()
      if (done) spent.add(index)
      else yield { point: best.with(index, value), reason: `${name}: one example changed` }
    }
    turns = turns.filter(({ index }) => !spent.has(index))
  }
}

/** Lists of members that did well so far, about as long as the best list; without end. */
export function* promisingSubsets(context: RoundContext): Generator<Suggestion> {
  const lists = context.active.filter(isExamples).map((list) => ({ ...list, draw: memberDraws(list, context) }))
  if (lists.length === 0) return
  for (;;) {
    yield { point: lists.reduce((at, { index, draw }) => at.with(index, draw(context.random)), context.best), reason: 'examples that did well so far' }
  }
}

type ExamplesTurn = ActiveAxis & { readonly axis: ExamplesAxis }
const isExamples = (active: ActiveAxis): active is ExamplesTurn => 'members' in active.axis

/** Draws lists: each member gets a normal draw around the mean score of the lists that held it, the highest win. */
function memberDraws({ index, axis }: ExamplesTurn, { observations, best }: RoundContext): (random: Random) => Coordinate {
  const scored = observations.filter(({ score }) => score !== undefined)
  const all = scored.map(({ score }) => score!)
  const mean = all.reduce((sum, score) => sum + score, 0) / Math.max(1, all.length)
  const deviation = Math.sqrt(all.reduce((sum, score) => sum + (score - mean) ** 2, 0) / Math.max(1, all.length)) + 1e-6
  const members = Array.from({ length: axis.members }, (_, member) => memberStatistic(member, index, scored, mean))
  return (random) => {
    const size = Math.min(axis.max, Math.max(1, best[index]!.length + random.integer(4) - 1))
    const drawn = members.map(({ average, count }) => average + (deviation / Math.sqrt(count)) * random.normal())
    return members.map((_, member) => member).toSorted((a, b) => drawn[b]! - drawn[a]!).slice(0, size).toSorted((a, b) => a - b)
  }
}

function memberStatistic(member: number, index: number, scored: readonly Observation[], mean: number): { average: number; count: number } {
  const held = scored.filter(({ point }) => point[index]!.includes(member)).map(({ score }) => score!)
  const count = held.length + PRIOR_COUNT
  return { average: (held.reduce((sum, score) => sum + score, 0) + PRIOR_COUNT * mean) / count, count }
}
