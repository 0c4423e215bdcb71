/** What counts beside the score: length of prompts, time, money. Stage: train. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import type { CaseRun, ParameterValues, ReachedParameters } from '../feedback/case-run.ts'
import type { RunsByCase } from './runs-by-case.ts'

/**
 * Weights of what a candidate is measured by. `quality` is the mean score; the others are costs, so their weights are 0 or below: `promptLength`
 * per 1,000 characters of texts and examples, `latency` per second of a case, `cost` per US cent of a case. `{ quality: 1, promptLength:
 * -0.05 }` says that 1,000 characters more must bring 5 points more.
 */
export interface Objectives {
  /** Above 0. @defaultValue 1 */
  readonly quality?: number
  readonly promptLength?: number
  readonly latency?: number
  readonly cost?: number
}

const costNames = ['promptLength', 'latency', 'cost'] as const

/**
 * `objectives`, when every weight is one.
 *
 * @throws {TraceEvalError} `WORKFLOW_OPTIONS` otherwise.
 */
export function checkedObjectives(objectives: unknown, at: string): Objectives {
  if (typeof objectives !== 'object' || objectives === null || Array.isArray(objectives)) throw new TraceEvalError('WORKFLOW_OPTIONS', `expected objectives as an object of weights, received ${describeValue(objectives)}`, { at })
  for (const [name, weight] of Object.entries(objectives) as [string, unknown][]) {
    const isCost = (costNames as readonly string[]).includes(name)
    if (!isCost && name !== 'quality') throw new TraceEvalError('WORKFLOW_OPTIONS', `expected an objective (quality, ${costNames.join(', ')}), received ${describeValue(name)}`, { at })
    if (typeof weight === 'number' && Number.isFinite(weight) && (isCost ? weight <= 0 : weight > 0)) continue
    throw new TraceEvalError('WORKFLOW_OPTIONS', `expected the weight of ${name} to be a number ${isCost ? 'of at most 0' : 'above 0'}, received ${describeValue(weight)}`, { at, ...(isCost && { hint: 'It is a cost: more of it makes a candidate worse.' }) })
  }
  return objectives
}

/** A candidate's costs on some cases, by name; only those that count. A cost that no run tells is 0. */
export function costsOf(runs: RunsByCase, caseIds: Iterable<string>, { values, parameters, objectives }: { values: ParameterValues; parameters: ReachedParameters; objectives: Objectives }): Map<string, number> {
  if (costNames.every((name) => (objectives[name] ?? 0) === 0)) return new Map()
  const own = [...caseIds].flatMap((id) => runs.get(id) ?? [])
  const mean = (read: (run: CaseRun) => number): number => (own.length === 0 ? 0 : own.reduce((sum, run) => sum + read(run), 0) / own.length)
  const measured = {
    promptLength: () => promptLength(values, parameters) / 1000,
    latency: () => mean(({ durationMs }) => durationMs) / 1000,
    cost: () => mean(({ costUsd = 0 }) => costUsd) * 100,
  }
  return new Map(costNames.filter((name) => (objectives[name] ?? 0) !== 0).map((name) => [name, measured[name]()]))
}

/** What costs take from the mean score, on its own scale: 0 or below. */
export function penalty(costs: ReadonlyMap<string, number>, objectives: Objectives): number {
  let sum = 0
  for (const [name, cost] of costs) sum += cost * (objectives[name as keyof Objectives] ?? 0)
  return sum / (objectives.quality ?? 1)
}

function promptLength(values: ParameterValues, parameters: ReachedParameters): number {
  let length = 0
  for (const { name, kind } of parameters.values()) {
    if (kind === 'text') length += String(values[name] ?? '').length
    else if (kind === 'examples') length += JSON.stringify(values[name] ?? []).length
  }
  return length
}
