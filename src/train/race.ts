/** Compares candidates with the best on growing parts of the cases, and lets the lesser half go each time. Stage: train. */
import type { TrainingCase } from '../feedback/case-run.ts'
import { dropTraces, type Candidate } from './candidate.ts'
import { runCount, type CasePool } from './case-pool.ts'
import type { TrainPlan } from './outcome.ts'
import { nextLook, raceRoom } from './schedule.ts'
import { caseScore, compare, compareChanges, isBetter, SLACK, type Comparison } from './scores.ts'

/** What a race is run on. */
export interface RaceTrack {
  /** The candidate to beat; it has run every case, and is never run again. */
  readonly best: Candidate
  /** All cases to learn from, in the order of the race. */
  readonly order: readonly TrainingCase[]
  /** Failing cases that depend on a changed parameter. */
  readonly targets: ReadonlySet<string>
  readonly plan: Pick<TrainPlan, 'trials'>
  readonly pool: CasePool
  /** Case runs it may spend. */
  readonly budget: number
  readonly signal: AbortSignal
}

/** How a race ended. */
export interface RaceResult {
  /** Candidates that ran at least some cases, as proposed. */
  readonly looked: readonly Candidate[]
  /** Those that ran all cases and are better than the best, the greatest gain first. */
  readonly finished: readonly Candidate[]
}

/**
 * Runs `candidates`, the most promising first, on the cases in order, a few cases at first and twice as many at each look. After a look a
 * candidate is out when its gain over the best, estimated from the cases so far, is below 0, when it has gained nothing and all cases
 * left have the full score already, when it lost a case that could be measured, or when the next look has no room for it. The gain is paired (same cases on both sides) and stratified: the first cases are mostly
 * failing ones, so targets and others are weighted by their share of all cases.
 */
export async function race(candidates: readonly Candidate[], track: RaceTrack): Promise<RaceResult> {
  const { order, pool, signal } = track
  const costs = prefixCosts(order, track.plan)
  const limit = pool.evaluations + track.budget
  const looked = candidates.slice(0, raceRoom(candidates.length, { seen: 0, costs, budget: track.budget }))
  let alive: readonly Candidate[] = looked
  for (let seen = 0; seen < order.length && alive.length > 0 && !signal.aborted;) {
    const running = alive.slice(0, raceRoom(alive.length, { seen, costs, budget: limit - pool.evaluations }))
    seen = nextLook({ seen, costs })
    const cases = order.slice(0, seen)
    await pool.run(running.flatMap((candidate) => cases.map((one) => ({ candidate, case: one }))), signal)
    const roomForAll = running.length * (costs.at(-1)! - costs[seen]!) <= limit - pool.evaluations
    const next = signal.aborted ? running : rank(running, cases, track, seen < order.length && roomForAll ? 1 : 0)
    for (const out of alive) if (!next.includes(out)) dropTraces(out)
    alive = next
  }
  return { looked, finished: rank(alive.filter(({ runs }) => runs.size === order.length), order, track, 0) }
}

/** `[0, runs of the first case, runs of the first two, …]`. */
export function prefixCosts(order: readonly TrainingCase[], plan: Pick<TrainPlan, 'trials'>): number[] {
  const costs = [0]
  for (const one of order) costs.push(costs.at(-1)! + runCount([one], plan))
  return costs
}

/** Those that stay, the best first. `doubt` is how many standard errors a gain may be estimated too low. */
function rank(candidates: readonly Candidate[], seen: readonly TrainingCase[], track: RaceTrack, doubt: number): Candidate[] {
  const { best, order } = track
  const ids = seen.map(({ id }) => id)
  const moreToGain = order.slice(seen.length).some(({ id }) => (caseScore(best.runs.get(id)) ?? 1) < 1 - SLACK)
  return candidates.map((candidate) => ({ candidate, gain: estimateGain(candidate, seen, track) }))
    .filter(({ candidate, gain }) => gain.lost === 0 && gain.difference >= -SLACK - doubt * gain.error && (moreToGain || isBetter(compare(best.runs, candidate.runs, ids))))
    .sort((a, b) => compareChanges(b.gain, a.gain))
    .map(({ candidate }) => candidate)
}

function estimateGain(candidate: Candidate, seen: readonly TrainingCase[], { best, order, targets }: RaceTrack): Comparison {
  const [first, rest] = [true, false].map((target) => {
    const ids = seen.filter(({ id }) => targets.has(id) === target).map(({ id }) => id)
    return { ...compare(best.runs, candidate.runs, ids), share: order.filter(({ id }) => targets.has(id) === target).length / order.length }
  }) as [Comparison & { share: number }, Comparison & { share: number }]
  return {
    difference: first.difference * first.share + rest.difference * rest.share,
    better: first.better + rest.better, worse: first.worse + rest.worse, lost: first.lost + rest.lost,
    checks: first.checks + rest.checks, failures: first.failures + rest.failures,
    error: Math.hypot(first.error * first.share, rest.error * rest.share),
  }
}
