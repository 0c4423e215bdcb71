/** The part of a command line that is Vitest's, as its own command reads it. Stage: cli. */
import type { InlineConfig } from 'vitest/node'
import { TraceEvalError } from '../core/errors.ts'
import type { VitestModule } from './load-vitest.ts'
import { runFlags } from './own-flags.ts'
import { refuseUnknown, unknownFlags } from './vitest-flags.ts'

/** Of Vitest, and what its command adds to them. */
export type VitestOptions = InlineConfig & { color?: boolean; standalone?: boolean; reporter?: unknown; exclude?: string | string[]; cliExclude?: string[] }

/** Filters and options of a command line, as Vitest's own command reads them. */
export function parseVitestArguments(rest: readonly string[], { parseCLI }: VitestModule): { filter: string[]; options: VitestOptions } {
  const parse = (argv: string[]): { filter: string[]; options: Record<string, unknown> } => parseCLI(argv) as never
  const unknown = unknownFlags(rest, parse)
  if (unknown.length > 0) refuseUnknown(unknown, Object.keys(runFlags))
  const { filter, options } = readArguments(rest, parse)
  if (options.watch === true || options.standalone === true) throw watchRefused()
  // What Vitest's own command does between its parser and its start.
  if (options.exclude !== undefined) options.cliExclude = [options.exclude].flat()
  delete options.exclude
  if (filter.some((text) => text.includes(':'))) options.includeTaskLocation ??= true
  return { filter: filter.map((text) => process.platform === 'win32' ? text.replaceAll('\\', '/') : text), options }
}

function readArguments(rest: readonly string[], parse: (argv: string[]) => { filter: string[]; options: object }): { filter: string[]; options: VitestOptions } {
  try {
    return parse(['vitest', 'run', ...rest]) as { filter: string[]; options: VitestOptions }
  } catch (error) {
    throw new TraceEvalError('FLAG_VALUE', error instanceof Error ? error.message : String(error), { hint: 'This comes from Vitest: vitest --help --expand-help.' })
  }
}

function watchRefused(): TraceEvalError {
  return new TraceEvalError('WATCH', 'expected a run that ends, received watch mode',
    { hint: 'Use: npx trace-eval watch' })
}
