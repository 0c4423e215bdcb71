/** The context that each-hooks get around a run of a case. Stage: vitest. */
import type { RunnerTestCase } from 'vitest'
import { TraceEvalError } from '../core/errors.ts'
import type { CaseScope } from './attribution.ts'
import type { LazyTools } from './run-tools.ts'

const lazily: unique symbol = Symbol('lazily') as never

/** The prototype of every context. Getters in the literal itself would be new ones for each run, which is slow, and keeps what they refer to until a full collection. */
const lazyTools = {
  get expect(): unknown { return (this as unknown as { [lazily]: LazyTools })[lazily].expect() },
  get signal(): AbortSignal { return (this as unknown as { [lazily]: LazyTools })[lazily].signal() },
}

/** A test context for one run: its own task, `expect`, signal and clean-up. What it cannot have is refused. */
export function hookContext(test: RunnerTestCase, scope: CaseScope, signal: () => AbortSignal, finished: (() => unknown)[]): object {
  const unsupported = (name: string) => (): never => { throw refused(name) }
  const own = {
    __proto__: lazyTools,
    [lazily]: { expect: () => scope.expect, signal },
    task: scope.task,
    onTestFinished: (fn: () => unknown): void => void finished.push(fn),
    onTestFailed: unsupported('onTestFailed'),
    skip: unsupported('skip'),
    annotate: unsupported('annotate'),
  }
  return new Proxy(own, {
    get(target, key) {
      if (typeof key === 'symbol' || key in target || key === 'then') return Reflect.get(target, key) as unknown
      throw refused(key)
    },
    // Vitest puts fixtures here; a hook that only takes `task` never gets this far.
    set(_target, key) { throw refused(String(key)) },
  })

  function refused(name: string): TraceEvalError {
    return new TraceEvalError('HOOK_CONTEXT', `expected a hook around cases to use task, expect, signal or onTestFinished, received a use of ${JSON.stringify(name)}`,
      { at: `case ${JSON.stringify(test.name)}`, hint: 'Cases run many times, outside of Vitest tests: fixtures of test.extend are not there. Prepare in beforeAll, or inside the case.' })
  }
}
