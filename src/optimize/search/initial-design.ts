/** Points spread evenly over the space, for when little is known. Stage: optimize. */
import type { RoundContext, Suggestion } from './round-context.ts'

/**
 * A Latin hypercube (McKay, Beckman and Conover 1979) of `maxCandidates` points over the axes that may move: each axis
 * is cut into as many equal shares, each share is used once, at a random place inside. A second one follows, without end.
 */
export function* latinHypercube({ active, best, maxCandidates, random }: RoundContext): Generator<Suggestion> {
  const count = Math.max(1, maxCandidates)
  const shares = Array.from({ length: count }, (_, index) => index)
  for (;;) {
    const columns = active.map(() => random.shuffle(shares))
    for (const row of shares) {
      const point = active.reduce((at, { index, axis }, column) => at.with(index, axis.quantile((columns[column]![row]! + random.next()) / count, random)), best)
      yield { point, reason: 'spread over the whole range' }
    }
  }
}

/** Points drawn evenly at random. */
export function* randomPoints({ active, best, random }: RoundContext): Generator<Suggestion> {
  for (;;) yield { point: active.reduce((at, { index, axis }) => at.with(index, axis.prior.sample(random)), best), reason: 'a random point' }
}
