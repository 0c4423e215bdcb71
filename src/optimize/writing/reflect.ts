/** The optimizer that writes: a model reflects on what failed and rewrites the parameters to blame. Stage: optimize. */
import { canonicalJson } from '../../core/canonical-json.ts'
import { describeValue, shorten } from '../../core/describe-value.ts'
import { TraceEvalError } from '../../core/errors.ts'
import { isRecord } from '../../core/is-record.ts'
import type { ParameterKind } from '../../graph/domain.ts'
import type { CallPolicy } from '../../llm/calls/call-model.ts'
import type { Model } from '../../llm/model.ts'
import { askEdits, type RepairInputs } from './ask-edits.ts'
import { CaseTexts } from './copied-text.ts'
import type { Evaluation, Optimizer, OptimizerRun, OptimizerSetup, ParameterSpec, Proposal, RoundView } from '../optimizer.ts'
import { harmfulAdditions } from './harmful-additions.ts'
import { before, isGain, triedText, type Before } from './prompt-sections.ts'
import { checkTemplates, type PromptTemplate } from './prompt-template.ts'
import { reflectMessages, TEMPLATE_INPUTS, TAG_FORM, type ProposeInputs } from './reflect-prompt.ts'
import { rewriteParts, withoutSentences } from './rewrite-parts.ts'
import { search } from '../search/search.ts'
import { secantChanges } from '../search/secant.ts'
import { SEARCHED_KINDS } from '../search/search-space.ts'
import { suspects } from './suspects.ts'
import { noModel } from './writing-round.ts'
import { isFinal } from './writing-optimizer.ts'
import { isOpen, untried, WRITTEN_KINDS } from './written-values.ts'

/** Options of {@link reflect}. */
export interface ReflectOptions {
  /** Parameters that one question may change, the most suspect ones. @defaultValue 8 */
  readonly maxEdited?: number
  /** Characters of a question, at most. @defaultValue 24,000 */
  readonly promptLimit?: number
  /** Prompts that stand in place of its own. */
  readonly templates?: { readonly propose?: PromptTemplate<ProposeInputs>; readonly repair?: PromptTemplate<RepairInputs> }
  /** Retries and deadlines of its calls. */
  readonly policy?: CallPolicy
}

const KINDS: readonly ParameterKind[] = [...new Set([...WRITTEN_KINDS, ...SEARCHED_KINDS])]

/** What the next question should know of the last answers, at most. */
const MAX_LESSONS = 4
/** Sentences that did harm, of which it should know, at most. */
const MAX_HARMFUL = 6

/**
 * Asks `model` once a round to rewrite the parameters that failing cases depend on: texts, code, numbers, choices, booleans and values of a schema in one
 * coordinated answer. The question holds their values, every failed check with its count, and the traces of the cases that show
 * most of them. An answer becomes one candidate, and where that was not better or broke something, its parts are tried without another
 * call. Where nothing of it was kept, `search` takes part in the next round; so it does where a value cannot be written (examples) or the
 * model has no answer. Where a move of numbers was kept and what failed compares numbers, the next move is computed, without a call.
 *
 * After reflective prompt evolution (Agrawal et al. 2025, "GEPA") and OptoPrime (Cheng et al. 2024, "Trace", section 4). Where we
 * differ: blame over all cases chooses what is edited, the whole suite's failures stand in one question, and races decide.
 *
 * @param model - Whom it asks; with options alone, the model that the run names for optimizers.
 * @throws {TraceEvalError} `OPTIMIZER_MODEL`, `OPTIMIZER_TEMPLATE`.
 * @example
 * ```ts no-run
 * const optimizer = reflect(openaiModel({ model: 'qwen3', baseURL: 'http://127.0.0.1:11434/v1' }))
 * describeWorkflow('triage', { workflow: triage, threshold: 0.8, optimizer }, (it) => { defineCases(it) })
 * ```
 */
export function reflect(model?: Model | ReflectOptions, options: ReflectOptions = {}): Optimizer {
  if (model === undefined || (typeof model === 'object' && model !== null && !('send' in model))) {
    const given = model ?? options
    checkTemplates(given.templates, TEMPLATE_INPUTS)
    return { name: 'reflect', kinds: KINDS, withModel: (own) => reflect(own, given), begin() { throw noModel('reflect') } }
  }
  if (typeof model?.send !== 'function') {
    throw new TraceEvalError('OPTIMIZER_MODEL', `expected a model for the optimizer \`reflect\`, received ${describeValue(model)}`, { hint: 'Give one from trace-eval/llm, or set TRACE_EVAL_MODEL.' })
  }
  checkTemplates(options.templates, TEMPLATE_INPUTS)
  return { name: 'reflect', kinds: KINDS, begin: (setup) => new ReflectRun(model, setup, options) }
}

/** What the next run of the same workflow is told: texts of changes that were not better, and sentences with what failed because of them. */
interface ReflectMemory { readonly lessons: readonly string[]; readonly harmful: readonly (readonly [sentence: string, failure: string])[] }

/** Foreign by now: only what has its form. */
function earlierMemory(memory: unknown): ReflectMemory {
  const { lessons, harmful } = isRecord(memory) ? memory : {}
  const isText = (text: unknown): text is string => typeof text === 'string' && text.length <= 4000
  return {
    lessons: Array.isArray(lessons) ? lessons.filter(isText).slice(-MAX_LESSONS) : [],
    harmful: Array.isArray(harmful) ? harmful.filter((one): one is [string, string] => Array.isArray(one) && one.length === 2 && one.every(isText)).slice(-MAX_HARMFUL) : [],
  }
}

/** One answer: its edits together as one candidate. */
interface Attempt {
  /** The best values of its time, and these with its edits; canonical. */
  readonly from: string
  readonly values: string
  readonly changes: ReadonlyMap<string, unknown>
  readonly started: Before
}

class ReflectRun implements OptimizerRun {
  readonly #model: Model
  readonly #setup: OptimizerSetup
  readonly #options: ReflectOptions
  readonly #search: OptimizerRun
  readonly #attempts: Attempt[] = []
  /** What an earlier run learned of changes that were not better. */
  readonly #earlier: readonly string[]
  #refused: readonly string[] = []
  /** The best values from which a next move of numbers was computed last. */
  #aimedFrom: string | undefined
  /** Sentences that were taken out of an answer, with what failed because of them. */
  readonly #harmful = new Map<string, string>()
  /** Those of them that were taken out of the best values. */
  readonly #taken = new Set<string>()
  /** The model cannot answer any more: what is left is search. */
  #silent = false

  constructor(model: Model, setup: OptimizerSetup, options: ReflectOptions) {
    this.#model = model
    this.#setup = setup
    this.#options = options
    this.#search = search().begin(setup)
    const { lessons, harmful } = earlierMemory(setup.memory)
    this.#earlier = lessons
    for (const [sentence, failure] of harmful) this.#harmful.set(sentence, failure)
  }

  memory(history: readonly Evaluation[]): ReflectMemory {
    return { lessons: [...this.#earlier, ...this.#tried(history)].slice(-MAX_LESSONS), harmful: [...this.#harmful].slice(-MAX_HARMFUL) }
  }

  async propose(view: RoundView): Promise<readonly Proposal[]> {
    if (view.maxCandidates < 1 || view.signal.aborted) return []
    const aimed = this.#aimed(view)
    if (aimed.length > 0) return aimed
    const stalled = this.#stalled(view)
    const editable = this.#silent ? [] : this.#editable(view, stalled)
    const written = editable.length === 0 ? [] : await this.#ask(view, editable)
    const searched = view.signal.aborted || !this.#wantsSearch(view, written.length, stalled) ? [] : await this.#search.propose(view)
    const proposals = untried(view, [...written, ...searched])
    // An empty list would end the run: right where every setting was tried, wrong where the next question may do better.
    const mayYet = this.#refused.length > 0 || editable.some(({ domain }) => ['text', 'code', 'value'].includes(domain.kind))
    if (proposals.length === 0 && editable.length > 0 && mayYet && !this.#silent && !view.signal.aborted) {
      throw new TraceEvalError('OPTIMIZER_ANSWER', this.#refused[0] ?? 'the model proposed nothing new')
    }
    return proposals
  }

  /** Where a move of numbers was kept, what failed tells how much farther to go, once: that takes no call. */
  #aimed(view: RoundView): Proposal[] {
    const now = canonicalJson(view.best.values)
    if (this.#aimedFrom === now) return []
    this.#aimedFrom = now
    const specs = this.#setup.parameters.filter(({ name }) => view.blame.some(({ parameter }) => parameter === name))
    // Others may have run since the best one did.
    for (const from of view.history.toReversed()) {
      const changes = from === view.best ? undefined : secantChanges(from, view.best, specs)
      if (changes !== undefined) return untried(view, [{ changes, reason: 'as far as the distance to what was expected says' }])
    }
    return []
  }

  /** Neither the last answer nor a part of it was kept. */
  #stalled({ best }: RoundView): boolean { return this.#attempts.at(-1)?.from === canonicalJson(best.values) }

  /** Search takes part where the model cannot write a value, has no answer, or was not better. */
  #wantsSearch(view: RoundView, written: number, stalled: boolean): boolean {
    const unwritten = view.blame.some(({ parameter }) => this.#setup.parameters.some(({ name, domain }) => name === parameter && !WRITTEN_KINDS.includes(domain.kind)))
    return written === 0 || unwritten || stalled
  }

  /** What the question may change: what the failures speak of, and all that they depend on once that led nowhere. */
  #editable(view: RoundView, stalled: boolean): ParameterSpec[] {
    const blamed = view.blame.flatMap(({ parameter }) => this.#setup.parameters.find(({ name, domain }) => name === parameter && WRITTEN_KINDS.includes(domain.kind) && isOpen(domain)) ?? [])
    const names = blamed.map(({ name }) => name)
    const worth = stalled ? names : suspects(view.best.runs, names)
    return worth.flatMap((name) => blamed.find((spec) => spec.name === name) ?? []).slice(0, this.#options.maxEdited ?? 8)
  }

  async #ask(view: RoundView, editable: readonly ParameterSpec[]): Promise<Proposal[]> {
    const fence = this.#setup.random.integer(2 ** 31).toString(36)
    const limit = this.#options.promptLimit ?? 24_000
    try {
      const { messages, shown } = reflectMessages({ view, editable, lessons: this.#lessons(view), fence, limit, template: this.#options.templates?.propose })
      const { changes, problems } = await askEdits(view, { optimizer: 'reflect', model: this.#model, policy: this.#options.policy }, {
        messages, values: view.best.values, editable: shown, caseTexts: new CaseTexts(view.best.runs), form: TAG_FORM, fence, limit, repair: this.#options.templates?.repair,
      })
      this.#refused = problems
      return this.#proposals(view, changes)
    } catch (error) {
      if (!TraceEvalError.is(error)) throw error
      if (isFinal(error)) this.#silent = true
      this.#refused = [error.summary]
      // A prompt that cannot be made is for the user to mend.
      if (!this.#canSearch() || error.code.startsWith('OPTIMIZER_')) throw error
      return []
    }
  }

  #proposals(view: RoundView, changes: ReadonlyMap<string, unknown>): Proposal[] {
    const fresh = [...new Map([...changes, ...this.#withoutHarm(view, changes)])].filter(([name, value]) => canonicalJson(value ?? null) !== canonicalJson(view.best.values[name] ?? null))
    if (fresh.length === 0) return []
    const values = canonicalJson({ ...view.best.values, ...Object.fromEntries(fresh) })
    this.#attempts.push({ from: canonicalJson(view.best.values), values, changes: new Map(fresh), started: before(view.best) })
    return [{ changes: Object.fromEntries(fresh), reason: 'rewritten from the feedback', ...variantsOf(view.best, fresh, this.#harmful) }]
  }

  /** Sentences of the best values that did harm leave with the next answer, each once: to try that takes no case run of its own. */
  #withoutHarm({ best, blame }: RoundView, changes: ReadonlyMap<string, unknown>): [string, unknown][] {
    return this.#setup.parameters.filter(({ name, domain }) => domain.kind === 'text' && blame.some(({ parameter }) => parameter === name)).flatMap(({ name, check }) => {
      const own = new Set([...this.#harmful.keys()].filter((sentence) => !this.#taken.has(sentence) && withoutSentences(String(best.values[name]), new Set([sentence])) !== best.values[name]))
      const checked = own.size === 0 ? { problem: '' } : check(withoutSentences(String(changes.get(name) ?? best.values[name]), own))
      for (const sentence of own) this.#taken.add(sentence)
      return 'problem' in checked ? [] : [[name, checked.value] as [string, unknown]]
    })
  }

  #lessons(view: RoundView): string[] {
    const now = JSON.stringify(view.best.values)
    const harmful = Array.from(this.#harmful, ([sentence, failure]) => (now.includes(JSON.stringify(sentence).slice(1, -1)) ? [] : [`left out again: ${describeValue(sentence, 200)}; with it this failed: ${shorten(failure, 200)}`])).flat()
    return [...[...this.#earlier, ...this.#tried(view.history), ...this.#refused.map((problem) => `not accepted: ${problem}`)].slice(-MAX_LESSONS), ...harmful.slice(-MAX_HARMFUL)]
  }

  /** What was tried and was not better. */
  #tried(history: readonly Evaluation[]): string[] {
    return this.#attempts.flatMap((attempt) => {
      const evaluation = history.find(({ values }) => canonicalJson(values) === attempt.values)
      return evaluation === undefined || isGain(evaluation, attempt.started) ? [] : [triedText(attempt.changes, attempt.started.score, evaluation, (value) => describeValue(value, 300))]
    })
  }

  #canSearch(): boolean { return this.#setup.parameters.some(({ domain }) => SEARCHED_KINDS.includes(domain.kind)) }
}

/** Other forms of an answer: without what made something fail and with all that its rewrites left out; its edits one by one; of one edit alone, without single additions. */
function variantsOf(parent: Evaluation, edits: readonly (readonly [string, unknown])[], known: Map<string, string>): Pick<Proposal, 'repairs' | 'parts'> {
  const taken = edits.map(([name, value]) => {
    const from = parent.values[name]
    return { name, value, rewrite: typeof from === 'string' && typeof value === 'string' ? rewriteParts(from, value) : undefined }
  })
  const whole = taken.map(({ name, value, rewrite }) => [name, rewrite?.restored ?? value] as const)
  const restored = taken.some(({ rewrite }) => rewrite?.restored !== undefined) ? [{ changes: Object.fromEntries(whole), reason: 'rewritten from the feedback, with what the rewrite left out' }] : []
  return {
    repairs(outcome) {
      const found = harmfulAdditions(parent.runs, outcome.runs, taken.flatMap(({ rewrite }) => rewrite?.additions ?? []))
      for (const [sentence, failure] of found) known.set(sentence, failure)
      // Out of what was kept they leave with the next answer.
      if (found.size === 0 || isGain(outcome, before(parent))) return restored
      const harmful = new Set(found.keys())
      const changes = Object.fromEntries(taken.map(({ name, value, rewrite }) => [name, rewrite?.except(harmful) ?? value]))
      return [{ changes, reason: 'rewritten from the feedback, without what new failures speak of' }, ...restored]
    },
    parts: whole.length > 1
      ? whole.map(([name, value]) => ({ changes: { [name]: value }, reason: `only ${name} of what was rewritten` }))
      : taken.flatMap(({ name, rewrite }) => (rewrite?.without ?? []).map((text) => ({ changes: { [name]: text }, reason: `rewritten from the feedback, without one addition` }))),
  }
}
