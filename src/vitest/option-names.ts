/** Names of options: a slip in one (`treshold`) would quietly ask for something else, and Vitest checks no types. Stage: vitest. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { nearestName } from '../core/text.ts'
import type { CaseOptions } from './case-api.ts'
import type { PluginOptions } from './config.ts'
import type { WorkflowOptions } from './workflow-options.ts'

const names: Record<keyof WorkflowOptions<never[], unknown>, true> = {
  workflow: true, scorers: true, rounds: true, concurrency: true, timeout: true, trials: true, patience: true, maxCandidates: true, maxEvaluations: true, maxDuration: true,
  seed: true, optimizer: true, strategy: true, objectives: true, models: true, budget: true, prices: true, cassettes: true, holdOut: true, rerunFinalists: true, code: true, skip: true,
  threshold: true, minImprovement: true, maxRegression: true, against: true, gates: true, gate: true, baseline: true, confidence: true, onInconclusive: true, maxUnscored: true, passes: true,
}

const ofPlugin: Record<keyof PluginOptions, true> = {
  optimize: true, html: true, history: true, rounds: true, threshold: true, minImprovement: true, maxRegression: true, baseline: true, confidence: true, onInconclusive: true, maxUnscored: true,
  failInconclusive: true, optimizer: true, strategy: true, seed: true, concurrency: true, maxEvaluations: true, maxDurationMs: true, patience: true, trials: true, ignoreSaved: true,
  models: true, budget: true, prices: true, cassettes: true, otlp: true,
}

const ofCase: Record<keyof CaseOptions, true> = { timeout: true, tags: true, trials: true, mustPass: true, cluster: true }

/** @throws {TraceEvalError} `WORKFLOW_OPTIONS` for an option that does not exist, with the nearest one that does. */
export function refuseUnknownOptions(options: object, at: string): void {
  refuse(options, names, 'WORKFLOW_OPTIONS', 'describeWorkflow', () => at)
}

/** @throws {TraceEvalError} `CONFIG_OPTIONS` for an option that the plugin does not have. */
export function refuseUnknownPluginOptions(options: object): void {
  refuse(options, ofPlugin, 'CONFIG_OPTIONS', 'the plugin', () => 'traceEval() of the Vitest config')
}

/** @throws {TraceEvalError} `CASE_OPTIONS` for an option that cases do not have. */
export function refuseUnknownCaseOptions(options: object, at: () => string): void {
  refuse(options, ofCase, 'CASE_OPTIONS', 'a case', at)
}

function refuse(options: object, known: object, code: string, whose: string, at: () => string): void {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name))
  if (unknown === undefined) return
  const near = nearestName(unknown, Object.keys(known))
  throw new TraceEvalError(code, `expected an option of ${whose}, received ${describeValue(unknown)}`, { at: at(), hint: near === undefined ? `There are ${Object.keys(known).join(', ')}.` : `Did you mean \`${near}\`?` })
}
