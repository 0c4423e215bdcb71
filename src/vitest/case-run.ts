/** Runs one case once: hooks, timeout, tracing, assertions; never throws. Stage: vitest. */
import type { RunnerTestCase, RunnerTestSuite } from 'vitest'
import { withAmbient } from '../core/ambient.ts'
import { systemClock } from '../core/clock.ts'
import { TraceEvalError } from '../core/errors.ts'
import type { CaseRun } from '../feedback/case-run.ts'
import { asJudges, JudgesAtWork } from '../feedback/judging.ts'
import { unscored } from '../feedback/unscored.ts'
import { asContext, currentContext, runInContext, type ParameterOverlay } from '../graph/context.ts'
import { exceptionNodeOf, unwrap } from '../graph/node.ts'
import { asModelScope, type ModelScope } from '../llm/model-scope.ts'
import type { RunModels } from '../llm/run-models.ts'
import { beginCaseScope, finishCaseScope, type CaseScope, type ScopeOptions } from './attribution.ts'
import { asScope } from './assertion-scope.ts'
import type { CaseDefinition, CaseTools } from './case-api.ts'
import { CaseEvidence } from './case-evidence.ts'
import { copyRow } from './copy-row.ts'
import type { EachHooks } from './hooks.ts'
import { hookContext } from './hook-context.ts'
import { scoreRun, type NamedScorer } from './output-scorers.ts'
import { RecordedRun } from './recorded-run.ts'
import type { InputWatch } from './input-watch.ts'
import { CaseRecorder, type StackBudget } from './run-recorder.ts'
import type { RunningCase, RunningCases } from './running-cases.ts'
import { RunTools } from './run-tools.ts'

/** Everything that does not change between the runs of one case. */
export interface RunnableCase {
  readonly id: string
  readonly definition: CaseDefinition
  readonly test: RunnerTestCase
  readonly suite: RunnerTestSuite
  readonly hooks: EachHooks
  readonly timeoutMs: number
}

/** What the workflow's runs share. */
export interface CaseRunHost {
  readonly file: string
  readonly workflow: (...args: never[]) => unknown
  /** Each judges the output of every case. */
  readonly scorers: readonly NamedScorer[]
  readonly assertions: ScopeOptions
  readonly stacks: StackBudget
  readonly inputs?: InputWatch
  readSource(file: string): string | undefined
  /** Called when a run changed its row. */
  inputChanged(caseId: string, path: string): void
}

/** What a run shares with others at the same time. */
export interface RunConditions {
  readonly values: ParameterOverlay
  /** Who counts and limits its calls to models. */
  readonly models: RunModels
  /** Where the run is listed while it is under way. */
  readonly running: RunningCases
}

/** What a run leaves beside its plain data: needed to report the outcome as a native test. */
export interface CaseRunDetails {
  /** What was thrown, ready to be thrown again; not by checks without weight. */
  readonly errors: readonly unknown[]
  /** The plain result of the last call of `run`. */
  readonly output: unknown
}

/** One run of one case. */
export async function runCase(subject: RunnableCase, trial: number, { values, models, running }: RunConditions, host: CaseRunHost): Promise<{ run: CaseRun; details: CaseRunDetails }> {
  const started = systemClock.now()
  const attempt = new CaseAttempt(subject, host, started + subject.timeoutMs)
  running.add(attempt)
  try {
    await attempt.execute(values, models, trial)
  } finally {
    running.delete(attempt)
    if (models.spending.isLimited) await attempt.settle(models)
  }
  return attempt.result(trial, systemClock.now() - started)
}

class CaseAttempt implements RunningCase {
  deadline: number
  readonly #subject: RunnableCase
  readonly #host: CaseRunHost
  readonly #scope: CaseScope
  readonly #evidence: CaseEvidence
  readonly #recorder: CaseRecorder
  readonly #finished: (() => unknown)[] = []
  readonly #judges = new JudgesAtWork(() => this.#signal)
  #output: unknown
  #input: { readonly args: readonly unknown[] } | undefined
  #controller: AbortController | undefined
  #aborted: { readonly reason: unknown } | undefined
  #endEarly: (() => void) | undefined
  #models: ModelScope | undefined

  constructor(subject: RunnableCase, host: CaseRunHost, deadline: number) {
    this.deadline = deadline
    this.#subject = subject
    this.#host = host
    this.#scope = beginCaseScope(subject.test, host.assertions)
    this.#evidence = new CaseEvidence(this.#scope, subject.id)
    this.#recorder = new CaseRecorder(host.stacks, host.inputs)
  }

  async execute(values: ParameterOverlay, models: RunModels, trial: number): Promise<void> {
    const context = { frame: undefined, values, recording: true, run: undefined, code: currentContext().code }
    // A case that never settles loses the race; whatever it does later belongs to nobody.
    await new Promise<void>((resolve) => {
      this.#endEarly = resolve
      this.#models = models.beginCase(this.#subject.id, trial)
      const places = Object.assign(asModelScope(this.#models), asJudges(this.#judges), asScope(this.#scope), asContext(context))
      void withAmbient(places, () => this.#body()).finally(resolve)
    })
    this.#models!.calls.isOver = true
    for (const failure of await finishCaseScope(this.#scope, this.#aborted === undefined ? undefined : AbortSignal.abort())) this.#evidence.failed(failure)
  }

  stop(reason: unknown): void {
    this.#evidence.unscored('the run was stopped')
    this.#abort(reason)
  }

  timeOut(): void {
    const error = new TraceEvalError('CASE_TIMEOUT', `expected the case to settle within ${this.#subject.timeoutMs} ms, received nothing`,
      { at: this.#place(), hint: 'Raise `timeout` of the case or the workflow, and pass `signal` to what can be stopped.' })
    error.stack = `${error.name}: ${error.message}`
    this.#evidence.failed({ error, soft: false })
    // The output was there: it is the judge who was late.
    const late = this.#judges.waitingFor
    // So it is where a server was busy or down: that is no fault of the workflow.
    const waiting = this.#models?.calls.waiting?.values().next().value
    if (late !== undefined) this.#evidence.unscored(`judge ${JSON.stringify(late)}: no answer before the case was over, after ${this.#subject.timeoutMs} ms`)
    else if (waiting !== undefined) this.#evidence.unscored(`${waiting}, until the case was over, after ${this.#subject.timeoutMs} ms`)
    this.#abort(error)
  }

  #abort(reason: unknown): void {
    this.#aborted = { reason }
    this.#controller?.abort(reason)
    this.#endEarly?.()
  }

  /** Made when somebody asks: most cases never look at it. */
  get #signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted.reason)
    }
    return this.#controller.signal
  }

  async #body(): Promise<void> {
    const { hooks, definition, test } = this.#subject
    if (hooks.none) {
      await this.#attempt(() => this.#call(definition))
      await this.#runFinished()
      return
    }
    const context = hookContext(test, this.#scope, () => this.#signal, this.#finished)
    await this.#attempt(() => hooks.around(context, async () => {
      let cleanups: Awaited<ReturnType<EachHooks['before']>> = []
      await this.#attempt(async () => {
        cleanups = await hooks.before(context)
        await this.#call(definition)
      })
      await this.#attempt(() => hooks.after(context, cleanups))
      await this.#runFinished()
    }))
  }

  async #runFinished(): Promise<void> {
    for (const finished of this.#finished.splice(0).toReversed()) await this.#attempt(finished)
  }

  async #attempt(run: () => unknown): Promise<void> {
    try {
      await run()
    } catch (error) {
      for (const single of Array.isArray(error) ? error : [error]) this.#evidence.failed({ error: single, soft: false })
    }
  }

  async #call({ row, fn }: CaseDefinition): Promise<void> {
    if (row === undefined) {
      await (fn as (tools: unknown) => unknown)(this.#tools())
      return this.#judge(undefined)
    }
    const copy = copyRow(row.value)
    try {
      await (fn as (row: unknown, tools: unknown) => unknown)(copy.value, this.#tools())
    } finally {
      const changed = copy.changedAt()
      if (changed !== undefined) this.#host.inputChanged(this.#subject.id, changed)
    }
    await this.#judge(row.value)
  }

  /** Asks the scorers of the workflow about the last output. */
  async #judge(row: unknown): Promise<void> {
    const { scorers } = this.#host
    if (scorers.length === 0) return
    if (this.#input === undefined) throw unscored('the case did not run the workflow, so its scorers have no output to judge', { at: this.#place() })
    const { args } = this.#input
    const expected: unknown = typeof row === 'object' && row !== null && Object.hasOwn(row, 'expected') ? (row as { expected: unknown }).expected : undefined
    const judged = { output: this.#output, expected, input: unwrap(args.length === 1 ? args[0] : args), signal: this.#signal }
    for (const outcome of await Promise.all(scorers.map((scorer) => scoreRun(scorer, judged)))) this.#evidence.judged(outcome)
  }

  #tools(): CaseTools<never[], unknown> {
    const tools = new RunTools(
      { expect: () => this.#scope.expect, signal: () => this.#signal },
      (...args) => this.#run(args),
      (name, fn, options) => this.#evidence.check(name, fn, options?.weight ?? 1),
      (score, text) => this.#evidence.feedback(score, text),
      (fn) => void this.#finished.push(fn),
    )
    return tools as CaseTools<never[], unknown>
  }

  async #run(args: unknown[]): Promise<unknown> {
    const collect = (found: { readonly name: string }): void => { this.#recorder.outputs.push(found as never) }
    try {
      const result = await runInContext({ ...currentContext(), frame: undefined, run: this.#recorder }, () => (this.#host.workflow as (...given: unknown[]) => unknown)(...args))
      this.#output = unwrap(result, collect)
      this.#input = { args }
      return this.#output
    } catch (error) {
      const failed = exceptionNodeOf(error) ?? this.#recorder.failureOf(error)
      if (failed !== undefined) collect(failed)
      throw error
    }
  }

  #place(): string { return `case ${JSON.stringify(this.#subject.id)}` }

  /** Tells what the run cost. */
  async settle(models: RunModels): Promise<void> {
    if (this.#models !== undefined) await models.spending.ended(this.#models.calls)
  }

  /** What the workflow's own calls cost, where it made any. */
  #costUsd(): number | undefined {
    const spent = this.#models?.calls.spend.task
    return spent === undefined || spent.calls === 0 ? undefined : spent.costUsd
  }

  result(trial: number, durationMs: number): { run: CaseRun; details: CaseRunDetails } {
    const { score, unscored: why, checks, asserted, errors, notes, thrown } = this.#evidence.outcome(this.#models?.calls)
    // Written out: spreading costs more than the rest of a short run.
    const run = new RecordedRun({ caseId: this.#subject.id, trial, score, unscored: why, checks, asserted, errors, notes, durationMs, costUsd: this.#costUsd(), trace: this.#recorder.trace() }, this.#host)
    return { run, details: { errors: thrown, output: this.#output } }
  }
}
