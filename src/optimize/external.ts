/** Optimizers in other languages: a command that reads a question as JSON and writes proposals as JSON. Stage: optimize. */
import { systemClock } from '../core/clock.ts'
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { isRecord } from '../core/is-record.ts'
import type { ParameterKind } from '../graph/domain.ts'
import { toTgj } from '../graph/tgj.ts'
import { exchange } from './exchange.ts'
import type { ExternalCommand } from './external-failures.ts'
import { LineProcess } from './line-process.ts'
import type { CallEdit, Optimizer, OptimizerSetup, Proposal, RoundView } from './optimizer.ts'
import { tellingCases } from './writing/reflect-evidence.ts'

export type { ExternalCommand } from './external-failures.ts'

/** Options of {@link externalOptimizer}. */
export interface ExternalOptions extends ExternalCommand {
  /** Kinds of parameters that it may change. @defaultValue all */
  readonly kinds?: readonly ParameterKind[]
  /**
   * `round`: it is started once a round, reads its input to the end and ends. `run`: one process stays for the whole run, and answers each line of
   * its input with one line.
   * @defaultValue 'round'
   */
  readonly lifetime?: 'round' | 'run'
}

const ALL_KINDS: readonly ParameterKind[] = ['text', 'number', 'boolean', 'choice', 'examples', 'code', 'value']
/** Cases that come with their graph. */
const GRAPHS = 4

/**
 * An optimizer that is a program. It is started once a round, or with `lifetime: 'run'` once; one JSON document on its standard input tells parameters, scores, feedback, blame and the
 * trace graphs (TGJ) of the cases that show most; its standard output is `{"proposals": [{"changes": {"name": value}, "reason": "…"}]}`, an empty
 * list when there is nothing left to try. Values are checked like those of any optimizer; the schemas are `external-question.schema.json` and
 * `external-answer.schema.json`. It is ended when it takes too long and when the run is stopped. One that stays is started again after it failed, and
 * its input ends when the run does.
 *
 * @throws {TraceEvalError} `OPTIMIZER_OPTIONS` for another lifetime; (as the reason of a round) `EXTERNAL_START`, `EXTERNAL_EXIT`, `EXTERNAL_TIMEOUT`, `EXTERNAL_SIZE`, `EXTERNAL_ANSWER`.
 * @example
 * ```ts
 * const optimizer = externalOptimizer({ command: 'python3', args: ['optimizer.py'] })
 * optimizer.name // 'command:python3 optimizer.py'
 * ```
 */
export function externalOptimizer({ kinds = ALL_KINDS, lifetime = 'round', ...command }: ExternalOptions): Optimizer {
  if (lifetime !== 'round' && lifetime !== 'run') throw new TraceEvalError('OPTIMIZER_OPTIONS', `expected a lifetime 'round' or 'run', received ${describeValue(lifetime)}`, { at: 'externalOptimizer' })
  const line = [command.command, ...command.args ?? []].join(' ')
  const name = `${lifetime === 'run' ? 'process' : 'command'}:${line}`
  return {
    name, kinds,
    begin: (setup) => {
      const process = lifetime === 'run' ? new LineProcess(command) : undefined
      const ask: Ask = process === undefined ? (question, signal) => exchange(command, question, signal) : (question, signal) => process.ask(question, signal)
      return {
        async propose(view) {
          if (view.signal.aborted || view.maxCandidates < 1 || setup.parameters.length === 0) return []
          try {
            return await recorded(ask, { optimizer: name, model: line }, { setup, view })
          } catch (error) {
            process?.drop()
            throw error
          }
        },
        ...(process !== undefined && { end: () => process.end() }),
      }
    },
  }
}

type Ask = (question: string, signal: AbortSignal) => Promise<string>

/** Asks, and takes down what was asked and answered. */
async function recorded(ask: Ask, names: { readonly optimizer: string; readonly model: string }, { setup, view }: { setup: OptimizerSetup; view: RoundView }): Promise<Proposal[]> {
  const { signal, maxCandidates, record } = view
  const started = systemClock.now()
  const question = JSON.stringify(questionOf(setup, view))
  const call = { ...names, purpose: 'propose', messages: [{ role: 'stdin', content: question }] } as const
  let answer: string | undefined
  try {
    answer = await ask(question, signal)
    const proposals = readAnswer(answer, view.round).slice(0, maxCandidates)
    record?.({ ...call, answer, edits: proposals.flatMap(({ changes }) => Object.entries(changes).map(([parameter, to]) => editOf(parameter, to, setup))), durationMs: systemClock.now() - started })
    return proposals
  } catch (error) {
    record?.({ ...call, ...(answer !== undefined && { answer }), problem: TraceEvalError.is(error) ? error.summary : String(error), edits: [], durationMs: systemClock.now() - started })
    throw error
  }
}

function editOf(parameter: string, to: unknown, { parameters }: OptimizerSetup): CallEdit {
  const spec = parameters.find(({ name }) => name === parameter)
  const checked = spec === undefined ? { problem: `${describeValue(parameter)} is no parameter that it may change` } : spec.check(to)
  return { parameter, to, ...('problem' in checked && { refused: checked.problem }) }
}

/** What the command reads. */
function questionOf({ parameters, random }: OptimizerSetup, { round, best, blame, history, maxCandidates }: RoundView): object {
  const shown = new Set(tellingCases(best.runs, GRAPHS))
  return {
    version: 1, round, maxCandidates, seed: random.integer(2 ** 31),
    parameters: parameters.map(({ name, description, domain }) => ({ name, ...(description !== undefined && { description }), domain, value: best.values[name] })),
    score: best.score, blame,
    cases: Array.from(best.runs, ([id, [run]]) => ({
      id, score: run?.score ?? null, feedback: (run?.feedback ?? []).map(({ message, kind, check }) => ({ kind, message, ...(check !== undefined && { check }) })),
      ...(run !== undefined && shown.has(id) && { graph: toTgj(run.trace.outputs) }),
    })),
    history: history.map(({ values, score, complete }) => ({ values, score, complete })),
  }
}

function readAnswer(text: string, round: number): Proposal[] {
  const refuse = (received: unknown): never => {
    throw new TraceEvalError('EXTERNAL_ANSWER', `expected {"proposals": [{"changes": {…}}]} as JSON, received ${describeValue(received, 120)}`, { hint: 'Standard output is for the answer alone; write notes to standard error.' })
  }
  let answer: unknown
  try { answer = JSON.parse(text) } catch { return refuse(text) }
  const { round: said = round } = (answer ?? {}) as { round?: unknown }
  if (said !== round) throw new TraceEvalError('EXTERNAL_ANSWER', `expected an answer to round ${round}, received one to round ${describeValue(said)}`, { hint: 'Write one line for each question.' })
  if (!isRecord(answer) || !Object.hasOwn(answer, 'proposals') || !Array.isArray(answer['proposals'])) return refuse(answer)
  return answer['proposals'].map((proposal: unknown) => {
    if (!isRecord(proposal) || !isRecord(proposal['changes'])) return refuse(proposal)
    const { changes, reason } = proposal
    return { changes: changes as Proposal['changes'], ...(typeof reason === 'string' && { reason }) }
  })
}
