/** A small training loop over an invented objective, for the contract of optimizers. Stage: testing. */
import { canonicalJson } from '../core/canonical-json.ts'
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { hashFraction } from '../core/hash.ts'
import { isRecord } from '../core/is-record.ts'
import { seededRandom } from '../core/random.ts'
import type { CaseRun, ParameterValues } from '../feedback/case-run.ts'
import type { Evaluation, Optimizer, OptimizerRun, ParameterSpec, Proposal, RoundView } from '../optimize/optimizer.ts'
import { frozen } from './frozen.ts'

/** What a played round showed to the optimizer, and what that answered. */
export interface PlayedRound { readonly view: RoundView; readonly proposals: readonly Proposal[] }

/** How to play. */
export interface PlayOptions {
  readonly parameters: readonly ParameterSpec[]
  /** @defaultValue 4 */
  readonly rounds?: number
  /** @defaultValue 6 */
  readonly maxCandidates?: number
  /** @defaultValue 'contract' */
  readonly seed?: string
  /** Names that are blamed, the most suspect first. @defaultValue all */
  readonly blamed?: readonly string[]
  /** Score of a case with some values. @defaultValue a fraction that depends on both, different for any two values */
  readonly scoreCase?: (values: ParameterValues, caseId: string) => number
  /** Drops every third candidate after its first case. @defaultValue true */
  readonly dropping?: boolean
  /** What the optimizer is told to remember. @defaultValue nothing */
  readonly memory?: unknown
}

const CASES = ['a', 'b', 'c', 'd']
const blurred = (values: ParameterValues, caseId: string): number => hashFraction(`${caseId} ${canonicalJson(values)}`)

/** Starts a run of `optimizer` over those of the parameters that it can change. */
export function beginPlay(optimizer: Optimizer, { parameters, seed = 'contract', memory }: PlayOptions): OptimizerRun {
  return optimizer.begin({ parameters: changeable(optimizer, parameters), random: seededRandom(seed), ...(memory !== undefined && { memory }) })
}

/** Plays some rounds; each view is frozen through and through. */
export async function playRounds(optimizer: Optimizer, options: PlayOptions): Promise<PlayedRound[]> {
  const run = beginPlay(optimizer, options)
  const played: PlayedRound[] = []
  let view = firstView(optimizer, options)
  try {
    for (let round = 1; round <= (options.rounds ?? 4); round++) {
      const proposals = listed(await run.propose(view), round)
      played.push({ view, proposals })
      view = nextView(view, proposals, options)
    }
    return played
  } finally {
    await run.end?.()
  }
}

/** Proposals as a list of changes, or words about what came instead. */
function listed(answer: unknown, round: number): readonly Proposal[] {
  const hint = 'propose gives a list of { changes, reason }, an empty one when there is nothing left to try: see docs/optimizers.md.'
  if (!Array.isArray(answer)) throw new TraceEvalError('CONTRACT_SHAPE', `expected a list of proposals, received ${describeValue(answer)}`, { at: `round ${round}`, hint })
  const odd: unknown = answer.find((proposal) => !isRecord(proposal) || !isRecord(proposal['changes']))
  if (odd !== undefined || answer.includes(undefined)) {
    throw new TraceEvalError('CONTRACT_SHAPE', `expected a proposal with changes, received ${describeValue(odd)}`, { at: `round ${round}`, hint })
  }
  return answer as readonly Proposal[]
}

/** The view of round 1: the starting values are evaluated, and nothing else. */
export function firstView(optimizer: Optimizer, options: PlayOptions): RoundView {
  const parameters = changeable(optimizer, options.parameters)
  const start = evaluate(Object.fromEntries(parameters.map(({ name, initial }) => [name, initial])), options, true)
  const blamed = options.blamed ?? parameters.map(({ name }) => name)
  return viewOf({
    round: 1, best: start, history: [start], maxCandidates: options.maxCandidates ?? 6, signal: new AbortController().signal,
    blame: blamed.map((parameter, index) => ({ parameter, score: 1 / (index + 1), cases: CASES.slice(0, 2) })),
  })
}

/** The view after `proposals` were evaluated. */
export function nextView(view: RoundView, proposals: readonly Proposal[], options: PlayOptions): RoundView {
  const tried = proposals.map(({ changes }, index) => evaluate({ ...view.best.values, ...changes }, options, options.dropping === false || index % 3 !== 2))
  const best = tried.reduce((best, candidate) => (candidate.complete && candidate.score > best.score ? candidate : best), view.best)
  return viewOf({ ...view, round: view.round + 1, best, history: [...view.history, ...tried] })
}

/** A frozen view, but for its signal. */
export function viewOf({ signal, ...view }: RoundView): RoundView {
  return Object.freeze({ ...frozen(view), signal })
}

function evaluate(values: ParameterValues, { scoreCase = blurred }: PlayOptions, complete: boolean): Evaluation {
  const scores = CASES.slice(0, complete ? CASES.length : 1).map((caseId) => ({ caseId, score: scoreCase(values, caseId) }))
  const runs = new Map(scores.map(({ caseId, score }) => [caseId, [aRun(caseId, score)]]))
  return { values, complete, runs, score: scores.reduce((sum, { score }) => sum + score, 0) / scores.length }
}

const aRun = (caseId: string, score: number): CaseRun =>
  ({ caseId, trial: 0, score, checks: [], feedback: [], durationMs: 1, trace: { outputs: [], leaks: [] } })

function changeable(optimizer: Optimizer, parameters: readonly ParameterSpec[]): ParameterSpec[] {
  return parameters.filter(({ domain }) => optimizer.kinds.includes(domain.kind))
}
