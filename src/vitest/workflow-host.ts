/** One workflow inside a worker: finds its cases, runs the rounds, decides, and answers for each test. Stage: vitest. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { RunnerTestCase, RunnerTestSuite } from 'vitest'
import { systemClock } from '../core/clock.ts'
import { TraceEvalError } from '../core/errors.ts'
import { markClean, redactor } from '../core/redact.ts'
import { describeError } from '../graph/as-text.ts'
import { formatLocation, type SourceLocation } from '../core/stack.ts'
import { isCodeDeclared, type ParameterOverlay } from '../graph/context.ts'
import { overlayByName } from '../graph/parameter.ts'
import type { CaseRun, TrainingCase } from '../feedback/case-run.ts'
import type { RunModels } from '../llm/run-models.ts'
import { gateScore } from '../gate/case-score.ts'
import { asksEveryCase, type PassRule } from '../gate/gate-rule.ts'
import { paramsPath, readParamsFile, savedValues } from '../store/params-file.ts'
import { caseScore } from '../train/scores.ts'
import { train } from '../train/train.ts'
import type { CaseRequest, TrainOutcome } from '../train/outcome.ts'
import { unmeasuredReport } from '../report/build.ts'
import { writeGraphs } from '../report/graph-file.ts'
import { keepGraphs } from '../report/kept-graphs.ts'
import { relativeFile } from '../report/report-text.ts'
import type { Problem, WorkflowReport } from '../report/run-report.ts'
import { installAttribution } from './attribution.ts'
import { definitionKey, type CaseDefinition } from './case-api.ts'
import { readBaseline } from './baseline-side.ts'
import { formatCaseId } from './case-id.ts'
import { runCase, type CaseRunDetails, type CaseRunHost, type RunnableCase, type RunningCase } from './case-run.ts'
import { eachHooks, runNestedBeforeAll, spareRecordedOutcomes, type EachHooks } from './hooks.ts'
import { LivePublisher } from './live-publisher.ts'
import { evalMeta, recordedErrors } from './native-outcome.ts'
import { namedScorers, type NamedScorer } from './output-scorers.ts'
import { sessionKey, type CaseMeta, type RunSettings, type WorkflowMeta } from './protocol.ts'
import { stackBudget } from './run-recorder.ts'
import type { WorkflowRunner } from './runner.ts'
import { injectedSettings } from './settings.ts'
import { addSpans } from './span-file.ts'
import { usageOf } from './workflow-models.ts'
import { reportOn } from './workflow-report.ts'
import { resolveWorkflow, type ResolvedWorkflow } from './workflow-plan.ts'
import type { WorkflowOptions } from './workflow-options.ts'

export interface WorkflowDeclaration {
  readonly name: string
  readonly location: SourceLocation | undefined
  readonly options: WorkflowOptions<never[], unknown>
  readonly runner: WorkflowRunner
  readonly suite: RunnerTestSuite
}

/** A test of the suite that stands for a case. */
interface FoundCase { readonly test: RunnerTestCase; readonly definition: CaseDefinition }

export class WorkflowHost {
  readonly #declared: WorkflowDeclaration
  readonly #settings: RunSettings
  readonly #details = new WeakMap<CaseRun, CaseRunDetails>()
  readonly #overlays = new WeakMap<object, ParameterOverlay>()
  readonly #recorded = new WeakSet<RunnerTestCase>()
  readonly #caseIds = new WeakMap<RunnerTestCase, string>()
  readonly #problems: Problem[] = []
  #failsNatively = true
  #passes: PassRule = 'mean'
  #keepsMessages = false
  #scorers: readonly NamedScorer[] = []
  #outcome: TrainOutcome | undefined
  #heldOut: ReadonlySet<string> = new Set()
  #redact: ReturnType<typeof redactor> = redactor([])
  #report: WorkflowReport | undefined
  #models: RunModels | undefined

  constructor(declared: WorkflowDeclaration) {
    this.#declared = declared
    this.#settings = injectedSettings(declared.runner.root)
  }

  /** Runs everything; called after the user's `beforeAll` hooks and before the first test. */
  async train(definitions: readonly CaseDefinition[]): Promise<void> {
    try {
      await this.#train(definitions)
    } catch (error) {
      this.fail(error, definitions)
      throw error
    }
  }

  /** Reports that `error` kept the workflow from being measured. */
  fail(error: unknown, definitions: readonly CaseDefinition[]): void {
    const problem = this.#problemOf(error)
    const { suite, name, location } = this.#declared
    this.#setMeta({
      kind: 'workflow', exitCode: 4, passed: false,
      report: reportText(unmeasuredReport({ name, file: suite.file.filepath, root: this.#settings.root, ...(location && { location }), verdict: 'error', passed: false, reason: problem.message.split('\n', 1)[0]!, problems: [problem], cases: definitions.length, ...(this.#models && { usage: usageOf(this.#models) }) })),
    })
  }

  /** Tells what {@link train} would do. Nothing of the user's runs. */
  async plan(definitions: readonly CaseDefinition[]): Promise<void> {
    const { suite, runner, name } = this.#declared
    if (suite.mode === 'skip' || suite.mode === 'todo') return
    try {
      const { plan } = await this.#resolve(definitions)
      const { forecastOf } = await import('./dry-run.ts')
      this.#setMeta({ kind: 'workflow', plan: plan.announced, forecast: await forecastOf({ name, file: relativeFile(suite.file.filepath, this.#settings.root), root: this.#settings.root, plan }) })
    } catch (error) {
      this.fail(error, definitions)
    }
    // Of a suite that is skipped, Vitest tells nothing by itself.
    await runner.publish(suite)
  }

  async #resolve(definitions: readonly CaseDefinition[]): Promise<{ readonly found: ReturnType<typeof findCases>; readonly plan: ResolvedWorkflow }> {
    const { suite, name } = this.#declared
    const found = findCases(suite, definitions)
    if (definitions.length === 0) {
      throw new TraceEvalError('NO_CASES', 'expected at least one case, received none', { at: `workflow ${JSON.stringify(name)}`, hint: "Add cases with it('title', async ({ run }) => { … }) or it.for(rows)('$id', …)." })
    }
    this.#scorers = namedScorers(this.#declared.options.scorers, `workflow ${JSON.stringify(name)}`)
    return { found, plan: await resolveWorkflow({
      name, file: suite.file.filepath, options: this.#declared.options, settings: this.#settings,
      cases: this.#trainingCases(found.run), partial: found.partial, saved: await this.#saved(),
      ...((this.#settings.ignoreSaved === true || this.#sessionValues() !== undefined) && { ignored: () => this.#savedFile() }),
    }) }
  }

  async #train(definitions: readonly CaseDefinition[]): Promise<void> {
    const started = systemClock.now()
    const { suite, runner, name } = this.#declared
    installAttribution()
    const { found, plan } = await this.#resolve(definitions)
    this.#keepsMessages = plan.rule.rules.some(({ metric }) => metric === 'assertion')
    const baseline = found.partial ? undefined : await readBaseline(plan.rule, {
      workflow: name, evalFile: suite.file.filepath, settings: this.#settings, definitions: new Map(found.run.map(({ test, definition }) => [this.#caseIds.get(test)!, definition])),
    })
    await runNestedBeforeAll(suite, runner.hookOrder)
    const runnable = this.#runnableCases(found.run, plan)
    spareRecordedOutcomes(suite, (test) => this.#recorded.has(test))
    const live = new LivePublisher(name, (progress) => {
      this.#setMeta({ kind: 'workflow', plan: plan.announced, progress })
      return runner.publish(suite)
    })
    const disconnect = isCodeDeclared() ? (await import('../code/connect.ts')).connectCode({ seed: plan.plan.seed, ...this.#declared.options.code }) : undefined
    const { models } = plan.models
    this.#models = models
    models.onNotice = (text) => live.notice(text)
    const outcome = await models.betweenCases(() => train(plan.plan, plan.optimizer, {
      signal: AbortSignal.any([runner.signal, models.signal]),
      runCase: (request) => this.#runCase(runnable, models, request),
      spending: models.forTraining,
      onProgress: (progress) => live.update(progress),
    })).finally(disconnect)
    await live.end()
    if (models.fault !== undefined) throw models.fault
    this.#outcome = outcome
    this.#failsNatively = asksEveryCase(plan.rule)
    this.#passes = plan.rule.passes
    await this.#keepGraphs(outcome)
    const { report, exitCode } = reportOn({
      name, file: suite.file.filepath, root: this.#settings.root, location: this.#declared.location, plan, outcome, baseline, problems: this.#problems,
      durationMs: systemClock.now() - started,
    })
    this.#report = report
    this.#redact = redactor()
    this.#heldOut = new Set(outcome.heldOut.map(({ id }) => id))
    // Goes out with the suite's next event; a message of its own would carry the whole report once more.
    this.#setMeta({ kind: 'workflow', plan: plan.announced, report: reportText(report), passed: report.passed, exitCode })
  }

  /** For `trace-eval show --graph`. A run whose graphs cannot be written still has its verdict. */
  async #keepGraphs({ finalRuns }: TrainOutcome): Promise<void> {
    const { suite, name } = this.#declared
    const { root } = this.#settings
    try {
      await writeGraphs(root, { name, file: relativeFile(suite.file.filepath, root) }, keepGraphs(finalRuns, root))
    } catch (error) {
      if (!TraceEvalError.is(error)) throw error
      this.#problems.push({ code: error.code, level: 'warning', message: `the graphs of failing cases could not be written: ${error.message}` })
    }
  }

  /** Answers for one test: throws what its last run with the final values threw, where the gate lets single cases fail the suite. */
  reportNatively(test: RunnerTestCase): void {
    const outcome = this.#outcome
    const id = this.#caseIds.get(test)
    if (outcome === undefined || id === undefined) {
      throw new TraceEvalError('CASE_WITHOUT_OUTCOME', 'expected an outcome of the rounds for this case, received none', { at: `case ${JSON.stringify(test.name)}` })
    }
    const runs = outcome.finalRuns.get(id) ?? []
    const before = caseScore(outcome.startRuns.get(id)) ?? null
    const after = caseScore(runs) ?? null
    const details = runs.map((run) => this.#details.get(run))
    const meta: CaseMeta = {
      kind: 'case', workflow: this.#redact(this.#declared.name), caseId: this.#redact(id), before, after,
      split: this.#heldOut.has(id) ? 'held-out' : 'learn', ...(runs.some(({ feedback }) => feedback.length > 0) && { feedback: this.#redact(runs.flatMap(({ feedback }) => feedback)) }),
    }
    Object.assign(test.meta, { traceEval: markClean(meta), eval: evalMeta(runs, after, details.at(-1)?.output) })
    if (!this.#failsNatively || (this.#passes !== 'mean' && gateScore(runs, this.#passes) === 1)) return
    // A share without a score that the gate allows.
    if (after === null && this.#report?.passed === true) return
    const errors = recordedErrors(details.flatMap((found) => found?.errors ?? []))
    if (errors.length === 0 && after === 1) return
    // Vitest records each error of a list.
    throw errors.length > 0 ? errors : new Error(runs[0]?.unscored ?? `the case scored ${after ?? 'nothing'}, and every case must score 1 where there is no threshold`)
  }

  /** Fails the suite when the gate fails; called after the last test. */
  gate(): void {
    const report = this.#report
    if (report === undefined || report.passed || this.#failsNatively) return
    const error = new Error(`${report.name}: ${report.verdict}: ${report.reason}`)
    const { location } = this.#declared
    error.stack = `${error.name}: ${error.message}${location === undefined ? '' : `\n    at ${formatLocation(location)}`}`
    throw error
  }

  async #runCase(runnable: ReadonlyMap<string, RunnableCase>, models: RunModels, { case: { id }, trial, values, signal }: CaseRequest): Promise<CaseRun> {
    let overlay = this.#overlays.get(values)
    if (overlay === undefined) this.#overlays.set(values, (overlay = overlayByName(values)))
    const startMs = Date.now()
    const { run, details } = await runCase(runnable.get(id)!, trial, { values: overlay, models, running: this.#runningUnder(signal) }, this.#caseHost)
    const unfit = details.errors.find((error) => TraceEvalError.is(error, 'SAVED_VALUE'))
    if (unfit !== undefined) throw unfit
    this.#details.set(run, details)
    this.#exportSpans(run, startMs)
    return run
  }

  #spanProblem = false
  /** A run whose spans cannot be written still has its verdict. */
  #exportSpans(run: CaseRun, startMs: number): void {
    const { otlp } = this.#settings
    if (otlp === undefined || this.#spanProblem) return
    try {
      addSpans(resolve(this.#settings.root, otlp), this.#declared.name, run, startMs)
    } catch (error) {
      this.#spanProblem = true
      this.#problems.push({ code: 'OTLP_FILE', level: 'warning', message: `spans could not be written: ${describeError(error)}` })
    }
  }

  /** The runs that end when `signal` aborts; one listener for all of them. */
  #runningUnder(signal: AbortSignal): Set<RunningCase> {
    let running = this.#running.get(signal)
    if (running === undefined) {
      const started = (running = new Set<RunningCase>())
      this.#running.set(signal, started)
      signal.addEventListener('abort', () => { for (const one of started) one.stop(signal.reason) }, { once: true })
    }
    return running
  }

  readonly #sources = new Map<string, string | undefined>()
  readonly #changedInputs = new Set<string>()
  readonly #running = new WeakMap<AbortSignal, Set<RunningCase>>()
  get #caseHost(): CaseRunHost {
    return (this.#host ??= {
      file: this.#declared.suite.file.filepath,
      workflow: this.#declared.options.workflow as (...args: never[]) => unknown,
      scorers: this.#scorers, keepsMessages: this.#keepsMessages,
      stacks: stackBudget(),
      readSource: (file) => this.#readSource(file),
      inputChanged: (caseId, path) => this.#inputChanged(caseId, path),
    })
  }
  #host: CaseRunHost | undefined

  #readSource(file: string): string | undefined {
    if (this.#sources.has(file)) return this.#sources.get(file)
    let text: string | undefined
    try { text = readFileSync(file, 'utf8') } catch { text = undefined }
    this.#sources.set(file, text)
    return text
  }

  #inputChanged(caseId: string, path: string): void {
    if (this.#changedInputs.size > 0) return
    this.#changedInputs.add(caseId)
    this.#problems.push({
      code: 'CASE_INPUT_CHANGED', level: 'warning', ...(this.#declared.location && { location: this.#declared.location }),
      message: `case ${JSON.stringify(caseId)} changes its own row at ${path}. Every run got a fresh copy, so scores are not affected; in production such a change reaches the caller: copy before changing.`,
    })
  }

  #trainingCases(found: readonly FoundCase[]): TrainingCase[] {
    const titles = new Map<string, CaseDefinition>()
    return found.map(({ test, definition }) => {
      const id = caseId(test, definition, this.#declared.suite)
      if (titles.has(id)) {
        throw new TraceEvalError('CASE_DUPLICATE', `expected every case to have a title of its own, received ${JSON.stringify(id)} twice`,
          { at: `workflow ${JSON.stringify(this.#declared.name)}`, hint: 'Put a field of the row into the title, as in it.for(rows)(\'$id\', …), or its number with %#.' })
      }
      titles.set(id, definition)
      this.#caseIds.set(test, id)
      const { cluster, trials, mustPass, tags } = definition.options
      return { id, ...(cluster !== undefined && { cluster }), ...(trials !== undefined && { trials }), ...(mustPass !== undefined && { mustPass }), ...(tags !== undefined && { tags }) }
    })
  }

  #runnableCases(found: readonly FoundCase[], plan: ResolvedWorkflow): Map<string, RunnableCase> {
    const hooks = new Map<RunnerTestSuite, EachHooks>()
    return new Map(found.map(({ test, definition }) => {
      const suite = test.suite ?? this.#declared.suite
      if (!hooks.has(suite)) hooks.set(suite, eachHooks(suite, this.#declared.runner.hookOrder))
      this.#recorded.add(test)
      const id = this.#caseIds.get(test)!
      return [id, { id, definition, test, suite, hooks: hooks.get(suite)!, timeoutMs: definition.options.timeout ?? plan.timeoutMs }]
    }))
  }

  async #saved(): Promise<Record<string, unknown>> {
    return { ...this.#settings.ignoreSaved === true ? {} : await this.#savedFile(), ...this.#sessionValues() }
  }

  /** Values of a watch that nobody saved yet. */
  #sessionValues(): Record<string, unknown> | undefined {
    const { suite: { file: { filepath } }, name } = this.#declared
    const { root, session } = this.#settings
    return session?.[sessionKey(relativeFile(filepath, root), name)]
  }

  async #savedFile(): Promise<Record<string, unknown>> {
    const { suite: { file: { filepath } }, name } = this.#declared
    return savedValues(await readParamsFile(paramsPath(filepath)), name)
  }

  #problemOf(error: unknown): Problem {
    const { location } = this.#declared
    return { code: TraceEvalError.is(error) ? error.code : 'WORKFLOW_ERROR', level: 'error', message: TraceEvalError.is(error) ? error.message : describeError(error), ...(location && { location }) }
  }

  #setMeta(meta: WorkflowMeta): void {
    Object.assign(this.#declared.suite.meta, { traceEval: meta })
  }
}

/** What builds a report leaves no secret in it. */
function reportText(report: WorkflowReport): { readonly text: string } { return markClean({ text: JSON.stringify(report) }) }

/** The cases that run, and whether a filter left some out. */
function findCases(suite: RunnerTestSuite, definitions: readonly CaseDefinition[]): { run: FoundCase[]; partial: boolean } {
  const run: FoundCase[] = []
  let partial = definitions.some(({ mode }) => mode === 'only')
  const visit = (found: RunnerTestSuite): void => {
    for (const task of found.tasks) {
      if (task.type === 'suite') visit(task)
      const index = (task.meta as { [definitionKey]?: number })[definitionKey]
      if (task.type !== 'test' || index === undefined) continue
      const definition = definitions[index]!
      if (task.mode === 'run' || task.mode === ('queued' as never)) run.push({ test: task, definition })
      // Only a filter hides a case that its author did not skip.
      else if (definition.mode !== 'skip') partial = true
    }
  }
  visit(suite)
  return { run, partial }
}

function caseId(test: RunnerTestCase, { title, row }: CaseDefinition, until: RunnerTestSuite): string {
  const path = [formatCaseId(title, row)]
  for (let suite = test.suite; suite !== undefined && suite !== until; suite = suite.suite) path.unshift(suite.name)
  return path.join(' > ')
}
