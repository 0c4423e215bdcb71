/** Runs cases, a few at a time, within the budget and never twice. Stage: train. */
import pMap from 'p-map'
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { escapeControls } from '../core/text.ts'
import type { CaseRun, TrainingCase } from '../feedback/case-run.ts'
import type { Candidate } from './candidate.ts'
import type { TrainIO, TrainPlan } from './outcome.ts'

/** A case to run with the values of a candidate, all its trials. */
interface Job { readonly candidate: Candidate; readonly case: TrainingCase }

/** Where case runs come from. */
export interface CasePool {
  /** Case runs started so far. */
  readonly evaluations: number
  /** Case runs that may still be started without touching the reserve. */
  readonly available: number
  /** Case runs kept back for the held-out cases; lowered when they run. */
  reserved: number
  /** Whether a budget for models left out case runs of the last call. */
  readonly isShort: boolean
  /**
   * Runs what has not been run yet and puts it into the candidates. A case whose trials are not all done when the
   * signal aborts is left out; the promise then resolves at once and does not wait for runs that hang. Where a budget for models is used up
   * no further run is started, and those under way finish.
   *
   * @throws {TraceEvalError} `CASE_SCORE` when a run answers with a score outside 0 to 1.
   */
  run(jobs: readonly Job[], signal: AbortSignal): Promise<void>
  /** Runs each once more and puts it into the candidate's `repeats`; `time` counts these from 1. */
  repeat(jobs: readonly Job[], time: number, signal: AbortSignal): Promise<void>
}

/** One case run, and where it goes. */
interface Slot { readonly job: Job; readonly trial: number; take(run: CaseRun): void }

/** Trials of a case. */
export const trialsOf = ({ trials }: TrainingCase, plan: Pick<TrainPlan, 'trials'>): number => trials ?? plan.trials

/** Case runs that all trials of `cases` take. */
export function runCount(cases: readonly TrainingCase[], plan: Pick<TrainPlan, 'trials'>): number {
  return cases.reduce((sum, one) => sum + trialsOf(one, plan), 0)
}

/** A pool with the whole budget of the plan. `onRun` is called after each case run, with how many of how many of the call are done. */
export function casePool(plan: TrainPlan, io: TrainIO, onRun: (done: number, total: number) => void): CasePool {
  const { spending } = io
  const pool = {
    evaluations: 0,
    reserved: 0,
    isShort: false,
    get available() { return Math.max(0, Math.min(plan.maxEvaluations - pool.evaluations, spending?.caseRunsLeft() ?? Infinity) - pool.reserved) },
    async run(jobs: readonly Job[], signal: AbortSignal): Promise<void> {
      const missing = jobs.filter(({ candidate, case: { id } }) => !candidate.runs.has(id))
      await runSlots(missing.flatMap((job) => {
        const runs: CaseRun[] = []
        const trials = trialsOf(job.case, plan)
        let taken = 0
        return Array.from({ length: trials }, (_, trial) => ({ job, trial, take(run: CaseRun) {
          runs[trial] = run
          if (++taken === trials) job.candidate.runs.set(job.case.id, runs)
        } }))
      }), signal)
    },
    async repeat(jobs: readonly Job[], time: number, signal: AbortSignal): Promise<void> {
      await runSlots(jobs.map((job) => ({ job, trial: trialsOf(job.case, plan) - 1 + time, take(run: CaseRun) {
        job.candidate.repeats.set(job.case.id, [...job.candidate.repeats.get(job.case.id) ?? [], run.lean?.() ?? run])
      } })), signal)
    },
  }
  async function runSlots(slots: readonly Slot[], signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    const left = plan.maxEvaluations - pool.evaluations - pool.reserved
    if (slots.length > left) throw new Error(`${slots.length} case runs asked for, ${left} left in the budget`)
    pool.isShort = false
    let done = 0
    const runSlot = async ({ job, trial, take }: Slot): Promise<void> => {
      pool.isShort ||= spending !== undefined && (spending.isRefused || spending.caseRunsLeft() - pool.reserved < 1)
      if (pool.isShort) return
      pool.evaluations++
      const { values, parameters } = job.candidate
      const run = await io.runCase({ case: job.case, trial, values, parameters, signal })
      if (signal.aborted) return
      take(checkedRun(run))
      onRun(++done, slots.length)
    }
    await untilAborted(pMap(slots, runSlot, { concurrency: plan.concurrency, signal }), signal)
    // The last runs may have begun with enough and asked for more.
    pool.isShort ||= spending?.isRefused === true
  }
  return pool
}

async function untilAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  try { await work } catch (error) { if (!signal.aborted || error !== signal.reason) throw error }
}

function checkedRun(run: CaseRun): CaseRun {
  const { score } = run
  if (score === undefined || (typeof score === 'number' && score >= 0 && score <= 1)) return run
  throw new TraceEvalError('CASE_SCORE', `expected a score from 0 to 1, received ${describeValue(score)}`,
    { at: `case ${JSON.stringify(escapeControls(run.caseId))}`, hint: 'Divide by the highest score that is possible, and check for 0 before dividing.' })
}
