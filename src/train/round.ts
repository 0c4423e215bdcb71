/** One round: one optimizer step, from one or several candidates to one kept or none. Stage: train. */
import { shorten } from '../core/describe-value.ts'
import { blameParameters } from '../backward/blame.ts'
import type { CaseRun } from '../feedback/case-run.ts'
import type { Blame, Optimizer } from '../optimize/optimizer.ts'
import { askOptimizer, proposerOf, type Answer } from './ask-optimizer.ts'
import { changesBetween, mergedCandidate, runsOf, type Candidate } from './candidate.ts'
import { raceOrder } from './case-order.ts'
import { compareCandidates, costDifference, enter, leave, membersView } from './members.ts'
import type { RoundOutcome } from './outcome.ts'
import { prefixCosts, race } from './race.ts'
import { raceRoom } from './schedule.ts'
import { caseScore, meanScore, SLACK, type Comparison } from './scores.ts'
import type { Session } from './session.ts'
import { roundBlame } from './steps.ts'
import type { Merge } from './strategy.ts'

/** Which round it is, and when it has to end. */
export interface RoundCall { readonly optimizer: Optimizer; readonly round: number; readonly signal: AbortSignal }

/** Plays a round. None when there is nothing left to try, or no failing case depends on anything that the optimizer can change. */
export async function playRound(session: Session, call: RoundCall): Promise<RoundOutcome | undefined> {
  const { learn, plan: { strategy }, pool } = session
  const { view, candidateOf } = membersView(session, call.round)
  const [start, spentBefore] = [session.best, pool.evaluations]
  const turn: Turn = { ...call, limit: spentBefore + roundBudget(session), looked: [], problems: [], exhausted: 0 }
  const merges = strategy.merges?.(view) ?? []
  const parents = strategy.parents(view).flatMap((member) => {
    const [candidate, rival] = [candidateOf(member), strategy.rival === undefined ? member : strategy.rival(view, member)]
    return candidate === undefined ? [] : [{ candidate, rival: rival === undefined ? undefined : candidateOf(rival) }]
  })
  for (const [index, { candidate, rival }] of parents.entries()) await goOnFrom(session, candidate, { turn, share: 1 / (parents.length - index), rival })
  const blame = blameOf(session, start, call.optimizer)
  await tryMerges(session, merges.flatMap((merge) => { const base = candidateOf(merge.base); return base === undefined ? [] : [{ ...merge, base, giver: merge.giver && candidateOf(merge.giver) }] }), { turn, blame })
  if (turn.looked.length === 0 && turn.exhausted === parents.length) return undefined

  leave(session, turn.looked, call.round)
  const before = runsOf(start, learn)
  const numbers = {
    round: call.round, before: meanScore(before), after: meanScore(runsOf(session.best, learn)), candidates: turn.looked.length,
    evaluations: pool.evaluations - spentBefore, blame: roundBlame(blame, before),
  }
  if (session.best === start) return { ...numbers, state: 'not-kept', reason: whyNot(turn, session.members.filter((candidate) => turn.looked.includes(candidate)).length) }
  const change = compareCandidates(session, [start, session.best], learn.map(({ id }) => id))
  return { ...numbers, state: 'kept', changes: changesBetween(start, session.best, session.startValues), reason: whyKept(change, session.best) }
}

/** What a round has done so far. */
interface Turn extends RoundCall {
  /** Case runs of the pool after which it is over. */
  readonly limit: number
  readonly looked: Candidate[]
  readonly problems: string[]
  /** Parents that there is nothing left to try from. */
  exhausted: number
}

interface Step { readonly turn: Turn; /** Of what the round has left. */ readonly share: number; /** Whom newcomers race against. */ readonly rival: Candidate | undefined }

const blameOf = (session: Session, candidate: Candidate, optimizer: Optimizer): Blame[] => {
  const { specs } = proposerOf(session, optimizer)
  return blameParameters(runsOf(candidate, session.learn)).filter(({ parameter }) => specs.some(({ name }) => name === parameter))
}

/** Asks the optimizer to improve `parent`, and races what comes. */
async function goOnFrom(session: Session, parent: Candidate, { turn, share, rival }: Step): Promise<void> {
  const { learn, plan, pool } = session
  const { optimizer, round, signal } = turn
  const blame = blameOf(session, parent, optimizer)
  const budget = Math.floor(Math.max(0, turn.limit - pool.evaluations) * share)
  const maxCandidates = raceRoom(plan.maxCandidates, { seen: 0, costs: prefixCosts(learn, plan), budget })
  if (blame.length === 0) { turn.exhausted++; return }
  session.asked.set(parent, (session.asked.get(parent) ?? 0) + 1)
  const answer = await askOptimizer(session, optimizer, { round, parent, blame, maxCandidates, signal })
  turn.problems.push(...answer.problems)
  if (answer.exhausted) { turn.exhausted++; return }

  const spentBefore = pool.evaluations
  const heat = { turn, blame, doubt: rival === undefined ? Infinity : undefined }
  const best = await runHeat(session, answer.candidates, { ...heat, rival: rival ?? parent, budget })
  const variants = variantsToTry(session, [parent, best], { answer, looked: turn.looked })
  // What was kept is what its variants have to beat.
  await runHeat(session, variants, { ...heat, rival: best ?? rival ?? parent, budget: Math.min(pool.available, budget - (pool.evaluations - spentBefore)) })
}

/** Candidates that the strategy made of members. */
async function tryMerges(session: Session, merges: readonly (Pick<Merge, 'changes' | 'reason'> & { readonly base: Candidate; readonly giver: Candidate | undefined })[], { turn, blame }: { readonly turn: Turn; readonly blame: readonly Blame[] }): Promise<void> {
  const candidates = merges.flatMap(({ base, ...merge }) => mergedCandidate(session, base, merge) ?? []).filter(({ hash }) => !session.tried.has(hash))
  await runHeat(session, candidates, { turn, blame, rival: session.best, budget: Math.max(0, turn.limit - session.pool.evaluations) })
}

interface Heat { readonly turn: Turn; readonly blame: readonly Blame[]; readonly rival: Candidate; readonly budget: number; readonly doubt?: number | undefined }

/** Races candidates, takes in those that ran all cases, and gives the one of them that beat the rival by most. */
async function runHeat(session: Session, candidates: readonly Candidate[], { turn, blame, rival, budget, doubt }: Heat): Promise<Candidate | undefined> {
  if (candidates.length === 0) return undefined
  const { learn, plan, pool, random } = session
  const changed = new Set(candidates.flatMap(({ changes }) => changes.map(({ parameter }) => parameter)))
  const targets = new Set(blame.filter(({ parameter }) => changed.has(parameter)).flatMap(({ cases }) => cases))
  const passing = new Set(learn.filter(({ id }) => (caseScore(rival.runs.get(id)) ?? 0) >= 1 - SLACK).map(({ id }) => id))
  const order = raceOrder(learn, targets, passing, random.fork(`round-${turn.round}`))
  const costs = Object.keys(plan.objectives).length === 0 ? undefined : (candidate: Candidate, ids: readonly string[]): number => costDifference(session, [rival, candidate], ids)
  const { looked, complete, finished } = await race(candidates, {
    best: rival, order, targets, plan, pool, budget, signal: turn.signal, ...(doubt !== undefined && { doubt }), cut: plan.strategy.cut, ...(costs !== undefined && { costs }),
  })
  session.history.push(...looked)
  turn.looked.push(...looked)
  for (const { hash } of looked) session.tried.add(hash)
  enter(session, complete)
  return finished[0]
}

/** Repairs of a proposal that was better and broke something; where none was better, repairs and parts of all. */
function variantsToTry({ learn }: Session, [parent, best]: readonly [Candidate, Candidate | undefined], { answer, looked }: { readonly answer: Answer; readonly looked: readonly Candidate[] }): readonly Candidate[] {
  if (best !== undefined) {
    const variants = answer.variants.get(best)
    // What runs say is only written out where somebody asks.
    return variants?.mayRepair === true && learn.some(({ id }) => failsAnew(parent.runs.get(id), best.runs.get(id))) ? variants.repairs() : []
  }
  const found = looked.flatMap((candidate) => answer.variants.get(candidate) ?? [])
  return [...new Set([...found.flatMap(({ repairs }) => repairs()), ...found.flatMap(({ parts }) => parts)])]
}

/** Whether the score fell, or something is said that was not said before. */
function failsAnew(before: readonly CaseRun[] = [], after: readonly CaseRun[] = []): boolean {
  if ((caseScore(after) ?? 0) < (caseScore(before) ?? 0) - SLACK) return true
  const said = new Set(before.flatMap(({ feedback }) => feedback.map(({ message }) => message)))
  return after.some(({ feedback }) => feedback.some(({ kind, message }) => kind !== 'note' && !said.has(message)))
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

function whyKept({ difference, better, worse, checks, failures }: Comparison, { reason }: Candidate): string {
  const what = difference > SLACK ? `${better} ${better === 1 ? 'case' : 'cases'} better, ${worse} worse`
    : checks > SLACK ? `same score, ${rounded(checks)} more checks passed` : `same score, ${rounded(failures)} fewer failed assertions`
  return reason === undefined ? what : `${what}: ${reason}`
}

function whyNot({ looked, problems, signal }: Turn, entered: number): string {
  const stopped = signal.aborted ? ', stopped early' : ''
  const first = looked.length === 0 ? 'no candidate' : `${looked.length} ${looked.length === 1 ? 'candidate' : 'candidates'}, none better${entered > 0 ? `, ${entered} ${entered === 1 ? 'joins' : 'join'} the archive` : ''}`
  const others = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  return `${first}${stopped}${problems[0] === undefined ? '' : `; ${shorten(problems[0].replaceAll(/\s*\n\s*/g, ' '), 300)}${others}`}`
}

const rounded = (count: number): number => Math.round(count * 100) / 100
