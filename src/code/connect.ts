/** Lets trainable functions run proposed code in a code runner. Stage: code. */
import { codeExecutor, setCodeExecutor } from '../graph/context.ts'
import { createCodeRunner, stripTypes, type CodeRunner, type CodeRunnerOptions } from './runner.ts'

/**
 * From now on proposed code of trainable functions runs in a runner of its own, which is made when it is first needed.
 * `trace-eval` connects one for each of its runs; this is for programs that set proposed code themselves, with `withParameters`.
 *
 * @returns What ends that: the runner is disposed, and what was connected before is again.
 * @example
 * ```ts
 * const disconnect = connectCode({ isolation: 'sandbox' })
 * const double = bundle(function double(x) { return x } as (x: number) => number, { trainable: true })
 * withParameters([double.parameter.with('function double(x) { return 2 * x }')], () => double(4).value) // 8
 * disconnect()
 * ```
 */
export function connectCode({ isolation = 'worker', ...options }: Partial<CodeRunnerOptions> = {}): () => void {
  const before = codeExecutor()
  let runner: CodeRunner | undefined
  const executor = {
    run({ source, name, isAsync, args }: { source: string; name: string; isAsync: boolean; args: readonly unknown[] }): unknown {
      runner ??= createCodeRunner({ isolation, ...options })
      return isAsync ? runner.call(source, name, args) : runner.callSync(source, name, args)
    },
    check(source: string): string | undefined {
      try { stripTypes(source); return undefined } catch (error) { return error instanceof Error ? error.message : String(error) }
    },
  }
  setCodeExecutor(executor)
  return () => {
    if (codeExecutor() === executor) setCodeExecutor(before)
    runner?.dispose()
    runner = undefined
  }
}
