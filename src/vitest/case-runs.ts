/** The runs of a workflow's cases: what they share, and what they leave behind. Stage: vitest. */
import { readFileSync } from 'node:fs'
import { TraceEvalError } from '../core/errors.ts'
import type { CaseRun } from '../feedback/case-run.ts'
import { describeError } from '../graph/as-text.ts'
import type { ParameterOverlay } from '../graph/context.ts'
import { overlayByName } from '../graph/parameter.ts'
import type { RunModels } from '../llm/run-models.ts'
import type { Problem } from '../report/run-report.ts'
import type { CaseRequest } from '../train/outcome.ts'
import { runCase, type CaseRunDetails, type CaseRunHost, type RunnableCase } from './case-run.ts'
import { InputWatch, type ChangedInput } from './input-watch.ts'
import { stackBudget } from './run-recorder.ts'
import { RunningCases } from './running-cases.ts'
import { addSpans } from './span-file.ts'
import type { WorkflowDeclaration } from './workflow-declaration.ts'

/** What is the same for every run. */
export interface CaseRunsSetup extends Pick<CaseRunHost, 'scorers' | 'assertions'> {
  readonly declared: WorkflowDeclaration
  readonly runnable: ReadonlyMap<string, RunnableCase>
  readonly models: RunModels
  /** The file that spans go to. */
  readonly spans: string | undefined
  /** Told of what the user should know. */
  readonly problem: (problem: Problem) => void
}

export class CaseRuns {
  readonly #setup: CaseRunsSetup
  readonly #host: CaseRunHost
  readonly #details = new WeakMap<CaseRun, CaseRunDetails>()
  readonly #overlays = new WeakMap<object, ParameterOverlay>()
  readonly #running = new WeakMap<AbortSignal, RunningCases>()
  readonly #sources = new Map<string, string | undefined>()
  #hasChangedInputs = false
  #hasSpanProblem = false

  constructor(setup: CaseRunsSetup) {
    this.#setup = setup
    const { declared: { suite, options }, scorers, assertions } = setup
    this.#host = {
      file: suite.file.filepath, workflow: options.workflow as (...args: never[]) => unknown, scorers, assertions, stacks: stackBudget(), inputs: new InputWatch((input) => this.#setup.problem(changedInPlace(input))),
      readSource: (file) => this.#readSource(file),
      inputChanged: (caseId, path) => this.#inputChanged(caseId, path),
    }
  }

  /** What a run leaves beside its plain data. */
  detailsOf(run: CaseRun): CaseRunDetails | undefined { return this.#details.get(run) }

  async run({ case: { id }, trial, values, signal }: CaseRequest): Promise<CaseRun> {
    let overlay = this.#overlays.get(values)
    if (overlay === undefined) this.#overlays.set(values, (overlay = overlayByName(values)))
    const startMs = Date.now()
    const { run, details } = await runCase(this.#setup.runnable.get(id)!, trial, { values: overlay, models: this.#setup.models, running: this.#runningUnder(signal) }, this.#host)
    const unfit = details.errors.find((error) => TraceEvalError.is(error, 'SAVED_VALUE'))
    if (unfit !== undefined) throw unfit
    this.#details.set(run, details)
    this.#exportSpans(run, startMs)
    return run
  }

  /** The runs that end when `signal` aborts; one listener for all of them. */
  #runningUnder(signal: AbortSignal): RunningCases {
    let running = this.#running.get(signal)
    if (running === undefined) {
      const started = (running = new RunningCases())
      this.#running.set(signal, started)
      signal.addEventListener('abort', () => started.stop(signal.reason), { once: true })
    }
    return running
  }

  /** A run whose spans cannot be written still has its verdict. */
  #exportSpans(run: CaseRun, startMs: number): void {
    const { spans, declared, problem } = this.#setup
    if (spans === undefined || this.#hasSpanProblem) return
    try {
      addSpans(spans, declared.name, run, startMs)
    } catch (error) {
      this.#hasSpanProblem = true
      problem({ code: 'OTLP_FILE', level: 'warning', message: `spans could not be written: ${describeError(error)}` })
    }
  }

  #readSource(file: string): string | undefined {
    if (this.#sources.has(file)) return this.#sources.get(file)
    let text: string | undefined
    try { text = readFileSync(file, 'utf8') } catch { text = undefined }
    this.#sources.set(file, text)
    return text
  }

  #inputChanged(caseId: string, path: string): void {
    if (this.#hasChangedInputs) return
    this.#hasChangedInputs = true
    const { declared: { location }, problem } = this.#setup
    problem({
      code: 'CASE_INPUT_CHANGED', level: 'warning', ...(location && { location }),
      message: `case ${JSON.stringify(caseId)} changes its own row at ${path}. Every run got a fresh copy, so scores are not affected; in production such a change reaches the caller: copy before changing.`,
    })
  }
}

function changedInPlace({ step, input, isParameter, location }: ChangedInput): Problem {
  const what = isParameter ? `the value of parameter ${JSON.stringify(input)}, which later runs begin with` : `its input ${JSON.stringify(input)}, and the graph shows what it was afterwards`
  return { code: 'INPUT_CHANGED', level: 'warning', message: `the step ${JSON.stringify(step)} changes ${what}: let it work on a copy, or bundle it with \`snapshot: true\` (trace-eval/bundles)`, ...(location && { location }) }
}
