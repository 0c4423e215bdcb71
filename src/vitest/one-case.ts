/** For tests: runs one case once, without Vitest's tests around it. Stage: vitest. */
import type { RunnerTestCase, RunnerTestSuite } from 'vitest'
import type { CaseRun } from '../feedback/case-run.ts'
import { RunModels } from '../llm/run-models.ts'
import { installAttribution } from './attribution.ts'
import type { CaseTools } from './case-api.ts'
import { runCase, type CaseRunHost } from './case-run.ts'
import { stackBudget } from './run-recorder.ts'
import { RunningCases } from './running-cases.ts'

/** The tools of a case whose workflow shouts. */
export type ShoutTools = CaseTools<[string], string>

/** What else may be another. */
type Others = Partial<CaseRunHost> & { readonly models?: RunModels; readonly timeoutMs?: number }

/** What became of a case with this function, whose workflow makes texts upper case. */
export async function runOneCase(fn: (tools: ShoutTools) => unknown, others?: Others): Promise<CaseRun>
export async function runOneCase<Row>(fn: (row: Row, tools: ShoutTools) => unknown, others: Others, row: Row): Promise<CaseRun>
export async function runOneCase(fn: unknown, { models = new RunModels(), timeoutMs = 5000, ...host }: Others = {}, ...row: readonly unknown[]): Promise<CaseRun> {
  installAttribution()
  const native = { id: '1', name: 'case', fullName: 'case', type: 'test' } as RunnerTestCase
  const definition = { index: 0, title: 'case', mode: 'run', options: {}, row: row.length === 0 ? undefined : { value: row[0] }, fn: fn as never } as const
  const { run } = await runCase(
    { id: 'case', definition, test: native, suite: {} as RunnerTestSuite, hooks: { none: true } as never, timeoutMs }, 0, { values: { viewOf: () => undefined }, models, running: new RunningCases() },
    { file: import.meta.filename, workflow: (text: string) => text.toUpperCase(), scorers: [], assertions: {}, stacks: stackBudget(), readSource: () => undefined, inputChanged: () => {}, ...host },
  )
  return run
}
