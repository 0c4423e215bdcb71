/** A function that computes from its arguments alone, as a traced operator. Stage: graph. */
import { inputNames } from './input-names.ts'
import type { Step } from './origin.ts'
import { runStep } from './traced-node.ts'
import type { Node, Plain, TraceableArgs } from './types.ts'

/**
 * Makes `compute` an operator. Its arguments may be nodes, also inside plain objects, arrays, maps and sets; their names in
 * the graph are those in the source of `compute`. It must not change what it is given.
 * @internal
 */
export function operator<A extends readonly unknown[], R>(name: string, compute: (...args: A) => R): (...args: TraceableArgs<A>) => Node<Plain<R>> {
  return stepOf({ name, pure: true }, compute)
}

/** An operator that calls functions of the user: what they read, and the nodes they give back, are inputs too. @internal */
export function callingOperator<A extends readonly unknown[], R>(name: string, compute: (...args: A) => R): (...args: TraceableArgs<A>) => Node<Plain<R>> {
  return stepOf({ name }, compute)
}

function stepOf<A extends readonly unknown[], R>(step: Step, compute: (...args: A) => R): (...args: TraceableArgs<A>) => Node<Plain<R>> {
  let names: readonly string[] | undefined
  const byCount: (readonly string[])[] = []
  return (...args) => {
    const roles = byCount[args.length] ??= rolesFor(names ??= inputNames(compute), args.length)
    return runStep(step, roles, args, compute as unknown as (...given: never[]) => R) as Node<Plain<R>>
  }
}

// The last argument may stand for any number of values: `list, more0, more1`.
function rolesFor(names: readonly string[], count: number): readonly string[] {
  if (count <= names.length) return names.slice(0, count)
  const last = names.length - 1
  return Array.from({ length: count }, (_, index) => (index < last ? names[index]! : `${names[last] ?? 'arg'}${index - Math.max(0, last)}`))
}
