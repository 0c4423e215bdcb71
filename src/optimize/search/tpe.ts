/** The Tree-structured Parzen Estimator. Stage: optimize. */
import { latinHypercube } from './initial-design.ts'
import type { Optimizer } from '../optimizer.ts'
import { parzen } from './parzen.ts'
import type { Observation, RoundContext, Suggestion } from './round-context.ts'
import { SEARCHED_KINDS, type Point } from './search-space.ts'
import { sourceOptimizer } from './source-optimizer.ts'

/** Share of the evaluations that count as good, and how many at most. */
const GOOD_SHARE = 0.15
const MAX_GOOD = 25
/** Draws from the good density, of which the one with the highest ratio is suggested. */
const DRAWS = 24
const PRIOR_WEIGHT = 1

/**
 * Models where good and bad evaluations lie, and suggests what is likely among the good and unlikely among the bad:
 * Bergstra, Bardenet, Bengio and Kégl, "Algorithms for Hyper-Parameter Optimization" (NeurIPS 2011), section 4, in the
 * multivariate form of BOHB (Falkner, Klein and Hutter 2018, section 3.2), where one kernel covers all parameters of an
 * evaluation together.
 *
 * Where it differs: a round asks for many candidates at once, so each one suggested counts as bad for the next (a
 * constant liar); a candidate that was dropped early is bad, and its score is not looked at; the densities cover the
 * blamed parameters only; example lists get a kernel of their own, membership by membership; the first round is a
 * Latin hypercube over the whole range.
 *
 * @example
 * ```ts
 * import { tpe } from 'trace-eval/optimizers'
 * const optimizer = tpe()
 * ```
 */
export function tpe(): Optimizer {
  return sourceOptimizer('tpe', SEARCHED_KINDS, ({ observations, maxCandidates }) => {
    const learned = observations.length > Math.min(maxCandidates, 10)
    return [{ source: learned ? parzenSuggestions : latinHypercube, weight: 1 }]
  })
}

/** Suggestions by the ratio of two Parzen estimators; without end. */
export function* parzenSuggestions(context: RoundContext): Generator<Suggestion> {
  const { active, best, observations, random } = context
  const { good, bad } = split(observations)
  const likely = parzen(active, good, PRIOR_WEIGHT)
  const unlikely = parzen(active, bad, PRIOR_WEIGHT)
  for (;;) {
    const draws = Array.from({ length: DRAWS }, () => likely.sample(best, random))
    const ratios = draws.map((point) => likely.logDensity(point) - unlikely.logDensity(point))
    const point = draws[ratios.indexOf(Math.max(...ratios))]!
    unlikely.add(point)
    yield { point, reason: 'like the better evaluations, unlike the worse' }
  }
}

/** The best complete evaluations, newest first among equals, and all others. */
function split(observations: readonly Observation[]): { good: Point[]; bad: Point[] } {
  const complete = observations.filter(({ score }) => score !== undefined).toReversed().toSorted((a, b) => b.score! - a.score!)
  const good = new Set(complete.slice(0, Math.min(MAX_GOOD, Math.max(1, Math.ceil(GOOD_SHARE * observations.length)))))
  return { good: [...good].map(({ point }) => point), bad: observations.filter((observation) => !good.has(observation)).map(({ point }) => point) }
}
