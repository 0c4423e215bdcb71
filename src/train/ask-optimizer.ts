/** Asks an optimizer for candidates, and lets in only what fits. Stage: train. */
import { describeValue, shorten } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { escapeControls } from '../core/text.ts'
import { describeError } from '../graph/node.ts'
import type { Blame, Evaluation, Optimizer, OptimizerCall, OptimizerRun, ParameterSpec } from '../optimize/optimizer.ts'
import { candidateFrom, type Candidate } from './candidate.ts'
import { memoryFor } from './remembered.ts'
import { parameterSpecs } from './parameter-specs.ts'
import { evaluation, type Session } from './session.ts'

/** An optimizer's answer. */
export interface Answer {
  /** Candidates that have not been tried, as proposed. */
  readonly candidates: readonly Candidate[]
  /** By candidate: other forms of its changes. */
  readonly variants: ReadonlyMap<Candidate, Variants>
  /** Nothing was proposed: there is nothing left to try. */
  readonly exhausted: boolean
  /** What is wrong with the rest of the answer, one clause each. */
  readonly problems: readonly string[]
}

/** Other forms of a candidate's changes, see `Proposal`. Repairs are made when they are asked for. */
interface Variants { readonly mayRepair: boolean; repairs(): readonly Candidate[]; readonly parts: readonly Candidate[] }

/** What a round asks with. */
export interface Question {
  readonly round: number
  /** The candidate that proposals change. */
  readonly parent: Candidate
  readonly blame: readonly Blame[]
  readonly maxCandidates: number
  readonly signal: AbortSignal
}

/** The optimizer's run, with the parameters that it may change. */
export function proposerOf(session: Session, optimizer: Optimizer): { readonly run: OptimizerRun; readonly specs: readonly ParameterSpec[] } {
  if (session.proposer?.known === session.parameters.size) return session.proposer
  const specs = parameterSpecs(session.parameters.values(), optimizer, session.startValues)
  void endProposer(session)
  const random = session.random.fork(`optimizer-${session.parameters.size}`)
  const memory = memoryFor(session, optimizer, specs)
  session.proposer = { run: optimizer.begin({ parameters: specs, random, ...(memory !== undefined && { memory }) }), specs, known: session.parameters.size }
  return session.proposer
}

/** Lets the optimizer's run free what it holds. Never rejects. */
export async function endProposer({ proposer }: Session): Promise<void> {
  try { await proposer?.run.end?.() } catch { /* the run is over, whatever it says */ }
}

/** Never rejects for what an optimizer does: an error, an answer of another form or a value that does not fit is a problem of the answer. */
export async function askOptimizer(session: Session, optimizer: Optimizer, question: Question): Promise<Answer> {
  const { run, specs } = proposerOf(session, optimizer)
  const nothing = { candidates: [], variants: new Map<Candidate, Variants>() }
  const history = session.history.map((candidate) => evaluation(session, candidate))
  const { parent, ...asked } = question
  const best = evaluation(session, parent)
  const record = (call: OptimizerCall): void => { session.calls.push({ round: question.round, call, values: best.values }) }
  const view = { ...asked, best, history, record }
  try {
    const proposals: unknown = await unlessAborted(async () => run.propose(view), question.signal)
    if (question.signal.aborted) return { ...nothing, exhausted: false, problems: [] }
    if (!Array.isArray(proposals)) return { ...nothing, exhausted: false, problems: [`expected a list of proposals, received ${describeValue(proposals)}`] }
    return { ...admit(proposals, session, { question, specs }), exhausted: proposals.length === 0 }
  } catch (error) {
    return { ...nothing, exhausted: false, problems: [`${TraceEvalError.is(error, 'OPTIMIZER_ANSWER') ? 'nothing to try in the answer' : 'the optimizer failed'}: ${shorten(escapeControls(TraceEvalError.is(error) ? error.summary : describeError(error)), 300)}`] }
  }
}

function admit(proposals: readonly unknown[], session: Session, { question, specs }: { question: Question; specs: readonly ParameterSpec[] }): Pick<Answer, 'candidates' | 'variants' | 'problems'> {
  const { start, startValues, parameters } = session
  const blamed = new Set(question.blame.map(({ parameter }) => parameter))
  const known = new Set(session.tried)
  const problems: string[] = []
  const context = { best: question.parent, start, startValues, parameters, specs, blamed }
  const enter = (proposal: unknown): Candidate | undefined => {
    const found = candidateFrom(proposal, context)
    problems.push(...found.problems)
    if (found.candidate !== undefined && !known.has(found.candidate.hash)) {
      known.add(found.candidate.hash)
      return found.candidate
    }
    if (found.candidate !== undefined || found.problems.length === 0) problems.push(REPEATED)
    return undefined
  }
  const candidates: Candidate[] = []
  const ofCandidate: { readonly candidate: Candidate; readonly proposal: unknown }[] = []
  for (const proposal of proposals) {
    if (candidates.length >= question.maxCandidates) break
    const candidate = enter(proposal)
    if (candidate === undefined) continue
    candidates.push(candidate)
    ofCandidate.push({ candidate, proposal })
  }
  // What is wrong with a variant is wrong with the whole, and said there.
  const said = [...problems]
  const variants = new Map(ofCandidate.map(({ candidate, proposal }) => {
    const { parts, repairs } = proposal as { readonly parts?: unknown; readonly repairs?: unknown }
    const entered = listOf(parts).flatMap((variant) => enter(variant) ?? [])
    const enterForms = (list: readonly unknown[]): Candidate[] => list.flatMap((variant) => {
      // One that is a part as well may be tried before its turn.
      const { hash } = candidateFrom(variant, context).candidate ?? {}
      return entered.find((part) => part.hash === hash && !session.tried.has(part.hash)) ?? enter(variant) ?? []
    })
    const noted = (forms: Candidate[]): Candidate[] => { for (const form of forms) session.formOf.set(form, candidate); return forms }
    noted(entered)
    // Lists are entered at once: what stands in one is not tried as the form of another proposal.
    const listed = typeof repairs === 'function' ? undefined : noted(enterForms(listOf(repairs)))
    return [candidate, { parts: entered, mayRepair: listed === undefined || listed.length > 0, repairs: () => listed ?? noted(enterForms(listOf(outcomeRepairs(repairs, evaluation(session, candidate))))) }]
  }))
  return { candidates, variants, problems: said }
}

// Foreign code: where it fails there is nothing to repair with.
function outcomeRepairs(repairs: unknown, outcome: Evaluation): unknown {
  try { return (repairs as (outcome: Evaluation) => unknown)(outcome) } catch { return [] }
}

/** At most so many variants of one proposal are looked at. */
const MAX_VARIANTS = 8

function listOf(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list.slice(0, MAX_VARIANTS) as unknown[] : []
}

const REPEATED = 'already tried'

/** What `work` gives, or undefined as soon as the signal aborts. */
async function unlessAborted<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return undefined
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const stop = (): void => resolve(undefined)
  signal.addEventListener('abort', stop, { once: true })
  try { return await Promise.race([work(), promise]) } finally { signal.removeEventListener('abort', stop) }
}
