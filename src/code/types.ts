/** What can run proposed code, and under which limits. Stage: code. */

/**
 * Where proposed code runs: `sandbox`, an engine of its own in this process, at once, which cannot stop a native loop that
 * never looks at the clock; `worker`, the same engine in a thread that is terminated, which stops everything; `none`, as a
 * plain function of this program, for code that somebody has read.
 */
export type Isolation = 'sandbox' | 'worker' | 'none'

/** What one call of proposed code may use. */
export interface CodeLimits {
  /** Milliseconds of its own work; waiting for host functions does not count. @defaultValue 1,000 */
  readonly timeMs?: number
  /** Megabytes of the engine's whole memory, its own 2 MB included. @defaultValue 48 */
  readonly memoryMb?: number
  /** Kilobytes of stack, at most 192. @defaultValue 128 */
  readonly stackKb?: number
  /** Bytes of a result, and of what is handed to a host function. @defaultValue 1,000,000 */
  readonly maxOutputBytes?: number
}

/** How a code runner runs code. */
export interface CodeRunnerOptions {
  readonly isolation: Isolation
  readonly limits?: CodeLimits
  /** `Math.random` gives the same numbers for the same seed, function and arguments. @defaultValue `''` */
  readonly seed?: string
  /** What `Date.now()` says, always. @defaultValue 1735689600000, the start of 2025 */
  readonly now?: number
  /** Functions of this program that the code may call, as `await host.name(…)`. What they take and give crosses as data. */
  readonly host?: Readonly<Record<string, (...args: never[]) => unknown>>
}

/** Runs proposed code. Every failure of it is a `CodeError`. */
export interface CodeRunner {
  /** Calls the function `name` that `source` (TypeScript) declares or exports, with data as arguments. */
  call(source: string, name: string, args: readonly unknown[]): Promise<unknown>
  /** The same, at once. `worker` blocks this thread meanwhile, so that synchronous code stays synchronous. */
  callSync(source: string, name: string, args: readonly unknown[]): unknown
  /** Frees what the runner holds; calls under way fail with `CODE_DISPOSED`. */
  dispose(): void
}
