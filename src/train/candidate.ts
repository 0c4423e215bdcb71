/** Candidates: sets of parameter values with the runs they had, and how a proposal becomes one. Stage: train. */
import { isRecord } from '../core/is-record.ts'
import { canonicalJson } from '../core/canonical-json.ts'
import { describeValue, shorten } from '../core/describe-value.ts'
import { sha256 } from '../core/hash.ts'
import { escapeControls } from '../core/text.ts'
import type { CaseRun, ParameterValues, ReachedParameters, TrainingCase } from '../feedback/case-run.ts'
import type { Parameter } from '../graph/parameter.ts'
import type { Evaluation, ParameterSpec } from '../optimize/optimizer.ts'
import type { ValueChange } from './outcome.ts'
import { meanScore } from './scores.ts'

/** A set of values. Equal values are one candidate, so that no case runs twice with them. */
export interface Candidate {
  /** Values that differ from the starting ones, sorted by name. */
  readonly changed: ParameterValues
  /** Of `changed`, canonical. */
  readonly hash: string
  /** What `runCase` is asked for: the plan's starting values and `changed`; one object for all runs. */
  readonly values: ParameterValues
  /** The parameters of `changed`. */
  readonly parameters: readonly Parameter<unknown>[]
  /** Against the best candidate of its time. */
  readonly changes: readonly ValueChange[]
  /** What it was made of: none, the one it changes, or both sides of a merge. */
  readonly parents: readonly Candidate[]
  /** Why it was proposed. */
  readonly reason: string | undefined
  /** Complete cases, by id: with all their trials. */
  readonly runs: Map<string, readonly CaseRun[]>
  /** Further runs of a finalist, by case id. */
  readonly repeats: Map<string, readonly CaseRun[]>
}

/** What is known when proposals are checked. */
export interface ProposalContext {
  readonly best: Candidate
  /** The candidate of the starting values, and these values of every reached parameter. */
  readonly start: Candidate
  readonly startValues: ParameterValues
  readonly parameters: ReachedParameters
  readonly specs: readonly ParameterSpec[]
  /** Parameters that failing cases depend on. */
  readonly blamed: ReadonlySet<string>
}

/** The candidate of the starting values; `values` are those that differ from the parameters' own. */
export function startCandidate(values: ParameterValues): Candidate {
  return { changed: {}, hash: sha256(canonicalJson({})), values: Object.freeze({ ...values }), parameters: [], changes: [], parents: [], reason: undefined, runs: new Map(), repeats: new Map() }
}

/**
 * The candidate that `proposal` asks for, and what is wrong with its edits: an edit of a parameter that does
 * not exist, may not change or cannot have the value is left out, the others stay. No candidate when nothing is left.
 */
export function candidateFrom(proposal: unknown, context: ProposalContext): { candidate?: Candidate; problems: string[] } {
  const { changes: edits, reason } = isRecord(proposal) ? proposal : { changes: undefined, reason: undefined }
  if (!isRecord(edits)) return { problems: [`expected a proposal { changes }, received ${describeValue(proposal)}`] }
  const problems: string[] = []
  const changes: ValueChange[] = []
  for (const [name, value] of Object.entries(edits)) {
    const checked = checkEdit(name, value, context)
    if ('problem' in checked) problems.push(checked.problem)
    else if (canonicalJson(checked.to) !== canonicalJson(checked.from)) changes.push(checked)
  }
  if (changes.length === 0) return { problems }
  return { candidate: changedBy(changes, context, typeof reason === 'string' ? shorten(escapeControls(reason), 200) : undefined), problems }
}

function checkEdit(name: string, value: unknown, { best, startValues, specs, blamed }: ProposalContext): ValueChange | { problem: string } {
  const spec = specs.find((one) => one.name === name)
  if (spec === undefined) return { problem: `expected a parameter that may change, received ${describeValue(name)}` }
  if (!blamed.has(name)) return { problem: `expected a parameter that failing cases depend on, received ${describeValue(name)}` }
  const checked = spec.check(value)
  if ('problem' in checked) return { problem: shorten(escapeControls(checked.problem), 300) }
  return { parameter: name, from: valueOf(name, best, startValues), to: checked.value }
}

function changedBy(changes: readonly ValueChange[], { best, start, startValues, parameters }: ProposalContext, reason: string | undefined): Candidate {
  const values = new Map([...Object.entries(best.changed), ...changes.map(({ parameter, to }) => [parameter, to] as const)])
  const kept = [...values].filter(([name, value]) => canonicalJson(value) !== canonicalJson(startValues[name])).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const changed = Object.freeze(Object.fromEntries(kept))
  return {
    changed, hash: sha256(canonicalJson(changed)), values: Object.freeze({ ...start.values, ...changed }),
    parameters: kept.map(([name]) => parameters.get(name)!), changes, parents: [best], reason, runs: new Map(), repeats: new Map(),
  }
}

const valueOf = (name: string, { changed }: Candidate, startValues: ParameterValues): unknown => (Object.hasOwn(changed, name) ? changed[name] : startValues[name])

/** The candidate with some values of `giver` on top of those of `base`; none where nothing changes. */
export function mergedCandidate({ start, startValues, parameters }: Pick<ProposalContext, 'start' | 'startValues' | 'parameters'>, base: Candidate, { changes: values, reason, giver }: { readonly changes: ParameterValues; readonly reason: string; readonly giver: Candidate | undefined }): Candidate | undefined {
  const changes = Object.entries(values).filter(([name]) => parameters.has(name)).map(([parameter, to]) => ({ parameter, from: valueOf(parameter, base, startValues), to }))
  const own = changes.filter(({ from, to }) => canonicalJson(from ?? null) !== canonicalJson(to ?? null))
  if (own.length === 0) return undefined
  return { ...changedBy(own, { best: base, start, startValues, parameters, specs: [], blamed: new Set() }, reason), parents: giver === undefined ? [base] : [base, giver] }
}

/** What differs between two candidates, by name. */
export function changesBetween(before: Candidate, after: Candidate, startValues: ParameterValues): ValueChange[] {
  const names = [...new Set([...Object.keys(before.changed), ...Object.keys(after.changed)])].toSorted()
  return names.map((parameter) => ({ parameter, from: valueOf(parameter, before, startValues), to: valueOf(parameter, after, startValues) }))
    .filter(({ from, to }) => canonicalJson(from ?? null) !== canonicalJson(to ?? null))
}

/** The values of every reached parameter, changed or not. */
export function allValues({ changed }: Candidate, startValues: ParameterValues): ParameterValues {
  return Object.freeze({ ...startValues, ...changed })
}

/** The runs of `cases` in their order, whatever order they completed in. */
export function runsOf({ runs }: Candidate, cases: readonly TrainingCase[]): ReadonlyMap<string, readonly CaseRun[]> {
  const found = new Map<string, readonly CaseRun[]>()
  for (const { id } of cases) {
    const trials = runs.get(id)
    if (trials !== undefined) found.set(id, trials)
  }
  return found
}

/** What an optimizer sees of a candidate. */
export function evaluationOf(candidate: Candidate, startValues: ParameterValues, learn: readonly TrainingCase[]): Evaluation {
  const runs = runsOf(candidate, learn)
  return { values: allValues(candidate, startValues), score: meanScore(runs), complete: runs.size === learn.length, runs }
}

/** Lets go of the graphs of a candidate that is out; scores, checks and feedback stay. */
export function dropTraces({ runs }: Candidate): void {
  for (const [id, trials] of runs) runs.set(id, trials.map((run) => run.lean?.() ?? { ...run, trace: { outputs: [], leaks: run.trace.leaks } }))
}
