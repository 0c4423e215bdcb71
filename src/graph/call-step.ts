/** A function whose calls are traced steps. Stage: graph. */
import { inputNames } from './input-names.ts'
import type { Step } from './origin.ts'
import { uniqueNames } from './step-inputs.ts'
import { markTraced } from './traced-function.ts'
import { runStep } from './traced-node.ts'

type Func = (...args: never[]) => unknown

/** `fn` as `step`; the names of its arguments are `given`, or read from its source at the first call. @internal */
export function callStep(step: Step, fn: Func, given?: readonly string[]): (this: unknown, ...args: unknown[]) => unknown {
  let names = given
  const byCount: (readonly string[])[] = []
  return markTraced(function (this: unknown, ...args: unknown[]) {
    return runStep(step, (byCount[args.length] ??= rolesFor(names ??= inputNames(fn), args.length)), args, fn, this)
  })
}

/** Unique names for `count` arguments. A rest argument has one name and any number of values: `list, more0, more1`. @internal */
export function rolesFor(names: readonly string[], count: number): readonly string[] {
  const last = names.length - 1
  return uniqueNames(Array.from({ length: count }, (_, index) => (index < last || count <= last + 1 ? names[index]! : `${names[last] ?? 'arg'}${index - Math.max(0, last)}`)))
}
