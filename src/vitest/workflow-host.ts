/** One workflow inside a worker: runs the rounds, decides, and answers for each test. Stage: vitest. */
import { resolve } from 'node:path'
import type { RunnerTestCase } from 'vitest'
import { systemClock } from '../core/clock.ts'
import { TraceEvalError } from '../core/errors.ts'
import { markClean } from '../core/redact.ts'
import { describeError } from '../graph/as-text.ts'
import { formatLocation } from '../core/stack.ts'
import { isCodeDeclared } from '../graph/context.ts'
import type { RunModels } from '../llm/run-models.ts'
import { asksEveryCase } from '../gate/gate-rule.ts'
import { train } from '../train/train.ts'
import type { TrainOutcome } from '../train/outcome.ts'
import { unmeasuredReport } from '../report/build.ts'
import { writeGraphs } from '../report/graph-file.ts'
import { keepGraphs } from '../report/kept-graphs.ts'
import { relativeFile } from '../report/report-text.ts'
import type { Problem, WorkflowReport } from '../report/run-report.ts'
import { installAttribution } from './attribution.ts'
import { readBaseline } from './baseline-side.ts'
import type { CaseDefinition } from './case-api.ts'
import { CaseRuns } from './case-runs.ts'
import { runNestedBeforeAll, spareRecordedOutcomes } from './hooks.ts'
import { LivePublisher } from './live-publisher.ts'
import { NativeOutcomes, withoutOutcome } from './native-outcome.ts'
import { namedScorers, type NamedScorer } from './output-scorers.ts'
import type { RunSettings, WorkflowMeta } from './protocol.ts'
import { injectedSettings } from './settings.ts'
import { startingValues } from './starting-values.ts'
import { WorkflowCases } from './workflow-cases.ts'
import type { WorkflowDeclaration } from './workflow-declaration.ts'
import { isModelConfiguration, usageOf } from './workflow-models.ts'
import { reportOn } from './workflow-report.ts'
import { resolveWorkflow, type ResolvedWorkflow } from './workflow-plan.ts'

interface Resolved { readonly cases: WorkflowCases; readonly scorers: readonly NamedScorer[]; readonly plan: ResolvedWorkflow }

/** What is known after the rounds. */
interface Ended { readonly said: Pick<WorkflowReport, 'name' | 'passed' | 'verdict' | 'reason'>; readonly failsNatively: boolean; readonly outcomes: NativeOutcomes }

export class WorkflowHost {
  readonly #declared: WorkflowDeclaration
  readonly #settings: RunSettings
  readonly #problems: Problem[] = []
  #models: RunModels | undefined
  #ended: Ended | undefined

  constructor(declared: WorkflowDeclaration) {
    this.#declared = declared
    this.#settings = injectedSettings(declared.runner.root)
  }

  /** Relative to the run's root, as in reports. */
  get #file(): string { return relativeFile(this.#declared.suite.file.filepath, this.#settings.root) }

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
      kind: 'workflow', exitCode: isModelConfiguration(error) ? 2 : 4, passed: false,
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
      this.#setMeta({ kind: 'workflow', plan: plan.announced, forecast: await forecastOf({ name, file: this.#file, root: this.#settings.root, plan }) })
    } catch (error) {
      this.fail(error, definitions)
    }
    // Of a suite that is skipped, Vitest tells nothing by itself.
    await runner.publish(suite)
  }

  async #resolve(definitions: readonly CaseDefinition[]): Promise<Resolved> {
    const { suite: { file: { filepath: file } }, suite, name, options } = this.#declared
    const settings = this.#settings
    const cases = new WorkflowCases(name, suite, definitions)
    const scorers = namedScorers(options.scorers, `workflow ${JSON.stringify(name)}`)
    return { cases, scorers, plan: await resolveWorkflow({ name, file, options, settings, cases: cases.forTraining, partial: cases.partial, ...await startingValues(file, name, settings) }) }
  }

  async #train(definitions: readonly CaseDefinition[]): Promise<void> {
    const started = systemClock.now()
    const { suite, runner, name, location, options } = this.#declared
    const { root, otlp } = this.#settings
    installAttribution()
    const { cases, scorers, plan } = await this.#resolve(definitions)
    const baseline = cases.partial ? undefined : await readBaseline(plan.rule, { workflow: name, evalFile: suite.file.filepath, settings: this.#settings, definitions: cases.definitions })
    await runNestedBeforeAll(suite, runner.hookOrder)
    const { models } = plan.models
    this.#models = models
    const runs = new CaseRuns({
      declared: this.#declared, models, scorers, runnable: cases.runnable(runner.hookOrder, plan.timeoutMs),
      // A gate may look at assertions by their message.
      assertions: { keepMessages: plan.rule.rules.some(({ metric }) => metric === 'assertion'), requireAssertions: runner.requiresAssertions },
      spans: otlp && resolve(root, otlp), problem: (problem) => this.#problems.push(problem),
    })
    spareRecordedOutcomes(suite, (test) => cases.idOf(test) !== undefined)
    const live = new LivePublisher(name, (progress) => {
      this.#setMeta({ kind: 'workflow', plan: plan.announced, progress })
      return runner.publish(suite)
    })
    models.onNotice = (text) => live.notice(text)
    const rounds = (): Promise<TrainOutcome> => models.betweenCases(() => train(plan.plan, plan.optimizer, {
      signal: AbortSignal.any([runner.signal, models.signal]),
      runCase: (request) => runs.run(request),
      spending: models.forTraining,
      onProgress: (progress) => live.update(progress),
    }))
    // Each workflow has its own: another one of this file may run at the same time.
    const outcome = await (isCodeDeclared() ? (await import('../code/connect.ts')).withCode({ seed: plan.plan.seed, ...options.code }, rounds) : rounds())
    await live.end()
    if (models.fault !== undefined) throw models.fault
    await this.#keepGraphs(outcome)
    const { report, exitCode } = reportOn({
      name, file: suite.file.filepath, root, location, plan, outcome, baseline, problems: this.#problems, durationMs: systemClock.now() - started,
    })
    const failsNatively = asksEveryCase(plan.rule)
    const outcomes = new NativeOutcomes({ workflow: name, outcome, passed: report.passed, failsNatively, passes: plan.rule.passes, idOf: (test) => cases.idOf(test), detailsOf: (run) => runs.detailsOf(run) })
    for (const test of cases.tests) runner.recorded.set(test, outcomes)
    // Not the whole report: of a large run it is megabytes, and its text is on its way already.
    const { passed, verdict, reason } = report
    this.#ended = { said: { name: report.name, passed, verdict, reason }, failsNatively, outcomes }
    // Goes out with the suite's next event; a message of its own would carry the whole report once more.
    this.#setMeta({ kind: 'workflow', plan: plan.announced, report: reportText(report), passed: report.passed, exitCode, ...(this.#settings.watching && outcome.remembered && { remembered: outcome.remembered }) })
  }

  /** For `trace-eval show --graph`. A run whose graphs cannot be written still has its verdict. */
  async #keepGraphs({ finalRuns }: TrainOutcome): Promise<void> {
    const { root } = this.#settings
    try {
      await writeGraphs(root, { name: this.#declared.name, file: this.#file }, keepGraphs(finalRuns, root))
    } catch (error) {
      if (!TraceEvalError.is(error)) throw error
      this.#problems.push({ code: error.code, level: 'warning', message: `the graphs of failing cases could not be written: ${error.message}` })
    }
  }

  /** Answers for one test: throws what its last run with the final values threw, where the gate lets single cases fail the suite. */
  reportNatively(test: RunnerTestCase): void {
    if (this.#ended === undefined) throw withoutOutcome(test)
    const errors = this.#ended.outcomes.tell(test)
    // Vitest records each error of a list.
    if (errors.length > 0) throw errors
  }

  /** Fails the suite when the gate fails; called after the last test. */
  gate(): void {
    if (this.#ended === undefined || this.#ended.said.passed || this.#ended.failsNatively) return
    const { name, verdict, reason } = this.#ended.said
    const error = new Error(`${name}: ${verdict}: ${reason}`)
    const { location } = this.#declared
    error.stack = `${error.name}: ${error.message}${location === undefined ? '' : `\n    at ${formatLocation(location)}`}`
    throw error
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
