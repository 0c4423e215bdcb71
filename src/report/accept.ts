/** Saves what a run found: from its report to the params files beside the eval files. Stage: report. */
import { access } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { formatLocation } from '../core/stack.ts'
import { nearestName } from '../core/text.ts'
import { paramsPath, readParamsFile, writeParamsFile } from '../store/params-file.ts'
import type { ParamsFile, SavedParameter, SavedWorkflow } from '../store/parse-params.ts'
import { SECRET_VALUE } from './parameter-reports.ts'
import { acceptBaseline, type AcceptedBaseline, type RefusedBaseline } from './accept-baseline.ts'
import type { ParameterReport, RunReport, WorkflowReport } from './run-report.ts'

/** What to accept. */
export interface AcceptOptions {
  /** The root of the run: file names in the report are relative to it. */
  readonly root: string
  /** Names of workflows. @defaultValue all of the report */
  readonly workflows?: readonly string[]
  /** Save also values whose verdict did not pass, and the best so far of an interrupted run. @defaultValue false */
  readonly force?: boolean
  /** Save the scores as well, for later runs to be compared with. @defaultValue false */
  readonly baseline?: boolean
}

/** What `acceptReport` did. */
export interface AcceptResult {
  readonly accepted: readonly AcceptedWorkflow[]
  readonly refused: readonly RefusedWorkflow[]
  /** What became of the scores, where they were to be saved. */
  readonly baseline?: { readonly accepted: readonly AcceptedBaseline[]; readonly refused: readonly RefusedBaseline[] }
}

/** A workflow whose values are saved now. */
export interface AcceptedWorkflow {
  readonly workflow: string
  readonly file: string
  /** The params file, relative to the root. */
  readonly paramsFile: string
  /** Values that changed in the run. */
  readonly parameters: readonly { readonly name: string; readonly from: unknown; readonly to: unknown; readonly code?: boolean }[]
  /** Names that were saved before and that this run did not reach: they stay. */
  readonly unreached: readonly string[]
}

/** A workflow that nothing was saved of. */
export interface RefusedWorkflow {
  readonly workflow: string
  readonly file: string
  readonly code: 'unchanged' | 'not-adopted' | 'not-measured' | 'not-passed' | 'unsavable' | 'file-gone'
  /** One sentence, with the fix. */
  readonly reason: string
}

/**
 * Saves the final values of every workflow that changed some and passed. Saved are the changed parameters and those
 * that were saved before; a parameter that nobody tuned stays with its value in the code.
 *
 * @throws {TraceEvalError} `ACCEPT_UNKNOWN` when a named workflow is not in the report, `ACCEPT_CONFLICT` when two
 * workflows want different values for one parameter, and as reading and writing params files does. Nothing is
 * written then, but for a disk that fails between two files.
 */
export async function acceptReport(report: RunReport, options: AcceptOptions): Promise<AcceptResult> {
  const decisions = await Promise.all(wanted(report, options).map(async (workflow) => ({ workflow, refused: await refusal(workflow, options) })))
  const refused = decisions.flatMap(({ refused: found }) => found ?? [])
  const accepted = decisions.filter(({ refused: found }) => found === undefined).map(({ workflow }) => workflow)
  const files = await readFiles(report, options.root)
  refuseConflicts(report, accepted, files)
  const done: AcceptedWorkflow[] = []
  for (const [file, workflows] of Map.groupBy(accepted, (workflow) => paramsPath(workflow.file))) {
    const entries = workflows.map((workflow) => [workflow.name, savedWorkflow(workflow, report, files.get(file))] as const)
    await writeParamsFile(join(options.root, file), Object.fromEntries(entries))
    for (const workflow of workflows) done.push(acceptedWorkflow(workflow, file, files.get(file)))
  }
  if (options.baseline !== true) return { accepted: done, refused }
  return { accepted: done, refused, baseline: await acceptBaseline(report, { root: options.root, workflows: wanted(report, options), saved: new Set(done.map(({ workflow }) => workflow)) }) }
}

function wanted({ workflows }: RunReport, { workflows: names }: AcceptOptions): readonly WorkflowReport[] {
  const known = workflows.map(({ name }) => name)
  for (const name of names ?? []) {
    if (known.includes(name)) continue
    const near = nearestName(name, known)
    throw new TraceEvalError('ACCEPT_UNKNOWN', `expected a workflow of the last run, received ${describeValue(name)}`,
      { hint: near !== undefined ? `Did you mean ${describeValue(near)}?` : known.length === 0 ? 'The last run had no workflow.' : `It had ${known.map((one) => describeValue(one)).join(', ')}.` })
  }
  return names === undefined ? workflows : workflows.filter(({ name }) => names.includes(name))
}

async function refusal(workflow: WorkflowReport, options: AcceptOptions): Promise<RefusedWorkflow | undefined> {
  const { root, force } = options
  const refuse = (code: RefusedWorkflow['code'], reason: string): RefusedWorkflow => ({ workflow: workflow.name, file: workflow.file, code, reason })
  const changed = workflow.parameters.filter((parameter) => parameter.changed)
  if (workflow.verdict === 'error' && !waitsForBaseline(workflow, options) && !(keepsValues(workflow) && force === true)) {
    return refuse('not-measured', `it could not be measured: ${workflow.reason}${keepsValues(workflow) ? '; `--force` saves the best values so far' : ''}`)
  }
  if (workflow.rejected !== undefined) return refuse('not-adopted', 'the values that won the rounds were not better on held-out cases; more cases or more rounds may find better ones')
  if (changed.length === 0) return refuse('unchanged', 'its final values are those it started with')
  if (!workflow.passed && force !== true && !waitsForBaseline(workflow, options)) return refuse('not-passed', `its verdict is ${workflow.verdict}: ${workflow.reason}; \`--force\` saves it all the same`)
  const unsavable = changed.find((parameter) => parameter.unsavable !== undefined)
  if (unsavable !== undefined) return refuse('unsavable', `parameter ${describeValue(unsavable.name)} has ${unsavable.unsavable} in its value, ${whyUnsavable(unsavable)}`)
  const inside = relative(root, resolve(root, workflow.file))
  const gone = inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || await access(resolve(root, workflow.file)).then(() => false, () => true)
  return gone ? refuse('file-gone', 'its eval file is no longer there; run `npx trace-eval` again') : undefined
}

function whyUnsavable({ unsavable }: ParameterReport): string {
  return unsavable === SECRET_VALUE ? 'which no report holds; take it out of the values that may be chosen, or read it from the environment' : 'which JSON cannot hold; use texts, numbers, booleans, lists and plain objects'
}

/** Everything was measured, and all that keeps it from passing is a baseline that is to be written now. */
function waitsForBaseline({ gates, final }: WorkflowReport, { baseline }: AcceptOptions): boolean {
  return baseline === true && final.n > 0 && gates.length > 0 && gates.every(({ passed, verdict, against }) => passed || (verdict === 'error' && against === 'baseline'))
}

/** Rounds of a run that was stopped, by somebody or by its budget, kept better values, and no held-out case has judged them. */
function keepsValues({ stopReason, parameters }: WorkflowReport): boolean {
  return (stopReason === 'interrupted' || stopReason === 'budget') && parameters.some(({ changed }) => changed)
}

/** Params files of all workflows of the report, by their path relative to the root. */
async function readFiles(report: RunReport, root: string): Promise<ReadonlyMap<string, ParamsFile | undefined>> {
  const paths = [...new Set(report.workflows.map(({ file }) => paramsPath(file)))]
  return new Map(await Promise.all(paths.map(async (path) => [path, await readParamsFile(join(root, path))] as const)))
}

/** Two workflows that would save different values for one parameter: production could load only one of them. */
function refuseConflicts(report: RunReport, accepted: readonly WorkflowReport[], files: ReadonlyMap<string, ParamsFile | undefined>): void {
  const claims = new Map<string, { workflow: string; value: unknown }>()
  for (const workflow of report.workflows) {
    const saved = savedBefore(workflow, files.get(paramsPath(workflow.file)))
    const values = accepted.includes(workflow) ? newParameters(workflow, saved) : saved
    for (const [name, { value }] of Object.entries(values)) {
      const declared = workflow.parameters.find((parameter) => parameter.name === name)
      const place = declared?.location === undefined ? `${paramsPath(workflow.file)} ${name}` : `${formatLocation(declared.location)} ${name}`
      const claim = claims.get(place)
      if (claim !== undefined && JSON.stringify(claim.value) !== JSON.stringify(value)) {
        throw new TraceEvalError('ACCEPT_CONFLICT', `expected one value for parameter ${describeValue(name)}, received ${describeValue(claim.value)} from workflow ${describeValue(claim.workflow)} and ${describeValue(value)} from workflow ${describeValue(workflow.name)}`, {
          ...(declared?.location === undefined ? {} : { at: formatLocation(declared.location) }),
          hint: 'Accept one of them by name, or give each workflow a parameter of its own.',
        })
      }
      claims.set(place, { workflow: workflow.name, value })
    }
  }
}

function savedBefore({ name }: WorkflowReport, file: ParamsFile | undefined): SavedWorkflow['parameters'] {
  return file !== undefined && Object.hasOwn(file.workflows, name) ? file.workflows[name]!.parameters : {}
}

/** What a workflow's entry holds after accepting: what was saved before, with the values of this run. */
function newParameters({ parameters }: WorkflowReport, saved: SavedWorkflow['parameters']): Record<string, SavedParameter> {
  const fresh = parameters.filter(({ name, changed, unsavable }) => (changed || Object.hasOwn(saved, name)) && unsavable === undefined)
  return { ...saved, ...Object.fromEntries(fresh.map(({ name, kind, to, code }: ParameterReport) => [name, { kind, value: to, ...code }])) }
}

function savedWorkflow(workflow: WorkflowReport, { startedAt, seed }: RunReport, file: ParamsFile | undefined): SavedWorkflow {
  const { verdict, final, baseline, plan } = workflow
  return {
    parameters: newParameters(workflow, savedBefore(workflow, file)),
    verdict: { verdict, score: final.score, baseline: baseline.score, n: final.n, heldOut: final.heldOut, date: startedAt, seed: plan.seed ?? seed },
  }
}

function acceptedWorkflow({ name, file, parameters }: WorkflowReport, paramsFile: string, saved: ParamsFile | undefined): AcceptedWorkflow {
  const before = saved !== undefined && Object.hasOwn(saved.workflows, name) ? Object.keys(saved.workflows[name]!.parameters) : []
  return {
    workflow: name, file, paramsFile,
    parameters: parameters.filter(({ changed }) => changed).map(({ name: parameter, from, to, kind }) => ({ name: parameter, from, to, ...(kind === 'code' && { code: true }) })),
    unreached: before.filter((known) => !parameters.some((parameter) => parameter.name === known)),
  }
}
