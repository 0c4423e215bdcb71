/** For tests: time that passes only where nothing else happens. Stage: testing. */
import type { Clock } from '../core/clock.ts'

interface Timer { readonly at: number; readonly order: number; readonly callback: () => void }

/** A clock whose timers run in their order, at once. */
export class VirtualClock implements Clock {
  #now = 0
  #order = 0
  readonly #timers = new Set<Timer>()

  now(): number { return this.#now }

  setTimeout(callback: () => void, ms: number): unknown {
    const timer: Timer = { at: this.#now + ms, order: this.#order++, callback }
    this.#timers.add(timer)
    return timer
  }

  clearTimeout(timer: unknown): void { this.#timers.delete(timer as Timer) }

  /** Timers that would still run. */
  get pending(): number { return this.#timers.size }

  /** Runs timers until there are none, or until `ready`; what they set going is done before the next one. */
  async run(ready: () => boolean = () => false): Promise<void> {
    for (await settled(); this.#timers.size > 0 && !ready(); await settled()) {
      const next = [...this.#timers].reduce((first, timer) => (timer.at < first.at || (timer.at === first.at && timer.order < first.order) ? timer : first))
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.at)
      next.callback()
    }
  }
}

/** After every promise that is settled by now. */
const settled = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })
