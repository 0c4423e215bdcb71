/** One run of the eval files: the user's Vitest with our runner, our reporter and our exit code. Stage: cli. */
import type { Reporter, Vitest } from 'vitest/node'
import type { RunForecast } from '../report/forecast.ts'
import type { RunReport } from '../report/run-report.ts'
import { settingsKey } from '../vitest/protocol.ts'
import { loadEnvFiles } from './env-files.ts'
import { useForEvals } from './eval-projects.ts'
import { watchInterrupts, type InterruptWatch } from './interrupt.ts'
import { refuseUnknownNames } from './known-names.ts'
import { loadVitest } from './load-vitest.ts'
import type { FlagValues } from './own-flags.ts'
import { createRunReporter, placeReporters, reporterProbe, type RunReporter } from './run-reporter.ts'
import { settingsOf } from './run-settings.ts'
import { showErrors } from './show-errors.ts'
import { cancelRun, runFirst, startVitest } from './start-vitest.ts'
import { parseVitestArguments } from './vitest-arguments.ts'

/** What to run. */
export interface RunRequest {
  readonly own: FlagValues
  /** For Vitest's own parser: filters and flags. */
  readonly rest: readonly string[]
}

/** How a run ended. */
export interface RunResult {
  readonly exitCode: number
  /** None when Vitest had nothing to run, or never came to the end of it. */
  readonly report: RunReport | undefined
  /** Of a dry run. */
  readonly forecast?: RunForecast
  readonly root: string
}

/**
 * Runs the eval files and reports them.
 *
 * @throws {TraceEvalError} For whatever keeps a run from starting: `FLAG_UNKNOWN`, `NO_EVAL_FILES`, `CONFIG_RUNNER`,
 * `VITEST_START`, `VITEST_RUN`, `VITEST_MISSING`, `WATCH`.
 */
export async function runEvals({ own, rest }: RunRequest): Promise<RunResult> {
  const module = await loadVitest()
  const { filter, options } = parseVitestArguments(rest, module)
  await refuseUnknownNames(own)
  let say = (text: string): void => { process.stderr.write(text) }
  const interrupts = watchInterrupts((text) => say(text))
  const output = own['json'] === true ? process.stderr : process.stdout
  const probe = reporterProbe()
  const vitest = await startVitest(module, options, probe.plugin, output)
  try {
    useForEvals(vitest)
    await loadEnvFiles(vitest.vite.config.envDir || vitest.config.root, vitest.vite.config.mode, process.env)
    if (own['dry-run'] === true) {
      const forecast = await planOnly(vitest, { own, filter, output, color: options.color !== false })
      return { exitCode: forecast.exitCode, report: undefined, forecast, root: vitest.config.root }
    }
    const reporter = await createRunReporter(output, { color: options.color !== false, explain: own['explain'] === true, history: typeof own['history'] === 'string' ? own['history'] : undefined, html: typeof own['html'] === 'string' ? own['html'] : own['html'] === true, interrupted: () => interrupts.interrupted })
    if (output.isTTY) say = (text) => reporter.print(text)
    const theirs = probe.userSetReporters() || options.reporter !== undefined
    placeReporters(vitest, [reporter, canceller(vitest, interrupts)], theirs)
    vitest.provide(settingsKey as never, settingsOf(own, vitest.config.root) as never)
    interrupts.takeOver()
    await runFirst(vitest, filter).catch((error: unknown) => { if (!interrupts.interrupted) throw error })
    if (!theirs) showErrors(vitest)
    return { exitCode: exitCodeOf(reporter, interrupts), report: reporter.report, root: vitest.config.root }
  } finally {
    await vitest.close()
    interrupts.end()
  }
}

async function planOnly(vitest: Vitest, { own, filter, output, color }: { readonly own: FlagValues; readonly filter: string[]; readonly output: NodeJS.WriteStream; readonly color: boolean }): Promise<RunForecast> {
  const { dryRun } = await import('./dry-run.ts')
  vitest.provide(settingsKey as never, settingsOf(own, vitest.config.root) as never)
  return dryRun({ vitest, output, color, start: () => runFirst(vitest, filter) })
}

/**
 * Makes Ctrl-C stop the run once a file is in a worker: before, Vitest would forget it, and there is nothing to keep. A
 * worker that was starting meanwhile is told when its file begins.
 */
function canceller(vitest: Vitest, interrupts: InterruptWatch): Reporter {
  const begin = (): void => {
    if (interrupts.interrupted) cancelRun(vitest)
    else interrupts.arm(() => cancelRun(vitest))
  }
  return { onTestModuleQueued: begin, onTestModuleCollected: begin }
}

/** Fails closed: without a workflow nothing was measured; and what Vitest calls failed never passes. */
function exitCodeOf({ report }: RunReporter, { interrupted }: InterruptWatch): number {
  if (interrupted) return 130
  if (report === undefined || report.exitCode !== 0) return report?.exitCode ?? 4
  if (report.workflows.length === 0) return 4
  return process.exitCode === undefined || process.exitCode === 0 ? 0 : 1
}
