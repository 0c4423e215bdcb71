/** Time and timers as they were when the library was loaded, so that a test's fake timers do not stop a run. Stage: core. */

/** Where time comes from; tests hand in their own. */
export interface Clock {
  /** Milliseconds from an arbitrary start; never goes back. */
  now(): number
  /** Runs `callback` after `ms`; the timer does not keep the process alive when `unref` is set. */
  setTimeout(callback: () => void, ms: number): unknown
  clearTimeout(timer: unknown): void
}

const { setTimeout: startTimer, clearTimeout: stopTimer, performance } = globalThis
const now = performance.now.bind(performance)

/** Timers of Node that are longer than this run at once. */
const LONGEST_MS = 2 ** 31 - 1

/** The real clock. */
export const systemClock: Clock = {
  now,
  setTimeout: (callback, ms) => startTimer(callback, Math.min(ms, LONGEST_MS)),
  clearTimeout: (timer) => stopTimer(timer as NodeJS.Timeout),
}
