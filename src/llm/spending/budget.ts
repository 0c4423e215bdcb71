/** What may be spent on models, of a run and of each role, and what is: taken before a call, settled after it. Stage: llm. */
import { systemClock } from '../../core/clock.ts'
import { describeValue } from '../../core/describe-value.ts'
import { TraceEvalError } from '../../core/errors.ts'
import { until } from '../../core/until.ts'
import type { ModelRole } from '../model.ts'

/** Limits of what models may cost. */
export interface ModelBudget {
  /** Requests that are sent, repeats included. @defaultValue no limit */
  readonly maxCalls?: number
  /** Tokens in and out. @defaultValue no limit */
  readonly maxTokens?: number
  /** US dollars. Takes the price of every model that is asked. @defaultValue no limit */
  readonly maxCostUsd?: number
}

/** What something costs. `costUsd` is undefined where a price is not known. */
export interface Cost { readonly calls: number; readonly tokens: number; readonly costUsd: number | undefined }

/** What a case run costs, by who pays. */
export type CaseCost = Readonly<Record<'task' | 'judge', Readonly<Record<Unit, number>>>>

/** Limits of everything together, and of each role. */
export type ModelBudgets = Readonly<Partial<Record<'run' | ModelRole, ModelBudget>>>

/** What was taken of each budget, and what is kept back for the held-out cases of each workflow. Plain data. */
export interface LedgerState {
  readonly used: Record<'run' | ModelRole, Record<Unit, number>>
  /** What of it was taken for calls that are under way, and may come back. */
  readonly held: Record<'run' | ModelRole, Record<Unit, number>>
  readonly kept: Record<string, Record<'task' | 'judge', Record<Unit, number>>>
}

/** Where the state is: in memory, or shared between processes. */
export interface LedgerStore {
  /** Reads the state as it is now. */
  read(): LedgerState
  /** Changes the state; changes follow each other. When `change` throws, or `signal` aborts before its turn, nothing was changed. */
  change<R>(change: (state: LedgerState) => R, signal?: AbortSignal): R | Promise<R>
}

export type Unit = 'calls' | 'tokens' | 'costUsd'
const units = ['calls', 'tokens', 'costUsd'] as const
const limitOf = { calls: 'maxCalls', tokens: 'maxTokens', costUsd: 'maxCostUsd' } as const

/** How often, and how long, a call waits for what others may give back. */
const [WAIT_MS, LONGEST_WAIT_MS] = [20, 60_000]

const none = (): Record<Unit, number> => ({ calls: 0, tokens: 0, costUsd: 0 })
const accounts = (): LedgerState['used'] => ({ run: none(), task: none(), judge: none(), optimizer: none() })
export const emptyLedger = (): LedgerState => ({ used: accounts(), held: accounts(), kept: {} })

/** A ledger of one process. */
function memoryLedger(): LedgerStore {
  const state = emptyLedger()
  return { read: () => state, change: (change) => change(state) }
}

/** Budgets over a store. */
export class Budgets {
  readonly #limits: ModelBudgets
  readonly #store: LedgerStore
  readonly #workflow: string

  /** @param workflow Who keeps amounts back, where several workflows share `store`: a name without meaning, such as a hash. */
  constructor(limits: ModelBudgets, store: LedgerStore = memoryLedger(), workflow = 'this') {
    this.#limits = limits
    this.#store = store
    this.#workflow = workflow
  }

  /** Whether anything is limited at all. */
  get any(): boolean { return Object.values(this.#limits).some((limits) => units.some((unit) => limits[limitOf[unit]] !== undefined)) }

  /** Whether calls of `role` need a price. */
  needsPrice(role: ModelRole): boolean { return this.#limits.run?.maxCostUsd !== undefined || this.#limits[role]?.maxCostUsd !== undefined }

  /**
   * Takes `need` before a call of `role` is made. Calls that are under way may cost less than was taken for them: where that would
   * do, it waits for them.
   *
   * @throws {TraceEvalError} `MODEL_BUDGET` where it is not there, and the reason of `signal` where that aborts; nothing was taken then.
   */
  async take(role: ModelRole, need: Cost, signal?: AbortSignal): Promise<void> {
    if (!this.any) return
    signal?.throwIfAborted()
    for (let waited = 0; ; waited += WAIT_MS) {
      const isTaken = await this.#store.change((state) => {
        const short = this.#shortage(state, role, need, 0)
        if (short !== undefined && (waited >= LONGEST_WAIT_MS || this.#shortage(state, role, need, 1) !== undefined)) throw short
        if (short !== undefined) return false
        add(state.used, role, need, 1)
        add(state.held, role, need, 1)
        return true
      }, signal)
      if (isTaken) return
      await until(new Promise<void>((resolve) => { systemClock.setTimeout(resolve, WAIT_MS) }), signal)
    }
  }

  /** Gives back what was taken, and takes what it was in truth. */
  async settle(role: ModelRole, taken: Cost, spent: Cost): Promise<void> {
    if (!this.any) return
    await this.#store.change((state) => {
      add(state.held, role, taken, -1)
      add(state.used, role, taken, -1)
      add(state.used, role, spent, 1)
    })
  }

  /** Keeps so much back for the held-out cases of this workflow, instead of what was kept before: optimizers and other workflows may not spend it. */
  async keep(amounts: CaseCost | undefined): Promise<void> {
    if (!this.any) return
    await this.#store.change((state) => {
      if (amounts === undefined) delete state.kept[this.#workflow]
      else state.kept[this.#workflow] = { task: { ...amounts.task }, judge: { ...amounts.judge } }
    })
  }

  /** How many case runs of cost `each` still fit, when `pending` will be spent as well, beside what other workflows keep. Infinity where nothing is limited. */
  fits(each: CaseCost, pending: CaseCost): number {
    if (!this.any) return Infinity
    const state = this.#store.read()
    const times = (account: 'run' | 'task' | 'judge'): number[] => units.flatMap((unit) => {
      const limit = this.#limits[account]?.[limitOf[unit]]
      const of = ({ task, judge }: CaseCost): number => (account === 'judge' ? 0 : task[unit]) + (account === 'task' ? 0 : judge[unit])
      if (limit === undefined || of(each) <= 0) return []
      const left = limit - state.used[account][unit] - this.#keptByOthers(state, account, unit) - of(pending)
      return [Math.max(0, Math.floor(left / of(each) + 1e-9))]
    })
    return Math.min(Infinity, ...times('run'), ...times('task'), ...times('judge'))
  }

  #keptByOthers(state: LedgerState, account: 'run' | 'task' | 'judge', unit: Unit): number {
    return keptOf(state, account, unit) - keptOf(state, account, unit, this.#workflow)
  }

  /** What is missing; with `back` 1, when all that is held came back. A call that was made stays one. */
  #shortage(state: LedgerState, role: ModelRole, need: Cost, back: 0 | 1): TraceEvalError | undefined {
    return this.#shortageIn('run', state, role, need, back) ?? this.#shortageIn(role, state, role, need, back)
  }

  #shortageIn(account: 'run' | ModelRole, state: LedgerState, role: ModelRole, need: Cost, back: 0 | 1): TraceEvalError | undefined {
    for (const unit of units) {
      const limit = this.#limits[account]?.[limitOf[unit]]
      if (limit === undefined) continue
      const used = state.used[account][unit] - (unit === 'calls' ? 0 : back * state.held[account][unit])
      // A case run that has begun may finish, on what is kept for the held-out runs too: whether it fits was asked before it began.
      const kept = account === 'optimizer' ? 0 : role === 'optimizer' ? keptOf(state, account, unit) : this.#keptByOthers(state, account, unit)
      if (used + (need[unit] ?? 0) + kept <= limit + 1e-12) continue
      const whose = account === 'run' ? 'the model budget' : `the model budget of the ${account} role`
      const keeping = kept > 0 ? `, ${amount(unit, kept)} kept for the held-out cases` : ''
      const asked = unit === 'calls' ? '' : `, and this request needs about ${amount(unit, need[unit] ?? 0)}`
      return new TraceEvalError('MODEL_BUDGET', `${whose} is spent: ${amount(unit, used)} of ${amount(unit, limit)}${unit === 'costUsd' ? '' : ` ${unit}`} ${unit === 'costUsd' ? 'is' : 'are'} used${keeping}${asked}`, { hint: 'Raise it, or run fewer rounds.' })
    }
    return undefined
  }
}

const amount = (unit: Unit, value: number): string => (unit === 'costUsd' ? `$${value.toFixed(value < 1 ? 4 : 2)}` : String(Math.ceil(value)))

function add(amounts: LedgerState['used'], role: ModelRole, cost: Cost, sign: 1 | -1): void {
  for (const account of ['run', role] as const) {
    for (const unit of units) amounts[account][unit] += sign * (cost[unit] ?? 0)
  }
}

function keptOf({ kept }: LedgerState, account: 'run' | 'task' | 'judge', unit: Unit, workflow?: string): number {
  const entries = workflow === undefined ? Object.values(kept) : Object.hasOwn(kept, workflow) ? [kept[workflow]!] : []
  return entries.reduce((sum, { task, judge }) => sum + (account === 'judge' ? 0 : task[unit]) + (account === 'task' ? 0 : judge[unit]), 0)
}

/**
 * `given`, when it is a budget.
 *
 * @throws {TraceEvalError} `MODEL_BUDGET_OPTIONS` otherwise.
 */
export function checkBudget(given: ModelBudget, at: string): ModelBudget {
  for (const name of ['maxCalls', 'maxTokens', 'maxCostUsd'] as const) {
    const limit: unknown = given[name]
    if (limit === undefined) continue
    if (typeof limit === 'number' && limit >= 0 && (name === 'maxCostUsd' || Number.isInteger(limit) || limit === Infinity)) continue
    throw new TraceEvalError('MODEL_BUDGET_OPTIONS', `expected ${name} to be ${name === 'maxCostUsd' ? 'a number' : 'a whole number'} from 0 up, received ${describeValue(limit)}`, { at })
  }
  return given
}
