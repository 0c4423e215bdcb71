/** `trace-eval show`: the last report again, whole, one workflow, one case, its graph, or the data. Stage: cli. */
import { resolve } from 'node:path'
import { TraceEvalError } from '../core/errors.ts'
import { formatReport, readReport } from '../report/report-file.ts'
import type { RunReport, WorkflowReport } from '../report/run-report.ts'
import { caseText } from './case-text.ts'
import { commandArguments } from './command-arguments.ts'
import { namedOrRefuse } from './named.ts'
import type { OwnFlag } from './own-flags.ts'
import { useColor } from './run-reporter.ts'

const flags = {
  case: { kind: 'text', value: 'ID', help: 'One case, by id or title' },
  graph: { kind: 'optional', value: '[=FORMAT]', help: 'The trace graph of a failing case: svg, dot, mermaid, tgj' },
  out: { kind: 'text', value: 'FILE', help: 'Where the graph is written' },
  explain: { kind: 'switch', help: 'What each round suspected, asked and got' },
  json: { kind: 'switch', help: 'The data' },
  comment: { kind: 'switch', help: 'The report as Markdown for a comment on GitHub' },
  html: { kind: 'file', ending: '.html', value: '[FILE]', help: 'The report as one HTML page' },
  history: { kind: 'text', value: 'DIR', help: 'Committed summaries, for the trend in the page' },
  root: { kind: 'text', value: 'DIR', help: 'Root of the run (the current folder)' },
} as const satisfies Record<string, OwnFlag>

/** Runs `trace-eval show`. */
export async function showCommand(args: readonly string[]): Promise<number> {
  const { own, names: [name, second] } = commandArguments(args, flags, 2)
  const { graph, out } = own
  if (out !== undefined && graph === undefined) throw new TraceEvalError('FLAG_VALUE', 'expected --graph beside it, received none', { at: '--out' })
  const root = resolve(String(own['root'] ?? '.'))
  const report = await readReport(root)
  const wanted = own['case'] === undefined ? second : String(own['case'])
  if (graph !== undefined) {
    const { showGraph } = await import('./show-graph.ts')
    return print(await showGraph(report, {
      root, workflow: name, case: wanted, format: graph === true ? true : String(graph), out: out === undefined ? undefined : String(out), toTerminal: process.stdout.isTTY === true,
    }))
  }
  const shown = name === undefined ? report : { ...report, workflows: [workflowNamed(report, name)] }
  if (own['html'] !== undefined) return print(await showHtml(root, shown, own['html'], own['history'] === undefined ? undefined : resolve(String(own['history']))))
  if (own['comment'] === true) return print((await import('../../reporters/github/summary.ts')).renderComment(shown))
  if (own['explain'] === true) return print(await explanations(shown))
  return print(own['json'] === true ? formatReport(shown) : wanted === undefined ? await reportText(shown) : casesText(shown, wanted))
}

async function showHtml(root: string, report: RunReport, target: string | number | true, history: string | undefined): Promise<string> {
  const { writeHtml } = await import('../../reporters/html/write-html.ts')
  return `${await writeHtml(root, report, { ...(target !== true && { target: String(target) }), ...(history !== undefined && { history }) })}\n`
}

async function print(text: string): Promise<number> {
  await new Promise<void>((done) => { process.stdout.write(text, () => done()) })
  return 0
}

const style = ({ stdout, env } = process) => ({ columns: stdout.columns ?? 80, color: useColor(env, stdout.isTTY === true) })

async function explanations({ workflows }: RunReport): Promise<string> {
  const { renderExplanation } = await import('../../reporters/explain.ts')
  return workflows.map((workflow) => renderExplanation(workflow, style())).join('')
}

async function reportText(report: RunReport): Promise<string> {
  const { renderRun, renderWorkflow } = await import('../../reporters/terminal.ts')
  return [...report.workflows.map((workflow) => renderWorkflow(workflow, style())), renderRun(report, style())].join('')
}

function workflowNamed({ workflows }: RunReport, name: string): WorkflowReport {
  return namedOrRefuse('workflow', name, workflows, (workflow) => [workflow.name])
}

function casesText({ workflows }: RunReport, wanted: string): string {
  const all = workflows.flatMap((workflow) => workflow.caseResults.map((result) => ({ workflow: workflow.name, result })))
  const names = ({ result: { id, title } }: (typeof all)[number]): readonly string[] => [id, title]
  const found = namedOrRefuse('case', wanted, all, names)
  const same = all.filter((one) => names(one).includes(wanted))
  return (same.length > 0 ? same : [found]).map(({ workflow, result }) => caseText(workflow, result)).join('\n')
}
