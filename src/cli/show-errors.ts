/** Errors outside of workflows, as Vitest prints them. Stage: cli. */
import type { Vitest } from 'vitest/node'
import { isEmptyFile } from '../../reporters/module-problems.ts'

/** Files that failed to load and errors that nobody caught, as Vitest prints them: its own reporter would have. */
export function showErrors({ state, logger }: Vitest): void {
  for (const module of state.getTestModules()) {
    for (const error of module.errors()) {
      if (!isEmptyFile(error)) logger.printError(withoutOurs(error), { project: module.project })
    }
  }
  const unhandled = state.getUnhandledErrors()
  if (unhandled.length > 0) logger.printUnhandledErrors(unhandled as never)
}

/** Of a mistake that we refused: what the user's code did. Our own frames and fields would only hide it. */
export function withoutOurs<T extends { readonly name?: string; readonly message: string; readonly stack?: string; readonly stacks?: readonly { readonly file: string }[] }>(error: T): T {
  if (error.name?.startsWith('TraceEvalError') !== true) return error
  const { name, message, stack = '', stacks = [] } = error
  const isOur = (text: string): boolean => /[\\/]node_modules[\\/]trace-eval[\\/]/.test(text)
  return { name, message, stack: stack.split('\n').filter((line) => !isOur(line)).join('\n'), stacks: stacks.filter(({ file }) => !isOur(file)) } as never
}
