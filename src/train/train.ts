/** Training: measure, rounds, held-out cases, outcome. Stage: train. */
import { systemClock } from '../core/clock.ts'
import { TraceEvalError } from '../core/errors.ts'
import { blameParameters, collectParameters } from '../backward/blame.ts'
import type { Blame, Optimizer } from '../optimize/optimizer.ts'
import { endProposer, proposerOf } from './ask-optimizer.ts'
import { allValues, runsOf, type Candidate } from './candidate.ts'
import { runCount } from './case-pool.ts'
import { decisionText } from './decision.ts'
import { settleFinalists } from './finalists.ts'
import { comparedRuns, gatedCases, heldOutReserve, judgeWinner, type HeldOutVerdict } from './held-out.ts'
import type { TrainIO, TrainOutcome, TrainPlan, TrainStop } from './outcome.ts'
import { rememberedOf } from './remembered.ts'
import { playRound } from './round.ts'
import { isPerfect } from './scores.ts'
import { stepOutcomes } from './steps.ts'
import { frontOf, keep } from './members.ts'
import { openSession, startingValues, type Session } from './session.ts'

/**
 * Trains one workflow: runs the cases with the plan's starting values, lets the optimizer propose better ones for as many
 * rounds as the plan and its budgets allow, and decides on held-out cases whether the winner becomes final. Equal plans
 * and equal case results give equal outcomes, in whatever order case runs complete. When `io.signal` aborts it stops
 * starting case runs, does not wait for those that hang, and keeps the best values so far.
 *
 * @throws {TraceEvalError} `WORKFLOW_OPTIONS` when the budget does not suffice to run every case once, `CASE_DUPLICATE`, `PARAMETER_CLASH`
 * when two parameters of the workflow have one name, `CASE_SCORE` when a case is scored outside 0 to 1.
 * @example
 * ```ts no-run
 * const plan = resolvePlan({ workflow: 'routing', cases: [{ id: 'T-1' }, { id: 'T-2' }] })
 * const { finalValues, rounds } = await train(plan, search(), { runCase, signal })
 * ```
 */
export async function train(plan: TrainPlan, optimizer: Optimizer | undefined, io: TrainIO): Promise<TrainOutcome> {
  const session = openSession(plan, optimizer, io)
  checkPlan(session)
  const { clock = systemClock } = io
  const [ended, late] = [new AbortController(), new AbortController()]
  const signal = AbortSignal.any([io.signal, ended.signal])
  const timer = plan.maxDurationMs === undefined ? undefined : clock.setTimeout(() => late.abort(), plan.maxDurationMs)
  try {
    const blame = await measureStart(session, signal)
    const decided = signal.aborted ? undefined : decisionText(session)
    const stop = await playRounds(session, signal, AbortSignal.any([signal, late.signal]))
    const settled = !plan.rerunFinalists || stop === 'not-optimized' || stop === 'no-parameters' ? undefined : await settleFinalists(session, AbortSignal.any([signal, late.signal]))
    const interrupted = signal.aborted
    if (!interrupted) session.progress.enter('held-out', session.rounds.length)
    const verdict = await judgeWinner(session, signal)
    const outcome = outcomeOf(session, { blame, verdict, decided: [decided, settled].filter((part) => part !== undefined).join('; ') || undefined, stop: interrupted || signal.aborted ? 'interrupted' : session.pool.isShort ? 'budget' : stop })
    session.progress.enter('done', session.rounds.length)
    return outcome
  } finally {
    if (timer !== undefined) clock.clearTimeout(timer)
    // After an error, case runs may still be in flight.
    ended.abort()
    await endProposer(session)
  }
}

function checkPlan(session: Session): void {
  const { plan, learnRuns, heldOut } = session
  const seen = new Set<string>()
  for (const { id } of plan.cases) {
    if (seen.has(id)) throw new TraceEvalError('CASE_DUPLICATE', `expected one case ${JSON.stringify(id)}, received two`, { at: `workflow ${JSON.stringify(plan.workflow)}`, hint: 'Give each case its own title.' })
    seen.add(id)
  }
  const least = learnRuns + runCount(heldOut, plan) + comparedRuns(session)
  if (plan.maxEvaluations < least) {
    throw new TraceEvalError('WORKFLOW_OPTIONS', `expected maxEvaluations of at least ${least}, to run every case once, received ${plan.maxEvaluations}`,
      { at: `workflow ${JSON.stringify(plan.workflow)}`, hint: 'Raise maxEvaluations, or run fewer cases or trials.' })
  }
}

/** Runs the cases to learn from with the starting values. */
async function measureStart(session: Session, signal: AbortSignal): Promise<readonly Blame[]> {
  const { start, learn, learnRuns, plan, pool } = session
  // Where the budget is too small to judge a winner, no round is played, and the held-out cases run once.
  pool.reserved = Math.min(heldOutReserve(session), plan.maxEvaluations - learnRuns)
  await session.spending?.keepFor(pool.reserved)
  session.progress.enter('start', 0)
  await pool.run(learn.map((one) => ({ candidate: start, case: one })), signal)
  keep(session, start)
  return blameParameters(runsOf(start, learn))
}

/** Plays rounds until something says stop; `roundSignal` aborts when their time is up as well. */
async function playRounds(session: Session, signal: AbortSignal, roundSignal: AbortSignal): Promise<TrainStop> {
  const { optimizer, plan, rounds, progress } = session
  if (signal.aborted) return 'interrupted'
  if (session.pool.isShort) return 'budget'
  if (optimizer === undefined || plan.rounds === 0) return 'not-optimized'
  if (isPerfect(runsOf(session.best, session.learn))) return 'perfect'
  if (proposerOf(session, optimizer).specs.length === 0) return 'no-parameters'
  for (;;) {
    const spent = roundSignal.aborted ? 'time' : spentBudget(session)
    if (spent !== undefined) return spent
    progress.enter('round', rounds.length + 1)
    const outcome = await playRound(session, { optimizer, round: rounds.length + 1, signal: roundSignal })
    if (outcome !== undefined) {
      rounds.push(outcome)
      progress.ended(outcome)
    }
    if (signal.aborted) return 'interrupted'
    if (isPerfect(runsOf(session.best, session.learn))) return 'perfect'
    if (session.pool.isShort) return 'budget'
    if (outcome === undefined) return isOptimizerRefused(session) ? 'budget' : 'no-candidates'
  }
}

function spentBudget(session: Session): TrainStop | undefined {
  const { plan, rounds, pool, learnRuns } = session
  if (rounds.length === plan.rounds) return 'rounds'
  if (rounds.length - 1 - rounds.findLastIndex(({ state }) => state === 'kept') >= plan.patience) return isOptimizerRefused(session) ? 'budget' : 'patience'
  if (pool.available >= learnRuns) return undefined
  return plan.maxEvaluations - pool.evaluations - pool.reserved < learnRuns ? 'evaluations' : 'budget'
}

/** Rounds that found nothing because the optimizer could not ask are not out of patience. */
const isOptimizerRefused = ({ spending }: Session): boolean => spending?.isOptimizerRefused === true

function outcomeOf(session: Session, { blame, verdict, decided, stop }: { blame: readonly Blame[]; verdict: HeldOutVerdict; decided: string | undefined; stop: TrainStop }): TrainOutcome {
  const { plan, start, best, learn, heldOut, pool, rounds, proposer } = session
  const final = verdict.adopted ? best : start
  const parameters = collectParameters(runsOf(final, plan.cases), collectParameters(runsOf(start, plan.cases), session.parameters))
  const startValues = startingValues(parameters, plan)
  const { heldOutScore, heldOutStart } = verdict
  const remembered = rememberedOf(session)
  return {
    learn, heldOut, parameters, blame, rounds, steps: stepOutcomes(session), stop, startValues, ...(decided !== undefined && { decided }), ...(hasCosts(plan) && { front: frontOf(session) }),
    ...(remembered !== undefined && { remembered }), optimized: proposer?.specs.map(({ name }) => name) ?? [],
    finalValues: allValues(final, startValues), adopted: verdict.adopted,
    ...(verdict.adopted ? {} : { rejected: { values: allValues(best, startValues), heldOutScore, heldOutStart } }),
    evaluations: pool.evaluations, startRuns: allRuns(start, plan), finalRuns: allRuns(final, plan),
    ...(session.compared !== undefined && { comparedRuns: runsOf(session.compared, gatedCases(session)) }),
  }
}

const hasCosts = ({ objectives: { promptLength = 0, latency = 0, cost = 0 } }: TrainPlan): boolean => promptLength !== 0 || latency !== 0 || cost !== 0

const allRuns = (candidate: Candidate, { cases }: TrainPlan): TrainOutcome['startRuns'] => runsOf(candidate, cases)
