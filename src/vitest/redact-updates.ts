/** What Vitest sends from a worker to its main process, without secrets: every reporter, ours and others, shows and writes that. Stage: vitest. */
import type { RunnerTask, RunnerTestFile } from 'vitest'
import { redactError, redactor } from '../core/redact.ts'

type Send<Args extends unknown[]> = (...args: Args) => unknown
type TaskPack = [id: string, result: RunnerTask['result'] | undefined, meta: RunnerTask['meta']]
type TaskEvent = [id: string, event: string, data: unknown]
interface Sender { onTaskUpdate?: Send<[TaskPack[], TaskEvent[]]>; onCollected?: Send<[RunnerTestFile[]]> }

/** Vitest sets both functions on its runner after making it: whatever it sets, gets clean data. @internal */
export function redactUpdates(runner: object): void {
  clean(runner, 'onTaskUpdate', (send) => (packs, events) => {
    const redact = redactor()
    // Nearly all results are of tests that passed: a state and times.
    const packed = packs.map(([id, result, meta]): TaskPack => [id, isBare(result) ? result : redact(result), redact(meta)])
    return send(packed, events.map((event) => (event[2] === undefined ? event : redact(event))))
  })
  clean(runner, 'onCollected', (send) => (files) => {
    const redact = redactor()
    for (const file of files) redactTask(file, redact)
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

const bareFields = new Set(['state', 'startTime', 'duration', 'retryCount', 'repeatCount', 'heap'])

function isBare(result: TaskPack[1]): boolean {
  for (const key in result) if (!bareFields.has(key) && result[key as keyof typeof result] !== undefined) return false
  return true
}

/** Titles are made of rows, and a file that failed to load has its errors here. */
function redactTask(task: RunnerTask, redact: ReturnType<typeof redactor>, around = false): void {
  const name = redact(task.name)
  // Full names are made of the names of the task and those around it.
  const changed = around || name !== task.name
  if (changed) for (const key of ['name', 'fullName', 'fullTestName'] as const) (task as unknown as Record<string, unknown>)[key] = redact((task as unknown as Record<string, unknown>)[key])
  if (task.result !== undefined) task.result = redact(task.result)
  if ('tasks' in task) for (const inner of task.tasks) redactTask(inner, redact, changed)
}

const key: unique symbol = Symbol.for('trace-eval.redacts-process-errors') as never

/**
 * Errors that nobody caught go to the terminal too. No listener of ours may look at them: Vitest takes any but its own for code of the user
 * that handles them, and then says nothing. @internal
 */
export function redactErrorsOfProcess(target: NodeJS.EventEmitter & { [key]?: boolean } = process): void {
  if (target[key] === true) return
  const emit = target.emit.bind(target)
  const redacting: typeof emit = (event, ...args: unknown[]) => {
    if (event === 'unhandledRejection' || event === 'uncaughtException') redactError(args[0])
    return emit(event, ...args)
  }
  Object.defineProperty(target, key, { value: true })
  Object.defineProperty(target, 'emit', { value: redacting, writable: true, configurable: true, enumerable: false })
}
