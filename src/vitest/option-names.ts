/** Names of options: a slip in one (`treshold`) would quietly ask for something else, and Vitest checks no types. Stage: vitest. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { nearestName } from '../core/text.ts'
import type { WorkflowOptions } from './workflow-options.ts'

const names: Record<keyof WorkflowOptions<never[], unknown>, true> = {
  workflow: true, scorers: true, rounds: true, concurrency: true, timeout: true, trials: true, patience: true, maxCandidates: true, maxEvaluations: true, maxDuration: true,
  seed: true, optimizer: true, strategy: true, objectives: true, models: true, budget: true, prices: true, cassettes: true, holdOut: true, rerunFinalists: true, code: true, skip: true,
  threshold: true, minImprovement: true, maxRegression: true, against: true, gates: true, gate: true, baseline: true, confidence: true, onInconclusive: true, maxUnscored: true, passes: true,
}

/** @throws {TraceEvalError} `WORKFLOW_OPTIONS` for an option that does not exist, with the nearest one that does. */
export function refuseUnknownOptions(options: object, at: string): void {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(names, name))
  if (unknown === undefined) return
  const near = nearestName(unknown, Object.keys(names))
  throw new TraceEvalError('WORKFLOW_OPTIONS', `expected an option of describeWorkflow, received ${describeValue(unknown)}`, { at, hint: near === undefined ? `There are ${Object.keys(names).join(', ')}.` : `Did you mean \`${near}\`?` })
}
