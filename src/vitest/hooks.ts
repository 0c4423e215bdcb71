/** The user's hooks: around every run of a case, before the rounds, and not around a recorded outcome. Stage: vitest. */
import { TestRunner, type RunnerTestCase, type RunnerTestSuite } from 'vitest'
import { TraceEvalError } from '../core/errors.ts'

/** How hooks of one suite are ordered; `sequence.hooks` of the config. */
export type HookOrder = 'stack' | 'list' | 'parallel'

// oxlint-disable-next-line no-explicit-any -- hooks take what Vitest gives them
type Hook = (...args: any[]) => unknown
interface SuiteHooks { beforeAll: Hook[]; afterAll: Hook[]; beforeEach: Hook[]; afterEach: Hook[]; aroundAll?: Hook[]; aroundEach?: Hook[] }

const hooksOf = (suite: RunnerTestSuite): SuiteHooks => TestRunner.getSuiteHooks(suite) as unknown as SuiteHooks

/** The suites around a case, the file first. */
function suitesAround(suite: RunnerTestSuite): RunnerTestSuite[] {
  const parent = 'filepath' in suite ? undefined : (suite.suite ?? suite.file)
  return parent === undefined ? [suite] : [...suitesAround(parent), suite]
}

/** Runs hooks one after the other, or at the same time where the config says so; gives what each returned. */
async function runHooks(hooks: readonly Hook[], order: HookOrder, args: readonly unknown[]): Promise<unknown[]> {
  if (order !== 'parallel') {
    const results: unknown[] = []
    for (const hook of hooks) results.push(await hook(...args))
    return results
  }
  const settled = await Promise.allSettled(hooks.map(async (hook) => hook(...args)))
  const errors = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
  if (errors.length === 1) throw errors[0]
  if (errors.length > 1) throw new AggregateError(errors, 'several hooks failed')
  return settled.map((result) => (result as PromiseFulfilledResult<unknown>).value)
}

/** The hooks around each run of the cases of one suite. */
export interface EachHooks {
  readonly none: boolean
  /** Runs all `beforeEach` hooks; gives what has to run after the case, in order. */
  before(context: object): Promise<Hook[]>
  /** Runs all `afterEach` hooks, then what `before` gave. */
  after(context: object, cleanups: readonly Hook[]): Promise<void>
  /** Runs `run` inside all `aroundEach` hooks. */
  around(context: object, run: () => Promise<void>): Promise<void>
}

/** Collects the hooks around the cases of `suite`: outer suites' before its own, and after them in reverse. */
export function eachHooks(suite: RunnerTestSuite, order: HookOrder): EachHooks {
  const suites = suitesAround(suite)
  const all = suites.map((found) => ({ suite: found, before: [...hooksOf(found).beforeEach], after: ordered(hooksOf(found).afterEach, order) }))
  const arounds = suites.flatMap((found) => (hooksOf(found).aroundEach ?? []).map((hook) => ({ hook, suite: found })))
  return {
    none: arounds.length === 0 && all.every(({ before, after }) => before.length === 0 && after.length === 0),
    async before(context) {
      const cleanups: Hook[] = []
      for (const { before } of all) {
        for (const result of await runHooks(before, order, [context, suite])) if (typeof result === 'function') cleanups.unshift(result as Hook)
      }
      return cleanups
    },
    async after(context, cleanups) {
      const errors: unknown[] = []
      const attempt = async (run: () => unknown): Promise<void> => { try { await run() } catch (error) { errors.push(error) } }
      for (const { after } of all.toReversed()) await attempt(() => runHooks(after, order, [context, suite]))
      for (const cleanup of cleanups) await attempt(cleanup)
      if (errors.length === 1) throw errors[0]
      if (errors.length > 1) throw new AggregateError(errors, 'several hooks failed')
    },
    around: (context, run) => arounds.reduceRight<() => Promise<void>>((inner, found) => async () => { await found.hook(inner, context, found.suite) }, run)(),
  }
}

function ordered(hooks: readonly Hook[], order: HookOrder): Hook[] {
  return order === 'stack' ? hooks.toReversed() : [...hooks]
}

/**
 * Puts `last` after the `beforeAll` hooks of `suite`, whatever their order: with parallel hooks a hook that is
 * merely registered last would start together with the others. To be called when all hooks are registered. `failed` hears
 * when one of them throws, and `last` will not run.
 */
export function runAfterBeforeAll(suite: RunnerTestSuite, order: HookOrder, { last, failed }: { last: () => Promise<void>; failed: (error: unknown) => void }): void {
  const hooks = hooksOf(suite)
  const own = hooks.beforeAll.splice(0)
  hooks.beforeAll.push(async (...args: unknown[]) => {
    const results = await runHooks(own, order, args).catch((error: unknown) => { failed(error); throw error })
    const cleanups = results.filter((result): result is Hook => typeof result === 'function')
    try {
      await last()
    } catch (error) {
      // Vitest calls what a hook returns; of one that throws it knows nothing.
      for (const cleanup of cleanups.toReversed()) await cleanup()
      throw error
    }
    return async () => { for (const cleanup of cleanups.toReversed()) await cleanup() }
  })
}

/**
 * Runs the `beforeAll` hooks of nested suites now, since the rounds run before Vitest gets to them, and leaves
 * Vitest only their clean-up. Outer suites first.
 */
export async function runNestedBeforeAll(suite: RunnerTestSuite, order: HookOrder): Promise<void> {
  for (const task of suite.tasks) {
    if (task.type !== 'suite' || task.mode === 'skip' || task.mode === 'todo') continue
    const hooks = hooksOf(task)
    if (hooks.aroundAll !== undefined && hooks.aroundAll.length > 0) {
      throw new TraceEvalError('HOOK_UNSUPPORTED', 'expected no aroundAll hook in a describe inside a workflow, received one',
        { at: `describe ${JSON.stringify(task.name)}`, hint: 'Use beforeAll and afterAll there, or put aroundAll around describeWorkflow.' })
    }
    const own = hooks.beforeAll.splice(0)
    if (own.length > 0) {
      const cleanups = (await runHooks(own, order, [task])).filter((result): result is Hook => typeof result === 'function')
      hooks.beforeAll.push(() => async () => { for (const cleanup of cleanups.toReversed()) await cleanup() })
    }
    await runNestedBeforeAll(task, order)
  }
}

const guarded: unique symbol = Symbol.for('trace-eval.guarded') as never

/** Makes the each-hooks around `suite` skip recorded outcomes: they ran around every run of the case already. */
export function spareRecordedOutcomes(suite: RunnerTestSuite, isRecorded: (test: RunnerTestCase) => boolean): void {
  const spare = (hooks: Hook[] | undefined, contextAt: number): void => {
    if (hooks === undefined) return
    for (const [index, hook] of hooks.entries()) {
      if (guarded in hook) continue
      const wrapper: Hook = (...args) => {
        if (!isRecorded((args[contextAt] as { task: RunnerTestCase }).task)) return hook(...args) as unknown
        return contextAt === 1 ? (args[0] as Hook)() : undefined
      }
      // Vitest keeps timeouts as properties of its hooks.
      hooks[index] = Object.assign(wrapper, hook, { [guarded]: true })
    }
  }
  const visit = (found: RunnerTestSuite): void => {
    const hooks = hooksOf(found)
    spare(hooks.beforeEach, 0)
    spare(hooks.afterEach, 0)
    spare(hooks.aroundEach, 1)
  }
  for (const outer of suitesAround(suite)) visit(outer)
  const nested = (found: RunnerTestSuite): void => {
    for (const task of found.tasks) if (task.type === 'suite') { visit(task); nested(task) }
  }
  nested(suite)
}
