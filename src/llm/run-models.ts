/** The models of one workflow's run: every call is counted by role, held against the budgets, and kept where answers are kept. Stage: llm. */
import { TraceEvalError } from '../core/errors.ts'
import { canonicalJson } from '../core/canonical-json.ts'
import type { Budgets, Cost } from './spending/budget.ts'
import { CaseSpending } from './spending/case-spending.ts'
import { tokensOfText } from './spending/estimate-tokens.ts'
import type { KeptAnswers } from './recordings/kept-answers.ts'
import type { ClosedModels } from './calls/closed-models.ts'
import { faultOf } from './calls/model-fault.ts'
import { modelInRun } from './model-call.ts'
import { newCaseCalls, runInModelScope, type CallHandler, type ModelCall, type ModelScope } from './model-scope.ts'
import type { Model, ModelRole } from './model.ts'
import { costOf, priceOf, type CallTokens, type ModelPrices } from './spending/prices.ts'
import { tokensOfTexts } from './spending/request-size.ts'

/** What a role spent. Answers that were kept from an earlier run cost nothing and are no calls. */
export interface RoleSpend {
  readonly modelCalls: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** 0 without a call; null where the price of a model is not known. */
  readonly costUsd: number | null
  /** Answers from a cassette or the cache. */
  readonly keptAnswers: number
  /** Whether a server did not tell all tokens, so that some are estimated. */
  readonly estimated: boolean
}

/** How a run treats its calls. */
export interface RunModelsOptions {
  /** The model of each role, made when it is first asked for. @defaultValue none */
  readonly models?: Partial<Record<ModelRole, () => Model | undefined>>
  readonly budgets?: readonly Budgets[]
  readonly prices?: ModelPrices
  /** Where answers are kept. @defaultValue nowhere */
  readonly kept?: KeptAnswers | undefined
  /** Where models that refuse are remembered. @defaultValue nowhere: each call asks again */
  readonly closed?: ClosedModels
}

interface Tally { modelCalls: number; inputTokens: number; outputTokens: number; costUsd: number; unpriced: boolean; keptAnswers: number; estimated: boolean }

const roles = ['task', 'judge', 'optimizer'] as const
/** Tokens that an answer is expected to have before there was one. */
const FIRST_ANSWER = 256
/** Codes of what makes a run worthless. */
const broken: ReadonlySet<string> = new Set(['MODEL_PRICE', 'CASSETTE_MISS', 'CASSETTE_FILE', 'FILE_WRITE'])
/** Failures that a server does not charge for. */
const unbilled: ReadonlySet<string> = new Set(['rate-limited', 'quota', 'auth', 'context', 'not-found', 'bad-request', 'unreachable', 'budget'])

export class RunModels implements CallHandler {
  /** What runs of cases cost, and how many more there may be. */
  readonly spending: CaseSpending
  /** Told of waits that people would wonder about. */
  onNotice: ((text: string) => void) | undefined
  readonly #options: RunModelsOptions
  readonly #budgets: readonly Budgets[]
  readonly #made = new Map<ModelRole, Model | undefined>()
  readonly #tallies: Record<ModelRole, Tally>
  readonly #refused = new Set<ModelRole>()
  readonly #ended = new AbortController()
  #fault: TraceEvalError | undefined
  readonly #longest: Record<ModelRole, number> = { task: FIRST_ANSWER, judge: FIRST_ANSWER, optimizer: FIRST_ANSWER }

  constructor(options: RunModelsOptions = {}) {
    this.#options = options
    this.#budgets = options.budgets ?? []
    this.spending = new CaseSpending(this.#budgets)
    const tally = (): Tally => ({ modelCalls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0, unpriced: false, keptAnswers: 0, estimated: false })
    this.#tallies = { task: tally(), judge: tally(), optimizer: tally() }
  }

  notice(text: string): void { this.onNotice?.(text) }

  model(role: ModelRole): Model | undefined {
    if (!this.#made.has(role)) {
      const model = this.#options.models?.[role]?.()
      this.#made.set(role, model === undefined ? undefined : modelInRun(model, role))
    }
    return this.#made.get(role)
  }

  /** What every role spent until now. */
  spend(): Record<ModelRole, RoleSpend> {
    return Object.fromEntries(roles.map((role) => {
      const { unpriced, costUsd, ...tally } = this.#tallies[role]
      // Sums of small prices end in noise.
      return [role, { ...tally, costUsd: unpriced ? null : Math.round(costUsd * 1e12) / 1e12 }]
    })) as Record<ModelRole, RoleSpend>
  }

  /** Runs `run` as a run of a case: its calls are the task's where they do not say otherwise. */
  inCase<R>(caseId: string, trial: number, run: () => R): { readonly result: R; readonly scope: ModelScope } {
    const scope = this.beginCase(caseId, trial)
    return { result: runInModelScope(scope, run), scope }
  }

  /** What a run of a case has to run in. */
  beginCase(caseId: string, trial: number): ModelScope {
    const scope: ModelScope = { handler: this, role: 'task', caseId, trial, calls: newCaseCalls() }
    this.spending.began(scope.calls)
    return scope
  }

  /** The budgets as training asks for them. */
  get forTraining(): { caseRunsLeft(): number; keepFor(caseRuns: number): Promise<void>; readonly isRefused: boolean; readonly isOptimizerRefused: boolean } {
    const { spending } = this
    const refused = this.#refused
    return {
      caseRunsLeft: () => spending.caseRunsLeft(),
      keepFor: (caseRuns) => spending.keepFor(caseRuns),
      get isRefused() { return spending.isRefused },
      get isOptimizerRefused() { return refused.has('optimizer') },
    }
  }

  /** Runs `run` between cases: its calls are the optimizer's where they do not say otherwise. */
  betweenCases<R>(run: () => R): R {
    return runInModelScope({ handler: this, role: 'optimizer', trial: 0, calls: newCaseCalls() }, run)
  }

  async call<T>(call: ModelCall<T>, scope: ModelScope): Promise<T> {
    try {
      return await this.#answer(call, scope)
    } catch (error) {
      if (typeof error === 'object' && error !== null) scope.calls.failures.set(error, undefined)
      if (TraceEvalError.is(error) && broken.has(error.code)) this.#break(error, scope)
      throw error
    }
  }

  async kept<T>(call: ModelCall<T>, scope: ModelScope): Promise<T | undefined> {
    const found = await this.#options.kept?.peek(call, scope)
    return found === undefined ? undefined : this.#fromKept(call, scope, found.answer)
  }

  /** What makes the whole run worthless: a request without a recorded answer, a recording that cannot be read or written. */
  get fault(): TraceEvalError | undefined { return this.#fault }
  /** Aborts with {@link fault}. */
  get signal(): AbortSignal { return this.#ended.signal }

  #break(error: TraceEvalError, { calls }: ModelScope): void {
    calls.fault ??= error
    this.#fault ??= error
    this.#ended.abort(error)
  }

  async #answer<T>(call: ModelCall<T>, scope: ModelScope): Promise<T> {
    if (this.#options.kept === undefined) return this.#send(call, scope)
    const { answer, kept } = await this.#options.kept.answer(call, scope, () => this.#send(call, scope))
    return kept ? this.#fromKept(call, scope, answer) : answer
  }

  #fromKept<T>(call: ModelCall<T>, { role }: ModelScope, answer: T): T {
    this.#tallies[role].keptAnswers++
    call.kept?.(answer)
    return answer
  }

  async #send<T>(call: ModelCall<T>, scope: ModelScope): Promise<T> {
    const { role, calls } = scope
    const refusal = this.#options.closed?.refusalOf(call)
    if (refusal !== undefined) throw refusal
    const input = call.inputTokens ?? tokensOfTexts(call.request)
    const taken = this.#cost(call, { inputTokens: input, outputTokens: call.maxOutputTokens ?? this.#longest[role] })
    await this.#take(role, taken, call, scope)
    if (role !== 'optimizer') this.spending.took(role, taken)
    let spent: Cost = { calls: 1, tokens: input, costUsd: this.#cost(call, { inputTokens: input, outputTokens: 0 }).costUsd }
    let tokens: CallTokens = { inputTokens: input, outputTokens: 0 }
    let estimated = true
    try {
      const answer = await runInModelScope({ ...scope, inCall: true }, () => call.send())
      this.#options.closed?.answered(call)
      const told = call.tokensOf(answer)
      estimated = told.inputTokens === undefined || told.outputTokens === undefined
      tokens = { ...told, inputTokens: told.inputTokens ?? input, outputTokens: told.outputTokens ?? tokensOfText(call.textOf?.(answer) ?? canonicalJson(answer)) }
      spent = this.#cost(call, tokens)
      this.#longest[role] = Math.max(this.#longest[role], tokens.outputTokens)
      return answer
    } catch (error) {
      const notice = this.#options.closed?.failed(call, error)
      if (notice !== undefined) this.notice(notice)
      if (unbilled.has(faultOf(error).kind)) {
        [spent, tokens, estimated] = [{ calls: 1, tokens: 0, costUsd: 0 }, { inputTokens: 0, outputTokens: 0 }, false]
      }
      throw error
    } finally {
      this.#count(role, tokens, spent, estimated)
      addTo(calls.spend[role], spent, 1)
      addTo(calls.taken[role], taken, -1)
      addTo(calls.taken[role], spent, 1)
      for (const budgets of this.#budgets) await budgets.settle(role, taken, spent)
    }
  }

  #cost({ model }: ModelCall<unknown>, tokens: CallTokens): Cost {
    return { calls: 1, tokens: tokens.inputTokens + tokens.outputTokens, costUsd: costOf(priceOf(this.#options.prices ?? {}, model), tokens) }
  }

  async #take(role: ModelRole, need: Cost, { model, signal: own }: ModelCall<unknown>, { calls }: ModelScope): Promise<void> {
    const taken: Budgets[] = []
    if (need.costUsd === undefined && this.#budgets.some((budgets) => budgets.needsPrice(role))) {
      const error = priceUnknown(model)
      calls.fault ??= error
      throw error
    }
    if (!this.#budgets.some(({ any }) => any)) { addTo(calls.taken[role], need, 1); return }
    const signal = own === undefined ? this.signal : AbortSignal.any([own, this.signal])
    try {
      addTo(calls.taken[role], need, 1)
      for (const budgets of this.#budgets) {
        await budgets.take(role, need, signal)
        taken.push(budgets)
      }
    } catch (error) {
      for (const budgets of taken) await budgets.settle(role, need, { calls: 0, tokens: 0, costUsd: 0 })
      addTo(calls.taken[role], need, -1)
      // A call that was stopped says nothing of the budget.
      if (signal.aborted && error === signal.reason) throw error
      calls.fault ??= error as Error
      this.#refused.add(role)
      throw error
    }
  }

  #count(role: ModelRole, { inputTokens, outputTokens }: CallTokens, { costUsd }: Cost, estimated: boolean): void {
    const tally = this.#tallies[role]
    tally.modelCalls++
    tally.inputTokens += inputTokens
    tally.outputTokens += outputTokens
    tally.costUsd += costUsd ?? 0
    if (costUsd === undefined) tally.unpriced = true
    if (estimated) tally.estimated = true
  }
}

function addTo(sum: { calls: number; tokens: number; costUsd: number }, { calls, tokens, costUsd = 0 }: Cost, sign: 1 | -1): void {
  sum.calls += sign * calls
  sum.tokens += sign * tokens
  sum.costUsd += sign * costUsd
}

/** A budget in money needs the price of every model. */
export function priceUnknown(model: string, at?: string): TraceEvalError {
  return new TraceEvalError('MODEL_PRICE', `expected the price of model ${JSON.stringify(model)} for a budget in US dollars, received none`,
    { ...(at !== undefined && { at }), hint: `Add it: prices: { ${JSON.stringify(model)}: { input: …, output: … } } in US dollars per million tokens, or limit calls or tokens instead.` })
}
