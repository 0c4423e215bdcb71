/** `trace-eval show`: the last report again, whole, one workflow, one case, or the data. Stage: cli. */
import { resolve } from 'node:path'
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { nearestName } from '../core/text.ts'
import { formatReport, readReport } from '../report/report-file.ts'
import type { RunReport, WorkflowReport } from '../report/run-report.ts'
import { caseText } from './case-text.ts'
import { commandArguments } from './command-arguments.ts'
import type { OwnFlag } from './own-flags.ts'
import { useColor } from './run-reporter.ts'

const flags = {
  case: { kind: 'text', value: 'ID', help: 'One case, by id or title' },
  json: { kind: 'switch', help: 'The data' },
  root: { kind: 'text', value: 'DIR', help: 'Root of the run (the current folder)' },
} as const satisfies Record<string, OwnFlag>

/** Runs `trace-eval show`. */
export async function showCommand(args: readonly string[]): Promise<number> {
  const { own, names: [name] } = commandArguments(args, flags, 1)
  const report = await readReport(resolve(String(own['root'] ?? '.')))
  const shown = name === undefined ? report : { ...report, workflows: [workflowNamed(report, name)] }
  const text = own['json'] === true ? formatReport(shown) : own['case'] === undefined ? await reportText(shown) : casesText(shown, String(own['case']))
  await new Promise<void>((done) => { process.stdout.write(text, () => done()) })
  return 0
}

async function reportText(report: RunReport): Promise<string> {
  const { renderRun, renderWorkflow } = await import('../../reporters/terminal.ts')
  const { stdout, env } = process
  const style = { columns: stdout.columns ?? 80, color: useColor(env, stdout.isTTY === true) }
  return [...report.workflows.map((workflow) => renderWorkflow(workflow, style)), renderRun(report, style)].join('')
}

function workflowNamed({ workflows }: RunReport, name: string): WorkflowReport {
  return workflows.find((workflow) => workflow.name === name) ?? refuse('workflow', name, workflows.map((workflow) => workflow.name))
}

function casesText({ workflows }: RunReport, wanted: string): string {
  const all = workflows.flatMap((workflow) => workflow.caseResults.map((result) => ({ workflow: workflow.name, result })))
  const found = all.filter(({ result }) => result.id === wanted || result.title === wanted)
  if (found.length === 0) return refuse('case', wanted, all.map(({ result }) => result.id))
  return found.map(({ workflow, result }) => caseText(workflow, result)).join('\n')
}

function refuse(what: string, wanted: string, names: readonly string[]): never {
  const near = nearestName(wanted, names)
  const some = names.slice(0, 5).map((name) => describeValue(name)).join(', ')
  const hint = near !== undefined ? `Did you mean ${describeValue(near)}?` : names.length === 0 ? `It had no ${what}.` : `It had ${some}${names.length > 5 ? ` and ${names.length - 5} more` : ''}.`
  throw new TraceEvalError('SHOW_UNKNOWN', `expected a ${what} of the last run, received ${describeValue(wanted)}`, { hint })
}
