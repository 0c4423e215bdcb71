/** The runner that Vitest uses for eval files: it tells workflows where they run, stops them, and publishes how far they are. Stage: vitest. */
import { TestRunner, type RunnerTestCase, type RunnerTestFile, type RunnerTestSuite } from 'vitest'
import type { HookOrder } from './hooks.ts'
import type { NativeOutcomes } from './native-outcome.ts'
import { redactErrorsOfProcess, redactUpdates } from './redact-updates.ts'
import { injectedSettings } from './settings.ts'

type RunnerConfig = ConstructorParameters<typeof TestRunner>[0]

/** What a workflow needs of the runner. */
export interface WorkflowRunner {
  readonly hookOrder: HookOrder
  readonly root: string
  /** `expect.requireAssertions` of the config. */
  readonly requiresAssertions: boolean
  /** Aborts when the run is cancelled. */
  readonly signal: AbortSignal
  /** Called instead of running anything, in a dry run. */
  readonly plans: (() => Promise<void>)[]
  /** By the test that stands for its case: what is told instead of running it. */
  readonly recorded: WeakMap<RunnerTestCase, NativeOutcomes>
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
  readonly requiresAssertions: boolean
  readonly signal: AbortSignal = this.#abort.signal
  readonly plans: (() => Promise<void>)[] = []
  readonly recorded = new WeakMap<RunnerTestCase, NativeOutcomes>()
  readonly #passed: { readonly test: RunnerTestCase; readonly mode: RunnerTestCase['mode'] }[] = []

  constructor(config: RunnerConfig) {
    super(config)
    this.hookOrder = config.sequence.hooks
    this.root = config.root
    this.requiresAssertions = config.expect.requireAssertions === true
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

  /** A case that passed needs none of what Vitest does around a test, twenty promises and more: its result is there, and Vitest only reports it. */
  override async onBeforeRunTask(test: RunnerTestCase): Promise<void> {
    await super.onBeforeRunTask(test)
    const { mode } = test
    const outcomes = mode === 'skip' ? undefined : this.recorded.get(test)
    if (outcomes === undefined || outcomes.tell(test).length > 0) return
    test.result = passedNow()
    test.mode = 'skip'
    this.#passed.push({ test, mode })
    this.onAfterRunTask(test)
  }

  override async onAfterRunSuite(suite: RunnerTestSuite): Promise<void> {
    // Nobody may take them for skipped tests.
    for (const { test, mode } of this.#passed.splice(0)) test.mode = mode
    await super.onAfterRunSuite(suite)
  }

  async publish(suite: RunnerTestSuite): Promise<void> {
    const { onTaskUpdate } = this as unknown as { onTaskUpdate?: TaskUpdate }
    await onTaskUpdate?.call(this, [[suite.id, suite.result, suite.meta]], [])
  }
}

/** As Vitest writes it down for a test that passes at once. */
function passedNow(): NonNullable<RunnerTestCase['result']> {
  const [duration, startTime] = [0, Date.now()]
  const attempt = { state: 'pass', duration, startTime, retryIndex: 0, repeatIndex: 0 }
  // Vitest 4 has no attempts.
  return { state: 'pass', duration, startTime, retryCount: 0, repeatCount: 0, attempts: [attempt] } as NonNullable<RunnerTestCase['result']>
}

function skipAll(suite: RunnerTestSuite): void {
  suite.mode = 'skip'
  for (const task of suite.tasks) {
    if (task.type === 'suite') skipAll(task)
    else task.mode = 'skip'
  }
}
