/** Lets trainable functions run proposed code in a code runner. Stage: code. */
import { originalOf } from '../graph/code-parameter.ts'
import { currentContext, runInContext, setCodeExecutor, type CodeExecutor } from '../graph/context.ts'
import { createCodeRunner, stripTypes, type CodeRunner, type CodeRunnerOptions } from './runner.ts'
import { isTyped, typeCheck } from './type-check.ts'

const HOST = 'declare const host: Record<string, (...args: any[]) => Promise<any>>'

/**
 * From now on proposed code of trainable functions runs in a runner of its own, which is made when it is first needed.
 * `trace-eval` connects one for each of its runs; this is for programs that set proposed code themselves, with `withParameters`.
 * Proposals with type errors are refused, where TypeScript 7 or later is found from the working directory.
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
export function connectCode(options: Partial<CodeRunnerOptions> = {}): () => void {
  const made = codeExecution(options)
  connected.push(made.executor)
  setCodeExecutor(made.executor)
  return () => {
    const at = connected.indexOf(made.executor)
    if (at >= 0) connected.splice(at, 1)
    setCodeExecutor(connected.at(-1))
    made.dispose()
  }
}

// Those that are connected now, in order: they may end in another one.
const connected: CodeExecutor[] = []

/**
 * Runs `run`, whose proposed code runs as `options` say: only that of what `run` starts, so that two of them at the same time do not meet.
 * Stands before what `connectCode` connected.
 * @internal
 */
export async function withCode<R>(options: Partial<CodeRunnerOptions>, run: () => Promise<R>): Promise<R> {
  const { executor, dispose } = codeExecution(options)
  try {
    return await runInContext({ ...currentContext(), code: executor }, run)
  } finally {
    dispose()
  }
}

function codeExecution({ isolation = 'worker', ...options }: Partial<CodeRunnerOptions>): { readonly executor: CodeExecutor; readonly dispose: () => void } {
  let runner: CodeRunner | undefined
  const told = new Map<string, string | undefined>()
  const typeProblem = (source: string, domain: Parameters<CodeExecutor['check']>[1]): string | undefined => {
    // The function as declared may use its module, and `none` runs code with all that this program has.
    if (isolation === 'none' || source === originalOf(domain) || !isTyped(domain)) return undefined
    const types = `${domain.types ?? ''}\n${options.host === undefined ? '' : HOST}`
    const key = JSON.stringify([source, domain.signature, types])
    if (!told.has(key)) {
      const problems = typeCheck(source, { types, signature: domain.signature }) ?? []
      told.set(key, problems.length === 0 ? undefined : `expected code without type errors, received:\n${problems.map((problem) => `  ${problem}`).join('\n')}`.replace(/\.$/, ''))
    }
    return told.get(key)
  }
  const executor: CodeExecutor = {
    run({ source, name, isAsync, args }) {
      runner ??= createCodeRunner({ isolation, ...options })
      return isAsync ? runner.call(source, name, args) : runner.callSync(source, name, args)
    },
    check(source, domain) {
      try { stripTypes(source) } catch (error) { return error instanceof Error ? error.message : String(error) }
      return typeProblem(source, domain)
    },
  }
  return { executor, dispose: () => { runner?.dispose(); runner = undefined } }
}
