/** Ctrl-C: once to stop in good order, twice to quit at once. Stage: cli. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ChildProcess } from 'node:child_process'

/** What someone who pressed Ctrl-C reads. */
export const stopMessage = '\nstopping: running cases finish, the best values so far are kept\n(press Ctrl-C again to quit at once)\n'

/** A watch on Ctrl-C. */
export interface InterruptWatch {
  readonly interrupted: boolean
  /** Takes away the handlers that others added since the watch began: Vitest's would quit. */
  takeOver(): void
  /** From now on there is something to keep: the first Ctrl-C calls `stop`. Until now it quits. */
  arm(stop: () => void): void
  end(): void
}

/** Starts to watch, and to note child processes, so that quitting leaves none behind. */
export function watchInterrupts(write: (text: string) => void, quit: (exitCode: number) => void = process.exit): InterruptWatch {
  const before = new Set(process.listeners('SIGINT'))
  const children = new Set<ChildProcess>()
  const note = (message: unknown): void => {
    const { process: child } = message as { process: ChildProcess }
    children.add(child)
    child.once('exit', () => children.delete(child))
  }
  let interrupted = false
  let stopRun: (() => void) | undefined
  const onSignal = (): void => {
    if (interrupted || stopRun === undefined) {
      for (const child of children) child.kill('SIGKILL')
      return quit(130)
    }
    interrupted = true
    // Whatever else ends the process from here on, it ends interrupted.
    process.on('exit', () => { process.exitCode = 130 })
    write(stopMessage)
    stopRun()
  }
  subscribe('child_process', note)
  // From the start, and never off in between: a signal that arrives while nobody listens is lost.
  process.on('SIGINT', onSignal)
  return {
    get interrupted() { return interrupted },
    takeOver() {
      for (const listener of process.listeners('SIGINT')) if (!before.has(listener) && listener !== onSignal) process.off('SIGINT', listener)
    },
    arm(stop) { stopRun ??= stop },
    end() {
      process.off('SIGINT', onSignal)
      unsubscribe('child_process', note)
    },
  }
}
