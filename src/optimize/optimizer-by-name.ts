/** Optimizers by the names a command line knows them by. Stage: optimize. */
import { TraceEvalError } from '../core/errors.ts'
import { describeValue } from '../core/describe-value.ts'
import { nearestName } from '../core/text.ts'
import { bootstrapExamples } from './bootstrap-examples.ts'
import { coordinate } from './coordinate.ts'
import { externalOptimizer } from './external.ts'
import type { Optimizer } from './optimizer.ts'
import { randomSearch } from './random-search.ts'
import { search } from './search.ts'
import { tpe } from './tpe.ts'

/** Optimizers that need nothing but their name; the first is the default. */
const builtIn: ReadonlyMap<string, () => Optimizer> = new Map(
  [search, tpe, coordinate, bootstrapExamples, randomSearch].map((make) => [make().name, make]),
)

/** `command:python3 optimizer.py` is an optimizer that is a program. Split at spaces; no shell reads it. */
const COMMAND = 'command:'

/** Names that {@link optimizerByName} knows, the default first. */
export const optimizerNames: readonly string[] = [...builtIn.keys()]

/**
 * The built-in optimizer called `name`, or with `command:program argument …` an external one.
 *
 * @throws {TraceEvalError} `OPTIMIZER_UNKNOWN`, with the nearest name as the hint.
 * @example
 * ```ts
 * import { optimizerByName } from 'trace-eval/optimizers'
 * const optimizer = optimizerByName('tpe')
 * ```
 */
export function optimizerByName(name: string): Optimizer {
  if (name.startsWith(COMMAND)) {
    const [command, ...args] = name.slice(COMMAND.length).trim().split(/\s+/)
    if (command !== undefined && command !== '') return externalOptimizer({ command, args })
  }
  const make = builtIn.get(name)
  if (make !== undefined) return make()
  const nearest = nearestName(name, [...optimizerNames, 'reflect'])
  throw new TraceEvalError('OPTIMIZER_UNKNOWN', `expected an optimizer (${optimizerNames.join(', ')}, and with a model reflect), received ${describeValue(name)}`, {
    hint: nearest === undefined ? 'An optimizer of your own is given as an object, not by name.' : `Did you mean \`${nearest}\`?`,
  })
}
