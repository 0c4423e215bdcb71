/** Live parameters as plain data for an optimizer. Stage: train. */
import { TraceEvalError } from '../core/errors.ts'
import { describeError } from '../graph/node.ts'
import type { Parameter } from '../graph/parameter.ts'
import type { Optimizer, ParameterSpec } from '../optimize/optimizer.ts'

/** The parameters that `optimizer` can change, in declaration order, each with the value it starts with. */
export function parameterSpecs(parameters: Iterable<Parameter<unknown>>, { kinds }: Optimizer, startValues: Readonly<Record<string, unknown>>): ParameterSpec[] {
  return [...parameters].filter(({ kind }) => kinds.includes(kind)).toSorted(byDeclaration)
    .map((found) => specOf(found, startValues[found.name]))
}

function specOf(found: Parameter<unknown>, initial: unknown): ParameterSpec {
  return {
    name: found.name,
    ...(found.description === undefined ? {} : { description: found.description }),
    domain: found.domain,
    initial,
    check(value) {
      try { return { value: found.check(value) } } catch (error) { return { problem: problemOf(error) } }
    },
  }
}

// A constraint is foreign code: whatever it throws says that the value did not pass.
function problemOf(error: unknown): string {
  return TraceEvalError.is(error, 'PARAMETER_VALUE') ? error.message : `the constraint failed: ${describeError(error)}`
}

function byDeclaration(a: Parameter<unknown>, b: Parameter<unknown>): number {
  const [first, second] = [a.location, b.location]
  if (first !== undefined && second !== undefined) {
    const apart = first.file === second.file ? first.line - second.line || first.column - second.column : first.file < second.file ? -1 : 1
    if (apart !== 0) return apart
  }
  return a.name < b.name ? -1 : 1
}
