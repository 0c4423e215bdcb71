/** Moves of one parameter at a time from the best values. Stage: optimize. */
import type { Optimizer } from '../optimizer.ts'
import type { ActiveAxis, RoundContext, Suggestion } from './round-context.ts'
import { SEARCHED_KINDS, samePoint } from './search-space.ts'
import { sourceOptimizer } from './source-optimizer.ts'
import { pastMoves, stepSizes, type Move } from './step-sizes.ts'

/**
 * Coordinate search with adaptive steps (Hooke and Jeeves 1961; the step rule is in the spirit of Rechenberg's success
 * rule): numbers go up and down by a step of their own, booleans flip, choices try every other value, example lists
 * add, remove and swap a member. Parameters take turns, the most suspect and least tried first; when the single
 * moves are used up, pairs follow.
 *
 * @example
 * ```ts
 * import { coordinate } from 'trace-eval/optimizers'
 * const optimizer = coordinate()
 * ```
 */
export function coordinate(): Optimizer {
  return sourceOptimizer('coordinate', SEARCHED_KINDS, () => [{ source: coordinateMoves, weight: 1 }])
}

/** Single moves around the best point, then random moves of two parameters; without end. */
export function* coordinateMoves(context: RoundContext): Generator<Suggestion> {
  const past = pastMoves(context)
  const steps = stepSizes(context, past)
  yield* singleMoves(context, past, steps)
  for (;;) yield* perturbations(context, steps, 2)
}

/** Gaussian moves of a few parameters at once, each by its own step: a (1+λ) evolution strategy; without end. */
export function* localMoves(context: RoundContext): Generator<Suggestion> {
  const steps = stepSizes(context, pastMoves(context))
  for (;;) yield* perturbations(context, steps, 1 + context.random.integer(Math.max(1, Math.min(4, context.active.length))))
}

function* singleMoves(context: RoundContext, past: readonly Move[], steps: ReadonlyMap<number, number>): Generator<Suggestion> {
  const { best, random } = context
  let turns = byPriority(context, past).map(({ index, axis }) => ({ index, name: axis.name, moves: axis.moves(best[index]!, steps.get(index)!, random)[Symbol.iterator]() }))
  while (turns.length > 0) {
    const spent = new Set<number>()
    for (const { index, name, moves } of turns) {
      const { value, done } = moves.next()
      if (done) spent.add(index)
      else yield { point: best.with(index, value), reason: `${name} alone` }
    }
    turns = turns.filter(({ index }) => !spent.has(index))
  }
}

function* perturbations({ active, best, random }: RoundContext, steps: ReadonlyMap<number, number>, count: number): Generator<Suggestion> {
  const chosen = random.shuffle(active).slice(0, count)
  const point = chosen.reduce((at, { index, axis }) => at.with(index, axis.perturb(at[index]!, steps.get(index)!, random)), best)
  yield { point, reason: `${chosen.map(({ axis }) => axis.name).join(' and ')}, close to the best` }
}

/** The most suspect first, and behind it what was tried more often since the best values changed; chance breaks ties. */
function byPriority({ active, best, random, observations }: RoundContext, past: readonly Move[]): ActiveAxis[] {
  const start = observations.findLastIndex(({ point }) => samePoint(point, best))
  const since = new Set(observations.slice(start + 1))
  const tries = (index: number): number => past.filter((move) => move.index === index && since.has(move.to)).length
  const rank = new Map(active.map(({ index, blame }) => [index, tries(index) - blame - random.next() / 2]))
  return active.toSorted((a, b) => rank.get(a.index)! - rank.get(b.index)!)
}
