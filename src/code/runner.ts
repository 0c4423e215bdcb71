/** Runs proposed code in the place that its isolation names. Stage: code. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { isolatedRunner } from './isolated-runner.ts'
import { plainRunner } from './plain-runner.ts'
import type { CodeRunner, CodeRunnerOptions } from './types.ts'

export type { CodeLimits, CodeRunner, CodeRunnerOptions, Isolation } from './types.ts'
export { CodeError } from './code-error.ts'
export { stripTypes } from './strip-types.ts'

/**
 * Makes what runs proposed code. Nothing is loaded before the first call. Calls share nothing: built-in objects are frozen,
 * each call evaluates the source anew, and an engine that was stopped is replaced.
 *
 * Data crosses, both ways: JSON, undefined, NaN, infinities, -0, bigint and Date. In `none` values are as they are.
 *
 * @throws {TraceEvalError} `CODE_ISOLATION` for an isolation that does not exist.
 * @example
 * ```ts
 * const runner = createCodeRunner({ isolation: 'sandbox' })
 * runner.callSync('function add(a: number, b: number) { return a + b }', 'add', [1, 2]) // 3
 * ```
 */
export function createCodeRunner(options: CodeRunnerOptions): CodeRunner {
  const { isolation, limits = {}, seed = '', now = Date.UTC(2025, 0), host = {} } = options
  if (isolation === 'none') return plainRunner(host)
  if (isolation !== 'sandbox' && isolation !== 'worker') {
    throw new TraceEvalError('CODE_ISOLATION', `expected 'sandbox', 'worker' or 'none', received ${describeValue(isolation)}`)
  }
  const { timeMs = 1000, memoryMb = 48, stackKb = 128, maxOutputBytes = 1_000_000 } = limits
  return isolatedRunner(isolation, seed, host, { timeMs, memoryMb, stackKb, maxOutputBytes, now, host: Object.keys(host) })
}
