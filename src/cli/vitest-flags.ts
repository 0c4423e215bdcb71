/** Which flags Vitest knows, asked of the Vitest that is installed. Stage: cli. */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { TraceEvalError } from '../core/errors.ts'
import { describeValue } from '../core/describe-value.ts'
import { nearestName } from '../core/text.ts'

/** Vitest's `parseCLI`, which takes unknown flags without a word. */
export type ParseCli = (argv: string[]) => { filter: string[]; options: Record<string, unknown> }

const quoted = '\'\''

/**
 * Whether Vitest declares flag `name` (`coverage.enabled`, `t`). Vitest takes the quotes off the values of flags that it
 * declares, makes booleans of some, and lists those with a short form under both names; an unknown flag gives one option
 * with its value as it was written.
 */
export function vitestKnows(name: string, parseCli: ParseCli): boolean {
  if (/^(?:h|help|v|version)$/.test(name)) return true
  try {
    const { '--': _, color: __, ...options } = parseCli(['vitest', `${name.length === 1 ? '-' : '--'}${name}=${quoted}`]).options
    return Object.keys(options).length > 1 || !JSON.stringify(options).includes(JSON.stringify(quoted))
  } catch {
    return true // A declared flag that refuses an empty value.
  }
}

/** The flags of `args` that Vitest does not know, as they were written. */
export function unknownFlags(args: readonly string[], parseCli: ParseCli): string[] {
  return args.filter((arg) => namesOf(arg).some((name) => !isFree(name) && !vitestKnows(name, parseCli)))
}

// `--outputFile.junit=…` takes any reporter's name.
const isFree = (name: string): boolean => /^output-?file\./i.test(name)

/** `['coverage.enabled']` of `--coverage.enabled=true`, `['isolate']` of `--no-isolate`, `['t', 'u']` of `-tu`. */
function namesOf(arg: string): string[] {
  const [, dashes = '', negated, name = ''] = /^(--?)(no-)?([^=]*)/s.exec(arg) ?? []
  if (dashes === '' || name === '' || /^-[\d.]/.test(arg)) return []
  if (dashes === '--') return [name]
  return negated === undefined ? [...name] : [name]
}

/** Refuses `flags`, with the nearest flag of ours or of Vitest for each. */
export function refuseUnknown(flags: readonly string[], own: readonly string[]): never {
  const names = [...own, ...vitestFlagNames()]
  const hints = flags.map((flag) => {
    const near = nearestName(flag.replace(/^-+|=.*$/gs, ''), names)
    return near === undefined ? undefined : `Did you mean --${near}${flags.length > 1 ? ` for ${flag}` : ''}?`
  }).filter((hint) => hint !== undefined)
  throw new TraceEvalError('FLAG_UNKNOWN', `expected a flag of trace-eval or of Vitest, received ${flags.map((flag) => describeValue(flag)).join(' and ')}`,
    { hint: hints.length > 0 ? hints.join(' ') : 'Flags of trace-eval: trace-eval --help; of Vitest: vitest --help --expand-help.' })
}

/** Every long flag of the installed Vitest, read from its help: slow, so only for an error. */
export function vitestFlagNames(): string[] {
  const bin = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
  const { stdout } = spawnSync(process.execPath, [bin, '--help', '--expand-help'], { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } })
  return [...(stdout ?? '').matchAll(/^\s+(?:-\w, )?--(?:no-)?([\w.-]+)/gm)].map(([, name]) => name!)
}
