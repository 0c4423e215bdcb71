/** Our reporter in the user's run: in place of `default` where they set none, beside theirs otherwise. Stage: cli. */
import type { Reporter, Vitest } from 'vitest/node'
import type { RunReport } from '../report/run-report.ts'

/** The reporter, and what it gathered once the run has ended. */
export type RunReporter = Reporter & { readonly report: RunReport | undefined; print(text: string): void }

const ourName = 'TraceEvalReporter'
const builtIn: ReadonlySet<string> = new Set(['DefaultReporter', 'MinimalReporter', 'AgentReporter', 'GithubActionsReporter'])

/** A Vite plugin that sees whether the user's config names reporters, before Vitest fills in its own. */
export function reporterProbe(): { readonly plugin: object; userSetReporters(): boolean } {
  let found = false
  const config = {
    order: 'pre' as const,
    handler: ({ test }: { test?: { reporters?: unknown } }): void => {
      const reporters = [test?.reporters ?? []].flat()
      found ||= reporters.some((reporter) => (reporter as object)?.constructor?.name !== ourName)
    },
  }
  return { plugin: { name: 'trace-eval:reporters', enforce: 'pre', config }, userSetReporters: () => found }
}

/** Makes the reporter for `output`; colour as NO_COLOR, FORCE_COLOR and the terminal say. */
export async function createRunReporter(output: NodeJS.WriteStream, { color, explain, html, history, interrupted }: { color: boolean; explain: boolean; html: boolean | string; history: string | undefined; interrupted: () => boolean }): Promise<RunReporter> {
  const { default: TraceEvalReporter } = await import('../../reporters/trace-eval-reporter.ts')
  const tty = output.isTTY === true && !process.env['CI']
  return new TraceEvalReporter({
    columns: output.columns ?? 80, tty, interrupted, explain, html, ...(history !== undefined && { history }),
    color: color && useColor(process.env, output.isTTY === true),
    write: (text: string) => { output.write(text) },
  })
}

/** Whether to colour: `NO_COLOR` (any text) says no, else `FORCE_COLOR` (not 0) says yes, else a terminal does. */
export function useColor(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (env['NO_COLOR']) return false
  const forced = env['FORCE_COLOR']
  return forced === undefined || forced === '' ? isTerminal && env['TERM'] !== 'dumb' : forced !== '0' && forced !== 'false'
}

/** Puts `ours` among the reporters of `vitest`, once, also when the user's config brought one of ours. */
export function placeReporters(vitest: Vitest, ours: readonly Reporter[], besideTheirs: boolean): void {
  // Vitest's own field, which its types leave out: both supported versions report to what it holds at the start of a run.
  const host = vitest as unknown as { reporters: Reporter[] }
  const theirs = host.reporters.filter((other) => {
    const name = other.constructor.name
    return name !== ourName && (besideTheirs || !builtIn.has(name))
  })
  host.reporters = [...theirs, ...ours]
}
