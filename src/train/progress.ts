/** Tells how far a training is, not more often than a person can see. Stage: train. */
import { systemClock } from '../core/clock.ts'
import type { TrainingCase } from '../feedback/case-run.ts'
import { runsOf, type Candidate } from './candidate.ts'
import type { CasePool } from './case-pool.ts'
import type { RoundOutcome, TrainIO, TrainPlan, TrainProgress } from './outcome.ts'
import { meanScore } from './scores.ts'

/** Case runs are told at most this often. */
const EVERY_MS = 50

/** What progress is read from. */
export interface ProgressSource {
  readonly plan: TrainPlan
  readonly optimizes: boolean
  readonly learn: readonly TrainingCase[]
  /** Case runs of all cases to learn from, once. */
  readonly learnRuns: number
  readonly pool: CasePool
  readonly rounds: readonly RoundOutcome[]
  readonly start: Candidate
  readonly best: Candidate
}

/** Calls `io.onProgress`. */
export interface ProgressReporter {
  /** A phase begins, or a round of it. */
  enter(phase: TrainProgress['phase'], round: number): void
  /** So many case runs of the current call to the pool are done. */
  ran(done: number, total: number): void
  /** A round ended. */
  ended(outcome: RoundOutcome): void
}

/** A reporter of what `read` gives; without `io.onProgress` it does nothing. */
export function progressReporter({ onProgress, clock = systemClock }: TrainIO, read: () => ProgressSource): ProgressReporter {
  if (onProgress === undefined) return { enter: () => {}, ran: () => {}, ended: () => {} }
  const begin = clock.now()
  let at: Pick<TrainProgress, 'phase' | 'round'> = { phase: 'start', round: 0 }
  let scores: Pick<TrainProgress, 'startScore' | 'bestScore'> = {}
  let told = -Infinity
  // Case runs of earlier calls in this phase: a race calls once per rung.
  let before = 0
  const tell = (done: number, total: number, ended?: RoundOutcome): void => {
    told = clock.now()
    const { plan, pool } = read()
    const remainingMs = remaining(read(), at.phase, told - begin)
    onProgress({
      ...at, rounds: plan.rounds, done, total, evaluations: pool.evaluations, maxEvaluations: plan.maxEvaluations, ...scores,
      ...(remainingMs === undefined ? {} : { remainingMs }), ...(ended === undefined ? {} : { ended }),
    })
  }
  return {
    enter(phase, round) {
      at = { phase, round }
      before = 0
      if (phase !== 'start') scores = scoresOf(read())
      tell(0, phase === 'start' ? read().learnRuns : 0)
    },
    ran(done, total) {
      if (done === total || clock.now() - told >= EVERY_MS) tell(before + done, before + total)
      if (done === total) before += total
    },
    ended(outcome) {
      scores = scoresOf(read())
      tell(before, before, outcome)
    },
  }
}

function scoresOf({ start, best, learn }: ProgressSource): Required<Pick<TrainProgress, 'startScore' | 'bestScore'>> {
  return { startScore: meanScore(runsOf(start, learn)), bestScore: meanScore(runsOf(best, learn)) }
}

/** Time for the case runs that are still likely, at the pace so far; the optimizer's own time is part of the pace. */
function remaining(source: ProgressSource, phase: TrainProgress['phase'], elapsedMs: number): number | undefined {
  const { plan, pool } = source
  if (phase === 'done') return 0
  if (pool.evaluations === 0) return undefined
  const estimate = (elapsedMs / pool.evaluations) * (likelyRuns(source, phase) + pool.reserved)
  return Math.round(plan.maxDurationMs === undefined ? estimate : Math.min(estimate, Math.max(0, plan.maxDurationMs - elapsedMs)))
}

function likelyRuns({ plan, optimizes, learnRuns, pool, rounds }: ProgressSource, phase: TrainProgress['phase']): number {
  if (phase === 'held-out') return 0
  if (!optimizes) return Math.max(0, learnRuns - pool.evaluations)
  if (rounds.length === 0) return pool.available
  const perRound = rounds.reduce((sum, { evaluations }) => sum + evaluations, 0) / rounds.length
  return Math.min(pool.available, perRound * (plan.rounds - rounds.length))
}
