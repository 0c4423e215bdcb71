/** What runs of cases cost, and how many more the budgets allow. Stage: llm. */
import type { Budgets, CaseCost, Cost, Unit } from './budget.ts'
import type { CaseCalls } from '../model-scope.ts'

const payers = ['task', 'judge'] as const
const units = ['calls', 'tokens', 'costUsd'] as const

/** Standard errors that are kept on top of the mean: runs differ. */
const MARGIN = 2

export class CaseSpending {
  readonly #budgets: readonly Budgets[]
  readonly #running = new Set<CaseCalls>()
  readonly #sums = { n: 0, of: zero(), squares: zero() }
  /** The most that was taken for one call before it was made: so much must be there for the last call too. */
  readonly #largest = zero()
  #keptRuns = 0
  #refused = false

  constructor(budgets: readonly Budgets[]) { this.#budgets = budgets.filter(({ any }) => any) }

  /** Where nothing is limited nothing is reckoned: a search runs very many cases. */
  get isLimited(): boolean { return this.#budgets.length > 0 }

  began(calls: CaseCalls): void { if (this.isLimited) this.#running.add(calls) }

  /** So much was taken for a call of a case run. */
  took(payer: 'task' | 'judge', { tokens, costUsd = 0 }: Cost): void {
    const largest = this.#largest[payer]
    largest.tokens = Math.max(largest.tokens, tokens)
    largest.costUsd = Math.max(largest.costUsd, costUsd)
  }

  /** A run of a case ended: what it cost is what the next ones are expected to cost. */
  async ended(calls: CaseCalls): Promise<void> {
    if (!this.isLimited) return
    this.#running.delete(calls)
    // A run that was refused its calls says nothing about what runs cost.
    if (calls.fault !== undefined) {
      this.#refused = true
      return
    }
    this.#sums.n++
    for (const payer of payers) {
      for (const unit of units) {
        this.#sums.of[payer][unit] += calls.spend[payer][unit]
        this.#sums.squares[payer][unit] += calls.spend[payer][unit] ** 2
      }
    }
    if (this.#keptRuns > 0) await this.#keep()
  }

  /** Whether a call of a case run was refused since `keepFor` was last called. */
  get isRefused(): boolean { return this.#refused }

  /** Keeps back what so many runs are expected to cost; from then on nothing else is refused but what would spend it. */
  async keepFor(caseRuns: number): Promise<void> {
    this.#keptRuns = caseRuns
    this.#refused = false
    await this.#keep()
  }

  /** Case runs that still fit, beside those that are under way; those that are kept back are among them. Infinity until the first one has ended. */
  caseRunsLeft(): number {
    if (!this.isLimited) return Infinity
    const each = this.#each(1, 0)
    const pending = structuredClone(this.#largest)
    for (const { spend, taken } of this.#running) {
      // What is taken for its calls is used already, and will come back but for what the run costs.
      for (const payer of payers) for (const unit of units) pending[payer][unit] += Math.max(0, each[payer][unit] - spend[payer][unit]) - (taken[payer][unit] - spend[payer][unit])
    }
    return Math.min(...this.#budgets.map((budgets) => budgets.fits(each, pending)))
  }

  async #keep(): Promise<void> {
    const amounts = this.#keptRuns === 0 ? undefined : this.#each(this.#keptRuns, MARGIN)
    for (const budgets of this.#budgets) await budgets.keep(amounts)
  }

  /** What `runs` runs are expected to cost; with a `margin` of standard errors, so much that it is likely to suffice. */
  #each(runs: number, margin: number): CaseCost {
    const { n, of, squares } = this.#sums
    const cost = zero()
    if (n === 0) return cost
    for (const payer of payers) {
      for (const unit of units) {
        const mean = of[payer][unit] / n
        const variance = Math.max(0, squares[payer][unit] / n - mean ** 2)
        cost[payer][unit] = runs * mean + margin * Math.sqrt(runs * variance) + (margin > 0 ? this.#largest[payer][unit] : 0)
      }
    }
    return cost
  }
}

function zero(): Record<'task' | 'judge', Record<Unit, number>> {
  return { task: { calls: 0, tokens: 0, costUsd: 0 }, judge: { calls: 0, tokens: 0, costUsd: 0 } }
}
