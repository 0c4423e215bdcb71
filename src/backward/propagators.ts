/** Ready propagators: sums, and functions by name of the step. Stage: backward. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import type { Flow, InputFeedback, Propagator } from './propagator.ts'

/** What `propagator` is made of. */
export interface PropagatorOptions<F> {
  /** Functions for single steps, by name of the bundle or operator. */
  readonly byStep?: Readonly<Record<string, (flow: Flow<F>) => InputFeedback<F>>>
  /** For all other steps. @defaultValue every wanted input gets the feedback of the output as it is */
  readonly default?: (flow: Flow<F>) => InputFeedback<F>
  /** Joins what several users handed on. @defaultValue numbers are added, texts concatenated; anything else is an error */
  readonly join?: (parts: readonly F[]) => F
}

/**
 * A propagator with a function of its own for some steps. A function gets the feedback of an output and answers the
 * feedback of each input by name.
 *
 * @throws {TraceEvalError} (from `backward`) `PROPAGATOR_RESULT` when an answer does not cover the inputs,
 * `PROPAGATOR_JOIN` when parts cannot be summed and there is no `join`.
 * @example
 * ```ts
 * // The gradient of a product, and of everything else a plain sum.
 * const gradient = propagator<number>({
 *   byStep: { multiply: ({ feedback, inputs }) => ({ a: feedback * (inputs.b as number), b: feedback * (inputs.a as number) }) },
 * })
 * const [width, height] = [parameter('width', 3), parameter('height', 5)]
 * const area = op.add(op.multiply(width, height), width)
 * backward(area, 1, { propagator: gradient }).parameters.map(({ feedback }) => feedback) // [6, 3]
 * ```
 */
export function propagator<F>({ byStep = {}, default: fallback = passOn, join = sum }: PropagatorOptions<F> = {}): Propagator<F> {
  return {
    begin: (given) => given,
    join: (parts) => (parts.length === 1 ? parts[0]! : join(parts)),
    through: (flow) => (Object.hasOwn(byStep, flow.step) ? byStep[flow.step]! : fallback)(flow),
  }
}

/**
 * Hands feedback on as it is and sums it where ways meet: numbers are added, texts concatenated, the use that was made
 * last first. A value used by two steps is counted twice.
 *
 * @example
 * ```ts
 * const weight = parameter('weight', 2)
 * const output = op.add(op.multiply(weight, 3), weight)
 * backward(output, 0.5, { propagator: sumPropagator() }).parameters[0].feedback // 1
 * ```
 */
export const sumPropagator = <F extends number | string = number>(): Propagator<F> => propagator<F>()

function passOn<F>({ feedback, wanted }: Flow<F>): InputFeedback<F> {
  return Object.fromEntries(wanted.map((name) => [name, feedback]))
}

function sum<F>(parts: readonly F[]): F {
  if (parts.every((part) => typeof part === 'number')) return parts.reduce((total, part) => total + part, 0) as F
  if (parts.every((part) => typeof part === 'string')) return parts.join('') as F
  throw new TraceEvalError('PROPAGATOR_JOIN', `expected numbers alone or texts alone to sum, received ${describeValue(parts)}`,
    { hint: 'Give the propagator a `join` for feedback of another type.' })
}
