/** One run of the eval files: the user's Vitest with our runner, our reporter and our exit code. Stage: cli. */
import { randomUUID } from 'node:crypto'
import { relative } from 'node:path'
import type { InlineConfig, Reporter, TestProject, Vitest } from 'vitest/node'
import { TraceEvalError } from '../core/errors.ts'
import { nearestName } from '../core/text.ts'
import type { CassetteMode } from '../llm/recordings/cassette-mode.ts'
import type { RunForecast } from '../report/forecast.ts'
import type { RunReport } from '../report/run-report.ts'
import { settingsKey, type RunSettings } from '../vitest/protocol.ts'
import { beginSpanFile } from '../vitest/span-file.ts'
import { isOurs } from './errors.ts'
import { loadEnvFiles } from './env-files.ts'
import { codeForProjects, evalPattern, useForEvals } from './eval-projects.ts'
import { watchInterrupts, type InterruptWatch } from './interrupt.ts'
import { refuseUnknownNames } from './known-names.ts'
import { loadVitest, type VitestModule } from './load-vitest.ts'
import { runFlags, type FlagValues } from './own-flags.ts'
import { checkShards } from './shards.ts'
import { refuseMissingFiles } from './merged-files.ts'
import { createRunReporter, placeReporters, reporterProbe, type RunReporter } from './run-reporter.ts'
import { showErrors } from './show-errors.ts'
import { refuseUnknown, unknownFlags } from './vitest-flags.ts'

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
  return dryRun({ vitest, output, color, start: () => start(vitest, filter).catch((error: unknown) => { throw asVitestError(error) }) })
}

type Options = InlineConfig & { color?: boolean; standalone?: boolean; reporter?: unknown; exclude?: string | string[]; cliExclude?: string[] }

/** Filters and options of a command line, as Vitest's own command reads them. */
export function parseVitestArguments(rest: readonly string[], { parseCLI }: VitestModule): { filter: string[]; options: Options } {
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

function readArguments(rest: readonly string[], parse: (argv: string[]) => { filter: string[]; options: object }): { filter: string[]; options: Options } {
  try {
    return parse(['vitest', 'run', ...rest]) as { filter: string[]; options: Options }
  } catch (error) {
    throw new TraceEvalError('FLAG_VALUE', error instanceof Error ? error.message : String(error), { hint: 'This comes from Vitest: vitest --help --expand-help.' })
  }
}

function watchRefused(): TraceEvalError {
  return new TraceEvalError('WATCH', 'expected a run that ends, received watch mode',
    { hint: 'Use: npx trace-eval watch' })
}

/** Vitest with the user's config; it has run nothing yet. */
export async function startVitest({ createVitest }: VitestModule, options: Options, plugin: object, output: NodeJS.WriteStream, watch = false): Promise<Vitest> {
  process.env['TEST'] = 'true'
  process.env['VITEST'] = 'true'
  process.env['NODE_ENV'] ??= 'test'
  try {
    return await createVitest('test', { ...options, watch, run: !watch } as never, { plugins: [plugin, codeForProjects()] } as never, { stdout: output, stderr: process.stderr } as never)
  } catch (error) {
    if (TraceEvalError.is(error)) throw error
    throw new TraceEvalError('VITEST_START', 'expected Vitest to start with this config, received an error', { cause: error })
  }
}

/** Runs the files that fit `filter`. */
export async function runFirst(vitest: Vitest, filter: string[]): Promise<void> {
  await start(vitest, filter).catch((error: unknown) => { throw asVitestError(error) })
}

async function start(vitest: Vitest, filter: string[]): Promise<void> {
  process.exitCode = undefined
  if (vitest.config.mergeReports) return mergeBlobs(vitest, vitest.config.mergeReports, filter)
  if ((await vitest.globTestSpecifications(filter)).length === 0) throw noEvalFiles(vitest, filter)
  await vitest.start(filter).catch((error: unknown) => {
    // Files there are, but none of them is left after --changed, --shard and the like.
    if ((error as { code?: string }).code !== 'VITEST_FILES_NOT_FOUND') throw error
    if (!vitest.config.passWithNoTests) throw noEvalFiles(vitest, filter)
  })
}

async function mergeBlobs(vitest: Vitest, directory: string, filter: string[]): Promise<void> {
  await checkShards(directory)
  await vitest.mergeReports()
  const merged = vitest.state.getTestModules().map(({ relativeModuleId, moduleId, project }) => relativeModuleId ?? inProject(project, moduleId))
  const wanted = (await vitest.globTestSpecifications(filter)).map(({ moduleId, project }) => inProject(project, moduleId))
  refuseMissingFiles(wanted, merged, directory)
}

// Another machine has its files elsewhere: only the path inside the project is the same.
const inProject = ({ config }: TestProject, file: string): string => relative(config.root, file).replaceAll('\\', '/')

/** Ends the run that goes on. What goes wrong meanwhile comes out of the run itself. */
export const cancelRun = (vitest: Vitest): void => { vitest.cancelCurrentRun('keyboard-input').catch(() => undefined) }

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

/** What Vitest refuses (a shard without files, a line without a test, a missing provider) is a mistake; what we throw is not. */
function asVitestError(error: unknown): unknown {
  if (TraceEvalError.is(error) || isOurs(error)) return error
  return new TraceEvalError('VITEST_RUN', 'expected Vitest to run these files, received an error', { cause: error })
}

function noEvalFiles(vitest: Vitest, filter: readonly string[]): TraceEvalError {
  const wanted = filter.length === 0 ? '' : ` whose path contains ${filter.map((text) => `"${text}"`).join(' or ')}`
  const hint = filter.length === 0
    ? `An eval file is called like ${evalPattern}. A first one that runs: npx trace-eval init`
    : commandHint(filter) ?? 'Without a filter every eval file runs: npx trace-eval'
  return new TraceEvalError('NO_EVAL_FILES', `expected files ${evalPattern}${wanted}, received none`, { at: vitest.config.root, hint })
}

const commands = ['accept', 'show', 'history', 'watch', 'init', 'help'] as const

function commandHint(filter: readonly string[]): string | undefined {
  const command = commands.find((name) => filter.includes(name))
  if (command !== undefined) return `A command stands first: npx trace-eval ${command}`
  const near = nearestName(filter[0]!, commands)
  return near === undefined ? undefined : `Did you mean \`npx trace-eval ${near}\`?`
}

/** What the flags say to workers. */
export function settingsOf(own: FlagValues, root: string): RunSettings {
  const number = (name: string, field: keyof RunSettings): Partial<RunSettings> => typeof own[name] === 'number' ? { [field]: own[name] } : {}
  const text = (name: string, field: keyof RunSettings): Partial<RunSettings> => typeof own[name] === 'string' ? { [field]: own[name] } : {}
  return {
    optimize: own['no-optimize'] !== true,
    root,
    ...number('rounds', 'rounds'), ...number('threshold', 'threshold'), ...number('min-improvement', 'minImprovement'), ...number('max-regression', 'maxRegression'),
    ...number('confidence', 'confidence'), ...number('max-unscored', 'maxUnscored'), ...text('on-inconclusive', 'onInconclusive'), ...own['baseline'] === undefined ? {} : { baseline: own['baseline'] as string | true },
    ...text('optimizer', 'optimizer'), ...text('strategy', 'strategy'), ...text('seed', 'seed'),
    ...number('concurrency', 'concurrency'), ...number('max-evaluations', 'maxEvaluations'), ...number('max-time', 'maxDurationMs'),
    ...number('patience', 'patience'), ...number('trials', 'trials'),
    ...own['fail-inconclusive'] === true ? { failInconclusive: true } : {},
    ledger: randomUUID(),
    ...own['dry-run'] === true ? { dryRun: true } : {},
    ...budgetOf(own),
    ...own['otlp'] === undefined ? {} : { otlp: beginSpanFile(own['otlp'], root) },
    ...typeof own['cassettes'] === 'string' ? { cassettes: { mode: own['cassettes'] as CassetteMode } } : {},
    ...own['from-code'] === true ? { ignoreSaved: true } : {},
  }
}

function budgetOf(own: FlagValues): Pick<RunSettings, 'budget'> {
  const limits = { maxCostUsd: own['max-cost'], maxCalls: own['max-calls'], maxTokens: own['max-tokens'] }
  return { budget: Object.fromEntries(Object.entries(limits).filter(([, limit]) => typeof limit === 'number')) }
}

/** Fails closed: without a workflow nothing was measured; and what Vitest calls failed never passes. */
function exitCodeOf({ report }: RunReporter, { interrupted }: InterruptWatch): number {
  if (interrupted) return 130
  if (report === undefined || report.exitCode !== 0) return report?.exitCode ?? 4
  if (report.workflows.length === 0) return 4
  return process.exitCode === undefined || process.exitCode === 0 ? 0 : 1
}
