/** How a round divides its case runs between candidates: successive halving. Stage: train. */

/** A step of a race: so many candidates have run so many cases after it. */
export interface Rung { readonly candidates: number; readonly cases: number }

/** Cases of the first look, where there are that many: enough to see a broken candidate, too few to judge a good one. */
export const FIRST_LOOK = 6

/**
 * The rungs of a race of at most `candidates` within `budget` case runs: as many candidates as possible are looked at, then
 * as many as possible run all cases; in between half of them drop out at each rung while the cases double. No rungs when
 * the budget is too small for one candidate.
 *
 * Successive halving as of Jamieson and Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter
 * Optimization", AISTATS 2016, algorithm 1; we stop halving when the budget lets the rest run to the end.
 *
 * @param costs `costs[n]` is the number of case runs that the first `n` cases take, from `costs[0] = 0`.
 */
export function raceSchedule(candidates: number, costs: readonly number[], budget: number): Rung[] {
  for (let looked = candidates; looked > 0; looked--) {
    const survivors = mostSurvivors(looked, costs, budget)
    if (survivors > 0) return rungsOf(looked, survivors, costs.length - 1)
  }
  return []
}

// Costs grow with the survivors, so the largest number that fits is found by bisection.
function mostSurvivors(candidates: number, costs: readonly number[], budget: number): number {
  let [fits, tooMany] = [0, candidates + 1]
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2)
    if (costOf(rungsOf(candidates, middle, costs.length - 1), costs) <= budget) fits = middle
    else tooMany = middle
  }
  return fits
}

function rungsOf(candidates: number, survivors: number, cases: number): Rung[] {
  const first = Math.min(cases, FIRST_LOOK)
  const halvings = Math.ceil(Math.log2(candidates / survivors))
  const rungs: Rung[] = [{ candidates, cases: first }]
  for (let i = 0; i <= halvings; i++) {
    const rung = { candidates: Math.max(survivors, Math.ceil(candidates / 2 ** i)), cases: Math.max(first, Math.ceil(cases / 2 ** (halvings - i))) }
    if (rung.cases > rungs.at(-1)!.cases) rungs.push(rung)
  }
  return rungs
}

/** Case runs that the rungs take at most. */
export function costOf(rungs: readonly Rung[], costs: readonly number[]): number {
  return rungs.reduce((sum, { candidates, cases }, index) => sum + candidates * (costs[cases]! - costs[rungs[index - 1]?.cases ?? 0]!), 0)
}
