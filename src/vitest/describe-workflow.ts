/** `describeWorkflow`: an eval, declared like a suite of tests. Stage: vitest. */
import { afterAll, describe, test, TestRunner, type RunnerTestCase, type RunnerTestSuite } from 'vitest'
import { TraceEvalError } from '../core/errors.ts'
import { formatLocation, userLocation, type SourceLocation } from '../core/stack.ts'
import { describeValue } from '../core/describe-value.ts'
import { definitionKey, makeCaseApi, type CaseDefinition, type WorkflowApi } from './case-api.ts'
import { runAfterBeforeAll } from './hooks.ts'
import { addJudgeMatchers } from './judge-matchers.ts'
import type { SkippedMeta } from './protocol.ts'
import { currentRunner, type WorkflowRunner } from './runner.ts'
import { WorkflowHost } from './workflow-host.ts'
import { refuseUnknownCaseOptions } from './option-names.ts'
import type { WorkflowOptions } from './workflow-options.ts'

addJudgeMatchers()

interface WorkflowDeclarer {
  <Args extends readonly unknown[], R>(name: string, options: WorkflowOptions<Args, R>, define: (it: WorkflowApi<Args, R>) => void | Promise<void>): void
}

/** Declares evals; `skip` and `only` are Vitest's. */
export interface DescribeWorkflow extends WorkflowDeclarer {
  readonly only: WorkflowDeclarer
  readonly skip: WorkflowDeclarer
}

/**
 * Declares an eval: what to run, on which cases, judged how. It makes a `describe` with one test per case. Before
 * these report, the rounds run: cases are run and traced, failed assertions become feedback, an optimizer proposes
 * values, and held-out cases decide.
 *
 * @throws {TraceEvalError} `WORKFLOW_OPTIONS`, `WORKFLOW_DUPLICATE`, `CASE_DUPLICATE`, `PLUGIN_MISSING`
 * @example
 * ```ts no-run
 * describeWorkflow('ticket routing', { workflow: route, threshold: 0.9 }, (it) => {
 *   it.for(tickets)('$id', async ({ input, expected }, { run }) => {
 *     expect(await run(input), 'refunds belong to billing').toBe(expected)
 *   })
 * })
 * ```
 */
export const describeWorkflow: DescribeWorkflow = Object.assign(declare('run'), { only: declare('only'), skip: declare('skip') }) as unknown as DescribeWorkflow

const declared: unique symbol = Symbol.for('trace-eval.workflows') as never

function declare(mode: 'run' | 'only' | 'skip') {
  return (name: string, options: WorkflowOptions<readonly unknown[], unknown>, define: (it: never) => void | Promise<void>): void => {
    const location = userLocation(new Error('declared').stack)
    const at = `${describeValue(name)}${location === undefined ? '' : ` (${formatLocation(location, process.cwd())})`}`
    if (typeof name !== 'string' || name.trim() === '') throw new TraceEvalError('WORKFLOW_OPTIONS', `expected a name for the workflow, received ${describeValue(name)}`, { at })
    if (typeof options?.workflow !== 'function') throw new TraceEvalError('WORKFLOW_OPTIONS', `expected a function as \`workflow\`, received ${describeValue(options?.workflow)}`, { at, hint: 'describeWorkflow(name, { workflow: route }, (it) => { … })' })
    if (typeof define !== 'function') throw new TraceEvalError('WORKFLOW_OPTIONS', `expected a function that adds the cases, received ${describeValue(define)}`, { at, hint: 'describeWorkflow(name, { workflow: route }, (it) => { … })' })
    const runner = currentRunner()
    if (runner === undefined) throw new TraceEvalError('PLUGIN_MISSING', 'expected Vitest to run with the trace-eval plugin, received a run without it', { at, hint: 'Add `plugins: [traceEval()]` from \'trace-eval/config\' to vitest.config.ts, or run `npx trace-eval`.' })
    if (typeof options.skip === 'string') return declareSkipped(name, options.skip)
    const register = mode === 'run' ? describe : describe[mode]
    register(name, async () => collect({ name, at, location, mode, options: options as WorkflowOptions<never[], unknown>, define, runner }))
  }
}

function declareSkipped(name: string, reason: string): void {
  describe(name, () => {
    setSkipped(suiteOf(TestRunner.getCurrentSuite()), name, reason)
    test(`skipped: ${reason}`, ({ skip }) => skip(reason))
  })
}

interface Declaration {
  readonly name: string
  readonly at: string
  readonly location: SourceLocation | undefined
  readonly mode: 'run' | 'only' | 'skip'
  readonly options: WorkflowOptions<never[], unknown>
  readonly define: (it: never) => void | Promise<void>
  readonly runner: WorkflowRunner
}

async function collect({ name, at, location, mode: declaredAs, options, define, runner }: Declaration): Promise<void> {
  const suite = suiteOf(TestRunner.getCurrentSuite())
  refuseDuplicate(suite, name, at)
  const host = new WorkflowHost({ name, location, options, runner, suite })
  const definitions: CaseDefinition[] = []
  const pending: Promise<void>[] = []
  const tell = ({ task }: { task: unknown }): void => host.reportNatively(task as RunnerTestCase)
  let isCollected = false
  const register = (definition: Omit<CaseDefinition, 'index'>): void => {
    const { title } = definition
    const place = (): string => `case ${JSON.stringify(title)} of ${at}`
    if (isCollected) throw new TraceEvalError('CASE_API', 'expected cases to be added before any of them runs, received one more', { at: place(), hint: 'Call `it` in the function that describeWorkflow was given, or in a describe inside it.' })
    if (typeof definition.fn !== 'function') throw new TraceEvalError('CASE_OPTIONS', `expected a function for the case, received ${describeValue(definition.fn)}`, { at: place() })
    refuseUnknownCaseOptions(definition.options, place)
    const index = definitions.length
    const inner = TestRunner.getCurrentSuite()
    const mode = isSkipped(suiteOf(inner), suite) ? 'skip' : definition.mode
    definitions.push({ ...definition, mode, index })
    // Retries and repeats are Vitest's answer to flaky code; a recorded outcome has nothing to repeat.
    inner.test(title, { only: mode === 'only', skip: mode === 'skip', retry: 0, repeats: 0, timeout: 0, meta: { [definitionKey]: index } as never }, tell as never)
  }
  let todos = 0
  const it = makeCaseApi(register, (title) => { todos++; test.todo(title) }, pending)
  await define(it as never)
  await Promise.all(pending)
  const reason = declaredAs === 'skip' ? 'describeWorkflow.skip' : leftOut(definitions, todos)
  if (reason !== undefined) setSkipped(suite, name, reason)
  runner.plans.push(() => host.plan(definitions))
  runAfterBeforeAll(suite, runner.hookOrder, { last: () => { isCollected = true; return host.train(definitions) }, failed: (error) => host.fail(error, definitions) })
  afterAll(() => host.gate())
}

function setSkipped(suite: RunnerTestSuite, workflow: string, reason: string): void {
  Object.assign(suite.meta, { traceEval: { kind: 'skipped', workflow, reason } satisfies SkippedMeta })
}

/** Vitest sets it before it asks for the tests inside. */
function suiteOf(collector: ReturnType<typeof TestRunner.getCurrentSuite>): RunnerTestSuite {
  return (collector as unknown as { suite: RunnerTestSuite }).suite
}

/** Why no case of a workflow can run, where somebody chose that: a filter has not spoken yet. */
function leftOut(definitions: readonly CaseDefinition[], todos: number): string | undefined {
  if (definitions.length + todos === 0 || definitions.some(({ mode }) => mode !== 'skip')) return undefined
  return todos === 0 ? 'every case is skipped' : definitions.length === 0 ? 'every case is still to do' : 'every case is skipped or still to do'
}

/** Whether a `describe` between a case and its workflow is skipped: told now, since filters change the modes of suites later. */
function isSkipped(inner: RunnerTestSuite, until: RunnerTestSuite): boolean {
  for (let suite: RunnerTestSuite | undefined = inner; suite !== undefined && suite !== until; suite = suite.suite) {
    if (suite.mode === 'skip' || suite.mode === 'todo') return true
  }
  return false
}

function refuseDuplicate(suite: RunnerTestSuite, name: string, at: string): void {
  const file = suite.file as unknown as { [declared]?: Map<string, string> }
  const known = (file[declared] ??= new Map<string, string>())
  const first = known.get(name)
  if (first !== undefined) throw new TraceEvalError('WORKFLOW_DUPLICATE', `expected one workflow with the name ${describeValue(name)} in a file, received two: ${first}`, { at, hint: 'Saved values and reports go by the name: give one of them another.' })
  Object.defineProperty(file, declared, { value: known, enumerable: false, configurable: true })
  known.set(name, at)
}
