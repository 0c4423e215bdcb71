/** What went wrong outside of any workflow: files that failed, files without a workflow, errors nobody caught. Stage: reporters. */
import { relative } from 'node:path'
import type { TestModule, TestSuite } from 'vitest/node'
import { escapeControls } from '../src/core/text.ts'
import type { Problem } from '../src/report/run-report.ts'
import type { SkippedMeta, WorkflowMeta } from '../src/vitest/protocol.ts'

/** Problems of a run, in the order of its files. */
export function foundProblems(modules: readonly TestModule[], unhandled: readonly { readonly message?: string }[], root: string): Problem[] {
  const perModule = modules.flatMap((module) => problemsOf(module, relative(root, module.moduleId).replaceAll('\\', '/'), root))
  const uncaught = unhandled.map(({ message }): Problem => ({
    code: 'UNHANDLED_ERROR', level: 'error',
    message: `an error that nobody caught: ${firstLine(message ?? 'unknown')}. Await what the workflow starts, or catch its rejections.`,
  }))
  return [...perModule, ...uncaught]
}

function problemsOf(module: TestModule, file: string, root: string): Problem[] {
  const location = { file, line: 1, column: 1 }
  const [error] = module.errors()
  // Vitest's word for a file without a test. A workflow without a case has said so itself.
  if (error !== undefined && isEmptyFile(error)) return hasWorkflow([...module.children.allSuites()]) ? [] : [emptyFile(file)]
  if (error !== undefined) {
    const message = firstLine(error.message).replaceAll(`${root}/`, '')
    return [{ code: 'EVAL_FILE', level: 'error', location, message: `${file} could not be loaded: ${message}` }]
  }
  const suites = [...module.children.allSuites()]
  const hooks = suites.flatMap((suite) => hookProblem(suite, location) ?? [])
  return [...hooks, ...emptyProblems(module, suites, file, hooks.length > 0)]
}

/** A hook that failed where no workflow tells of it: in a suite around one, or after one had its verdict. */
function hookProblem(suite: TestSuite, location: Problem['location'] & {}): Problem | undefined {
  const [error] = suite.errors()
  const { passed } = (suite.meta() as { traceEval?: WorkflowMeta }).traceEval ?? {}
  if (error === undefined || passed === false) return undefined
  const when = passed === undefined ? 'before its tests, so nothing in it was measured' : 'after its verdict'
  return { code: 'HOOK_FAILED', level: passed === undefined ? 'error' : 'warning', location, message: `a hook of ${escapeControls(suite.name)} failed ${when}: ${firstLine(error.message)}` }
}

function emptyProblems(module: TestModule, suites: readonly TestSuite[], file: string, hasFailed: boolean): Problem[] {
  const location = { file, line: 1, column: 1 }
  const skipped = suites.flatMap((suite) => {
    const meta = (suite.meta() as { traceEval?: SkippedMeta }).traceEval
    return meta?.kind === 'skipped' ? [{ code: 'WORKFLOW_SKIPPED', level: 'note', location, message: `${meta.workflow} is skipped: ${escapeControls(meta.reason)}` } as const] : []
  })
  if (skipped.length > 0 || hasFailed || module.state() === 'skipped' || hasWorkflow(suites)) return skipped
  if (module.state() === 'pending' || module.state() === 'queued') return []
  return [emptyFile(file)]
}

function emptyFile(file: string): Problem {
  return { code: 'EVAL_FILE_EMPTY', level: 'error', location: { file, line: 1, column: 1 }, message: `${file} has no workflow that ran. Declare one with describeWorkflow(name, { workflow }, (it) => { … }) from 'trace-eval/vitest', or rename the file.` }
}

/** Whether `error` only says that Vitest found no test: the report then says it in words that help. */
export function isEmptyFile({ message }: { readonly message: string }): boolean { return /^No test (?:suite )?found in (?:file|suite) /.test(message) }

function hasWorkflow(suites: readonly TestSuite[]): boolean {
  return suites.some((suite) => (suite.meta() as { traceEval?: WorkflowMeta }).traceEval?.kind === 'workflow')
}

/** Failed tests that stand for no case: plain tests that somebody wrote into an eval file. */
export function plainTestFailures(modules: readonly TestModule[]): number {
  let failed = 0
  for (const module of modules) {
    if (module.state() !== 'failed') continue
    for (const test of module.children.allTests('failed')) {
      if ((test.meta() as { traceEval?: unknown }).traceEval === undefined) failed++
    }
  }
  return failed
}

const firstLine = (text: string): string => escapeControls(text).split('\n', 1)[0]!
