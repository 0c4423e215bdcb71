/** The runs of cases that are under way: who has to end early, and when. Stage: vitest. */
import { systemClock } from '../core/clock.ts'

/** A run under way, for whoever has to end it. */
export interface RunningCase {
  /** When its time is over, by the clock of this process; Infinity where it has no limit, and once it was told. */
  deadline: number
  /** Ends it without a score: the whole run is being stopped. */
  stop(reason: unknown): void
  /** Ends it as failed: its time is over. */
  timeOut(): void
}

/** All runs share one timer, since a timer of its own costs a short run more than its limit is worth; and one list, as a set that thousands pass through keeps them all for long. */
export class RunningCases {
  readonly #cases: RunningCase[] = []
  #timer: unknown
  #wakesAt = Infinity

  add(one: RunningCase): void {
    this.#cases.push(one)
    if (one.deadline < this.#wakesAt) this.#wakeAt(one.deadline)
  }

  delete(one: RunningCase): void {
    const last = this.#cases.pop()!
    if (last !== one) this.#cases[this.#cases.indexOf(one)] = last
    if (this.#cases.length === 0) this.#wakeAt(Infinity)
  }

  stop(reason: unknown): void { for (const one of this.#cases.slice()) one.stop(reason) }

  #wakeAt(time: number): void {
    if (this.#timer !== undefined) systemClock.clearTimeout(this.#timer)
    this.#wakesAt = time
    this.#timer = time === Infinity ? undefined : systemClock.setTimeout(() => this.#wake(), Math.max(0, time - systemClock.now()))
  }

  #wake(): void {
    this.#timer = undefined
    // Timers count whole milliseconds and may be a part of one early.
    const now = systemClock.now() + 1
    const late = this.#cases.filter(({ deadline }) => deadline <= now)
    for (const one of late) one.deadline = Infinity
    this.#wakeAt(this.#cases.reduce((soonest, { deadline }) => Math.min(soonest, deadline), Infinity))
    for (const one of late) one.timeOut()
  }
}
