/** The runner that Vitest uses for eval files: it tells workflows where they run, stops them, and publishes how far they are. Stage: vitest. */
import { TestRunner, type RunnerTestFile, type RunnerTestSuite } from 'vitest'
import type { HookOrder } from './hooks.ts'
import { redactErrorsOfProcess, redactUpdates } from './redact-updates.ts'
import { injectedSettings } from './settings.ts'

type RunnerConfig = ConstructorParameters<typeof TestRunner>[0]

/** What a workflow needs of the runner. */
export interface WorkflowRunner {
  readonly hookOrder: HookOrder
  readonly root: string
  /** Aborts when the run is cancelled. */
  readonly signal: AbortSignal
  /** Called instead of running anything, in a dry run. */
  readonly plans: (() => Promise<void>)[]
  /** Sends the meta of `suite` to the main process. */
  publish(suite: RunnerTestSuite): Promise<void>
}

const key: unique symbol = Symbol.for('trace-eval.runner') as never
const place = globalThis as { [key]?: WorkflowRunner }

/** The runner of this worker; none when Vitest runs without our plugin. */
export function currentRunner(): WorkflowRunner | undefined { return place[key] }

type TaskUpdate = (packs: [string, unknown, unknown][], events: unknown[]) => Promise<void> | void

/** Set as `test.runner` by the config plugin and the command. */
export default class TraceEvalRunner extends TestRunner implements WorkflowRunner {
  readonly #abort = new AbortController()
  readonly hookOrder: HookOrder
  readonly root: string
  readonly signal: AbortSignal = this.#abort.signal
  readonly plans: (() => Promise<void>)[] = []

  constructor(config: RunnerConfig) {
    super(config)
    this.hookOrder = config.sequence.hooks
    this.root = config.root
    place[key] = this
    // SDKs make no client without a key; a replay sends nothing, so any will do.
    if (injectedSettings(this.root).cassettes?.mode === 'replay') process.env['OPENAI_API_KEY'] ||= 'none'
    redactUpdates(this)
    redactErrorsOfProcess()
    // A terminal sends Ctrl-C to every process: this one goes on, and is told by the main process when to stop.
    process.on('SIGINT', () => {})
  }

  override cancel(reason: Parameters<TestRunner['cancel']>[0]): void {
    this.#abort.abort(new Error(`the run was cancelled: ${String(reason)}`))
    super.cancel(reason)
  }

  async onBeforeRunFiles(files: RunnerTestFile[]): Promise<void> {
    await (TestRunner.prototype as { onBeforeRunFiles?: (files: RunnerTestFile[]) => unknown }).onBeforeRunFiles?.call(this, files)
    const plans = this.plans.splice(0)
    if (injectedSettings(this.root).dryRun !== true) return
    for (const plan of plans) await plan()
    // Of a suite in which all is skipped, Vitest runs no hook either.
    for (const file of files) skipAll(file)
  }

  async publish(suite: RunnerTestSuite): Promise<void> {
    const { onTaskUpdate } = this as unknown as { onTaskUpdate?: TaskUpdate }
    await onTaskUpdate?.call(this, [[suite.id, suite.result, suite.meta]], [])
  }
}

function skipAll(suite: RunnerTestSuite): void {
  suite.mode = 'skip'
  for (const task of suite.tasks) {
    if (task.type === 'suite') skipAll(task)
    else task.mode = 'skip'
  }
}
