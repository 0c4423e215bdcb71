/** One round: one optimizer step, from one or several candidates to one kept or none. Stage: train. */
import { shorten } from '../core/describe-value.ts'
import { blameParameters } from '../backward/blame.ts'
import type { Optimizer } from '../optimize/optimizer.ts'
import { askOptimizer, proposerOf, type Answer } from './ask-optimizer.ts'
import { dropTraces, runsOf, type Candidate } from './candidate.ts'
import { raceOrder } from './case-order.ts'
import type { RoundOutcome } from './outcome.ts'
import { prefixCosts, race, type RaceResult, type RaceTrack } from './race.ts'
import { raceRoom } from './schedule.ts'
import { caseScore, compare, meanScore, SLACK, type Comparison } from './scores.ts'
import { keep, type Session } from './session.ts'
import { roundBlame } from './steps.ts'

/** Which round it is, and when it has to end. */
export interface RoundCall { readonly optimizer: Optimizer; readonly round: number; readonly signal: AbortSignal }

/** Plays a round. None when the optimizer has nothing left to try, or no failing case depends on anything that it can change. */
export async function playRound(session: Session, { optimizer, round, signal }: RoundCall): Promise<RoundOutcome | undefined> {
  const { learn, plan, pool } = session
  const { specs } = proposerOf(session, optimizer)
  const before = runsOf(session.best, learn)
  const blame = blameParameters(before).filter(({ parameter }) => specs.some(({ name }) => name === parameter))
  if (blame.length === 0) return undefined

  const budget = roundBudget(session)
  const maxCandidates = raceRoom(plan.maxCandidates, { seen: 0, costs: prefixCosts(learn, plan), budget })
  const answer = await askOptimizer(session, optimizer, { round, blame, maxCandidates, signal })
  if (answer.exhausted) return undefined

  const spentBefore = pool.evaluations
  const result = await race(answer.candidates, trackOf(session, answer, { blame, round, budget, signal }))
  const kept = keepBest(session, result)
  const numbers = {
    round, before: meanScore(before), after: meanScore(runsOf(session.best, learn)),
    candidates: result.looked.length, evaluations: pool.evaluations - spentBefore, blame: roundBlame(blame, before),
  }
  return kept === undefined
    ? { ...numbers, state: 'not-kept', reason: whyNot(result, answer, signal) }
    : { ...numbers, state: 'kept', changes: kept.winner.changes, reason: whyKept(kept.change, kept.winner) }
}

/** A round gets at least this many times the case runs of one candidate, as long as there are that many. */
const LEAST_SHARE = 2

/**
 * Case runs that this round may spend: an equal share of what is left for as many rounds as there may be without a gain, so
 * that early rounds, which find most, get most.
 */
function roundBudget({ plan, pool, rounds, learnRuns }: Session): number {
  const ahead = Math.min(plan.rounds - rounds.length, plan.patience + 1)
  return Math.min(pool.available, Math.max(LEAST_SHARE * learnRuns, Math.floor(pool.available / ahead)))
}

type TrackSetup = Pick<RoundCall, 'round' | 'signal'> & { readonly blame: ReturnType<typeof blameParameters>; readonly budget: number }

function trackOf(session: Session, { candidates }: Answer, { blame, round, budget, signal }: TrackSetup): RaceTrack {
  const { best, learn, plan, pool, random } = session
  const changed = new Set(candidates.flatMap(({ changes }) => changes.map(({ parameter }) => parameter)))
  const targets = new Set(blame.filter(({ parameter }) => changed.has(parameter)).flatMap(({ cases }) => cases))
  const passing = new Set(learn.filter(({ id }) => (caseScore(best.runs.get(id)) ?? 0) >= 1 - SLACK).map(({ id }) => id))
  return { best, order: raceOrder(learn, targets, passing, random.fork(`round-${round}`)), targets, plan, pool, budget, signal }
}

/** Keeps the winner, if there is one, and lets go of the others' graphs. */
function keepBest(session: Session, { looked, finished: [winner] }: RaceResult): { winner: Candidate; change: Comparison } | undefined {
  session.history.push(...looked)
  for (const { hash } of looked) session.tried.add(hash)
  const kept = winner === undefined ? undefined : { winner, change: compare(session.best.runs, winner.runs, session.learn.map(({ id }) => id)) }
  for (const candidate of looked) if (candidate !== kept?.winner) dropTraces(candidate)
  if (kept !== undefined) keep(session, kept.winner)
  return kept
}

function whyKept({ difference, better, worse, checks, failures }: Comparison, { reason }: Candidate): string {
  const what = difference > SLACK ? `${better} ${better === 1 ? 'case' : 'cases'} better, ${worse} worse`
    : checks > SLACK ? `same score, ${rounded(checks)} more checks passed` : `same score, ${rounded(failures)} fewer failed assertions`
  return reason === undefined ? what : `${what}: ${reason}`
}

function whyNot({ looked }: RaceResult, { problems }: Answer, signal: AbortSignal): string {
  const stopped = signal.aborted ? ', stopped early' : ''
  const first = looked.length === 0 ? 'no candidate' : `${looked.length} ${looked.length === 1 ? 'candidate' : 'candidates'}, none better`
  const others = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  return `${first}${stopped}${problems[0] === undefined ? '' : `; ${shorten(problems[0].replaceAll(/\s*\n\s*/g, ' '), 300)}${others}`}`
}

const rounded = (count: number): number => Math.round(count * 100) / 100
