/** The reporter in a Vitest run: shows workflows while they run and after, and writes report.json. Stage: reporters. */
import { relative, resolve } from 'node:path'
import type { Reporter, TestModule, TestSuite, Vitest } from 'vitest/node'
import { TraceEvalError } from '../src/core/errors.ts'
import { markClean, redactSecrets } from '../src/core/redact.ts'
import { exitCodeOf } from '../src/gate/exit-code.ts'
import { buildRunReport } from '../src/report/build.ts'
import { readEnvironment } from '../src/report/environment.ts'
import { addToHistory } from '../src/report/history.ts'
import type { Problem, RunEnvironment, RunReport, WorkflowReport } from '../src/report/run-report.ts'
import { pluginKey, settingsKey, type RunSettings, type WorkflowMeta } from '../src/vitest/protocol.ts'
import { renderExplanation } from './explain.ts'
import { exitCodeUnwritten, writeReport } from './json.ts'
import { foreignLine, joinLines } from './layout.ts'
import { addProperties, showsProperties } from './junit-properties.ts'
import { LiveLines } from './live-lines.ts'
import { foundProblems, plainTestFailures } from './module-problems.ts'
import { removeSpending } from './spending-file.ts'
import { renderPlan, renderRun, renderWorkflow } from './terminal.ts'

/** How the reporter writes. */
export interface TraceEvalReporterOptions {
  /** Width of a line. @defaultValue that of standard output, or 80 */
  readonly columns?: number
  /** @defaultValue NO_COLOR, FORCE_COLOR and the terminal decide */
  readonly color?: boolean
  /** Whether live lines can be redrawn. @defaultValue whether standard output is a terminal and this is no CI */
  readonly tty?: boolean
  /** @defaultValue standard output */
  readonly write?: (text: string) => void
  /** Whether to show what each round suspected, asked and got. @defaultValue false */
  readonly explain?: boolean
  /** Whether somebody stopped the run. @defaultValue what Vitest says */
  readonly interrupted?: () => boolean
  /** Whether to show plans and progress while workflows run; false shows them when the run has ended. @defaultValue true */
  readonly live?: boolean
  /** Whether to write the report as one HTML page too, to `.vitest/trace-eval/report.html` or to this file. @defaultValue false */
  readonly html?: boolean | string
  /** A folder that gets a summary of each run, to be committed. @defaultValue none: the history stays on this machine */
  readonly history?: string
}

const POLL_MS = 100

export default class TraceEvalReporter implements Reporter {
  /** The report, once the run has ended. */
  report: RunReport | undefined
  readonly #columns: number
  readonly #color: boolean
  readonly #write: (text: string) => void
  readonly #isLive: boolean
  readonly #explains: boolean
  readonly #html: boolean | string
  readonly #history: string | undefined
  readonly #isInterrupted: () => boolean
  readonly #live: LiveLines
  #vitest: Vitest | undefined
  #startedAt = new Date()
  #environment: Promise<RunEnvironment> | undefined
  #suites = new Map<string, TestSuite>()
  #reports = new Map<string, { readonly text: string; readonly report: WorkflowReport }>()
  #planned = new Set<string>()
  #printed = new Set<string>()
  /** The workflow whose plan was printed last, with nothing below it. */
  #lastPlan: string | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: TraceEvalReporterOptions = {}) {
    const { stdout, env } = process
    const tty = options.tty ?? (stdout.isTTY && !env['CI'])
    this.#columns = options.columns ?? stdout.columns ?? 80
    this.#color = options.color ?? (!env['NO_COLOR'] && (stdout.isTTY || (env['FORCE_COLOR'] ?? '0') !== '0'))
    this.#isLive = options.live ?? true
    this.#explains = options.explain ?? false
    this.#html = options.html ?? false
    this.#history = options.history === undefined ? undefined : resolve(options.history)
    this.#isInterrupted = options.interrupted ?? (() => false)
    const write = options.write ?? ((text: string) => { stdout.write(text) })
    this.#write = (text) => write(redactSecrets(text))
    this.#live = new LiveLines({ tty, columns: this.#columns, color: this.#color, write: this.#write })
  }

  onInit(vitest: Vitest): void { this.#vitest = vitest }

  async onTestRunStart(): Promise<void> {
    this.report = undefined
    this.#startedAt = new Date()
    this.#environment = readEnvironment(this.#root(), this.#vitest?.version)
    this.#suites = new Map()
    this.#reports = new Map()
    this.#planned = new Set()
    this.#printed = new Set()
    await removeSpending(this.#root(), this.#provided())
  }

  onTestSuiteReady(suite: TestSuite): void {
    if (!this.#isLive) return
    this.#suites.set(suite.id, suite)
    this.#timer ??= setInterval(() => this.#poll(), POLL_MS).unref()
  }

  onTestSuiteResult(suite: TestSuite): void {
    if (this.#isLive) this.#show(suite)
    const report = this.#reportOf(suite)
    if (report !== undefined && showsProperties(this.#others())) addProperties(suite, report)
  }

  async onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { readonly message?: string }[], reason: 'passed' | 'failed' | 'interrupted'): Promise<void> {
    clearInterval(this.#timer)
    this.#timer = undefined
    const suites = modules.flatMap((module) => [...module.children.allSuites()])
    for (const suite of suites) this.#show(suite)
    this.#live.end()
    await removeSpending(this.#root(), this.#provided())
    const ended = suites.map((suite) => ({ report: this.#reportOf(suite), exitCode: workflowMeta(suite)?.exitCode ?? 4 })).filter(({ report }) => report !== undefined)
    const workflows = ended.map(({ report }) => report!)
    const problems = foundProblems(modules, unhandled, this.#root())
    // A problem outside of any workflow is something that could not be measured; a plain test that failed is a failure.
    const extra = [...problems.filter(({ level }) => level === 'error').map(() => ({ exitCode: 4 as const })), ...(plainTestFailures(modules) > 0 ? [{ exitCode: 1 as const }] : [])]
    this.report = buildRunReport({
      startedAt: this.#startedAt.toISOString(), durationMs: Date.now() - this.#startedAt.getTime(), seed: this.#seed(), workflows, problems, ...(await this.#knownEnvironment()),
      exitCode: exitCodeOf([...ended, ...extra], { interrupted: this.#isInterrupted() || (reason === 'interrupted' && !this.#bailed(modules)), configError: false }),
    })
    const unwritten = await writeReport(this.#root(), this.report)
    this.#write(renderRun(this.report, { columns: this.#columns, color: this.#color, written: unwritten === undefined }))
    // The command reads the code; a plain `vitest run` knows only that of its process.
    if (unwritten !== undefined && this.#provided()?.[settingsKey] === undefined) process.exitCode = 1
    this.report = { ...this.report, exitCode: exitCodeUnwritten(this.report.exitCode, unwritten) }
    this.#tell(unwritten)
    await this.#addToHistory()
    await this.#tellGithub()
    if (this.#html === false) return
    const { tryWriteHtml } = await import('./html/write-html.ts')
    const page = await tryWriteHtml(this.#root(), this.report, { ...(this.#html !== true && { target: this.#html }), ...(this.#history !== undefined && { history: this.#history }) })
    if ('problem' in page) this.#tell(page.problem)
    else this.#write(joinLines([` page: ${foreignLine(page.file)}`]))
  }

  async #knownEnvironment(): Promise<Pick<RunReport, 'environment'>> {
    const environment = await this.#environment
    return environment === undefined ? {} : { environment }
  }

  async #addToHistory(): Promise<void> {
    // Measured again and again while somebody types: no run to compare others with.
    if (this.#vitest?.config.watch === true) return
    try {
      await addToHistory(this.#root(), this.report!, this.#history)
    } catch (error) {
      if (!TraceEvalError.is(error)) throw error
      this.#tell({ code: error.code, message: `the history could not be written: ${error.message}`, level: 'warning' })
    }
  }

  async #tellGithub(): Promise<void> {
    const { env } = process
    // Of a shard the merge tells.
    if (env['GITHUB_ACTIONS'] !== 'true' || this.#others().some((other) => other.constructor.name === 'BlobReporter')) return
    const { writeGithub } = await import('./github/write-github.ts')
    // Vitest's own reporter annotates what fails, where it was asked for or stands beside ours.
    const annotated = this.#others().some((other) => other.constructor.name === 'GithubActionsReporter')
    for (const problem of await writeGithub(this.#root(), this.report!, { env, write: this.#write, annotated })) this.#tell(problem)
  }

  /** Reporters beside this one: Vitest's own field, which its types leave out. */
  #others(): readonly object[] { return (this.#vitest as unknown as { reporters?: object[] } | undefined)?.reporters ?? [] }

  /** Something went wrong after the report was made. */
  #tell(problem: Problem | undefined): void {
    if (problem === undefined) return
    this.report = { ...this.report!, problems: [...this.report!.problems, problem] }
    this.#write(`${problem.message}\n`)
  }

  /** Prints `text` above the live lines. */
  print(text: string): void {
    this.#lastPlan = undefined
    this.#live.print(text)
  }

  #poll(): void {
    for (const suite of this.#suites.values()) this.#show(suite)
  }

  #show(suite: TestSuite): void {
    const meta = workflowMeta(suite)
    if (meta === undefined || this.#printed.has(suite.id)) return
    if (this.#isLive && meta.plan !== undefined && !this.#planned.has(suite.id)) {
      this.#planned.add(suite.id)
      const file = relative(this.#root(), suite.module.moduleId).replaceAll('\\', '/')
      this.#live.print(renderPlan({ ...meta.plan, file }, { columns: this.#columns, color: this.#color }))
      this.#lastPlan = suite.id
    }
    const report = this.#reportOf(suite)
    if (report !== undefined) {
      this.#printed.add(suite.id)
      this.#suites.delete(suite.id)
      this.#live.remove(suite.id)
      this.#live.print(renderWorkflow(report, { columns: this.#columns, color: this.#color, belowPlan: this.#lastPlan === suite.id }))
      if (this.#explains) this.#live.print(renderExplanation(report, { columns: this.#columns, color: this.#color }))
      this.#lastPlan = undefined
    } else if (meta.progress !== undefined) {
      // Then something stands below the plan.
      if (this.#live.update(suite.id, meta.progress)) this.#lastPlan = undefined
    }
  }

  /** Read once: of a large run it is megabytes. */
  #reportOf(suite: TestSuite): WorkflowReport | undefined {
    const text = workflowMeta(suite)?.report?.text
    if (text === undefined) return undefined
    const known = this.#reports.get(suite.id)
    if (known?.text === text) return known.report
    const report = JSON.parse(text) as WorkflowReport
    // The worker wrote it without secrets; of thousands of cases that is worth not to do again.
    markClean(report.caseResults)
    this.#reports.set(suite.id, { text, report })
    return report
  }

  /** `--bail` cancels the rest of a run as well; that is a failure and nobody's interruption. */
  #bailed(modules: readonly TestModule[]): boolean {
    const { bail } = this.#vitest?.config ?? {}
    return bail !== undefined && bail > 0 && modules.some((module) => module.state() === 'failed')
  }

  #root(): string { return this.#vitest?.config.root ?? process.cwd() }

  #seed(): string {
    return this.#provided()?.[settingsKey]?.seed ?? this.#provided()?.[pluginKey]?.seed ?? '1'
  }

  #provided(): { [settingsKey]?: RunSettings; [pluginKey]?: Partial<RunSettings> } | undefined {
    return this.#vitest?.getRootProject().getProvidedContext() as object | undefined
  }
}

function workflowMeta(suite: TestSuite): WorkflowMeta | undefined {
  const meta = (suite.meta() as { traceEval?: WorkflowMeta }).traceEval
  return meta?.kind === 'workflow' ? meta : undefined
}
