/** New points out of what earlier ones had in common, or apart. Stage: optimize. */
import { sameCoordinate } from './search/axis.ts'
import type { Observation, RoundContext, Suggestion } from './search/round-context.ts'
import { samePoint, type Point } from './search/search-space.ts'
import { pastMoves } from './search/step-sizes.ts'

/** How many of the better evaluations take part. */
const DONORS = 8

/**
 * Combines earlier evaluations with the best one; without end once two are known:
 * - first all single moves that were better on their own, together;
 * - then the way from the last best values to these, once more (the pattern move of Hooke and Jeeves 1961);
 * - then crossover with one of the better evaluations, and differences between two of them added to the best
 *   (differential evolution, Storn and Price 1997, best/1/bin with a random factor).
 */
export function* combinations(context: RoundContext): Generator<Suggestion> {
  yield* stackedGains(context)
  yield* patternMoves(context)
  const donors = betterOnes(context)
  if (donors.length === 0) return
  for (;;) {
    yield crossover(context, context.random.pick(donors).point)
    if (donors.length > 1) yield differential(context, donors)
  }
}

function* stackedGains(context: RoundContext): Generator<Suggestion> {
  const { active, best } = context
  const gains = new Map<number, Observation>()
  for (const { index, to, outcome } of pastMoves(context)) {
    if (outcome === 'better' && (gains.get(index)?.score ?? -Infinity) < to.score!) gains.set(index, to)
  }
  const fresh = active.filter(({ index }) => gains.has(index) && !sameCoordinate(gains.get(index)!.point[index]!, best[index]!))
  if (fresh.length === 0) return
  const ranked = fresh.toSorted((a, b) => gains.get(b.index)!.score! - gains.get(a.index)!.score!)
  for (let count = ranked.length; count >= 1; count = Math.floor(count / 2)) {
    const point = ranked.slice(0, count).reduce((at, { index }) => at.with(index, gains.get(index)!.point[index]!), best)
    yield { point, reason: `gains together: ${ranked.slice(0, count).map(({ axis }) => axis.name).join(', ')}` }
  }
}

function* patternMoves({ active, best, bestScore, observations }: RoundContext): Generator<Suggestion> {
  const last = observations.filter(({ score }) => score !== undefined && score < bestScore).toSorted((a, b) => b.score! - a.score!)[0]
  if (last === undefined) return
  for (const factor of [1, 0.5]) {
    yield { point: active.reduce((at, { index, axis }) => at.with(index, axis.follow(at[index]!, last.point[index]!, best[index]!, factor)), best), reason: 'further the same way' }
  }
}

function crossover({ active, best, random }: RoundContext, donor: Point): Suggestion {
  const share = random.next()
  const point = active.reduce((at, { index }) => (random.next() < share ? at.with(index, donor[index]!) : at), best)
  return { point, reason: 'crossed with another good one' }
}

function differential({ active, best, random }: RoundContext, donors: readonly Observation[]): Suggestion {
  const [from, to] = random.shuffle(donors)
  const factor = 0.3 + 0.6 * random.next()
  const point = active.reduce((at, { index, axis }) => (random.next() < 0.7 ? at.with(index, axis.follow(at[index]!, from!.point[index]!, to!.point[index]!, factor)) : at), best)
  return { point, reason: 'moved by the difference of two good ones' }
}

function betterOnes({ best, observations }: RoundContext): Observation[] {
  return observations.filter(({ score, point }) => score !== undefined && !samePoint(point, best))
    .toReversed().toSorted((a, b) => b.score! - a.score!).slice(0, DONORS)
}
