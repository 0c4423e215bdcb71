/** A workflow as it was declared. Stage: vitest. */
import type { RunnerTestSuite } from 'vitest'
import type { SourceLocation } from '../core/stack.ts'
import type { WorkflowRunner } from './runner.ts'
import type { WorkflowOptions } from './workflow-options.ts'

export interface WorkflowDeclaration {
  readonly name: string
  readonly location: SourceLocation | undefined
  readonly options: WorkflowOptions<never[], unknown>
  readonly runner: WorkflowRunner
  readonly suite: RunnerTestSuite
}
