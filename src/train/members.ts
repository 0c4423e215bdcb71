/** The candidates that a search goes on from. Stage: train. */
import { collectParameters } from '../backward/blame.ts'
import type { TrainingCase } from '../feedback/case-run.ts'
import { allValues, dropTraces, runsOf, type Candidate } from './candidate.ts'
import { objectiveFront } from './front.ts'
import { costsOf, penalty } from './objectives.ts'
import type { FrontMember } from './outcome.ts'
import { caseScore, compare, failedParts, isBetter, type Comparison } from './scores.ts'
import { startingValues, type Session } from './session.ts'
import type { Ancestor, Member, StrategyView } from './strategy.ts'

/** Members as a strategy sees them, and the way back. */
export interface MembersView {
  readonly view: StrategyView
  candidateOf(member: Member): Candidate | undefined
}

/** What the strategy of `session` decides by. */
export function membersView(session: Session, round: number): MembersView {
  const members = session.members.map((candidate): Member => ({ ...memberOf(session, candidate), ancestors: ancestorsOf(session, candidate) }))
  const candidates = new Map(members.map((member, index) => [member, session.members[index]!]))
  const best = members[session.members.indexOf(session.best)]!
  const stalled = session.rounds.length - 1 - session.rounds.findLastIndex(({ state }) => state === 'kept')
  const random = session.random.fork(`strategy-${round}`)
  return { view: { round, members, best, start: session.startValues, stalled, random }, candidateOf: (member) => candidates.get(member) }
}

function memberOf(session: Session, candidate: Candidate): Member {
  const { plan: { objectives }, startValues, parameters, learn } = session
  const values = allValues(candidate, startValues)
  const costs = costsOf(candidate.runs, learn.map(({ id }) => id), { values, parameters, objectives })
  const { score, scores, failures } = measuredOf(candidate, learn)
  return { id: session.history.indexOf(candidate), values, score: score + penalty(costs, objectives), scores, failures, costs, asked: session.asked.get(candidate) ?? 0 }
}

type Measured = Pick<Member, 'score' | 'scores' | 'failures'>

// A candidate that has run all cases does so once; it may be a member for many rounds.
const measured = new WeakMap<Candidate, Measured>()

function measuredOf(candidate: Candidate, learn: readonly TrainingCase[]): Measured {
  const known = measured.get(candidate)
  if (known !== undefined) return known
  const [scores, failures] = [new Map<string, number>(), new Map<string, number>()]
  let sum = 0
  for (const { id } of learn) {
    const trials = candidate.runs.get(id)
    if (trials === undefined) continue
    const score = caseScore(trials)
    if (score !== undefined) {
      scores.set(id, score)
      sum += score
    }
    failures.set(id, failedParts(trials))
  }
  const found = { score: sum / Math.max(1, scores.size), scores, failures }
  if (failures.size === learn.length) measured.set(candidate, found)
  return found
}

/** Everything that `candidate` was made of, the newest first. */
function ancestorsOf(session: Session, { parents }: Candidate): Ancestor[] {
  const found = new Set(parents)
  // What is added while the set is walked is walked too.
  for (const one of found) for (const parent of one.parents) found.add(parent)
  return [...found].map((one) => { const { id, values, score } = memberOf(session, one); return { id, values, score } }).toSorted((a, b) => b.id - a.id)
}

/** Of all candidates that ran every case: those that no other one beats in the score and in every cost. */
export function frontOf(session: Session): FrontMember[] {
  const complete = session.history.filter(({ runs }) => runs.size >= session.learn.length)
  return objectiveFront(complete.map((candidate) => memberOf(session, candidate))).map(({ values, scores, costs }) => ({
    values, costs: Object.fromEntries(costs), score: [...scores.values()].reduce((sum, score) => sum + score, 0) / Math.max(1, scores.size),
  }))
}

/** How `after` turned out beside `before` on some cases, with everything that counts beside the score. */
export function compareCandidates(session: Session, [before, after]: readonly [Candidate, Candidate], caseIds: readonly string[]): Comparison {
  const change = compare(before.runs, after.runs, caseIds)
  return { ...change, difference: change.difference + costDifference(session, [before, after], caseIds) }
}

/** What the costs of `after` beside those of `before` add to the score: above 0 when it is cheaper. */
export function costDifference({ plan: { objectives }, startValues, parameters }: Session, pair: readonly [Candidate, Candidate], caseIds: readonly string[]): number {
  const [before, after] = pair.map((candidate) => penalty(costsOf(candidate.runs, caseIds, { values: allValues(candidate, startValues), parameters, objectives }), objectives)) as [number, number]
  return after - before
}

/** Takes in candidates that ran all cases to learn from; the best one changes when one of them is better. */
export function enter(session: Session, complete: readonly Candidate[]): void {
  const ids = session.learn.map(({ id }) => id)
  for (const candidate of complete) {
    session.members.push(candidate)
    if (isBetter(compareCandidates(session, [session.best, candidate], ids))) keep(session, candidate)
  }
}

/** Lets go of members that the strategy does not go on from, and of the graphs of all that are none; those of the start stay for the report. */
export function leave(session: Session, looked: readonly Candidate[], round: number): void {
  const { view, candidateOf } = membersView(session, round)
  const { strategy } = session.plan
  const staying = new Set([session.best, ...strategy.survivors(view).flatMap((member) => candidateOf(member) ?? [])].slice(0, Math.max(1, strategy.size)))
  const leaving = [...session.members, ...looked].filter((candidate) => !staying.has(candidate) && candidate !== session.start)
  for (const candidate of leaving) {
    dropTraces(candidate)
    session.evaluations.delete(candidate)
  }
  session.members = session.members.filter((candidate) => staying.has(candidate))
}

/** Makes `candidate`, which has run all cases to learn from, the best one. */
export function keep(session: Session, candidate: Candidate): void {
  session.best = candidate
  const parameters = collectParameters(runsOf(candidate, session.learn), session.parameters)
  if (parameters.size === session.parameters.size) return
  session.parameters = parameters
  session.startValues = startingValues(parameters, session.plan)
  session.evaluations.clear()
}
