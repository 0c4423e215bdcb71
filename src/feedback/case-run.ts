/** What one run of one case gives: the row of the training set. Stage: feedback. */
import type { Node } from '../graph/node.ts'
import type { Parameter } from '../graph/parameter.ts'
import type { CheckResult, Feedback, Leak } from './feedback.ts'

/** Values of parameters by name. A parameter that is not listed has its own value. */
export type ParameterValues = Readonly<Record<string, unknown>>

/** One case, as training sees it. */
export interface TrainingCase {
  /** Unique within the workflow, and the same in every run. */
  readonly id: string
  /** Cases of one cluster never stand on both sides of the split. @defaultValue the id */
  readonly cluster?: string
  /** Runs per set of values. @defaultValue 1 */
  readonly trials?: number
  /** The run fails when this case fails, whatever the score. */
  readonly mustPass?: boolean
  readonly tags?: readonly string[]
}

/** The outcome of one run (trial) of one case with one set of values. */
export interface CaseRun {
  readonly caseId: string
  readonly trial: number
  /** 0 to 1; none when it could not be measured (`unscored` says why). */
  readonly score: number | undefined
  readonly unscored?: string
  readonly checks: readonly CheckResult[]
  /** Assertions with a message that the run came to, by that message; kept only where a gate looks at one. */
  readonly asserted?: readonly { readonly name: string; readonly passed: boolean }[]
  /** Written when it is first read. */
  readonly feedback: readonly Feedback[]
  /** Failed assertions and errors: the entries of `feedback` that are no notes. @defaultValue counted */
  readonly failures?: number
  /** This run without what only the best candidate's need: its graph, and where things failed. @defaultValue a copy without the graph */
  lean?(): CaseRun
  readonly durationMs: number
  /** What its calls of models cost; none where that is not known. */
  readonly costUsd?: number
  readonly trace: CaseTrace
}

/** What the traced run reached; live nodes, so it never leaves the process. */
export interface CaseTrace {
  /** Nodes of the workflow's results, and nodes that were read outside any step. */
  readonly outputs: readonly Node<unknown>[]
  readonly leaks: readonly Leak[]
}

/** A parameter that a workflow's runs have reached. */
export type ReachedParameters = ReadonlyMap<string, Parameter<unknown>>
