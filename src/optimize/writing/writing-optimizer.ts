/** What optimizers that ask a model have in common: whom they may change, what they learned of earlier answers, what happens when there is none. Stage: optimize. */
import { canonicalJson } from '../../core/canonical-json.ts'
import { describeValue } from '../../core/describe-value.ts'
import { TraceEvalError } from '../../core/errors.ts'
import type { CallPolicy } from '../../llm/calls/call-model.ts'
import type { Model } from '../../llm/model.ts'
import { askEdits } from './ask-edits.ts'
import { askModel } from './ask-model.ts'
import { CaseTexts } from './copied-text.ts'
import type { Optimizer, OptimizerRun, OptimizerSetup, ParameterSpec, Proposal, RoundView } from '../optimizer.ts'
import { before, isGain, triedText, type Before } from './prompt-sections.ts'
import { search } from '../search/search.ts'
import { SEARCHED_KINDS } from '../search/search-space.ts'
import { isOpen, untried, WRITTEN_KINDS } from './written-values.ts'
import { checkOptions, noModel, type Draft, type Writer, type WritingRound } from './writing-round.ts'

/** After these a model has nothing to say for the rest of the run. */
const final = new Set(['MODEL_AUTH', 'MODEL_QUOTA', 'MODEL_NOT_CALLED', 'MODEL_REQUEST', 'MODEL_UNREACHABLE', 'MODEL_BUDGET'])
export const isFinal = ({ code }: TraceEvalError): boolean => final.has(code)
/** What the next question should know of the last answers, at most. */
const MAX_LESSONS = 4

/** The optimizer that `writer` makes, with all that its rounds have in common. */
export function writingOptimizer(writer: Writer): Optimizer {
  const { name, options } = writer
  checkOptions(name, options)
  return {
    name,
    kinds: writer.kinds ?? [...new Set([...WRITTEN_KINDS, ...(options.fallback === false ? [] : SEARCHED_KINDS)])],
    ...(writer.strategy !== undefined && { strategy: writer.strategy }),
    ...(options.model === undefined && { withModel: (model: Model) => writingOptimizer({ ...writer, options: { ...options, model } }) }),
    begin(setup) {
      if (options.model === undefined) throw noModel(name)
      return new WritingRun({ ...writer, model: options.model }, setup)
    },
  }
}

/** One answer: its edits together as one candidate. */
interface Attempt { readonly values: string; readonly changes: ReadonlyMap<string, unknown>; readonly started: Before }

class WritingRun implements OptimizerRun {
  readonly #writer: Writer & { readonly model: Model }
  readonly #setup: OptimizerSetup
  readonly #write: (round: WritingRound) => Promise<readonly Draft[]>
  readonly #search: OptimizerRun | undefined
  readonly #attempts: Attempt[] = []
  #refused: readonly string[] = []
  /** The model cannot answer any more. */
  #silent = false

  constructor(writer: Writer & { readonly model: Model }, setup: OptimizerSetup) {
    this.#writer = writer
    this.#setup = setup
    this.#write = writer.begin(setup)
    const searched = setup.parameters.filter(({ domain }) => SEARCHED_KINDS.includes(domain.kind))
    this.#search = writer.options.fallback === false || searched.length === 0 ? undefined : search().begin({ ...setup, parameters: searched })
  }

  async propose(view: RoundView): Promise<readonly Proposal[]> {
    if (view.maxCandidates < 1 || view.signal.aborted) return []
    const editable = this.#silent ? [] : this.#editable(view)
    const written = editable.length === 0 ? [] : untried(view, await this.#drafts(view, editable))
    if (written.length > 0 || view.signal.aborted) return view.signal.aborted ? [] : written
    const searched = this.#search === undefined ? [] : untried(view, await this.#search.propose(view))
    // An empty list would end the run: right where every setting was tried, wrong where the next question may do better.
    const mayYet = this.#refused.length > 0 || editable.some(({ domain }) => ['text', 'code', 'value'].includes(domain.kind) || this.#search === undefined)
    if (searched.length === 0 && editable.length > 0 && mayYet && !this.#silent) throw new TraceEvalError('OPTIMIZER_ANSWER', this.#refused[0] ?? 'the model proposed nothing new')
    return searched
  }

  #editable({ blame }: RoundView): ParameterSpec[] {
    const { options } = this.#writer
    const suspects = this.#setup.parameters.filter(({ name, domain }) => WRITTEN_KINDS.includes(domain.kind) && isOpen(domain) && blame.some(({ parameter }) => parameter === name))
    const rank = ({ name }: ParameterSpec): number => blame.findIndex(({ parameter }) => parameter === name)
    return (options.blame === false ? suspects : suspects.toSorted((a, b) => rank(a) - rank(b))).slice(0, options.maxEdited ?? 8)
  }

  async #drafts(view: RoundView, editable: readonly ParameterSpec[]): Promise<Proposal[]> {
    try {
      const drafts = await this.#write(this.#round(view, editable))
      this.#refused = [...new Set(drafts.flatMap(({ problems = [] }) => problems))]
      return drafts.filter(({ changes }) => changes.size > 0).map((draft) => this.#proposal(view, draft))
    } catch (error) {
      if (!TraceEvalError.is(error)) throw error
      if (isFinal(error)) this.#silent = true
      this.#refused = [error.summary]
      // A prompt that cannot be made is for the user to mend.
      if (this.#search === undefined || error.code.startsWith('OPTIMIZER_')) throw error
      return []
    }
  }

  #proposal({ best }: RoundView, { changes, reason, repairs }: Draft): Proposal {
    const values = Object.fromEntries(changes)
    this.#attempts.push({ values: canonicalJson({ ...best.values, ...values }), changes, started: before(best) })
    return { changes: values, reason, ...(repairs !== undefined && { repairs }) }
  }

  #round(view: RoundView, editable: readonly ParameterSpec[]): WritingRound {
    const { name, model, options } = this.#writer
    const { policy, promptLimit: limit = 24_000, templates } = options
    const random = this.#setup.random.fork(`round ${view.round}`)
    const fence = random.integer(2 ** 31).toString(36)
    const caseTexts = new CaseTexts(view.best.runs)
    const asker = (other: Model | undefined): { optimizer: string; model: Model; policy: CallPolicy | undefined } => ({ optimizer: name, model: other ?? model, policy })
    return {
      view, editable, lessons: this.#lessons(view), fence, limit, random,
      edits: ({ shown, temperature, purpose, model: other, ...question }) => askEdits(view, asker(other), {
        ...question, ...(temperature !== undefined && { temperature }), ...(purpose !== undefined && { purpose }), editable: shown, values: view.best.values, caseTexts, fence, limit, repair: templates?.repair,
      }),
      ask: ({ model: other, ...question }) => askModel(view, asker(other), question),
    }
  }

  #lessons({ history }: RoundView): string[] {
    const byValues = new Map(history.map((evaluation) => [canonicalJson(evaluation.values), evaluation]))
    const tried = this.#attempts.flatMap(({ values, changes, started }) => {
      const evaluation = byValues.get(values)
      return evaluation === undefined || isGain(evaluation, started) ? [] : [triedText(changes, started.score, evaluation, (value) => describeValue(value, 300))]
    })
    return [...tried, ...this.#refused.map((problem) => `not accepted: ${problem}`)].slice(-MAX_LESSONS)
  }
}
