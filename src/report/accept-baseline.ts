/** Saves the scores of a run for later runs to be compared with. Stage: report. */
import { isAbsolute, join, normalize } from 'node:path'
import { TraceEvalError } from '../core/errors.ts'
import { baselinePath, fingerprintOf, writeBaselineFile, type BaselineCase, type BaselineWorkflow } from '../store/baseline-file.ts'
import type { RunReport, WorkflowReport } from './run-report.ts'

/** A workflow whose scores are saved now. */
export interface AcceptedBaseline {
  readonly workflow: string
  /** Relative to the root. */
  readonly file: string
  readonly cases: number
}

/** A workflow whose scores are not, with the reason and the fix. */
export interface RefusedBaseline {
  readonly workflow: string
  readonly reason: string
}

/**
 * Writes the scores that the final values of each workflow reached, whole suites only, where these values are the saved ones: those of
 * `saved` (what was accepted just now), and those that a run started with and ended with.
 *
 * @throws {TraceEvalError} `BASELINE_FILE_PATH` for a file outside of the root or without `.json`, and as `writeBaselineFile` does.
 */
export async function acceptBaseline(report: RunReport, { root, workflows, saved }: { readonly root: string; readonly workflows: readonly WorkflowReport[]; readonly saved: ReadonlySet<string> }): Promise<{ readonly accepted: readonly AcceptedBaseline[]; readonly refused: readonly RefusedBaseline[] }> {
  const decided = workflows.map((workflow) => ({ workflow, reason: refusal(workflow, saved) }))
  const accepted = decided.flatMap(({ workflow, reason }) => (reason === undefined ? [workflow] : []))
  for (const [file, group] of Map.groupBy(accepted, (workflow) => fileOf(workflow))) {
    await writeBaselineFile(join(root, file), Object.fromEntries(group.map((workflow) => [workflow.name, scoresOf(workflow, report)])))
  }
  return {
    accepted: accepted.map((workflow) => ({ workflow: workflow.name, file: fileOf(workflow), cases: workflow.caseResults.length })),
    refused: decided.flatMap(({ workflow: { name }, reason }) => (reason === undefined ? [] : [{ workflow: name, reason }])),
  }
}

function refusal({ name, verdict, passed, caseResults, parameters, reason, gates }: WorkflowReport, saved: ReadonlySet<string>): string | undefined {
  if (verdict === 'partial') return 'a filter left cases out; run without filters'
  if (caseResults.every(({ after }) => after === null)) return `it could not be measured: ${reason}`
  const unscored = gates.find(({ verdict: found, against }) => found === 'error' && against !== 'baseline')
  if (unscored !== undefined) return `it could not be measured: ${unscored.reason}`
  if (!saved.has(name) && parameters.some(({ changed }) => changed)) return 'its scores are those of values that are not saved'
  // A gate against the old baseline may fail: a new one is written on purpose.
  const failed = gates.find((gate) => !gate.passed && gate.against !== 'baseline')
  return passed || failed === undefined ? undefined : `its verdict is ${verdict}: ${failed.reason}`
}

function fileOf({ file, forBaseline }: WorkflowReport): string {
  const found = forBaseline?.file ?? baselinePath(file)
  const path = normalize(found)
  if (!isAbsolute(path) && !/^\.\.(?:[\\/]|$)/.test(path) && path.endsWith('.json') && !path.includes('\0')) return found
  throw new TraceEvalError('BASELINE_FILE_PATH', `expected a .json file inside the root of the run, received ${JSON.stringify(found)}`, { hint: "Name one inside the project: baseline: './route.baseline.json'." })
}

function scoresOf({ forBaseline, caseResults, plan }: WorkflowReport, { startedAt, seed }: RunReport): BaselineWorkflow {
  const cases = forBaseline?.cases ?? Object.fromEntries(caseResults.map(({ id, after }): [string, BaselineCase] => [id, { score: after }]))
  return { date: startedAt, seed: plan.seed ?? seed, passes: forBaseline?.passes ?? 'mean', fingerprint: fingerprintOf(cases), cases }
}
