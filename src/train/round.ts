/** One round: one optimizer step, from one or several candidates to one kept or none. Stage: train. */
import { shorten } from '../core/describe-value.ts'
import { blameParameters } from '../backward/blame.ts'
import type { Optimizer } from '../optimize/optimizer.ts'
import { askOptimizer, proposerOf, type Answer } from './ask-optimizer.ts'
import { dropTraces, runsOf, type Candidate } from './candidate.ts'
import { raceOrder } from './case-order.ts'
import type { CaseRun } from '../feedback/case-run.ts'
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
  const start = session.best
  const setup = { blame, round, signal, budget }
  const whole = await race(answer.candidates, trackOf(session, answer.candidates, setup))
  keepBest(session, whole)
  const variants = variantsToTry(session, start, { answer, looked: whole.looked })
  const varied = await race(variants, trackOf(session, variants, { ...setup, budget: Math.min(pool.available, budget - (pool.evaluations - spentBefore)) }))
  keepBest(session, varied)
  const looked = [...whole.looked, ...varied.looked]
  const numbers = { round, before: meanScore(before), after: meanScore(runsOf(session.best, learn)), candidates: looked.length, evaluations: pool.evaluations - spentBefore, blame: roundBlame(blame, before) }
  return session.best === start
    ? { ...numbers, state: 'not-kept', reason: whyNot(looked, answer, signal) }
    : { ...numbers, state: 'kept', changes: session.best.changes, reason: whyKept(compare(before, session.best.runs, learn.map(({ id }) => id)), session.best) }
}

/** Repairs of a proposal that was kept and broke something; where none was kept, repairs and parts of all. */
function variantsToTry({ best, learn }: Session, start: Candidate, { answer, looked }: { readonly answer: Answer; readonly looked: readonly Candidate[] }): readonly Candidate[] {
  if (best !== start) return learn.some(({ id }) => failsAnew(start.runs.get(id), best.runs.get(id))) ? answer.variants.get(best)?.repairs ?? [] : []
  const found = looked.flatMap((candidate) => answer.variants.get(candidate) ?? [])
  return [...found.flatMap(({ repairs }) => repairs), ...found.flatMap(({ parts }) => parts)]
}

/** Whether the score fell, or something is said that was not said before. */
function failsAnew(before: readonly CaseRun[] = [], after: readonly CaseRun[] = []): boolean {
  const said = new Set(before.flatMap(({ feedback }) => feedback.map(({ message }) => message)))
  return (caseScore(after) ?? 0) < (caseScore(before) ?? 0) - SLACK || after.some(({ feedback }) => feedback.some(({ kind, message }) => kind !== 'note' && !said.has(message)))
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

function trackOf(session: Session, candidates: readonly Candidate[], { blame, round, budget, signal }: TrackSetup): RaceTrack {
  const { best, learn, plan, pool, random } = session
  const changed = new Set(candidates.flatMap(({ changes }) => changes.map(({ parameter }) => parameter)))
  const targets = new Set(blame.filter(({ parameter }) => changed.has(parameter)).flatMap(({ cases }) => cases))
  const passing = new Set(learn.filter(({ id }) => (caseScore(best.runs.get(id)) ?? 0) >= 1 - SLACK).map(({ id }) => id))
  return { best, order: raceOrder(learn, targets, passing, random.fork(`round-${round}`)), targets, plan, pool, budget, signal }
}

/** Keeps the winner, if there is one, and lets go of the others' graphs. */
function keepBest(session: Session, { looked, finished: [winner] }: RaceResult): void {
  session.history.push(...looked)
  for (const { hash } of looked) session.tried.add(hash)
  for (const candidate of looked) if (candidate !== winner) dropTraces(candidate)
  if (winner !== undefined) keep(session, winner)
}

function whyKept({ difference, better, worse, checks, failures }: Comparison, { reason }: Candidate): string {
  const what = difference > SLACK ? `${better} ${better === 1 ? 'case' : 'cases'} better, ${worse} worse`
    : checks > SLACK ? `same score, ${rounded(checks)} more checks passed` : `same score, ${rounded(failures)} fewer failed assertions`
  return reason === undefined ? what : `${what}: ${reason}`
}

function whyNot(looked: readonly Candidate[], { problems }: Answer, signal: AbortSignal): string {
  const stopped = signal.aborted ? ', stopped early' : ''
  const first = looked.length === 0 ? 'no candidate' : `${looked.length} ${looked.length === 1 ? 'candidate' : 'candidates'}, none better`
  const others = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  return `${first}${stopped}${problems[0] === undefined ? '' : `; ${shorten(problems[0].replaceAll(/\s*\n\s*/g, ' '), 300)}${others}`}`
}

const rounded = (count: number): number => Math.round(count * 100) / 100
