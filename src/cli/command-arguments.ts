/** Arguments of the commands that take no flags of Vitest. Stage: cli. */
import { TraceEvalError } from '../core/errors.ts'
import { describeValue } from '../core/describe-value.ts'
import type { FlagValues, OwnFlag } from './own-flags.ts'
import { splitFlags } from './split-flags.ts'

/**
 * Splits `args` into flags and names.
 *
 * @throws {TraceEvalError} `FLAG_UNKNOWN` for a flag that is not in `flags`, `FLAG_VALUE` for more than `most` names.
 */
export function commandArguments(args: readonly string[], flags: Readonly<Record<string, OwnFlag>>, most = Infinity): { readonly own: FlagValues; readonly names: readonly string[] } {
  const { own, rest } = splitFlags(args, flags)
  const unknown = rest.find((arg) => /^-./.test(arg))
  const known = Object.keys(flags).map((name) => `--${name}`)
  if (unknown !== undefined) throw new TraceEvalError('FLAG_UNKNOWN', `expected ${known.length > 0 ? known.join(' or ') : 'no flag'}, received ${describeValue(unknown)}`)
  if (rest.length > most) throw new TraceEvalError('FLAG_VALUE', `expected ${most === 0 ? 'no name' : `at most ${most} ${most === 1 ? 'name' : 'names'}`}, received ${rest.map((name) => describeValue(name)).join(', ')}`)
  return { own, names: rest }
}
