/** `trace-eval accept`: saves the values of the last run beside their eval files. Stage: cli. */
import { resolve } from 'node:path'
import { describeValue } from '../core/describe-value.ts'
import { escapeControls } from '../core/text.ts'
import { acceptReport, type AcceptResult, type AcceptedWorkflow, type RefusedWorkflow } from '../report/accept.ts'
import { readReport } from '../report/report-file.ts'
import { commandArguments } from './command-arguments.ts'
import type { OwnFlag } from './own-flags.ts'
import type { RunResult } from './run.ts'

const flags = {
  force: { kind: 'switch', help: 'Save also values whose verdict did not pass' },
  baseline: { kind: 'switch', help: 'Save the scores too, for later runs to compare with' },
  root: { kind: 'text', value: 'DIR', help: 'Root of the run (the current folder)' },
} as const satisfies Record<string, OwnFlag>

/** Runs `trace-eval accept`. The exit code is 0 when everything that changed is saved. */
export async function acceptCommand(args: readonly string[]): Promise<number> {
  const { own, names } = commandArguments(args, flags)
  const root = resolve(String(own['root'] ?? '.'))
  const result = await acceptReport(await readReport(root), { root, force: own['force'] === true, baseline: own['baseline'] === true, ...(names.length > 0 ? { workflows: names } : {}) })
  process.stdout.write(acceptText(result))
  return Math.max(acceptExitCode(result), (result.baseline?.refused.length ?? 0) > 0 ? 1 : 0)
}

/** `--accept`: saves what a run found, if it passed. The exit code stays that of the run. */
export async function acceptAfterRun({ exitCode, report, root }: RunResult, output: NodeJS.WritableStream): Promise<number> {
  if (exitCode !== 0 || report === undefined) output.write('not saved: the run did not pass\n')
  else output.write(acceptText(await acceptReport(report, { root })))
  return exitCode
}

/** What a person reads after accepting. */
export function acceptText({ accepted, refused, baseline }: AcceptResult): string {
  const scores = baseline === undefined ? [] : [
    ...baseline.accepted.map(({ workflow, file, cases }) => `baseline   ${escapeControls(workflow)}: the scores of ${cases} ${cases === 1 ? 'case' : 'cases'} in ${escapeControls(file)}`),
    ...baseline.refused.map(({ workflow, reason }) => `no baseline  ${escapeControls(workflow)}: ${escapeControls(reason)}`),
  ]
  // Values that stayed as they were are no news where scores are what was asked for.
  const news = refused.filter(({ code, workflow }) => code !== 'unchanged' || baseline?.accepted.some((one) => one.workflow === workflow) !== true)
  return `${[...accepted.flatMap(savedLines), ...news.map(refusedLine), ...scores].join('\n')}\n`
}

function savedLines({ workflow, paramsFile, parameters, unreached }: AcceptedWorkflow): string[] {
  const width = Math.max(0, ...parameters.map(({ name }) => name.length))
  return [
    `saved      ${escapeControls(workflow)}: ${escapeControls(paramsFile)}`,
    ...parameters.map(({ name, from, to, code }) => `  ${escapeControls(name).padEnd(width)}  ${code === true ? 'code, in a file of its own beside it' : `${describeValue(from, 40)} → ${describeValue(to, 40)}`}`),
    ...unreached.length > 0 ? [`  kept as it was, as this run did not use it: ${unreached.map(escapeControls).join(', ')}`] : [],
  ]
}

function refusedLine({ workflow, reason }: RefusedWorkflow): string {
  return `not saved  ${escapeControls(workflow)}: ${escapeControls(reason)}`
}

const refusalCodes: Readonly<Record<RefusedWorkflow['code'], number>> = { unchanged: 0, 'not-adopted': 0, 'not-passed': 1, 'not-measured': 4, unsavable: 2, 'file-gone': 2 }

/** 0 when nothing worth saving was left out, else the code of the gravest reason. */
export function acceptExitCode({ refused }: AcceptResult): number {
  return Math.max(0, ...refused.map(({ code }) => refusalCodes[code]))
}
