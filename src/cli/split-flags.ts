/** Takes our flags out of a command line and leaves the rest as it was. Stage: cli. */
import { TraceEvalError } from '../core/errors.ts'
import { flagValue, missingValue, type FlagValues, type OwnFlag } from './own-flags.ts'

/** A command line in two parts. */
export interface SplitArguments {
  readonly own: FlagValues
  /** Everything that is not ours, unchanged and in order. */
  readonly rest: readonly string[]
}

/**
 * Splits `args` by `flags`. `--x=1` and `--x 1` both work, and so does `--maxTime` for `--max-time`; after `--` (which is
 * dropped) nothing is ours.
 *
 * @throws {TraceEvalError} `FLAG_VALUE` for a value outside its range, a missing one, or a flag given twice.
 */
export function splitFlags(args: readonly string[], flags: Readonly<Record<string, OwnFlag>>): SplitArguments {
  const own: Record<string, string | number | true> = {}
  const rest: string[] = []
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!
    if (arg === '--') return { own, rest: [...rest, ...args.slice(index + 1)] }
    const name = flagName(arg)
    const flag = name !== undefined && Object.hasOwn(flags, name) ? flags[name] : undefined
    if (name === undefined || flag === undefined) { rest.push(arg); continue }
    if (Object.hasOwn(own, name)) throw new TraceEvalError('FLAG_VALUE', 'expected the flag once, received it twice', { at: `--${name}` })
    const { value, used } = readValue(name, flag, arg, args[index + 1])
    own[name] = value
    index += used
  }
  return { own, rest }
}

/** `max-time` of `--max-time=5m` and of `--maxTime`; none for anything that is no long flag. */
function flagName(arg: string): string | undefined {
  const [, name] = /^--([A-Za-z][\w-]*)(?:=|$)/s.exec(arg) ?? []
  return name?.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

function readValue(name: string, flag: OwnFlag, arg: string, next: string | undefined): { value: string | number | true; used: number } {
  const equals = arg.indexOf('=')
  if (equals !== -1) return { value: flagValue(name, flag, arg.slice(equals + 1)), used: 0 }
  if (flag.kind === 'switch' || flag.kind === 'optional') return { value: true, used: 0 }
  if (flag.kind === 'file') return next?.endsWith(flag.ending ?? '') && !next.startsWith('-') ? { value: next, used: 1 } : { value: true, used: 0 }
  if (next === undefined || (next.startsWith('-') && !/^-[\d.]/.test(next))) return missingValue(name, flag)
  return { value: flagValue(name, flag, next), used: 1 }
}
