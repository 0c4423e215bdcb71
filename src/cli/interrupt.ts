/** Ctrl-C: once to stop in good order, twice to quit at once. Stage: cli. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ChildProcess } from 'node:child_process'

/** What someone who pressed Ctrl-C reads. */
export const stopMessage = '\nstopping: running cases finish, the best values so far are kept; press Ctrl-C again to quit at once\n'

/** A watch on Ctrl-C. */
export interface InterruptWatch {
  readonly interrupted: boolean
  /** From now on the first Ctrl-C calls `stop`. Handlers that Vitest added in the meantime, which would quit, are taken away. */
  arm(stop: () => void): void
  end(): void
}

/** Starts to note child processes, so that a second Ctrl-C leaves none behind. */
export function watchInterrupts(write: (text: string) => void, quit: (exitCode: number) => never = process.exit): InterruptWatch {
  const children = new Set<ChildProcess>()
  const note = (message: unknown): void => {
    const { process: child } = message as { process: ChildProcess }
    children.add(child)
    child.once('exit', () => children.delete(child))
  }
  subscribe('child_process', note)
  const before = new Set(process.listeners('SIGINT'))
  let interrupted = false
  let stopRun: () => void = () => {}
  const onSignal = (): void => {
    if (interrupted) {
      for (const child of children) child.kill('SIGKILL')
      quit(130)
    }
    interrupted = true
    write(stopMessage)
    stopRun()
  }
  return {
    get interrupted() { return interrupted },
    arm(stop) {
      for (const listener of process.listeners('SIGINT')) if (!before.has(listener)) process.off('SIGINT', listener)
      stopRun = stop
      process.on('SIGINT', onSignal)
    },
    end() {
      process.off('SIGINT', onSignal)
      unsubscribe('child_process', note)
    },
  }
}
