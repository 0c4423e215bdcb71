/** The last step: held-out cases judge the winner of the rounds. Stage: train. */
import { runsOf } from './candidate.ts'
import { runCount } from './case-pool.ts'
import { compareCandidates } from './members.ts'
import { isBetter, meanScore } from './scores.ts'
import type { Session } from './session.ts'

/** What the held-out cases say of the winner. */
export interface HeldOutVerdict {
  readonly adopted: boolean
  readonly heldOutScore: number
  readonly heldOutStart: number
}

/** Case runs that have to be kept back: all held-out cases with the starting and with one other set of values, and what a gate compares with. */
export function heldOutReserve(session: Session): number {
  const { heldOut, plan } = session
  return 2 * runCount(heldOut, plan) + comparedRuns(session)
}

/** Case runs with the values that a gate compares with. */
export function comparedRuns(session: Session): number {
  return session.compared === undefined ? 0 : runCount(gatedCases(session), session.plan)
}

/** The cases that a gate looks at. */
export function gatedCases({ heldOut, learn }: Session): Session['learn'] {
  return heldOut.length > 0 ? heldOut : learn
}

/**
 * Runs the held-out cases, once with the starting values and, if it is another, once with the winner. The winner is adopted when it
 * is better there, by the paired mean and then by checks that hold; where nothing is held out it always is, and so it is
 * when the run was interrupted, or a budget used up, before this could be told.
 */
export async function judgeWinner(session: Session, signal: AbortSignal): Promise<HeldOutVerdict> {
  const { start, best, heldOut, pool, spending } = session
  pool.reserved = 0
  await spending?.keepFor(0)
  const sides = start === best ? [start] : [start, best]
  const { compared } = session
  const other = compared === undefined ? [] : gatedCases(session).map((one) => ({ candidate: compared, case: one }))
  await pool.run([...heldOut.flatMap((one) => sides.map((candidate) => ({ candidate, case: one }))), ...other], signal)
  const [before, after] = [runsOf(start, heldOut), runsOf(best, heldOut)]
  const undecided = start === best || heldOut.length === 0 || before.size < heldOut.length || after.size < heldOut.length
  const adopted = undecided || isBetter(compareCandidates(session, [start, best], [...before.keys()]))
  return { adopted, heldOutScore: meanScore(after), heldOutStart: meanScore(before) }
}
