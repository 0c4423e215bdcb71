/** Optimizers by the names a command line knows them by. Stage: optimize. */
import { TraceEvalError } from '../core/errors.ts'
import { describeValue } from '../core/describe-value.ts'
import { nearestName } from '../core/text.ts'
import { bootstrapFewShot } from './writing/bootstrap-few-shot.ts'
import { bootstrapExamples } from './search/bootstrap-examples.ts'
import { coordinate } from './search/coordinate.ts'
import { externalOptimizer } from './external.ts'
import { gepa } from './writing/gepa.ts'
import type { Optimizer } from './optimizer.ts'
import { mipro } from './writing/mipro.ts'
import { opro } from './writing/opro.ts'
import { optoPrime } from './writing/opto-prime.ts'
import { optoPrimeMulti } from './writing/opto-prime-multi.ts'
import { randomSearch } from './search/random-search.ts'
import { reflect } from './writing/reflect.ts'
import { search } from './search/search.ts'
import { simba } from './writing/simba.ts'
import { textGrad } from './writing/text-grad.ts'
import { tpe } from './search/tpe.ts'

/** By name, the defaults first: `search` where no model is named, `reflect` where one is. Those from `reflect` on ask a model. */
const builtIn: ReadonlyMap<string, () => Optimizer> = new Map(
  [search, tpe, coordinate, bootstrapExamples, randomSearch, bootstrapFewShot, reflect, gepa, mipro, simba, optoPrime, optoPrimeMulti, opro, textGrad].map((make: () => Optimizer) => [make().name, make]),
)

/** `command:python3 optimizer.py` is an optimizer that is a program, `process:…` one that stays for the whole run. Split at spaces; no shell reads it. */
const program = /^(command|process):\s*(\S.*)$/

/** Names that {@link optimizerByName} knows, `search` first. */
export const optimizerNames: readonly string[] = [...builtIn.keys()]

/**
 * The built-in optimizer called `name`, or with `command:program argument …` an external one, which with `process:program argument …` stays for the whole run.
 *
 * One that asks a model has none yet: a run gives it its own, `withModel` one of yours.
 *
 * @throws {TraceEvalError} `OPTIMIZER_UNKNOWN`, with the nearest name as the hint.
 * @example
 * ```ts
 * import { optimizerByName } from 'trace-eval/optimizers'
 * const optimizer = optimizerByName('tpe')
 * ```
 */
export function optimizerByName(name: string): Optimizer {
  const [, form, line] = program.exec(name) ?? []
  if (line !== undefined) {
    const [command, ...args] = line.trim().split(/\s+/)
    return externalOptimizer({ command: command!, args, lifetime: form === 'process' ? 'run' : 'round' })
  }
  const make = builtIn.get(name)
  if (make !== undefined) return make()
  const nearest = nearestName(name, optimizerNames)
  throw new TraceEvalError('OPTIMIZER_UNKNOWN', `expected an optimizer (${optimizerNames.join(', ')}), received ${describeValue(name)}`, {
    hint: nearest === undefined ? 'An optimizer of your own is given as an object, not by name.' : `Did you mean \`${nearest}\`?`,
  })
}
