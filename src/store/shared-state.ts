/** A small state that the processes of one run share: each change is made on what the last one left. Stage: store. */
import { randomUUID } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { systemClock } from '../core/clock.ts'
import { until } from '../core/until.ts'
import { writeError } from './atomic-write.ts'

/** A lock is held for the time of one synchronous change: what is older was left by a process that was killed. */
const STALE_AFTER_MS = 5000
const [SHORTEST_WAIT_MS, LONGEST_WAIT_MS] = [1, 8]

/** Plain data that several processes read and change. */
export interface SharedState<T> {
  /** As it is now. */
  read(): T
  /**
   * Calls `change` with the state, which it may change, while no other process does; where it throws, nothing was changed. Rejects with the reason of
   * `signal` where that aborts while others are waited for: `change` is not called then.
   */
  change<R>(change: (state: T) => R, signal?: AbortSignal): Promise<R>
}

/**
 * The state in the file `path`; `initial` before the first change. Directories are made.
 *
 * @throws {TraceEvalError} (from `change`) `FILE_WRITE` when the disk refuses.
 */
export function sharedState<T>(path: string, initial: () => T): SharedState<T> {
  const lock = `${path}.lock`
  // Changes of one process follow each other without a fight for the lock.
  let last: Promise<unknown> = Promise.resolve()
  const read = (): T => {
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as T
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return initial()
      throw error
    }
  }
  const changeLocked = async <R>(change: (state: T) => R, before: Promise<unknown>, signal?: AbortSignal): Promise<R> => {
    await until(before, signal)
    while (!take(lock, path)) await until(pause(SHORTEST_WAIT_MS + Math.random() * (LONGEST_WAIT_MS - SHORTEST_WAIT_MS)), signal)
    // Nothing is awaited while the lock is held.
    try {
      const state = read()
      const result = change(state)
      write(path, JSON.stringify(state))
      return result
    } finally {
      rmSync(lock, { force: true })
    }
  }
  return {
    read,
    change(change, signal) {
      const turn = changeLocked(change, last, signal)
      last = Promise.allSettled([last, turn])
      return turn
    },
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => { systemClock.setTimeout(resolve, ms) })

function take(lock: string, path: string): boolean {
  try {
    mkdirSync(dirname(path), { recursive: true })
    closeSync(openSync(lock, 'wx'))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw writeError(path, '', error)
    removeStale(lock)
    return false
  }
}

/** Takes an old lock away. It is moved first: of several processes that see it, one moves it, and none removes a fresh one. */
function removeStale(lock: string): void {
  const moved = `${lock}.${randomUUID()}`
  try {
    const { mtimeMs } = statSync(lock)
    if (Date.now() - mtimeMs < STALE_AFTER_MS) return
    renameSync(lock, moved)
    rmSync(moved, { force: true })
  } catch {
    // Somebody else was faster.
  }
}

function write(path: string, text: string): void {
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    writeFileSync(temporary, text)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw writeError(path, text, error)
  }
}
