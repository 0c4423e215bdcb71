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
  /** Standard errors of doubt in favour of a candidate while there is room to run everyone on; `Infinity`: nobody is dropped for being behind. @defaultValue 1 */
  readonly doubt?: number
  /** Of this many candidates in a look one goes on, whatever the budget. @defaultValue as many as the budget allows */
  readonly cut?: number | undefined
  /** What a candidate's costs beside those of the best add to its gain, on some cases. @defaultValue 0 */
  readonly costs?: (candidate: Candidate, caseIds: readonly string[]) => number
}

/** How a race ended. */
export interface RaceResult {
  /** Candidates that ran at least some cases, as proposed. */
  readonly looked: readonly Candidate[]
  /** Those that ran all cases, the greatest gain first. */
  readonly complete: readonly Candidate[]
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
  for (let seen = 0; seen < order.length && alive.length > 0 && !signal.aborted && !pool.isShort;) {
    const running = alive.slice(0, raceRoom(alive.length, { seen, costs, budget: limit - pool.evaluations }))
    seen = nextLook({ seen, costs })
    const cases = order.slice(0, seen)
    await pool.run(running.flatMap((candidate) => cases.map((one) => ({ candidate, case: one }))), signal)
    if (signal.aborted || pool.isShort || seen === order.length) { alive = running; break }
    const roomForAll = running.length * (costs.at(-1)! - costs[seen]!) <= limit - pool.evaluations
    const next = cutTo(staying(running, cases, track, roomForAll ? track.doubt ?? 1 : 0), track.cut)
    for (const out of alive) if (!next.includes(out)) dropTraces(out)
    alive = next
  }
  const complete = ranked(alive.filter(({ runs }) => runs.size === order.length), order, track).filter(({ gain }) => gain.lost === 0)
  return { looked, complete: complete.map(({ candidate }) => candidate), finished: complete.filter(({ gain }) => isBetter(gain)).map(({ candidate }) => candidate) }
}

const cutTo = (candidates: readonly Candidate[], cut: number | undefined): readonly Candidate[] => (cut === undefined ? candidates : candidates.slice(0, Math.ceil(candidates.length / cut)))

/** `[0, runs of the first case, runs of the first two, …]`. */
export function prefixCosts(order: readonly TrainingCase[], plan: Pick<TrainPlan, 'trials'>): number[] {
  const costs = [0]
  for (const one of order) costs.push(costs.at(-1)! + runCount([one], plan))
  return costs
}

/** Those that go on, the best first. `doubt` is how many standard errors a gain may be estimated too low. */
function staying(candidates: readonly Candidate[], seen: readonly TrainingCase[], track: RaceTrack, doubt: number): Candidate[] {
  const { best, order, costs } = track
  const ids = seen.map(({ id }) => id)
  const moreToGain = costs !== undefined || order.slice(seen.length).some(({ id }) => (caseScore(best.runs.get(id)) ?? 1) < 1 - SLACK)
  return ranked(candidates, seen, track)
    .filter(({ gain }) => gain.lost === 0 && (doubt === Infinity || gain.difference >= -SLACK - doubt * gain.error))
    .filter(({ candidate }) => doubt === Infinity || moreToGain || isBetter(compare(best.runs, candidate.runs, ids)))
    .map(({ candidate }) => candidate)
}

/** Each with its gain, the greatest first. */
function ranked(candidates: readonly Candidate[], seen: readonly TrainingCase[], track: RaceTrack): { readonly candidate: Candidate; readonly gain: Comparison }[] {
  return candidates.map((candidate) => ({ candidate, gain: estimateGain(candidate, seen, track) })).sort((a, b) => compareChanges(b.gain, a.gain))
}

/** From some cases to all: targets and others each by their share of all cases; exact once all have run. */
function estimateGain(candidate: Candidate, seen: readonly TrainingCase[], { best, order, targets, costs }: RaceTrack): Comparison {
  const ids = seen.map(({ id }) => id)
  const extra = costs?.(candidate, ids) ?? 0
  const all = compare(best.runs, candidate.runs, ids)
  if (seen.length === order.length) return { ...all, difference: all.difference + extra }
  const [first, rest] = [true, false].map((target) => {
    const { difference, error } = compare(best.runs, candidate.runs, ids.filter((id) => targets.has(id) === target))
    const share = order.filter(({ id }) => targets.has(id) === target).length / order.length
    return { difference: difference * share, error: error * share }
  }) as [{ difference: number; error: number }, { difference: number; error: number }]
  return { ...all, difference: first.difference + rest.difference + extra, error: Math.hypot(first.error, rest.error) }
}
