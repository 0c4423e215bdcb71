/** The last word among candidates that one run of each case cannot tell apart. Stage: train. */
import type { CaseRun, TrainingCase } from '../feedback/case-run.ts'
import { type Candidate } from './candidate.ts'
import { costDifference, keep } from './members.ts'
import { FIRST_LOOK } from './schedule.ts'
import { caseScore, compare, compareChanges, failedParts, isBetter, isPerfect, SLACK, type Comparison } from './scores.ts'
import type { Session } from './session.ts'

/** Candidates that go into it, the best one included, and how often each runs all cases again. */
const [MAX_FINALISTS, MAX_TIMES] = [3, 2]
/** Standard errors by which a candidate may be behind and still be as good. */
const DOUBT = 2

/**
 * For plans with `rerunFinalists`: where results are noisy, the winner of the rounds is in part the luckiest. So the best candidates that are not clearly behind it run all cases to
 * learn from again, and the mean of all runs decides. First a few cases of the best one run a second time: where nothing about them changes, the workflow is taken to be
 * repeatable, and that is all. It spends at most as many case runs as the rounds did. What it settled, in words; nothing where there was nothing to settle.
 */
export async function settleFinalists(session: Session, signal: AbortSignal): Promise<string | undefined> {
  const { learn, learnRuns, pool } = session
  const finalists = finalistsOf(session)
  if (signal.aborted || finalists.length < 2 || isPerfect(session.best.runs)) return undefined
  const limit = 2 * pool.evaluations
  const room = (runs: number): boolean => pool.available >= runs && pool.evaluations + runs <= limit
  const probed = probeCases(session)
  if (!room(probed.length + finalists.length * learn.length)) return undefined
  await pool.repeat(probed.map((one) => ({ candidate: session.best, case: one })), 1, signal)
  if (probed.every(({ id }) => isSame(session.best, id))) return undefined

  let times = 0
  while (times < MAX_TIMES && !signal.aborted && !pool.isShort && room(finalists.length * learn.length)) {
    times++
    await pool.repeat(finalists.flatMap((candidate) => learn.filter(({ id }) => (candidate.repeats.get(id)?.length ?? 0) < times).map((one) => ({ candidate, case: one }))), times, signal)
  }
  if (signal.aborted || pool.isShort || times === 0) return undefined
  const [best, ...others] = finalists as [Candidate, ...Candidate[]]
  const winner = others.reduce((first, one) => (isBetter(pooled(session, first, one)) ? one : first), best)
  if (winner !== best) keep(session, winner)
  return `best of ${finalists.length} by ${times} more ${times === 1 ? 'run' : 'runs'} of ${learnRuns === 1 ? 'the case' : `${learn.length} cases`}${winner === best ? '' : ', another one than the last that was kept'}`
}

/** The best one and those that ran all cases and are not clearly behind it, the best ones first. */
function finalistsOf(session: Session): Candidate[] {
  const { best, history, learn } = session
  const others = history.filter((candidate) => candidate !== best && candidate.runs.size >= learn.length)
    .map((candidate) => ({ candidate, gain: pooled(session, best, candidate) }))
    .filter(({ gain }) => gain.lost === 0 && gain.error > 0 && gain.difference >= -SLACK - DOUBT * gain.error)
    .toSorted((a, b) => compareChanges(b.gain, a.gain))
  return [best, ...others.slice(0, MAX_FINALISTS - 1).map(({ candidate }) => candidate)]
}

/** Failing cases first: they are the likelier ones to change. */
function probeCases({ best, learn }: Session): TrainingCase[] {
  return learn.toSorted((a, b) => (caseScore(best.runs.get(a.id)) ?? 0) - (caseScore(best.runs.get(b.id)) ?? 0)).slice(0, FIRST_LOOK)
}

function isSame({ runs, repeats }: Candidate, id: string): boolean {
  const [before, again] = [runs.get(id) ?? [], repeats.get(id) ?? []]
  return Math.abs((caseScore(before) ?? -1) - (caseScore(again) ?? -1)) <= SLACK && failedParts(before) === failedParts(again)
}

/** The comparison over all runs, repeats included. */
function pooled(session: Session, before: Candidate, after: Candidate): Comparison {
  const ids = session.learn.map(({ id }) => id)
  const all = ({ runs, repeats }: Candidate): Map<string, readonly CaseRun[]> => new Map(Array.from(runs, ([id, own]) => [id, [...own, ...repeats.get(id) ?? []]]))
  const change = compare(all(before), all(after), ids)
  return { ...change, difference: change.difference + costDifference(session, [before, after], ids) }
}
