/** What Vitest sends from a worker to its main process, without secrets: every reporter, ours and others, shows and writes that. Stage: vitest. */
import type { RunnerTask, RunnerTestFile } from 'vitest'
import { redactError, redactSecrets, redactValue } from '../core/redact.ts'

type Send<Args extends unknown[]> = (...args: Args) => unknown
interface Sender { onTaskUpdate?: Send<unknown[]>; onCollected?: Send<[RunnerTestFile[]]> }

/** Vitest sets both functions on its runner after making it: whatever it sets, gets clean data. @internal */
export function redactUpdates(runner: object): void {
  clean(runner, 'onTaskUpdate', (send) => (...args) => send(...redactValue(args)))
  clean(runner, 'onCollected', (send) => (files) => {
    for (const file of files) redactTask(file)
    return send(files)
  })
}

function clean<K extends keyof Sender>(runner: object, key: K, wrap: (send: NonNullable<Sender[K]>) => NonNullable<Sender[K]>): void {
  let current: NonNullable<Sender[K]> | undefined
  Object.defineProperty(runner, key, {
    configurable: true, enumerable: true,
    get: () => current,
    set: (send: NonNullable<Sender[K]> | undefined) => { current = send === undefined ? undefined : wrap(send.bind(runner) as NonNullable<Sender[K]>) },
  })
}

/** Titles are made of rows, and a file that failed to load has its errors here. */
function redactTask(task: RunnerTask): void {
  for (const key of ['name', 'fullName', 'fullTestName'] as const) {
    const named = task as unknown as Record<string, unknown>
    if (typeof named[key] === 'string') named[key] = redactSecrets(named[key])
  }
  if (task.result !== undefined) task.result = redactValue(task.result)
  if ('tasks' in task) for (const inner of task.tasks) redactTask(inner)
}

const key = Symbol.for('trace-eval.redacts-process-errors')

/** Errors that nobody caught go to the terminal too, by listeners of Vitest that come after these. @internal */
export function redactErrorsOfProcess(): void {
  const place = globalThis as { [key: symbol]: boolean | undefined }
  if (place[key] === true) return
  place[key] = true
  for (const event of ['unhandledRejection', 'uncaughtException'] as const) process.prependListener(event as 'uncaughtException', (error) => { redactError(error) })
}
