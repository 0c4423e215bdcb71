/** A function that computes from its arguments alone, as a traced operator. Stage: graph. */
import { callStep } from '../call-step.ts'
import type { Node, Plain, TraceableArgs } from '../types.ts'

/**
 * Makes `compute` an operator. Its arguments may be nodes, also inside plain objects, arrays, maps and sets; their names in
 * the graph are those in the source of `compute`. It must not change what it is given.
 * @internal
 */
export function operator<A extends readonly unknown[], R>(name: string, compute: (...args: A) => R): (...args: TraceableArgs<A>) => Node<Plain<R>> {
  return callStep({ name, pure: true }, compute as never) as never
}

/** An operator that calls functions of the user: what they read, and the nodes they give back, are inputs too. @internal */
export function callingOperator<A extends readonly unknown[], R>(name: string, compute: (...args: A) => R): (...args: TraceableArgs<A>) => Node<Plain<R>> {
  return callStep({ name }, compute as never) as never
}
