/** How a race divides its case runs between candidates: successive halving that cuts only as far as the budget demands. Stage: train. */

/** Cases of the first look, where there are that many: enough to see a broken candidate, too few to judge a good one. */
export const FIRST_LOOK = 6

/** Of so many candidates in a look one is planned to go on to the next; more do when others have dropped out by themselves. */
const PLANNED_CUT = 4

/** Where a race stands. */
export interface RaceState {
  /** Cases that every candidate still in the race has run. */
  readonly seen: number
  /** `costs[n]` is the number of case runs that the first `n` cases take, from `costs[0] = 0`. */
  readonly costs: readonly number[]
  /** Case runs left. */
  readonly budget: number
}

/** Cases that have been run after the next look: a few at first, then twice as many each time. */
export function nextLook({ seen, costs }: Pick<RaceState, 'seen' | 'costs'>): number {
  return Math.min(costs.length - 1, seen === 0 ? FIRST_LOOK : 2 * seen)
}

/**
 * How many of `candidates` the next look has room for: as many as possible, so that the best of them can still run all cases when only
 * one of four goes on after each look. None when the budget is too small for one candidate.
 *
 * Successive halving as of Jamieson and Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter Optimization", AISTATS 2016,
 * with one of four in place of one of two (the η of Hyperband, Li et al., JMLR 18, 2018), and planned anew at each look: what
 * candidates that dropped out have not spent lets others go on.
 */
export function raceRoom(candidates: number, state: RaceState): number {
  let [fits, tooMany] = [0, candidates + 1]
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2)
    if (plannedCost(middle, state) <= state.budget) fits = middle
    else tooMany = middle
  }
  return fits
}

/** Case runs that a race of `candidates` takes from here on, when one of four goes on after each look. */
export function plannedCost(candidates: number, { seen, costs }: Pick<RaceState, 'seen' | 'costs'>): number {
  let [running, from, cost] = [candidates, seen, 0]
  while (from < costs.length - 1) {
    const to = nextLook({ seen: from, costs })
    cost += running * (costs[to]! - costs[from]!)
    running = Math.ceil(running / PLANNED_CUT)
    from = to
  }
  return cost
}
