/** Which run of which case a call belongs to, and who pays for it: ambient, as calls are made deep inside a workflow. Stage: llm. */
import { ambient, withAmbient, type Ambient } from '../core/ambient.ts'
import type { Model, ModelRole } from './model.ts'
import type { CallTokens } from './spending/prices.ts'

/** A call to a model, of any client: what it asks, and how it is sent. `T` is plain data, so that an answer can be kept. */
export interface ModelCall<T> {
  /** The model that is asked. */
  readonly model: string
  /** Where it runs, without secrets. @defaultValue unknown */
  readonly server?: string | undefined
  /** Everything else that decides about the answer, as plain data: messages, tools, temperature. No keys, no timeouts, no callbacks. */
  readonly request: Readonly<Record<string, unknown>>
  /** Tokens of the request, as far as they can be estimated. @defaultValue four characters of its texts are one */
  readonly inputTokens?: number | undefined
  /** Tokens of the answer at most, where the request says so. */
  readonly maxOutputTokens?: number | undefined
  /** Aborts when nobody waits for it any more: nothing is sent then. @defaultValue somebody does */
  readonly signal?: AbortSignal | undefined
  /** Sends it: one attempt. */
  send(): Promise<T>
  /** Tokens that the server reports, as far as it does. */
  tokensOf(answer: T): Partial<CallTokens>
  /** The text of an answer, to estimate tokens that the server did not report. @defaultValue its JSON */
  textOf?(answer: T): string
  /** Whether the answer is complete: others are not kept by a cache. @defaultValue it is */
  isComplete?(answer: T): boolean
  /** What of an answer is worth keeping. @defaultValue all of it */
  toKeep?(answer: T): T
  /** Called instead of `send` when the answer was kept from an earlier run: a stream shows its text here. */
  kept?(answer: T): void
}

/** What a run of the workflow does with the calls that are made in it. */
export interface CallHandler {
  call<T>(call: ModelCall<T>, scope: ModelScope): Promise<T>
  /** The answer that is kept of an earlier run; none is asked for. */
  kept<T>(call: ModelCall<T>, scope: ModelScope): Promise<T | undefined>
  /** Told once when calls wait for a server that was asked too often. */
  notice?(text: string): void
  /** The model that was chosen for `role`; its calls are counted, limited and kept as all others. None where none is named. */
  model(role: ModelRole): Model | undefined
}

/** What one run of one case spent, and what happened to its calls. */
export interface CaseCalls {
  /** Calls and tokens by role, of this run alone. */
  readonly spend: Record<ModelRole, { calls: number; tokens: number; costUsd: number }>
  /** As `spend`, with what was taken for calls under way. */
  readonly taken: Record<ModelRole, { calls: number; tokens: number; costUsd: number }>
  /** What makes this run worthless as a measurement, whatever the workflow made of it: no budget, no recorded answer. */
  fault: Error | undefined
  /** Errors of models and servers that the workflow was handed, and what is told of them: a run that ends with one of them was not measured. */
  readonly failures: WeakMap<object, Error | undefined>
  /** How many equal requests were answered in this run, by key: each has an answer of its own. */
  readonly answered: Map<string, Set<number>>
  /** Calls that wait for their turn, or failed and are to be made again: what a run that ends meanwhile was waiting for. */
  waiting: Map<object, string> | undefined
  /** The run of the case has ended: nobody waits for another attempt. */
  isOver: boolean
}

export interface ModelScope {
  readonly handler: CallHandler
  /** Who pays for calls that do not say so themselves. */
  readonly role: ModelRole
  /** Of a case run; none between them, where an optimizer works. */
  readonly caseId?: string
  /** From 0. */
  readonly trial: number
  readonly calls: CaseCalls
  /** A call is under way: what it calls in turn is part of it. */
  readonly inCall?: boolean
}

/** The scope of the code that asks; none outside of a run. */
export const modelScope = (): ModelScope | undefined => ambient().models as ModelScope | undefined
/** Where `withAmbient` has a scope. */
export const asModelScope = (models: ModelScope): Ambient => ({ models })
export function runInModelScope<R>(scope: ModelScope, run: () => R): R { return withAmbient(asModelScope(scope), run) }

const none = (): CaseCalls['spend']['task'] => ({ calls: 0, tokens: 0, costUsd: 0 })
const byRole = (): CaseCalls['spend'] => ({ task: none(), judge: none(), optimizer: none() })

/** Of a run that has made no call yet, as most runs never do: tables are made when they are asked for. */
class NewCaseCalls implements CaseCalls {
  readonly spend = byRole()
  readonly taken = byRole()
  fault: Error | undefined = undefined
  waiting: Map<object, string> | undefined = undefined
  isOver = false
  #failures: CaseCalls['failures'] | undefined
  #answered: CaseCalls['answered'] | undefined

  get failures(): CaseCalls['failures'] { return (this.#failures ??= new WeakMap()) }
  get answered(): CaseCalls['answered'] { return (this.#answered ??= new Map()) }
}

/** Nothing spent yet. */
export const newCaseCalls = (): CaseCalls => new NewCaseCalls()

/** The models of the run that asks, and what it is in. */
export interface CurrentModels {
  /** Of the case that is run; none between cases. */
  readonly caseId: string | undefined
  /** Which run of the case with these values, from 0. */
  readonly trial: number
  /** Who pays for calls that are made here. */
  readonly role: ModelRole
  /** The model of each role, where one is named: counted, limited and kept as the run says. */
  readonly task: Model | undefined
  readonly judge: Model | undefined
  readonly optimizer: Model | undefined
  /** What this run of the case spent until now, by role. `costUsd` leaves out calls whose price is not known. */
  readonly spend: Readonly<Record<ModelRole, { readonly calls: number; readonly tokens: number; readonly costUsd: number }>>
}

/**
 * The models of the run that is under way; none in production, where nothing is counted and nothing is kept.
 *
 * @example
 * ```ts
 * import { currentModels } from 'trace-eval/llm'
 * currentModels()?.judge // a Model inside `npx trace-eval`, where one is named; else undefined
 * ```
 */
export function currentModels(): CurrentModels | undefined {
  const scope = modelScope()
  if (scope === undefined) return undefined
  const { handler, caseId, trial, role, calls } = scope
  return {
    caseId, trial, role,
    get task() { return handler.model('task') },
    get judge() { return handler.model('judge') },
    get optimizer() { return handler.model('optimizer') },
    get spend() { return structuredClone(calls.spend) },
  }
}

/**
 * Runs `run` with `role` paying for the calls inside that do not name another. Without a run it is just called.
 *
 * @example
 * ```ts
 * import { asRole } from 'trace-eval/llm'
 * await asRole('judge', async () => 'what is called in here counts as a judge\'s')
 * ```
 */
export function asRole<R>(role: ModelRole, run: () => R): R {
  const scope = modelScope()
  return scope === undefined ? run() : runInModelScope({ ...scope, role }, run)
}

/**
 * Makes a call of any client part of the run that is under way: it is counted, takes its share of the budgets, and is answered
 * from the cassettes or the cache where the run uses them. Outside of a run, and inside of another call, it is just sent.
 *
 * @throws {TraceEvalError} `MODEL_BUDGET` and `MODEL_PRICE` instead of sending, `CASSETTE_MISS` in replay; else whatever `send` throws.
 * @example
 * ```ts
 * import { throughRun } from 'trace-eval/llm'
 * const answer = await throughRun({
 *   model: 'small', request: { prompt: 'hello' },
 *   send: async () => ({ text: 'hi', tokens: 3 }),
 *   tokensOf: ({ tokens }) => ({ outputTokens: tokens }),
 * })
 * ```
 */
export function throughRun<T>(call: ModelCall<T>): Promise<T> {
  const scope = modelScope()
  return scope === undefined || scope.inCall === true ? call.send() : scope.handler.call(call, scope)
}

/** What was answered to `call` in an earlier run, where that is kept. @internal */
export async function keptInRun<T>(call: ModelCall<T>): Promise<T | undefined> {
  const scope = modelScope()
  return scope === undefined || scope.inCall === true ? undefined : await scope.handler.kept(call, scope)
}
