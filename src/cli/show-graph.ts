/** `trace-eval show --graph`: the trace graph of a failing case of the last run. Stage: cli. */
import { isAbsolute, relative, resolve } from 'node:path'
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { groupDigits } from '../core/text.ts'
import type { PictureOptions } from '../picture/options.ts'
import type { TgjDocument } from '../graph/tgj.ts'
import { readGraphs, type KeptGraphs } from '../report/graph-file.ts'
import { IN_FULL, MAX_BRIEF_NODES } from '../report/kept-graphs.ts'
import type { CaseReport, RunReport, WorkflowReport } from '../report/run-report.ts'
import { writeFileAtomic } from '../store/atomic-write.ts'
import { runFile } from '../store/run-files.ts'
import { namedOrRefuse } from './named.ts'

const formats = ['svg', 'dot', 'mermaid', 'tgj'] as const
type Format = (typeof formats)[number]
const endings: Readonly<Record<string, Format>> = { svg: 'svg', dot: 'dot', gv: 'dot', mmd: 'mermaid', mermaid: 'mermaid', md: 'mermaid', json: 'tgj' }

/** What was asked for. */
export interface GraphRequest {
  readonly root: string
  readonly workflow: string | undefined
  readonly case: string | undefined
  /** `true`: what the name of `out` says, else SVG. */
  readonly format: string | true
  readonly out: string | undefined
  /** Whether a person would read standard output. */
  readonly toTerminal: boolean
}

/** What goes to standard output: the picture, or where it was written. */
export async function showGraph(report: RunReport, request: GraphRequest): Promise<string> {
  const format = formatOf(request)
  const workflow = workflowOf(report, request.workflow)
  const { id, document } = graphOf(workflow, await readGraphs(request.root, workflow), request.case)
  const text = await draw(document, format, pictureOptions(workflow, id))
  // Nobody reads an SVG on a terminal.
  const file = request.out !== undefined ? resolve(request.out) : format === 'svg' && request.toTerminal ? await runFile(request.root, 'graph.svg') : undefined
  if (file === undefined) return text
  await writeFileAtomic(file, text)
  return `${describeValue(id, 200)}: ${shown(file)}\n`
}

/** As it would be typed here; whole where it lies outside. */
function shown(file: string): string {
  const path = relative(process.cwd(), file)
  return path.startsWith('..') || isAbsolute(path) ? file : path
}

function formatOf({ format, out }: GraphRequest): Format {
  if (format === true) return endings[out?.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'svg'
  return formats.find((known) => known === format)
    ?? refuseValue('--graph', `one of ${formats.join(', ')}, received ${describeValue(format)}`)
}

function refuseValue(at: string, expected: string): never { throw new TraceEvalError('FLAG_VALUE', `expected ${expected}`, { at }) }

function workflowOf({ workflows }: RunReport, name: string | undefined): WorkflowReport {
  const [only, ...others] = workflows
  if (name === undefined && only !== undefined && others.length === 0) return only
  return namedOrRefuse('workflow', name, workflows, ({ name }) => [name])
}

function graphOf({ name, caseResults, verdict }: WorkflowReport, kept: KeptGraphs, wanted: string | undefined): { id: string; document: TgjDocument } {
  if (verdict === 'error') throw new TraceEvalError('GRAPH_MISSING', 'expected a workflow that was measured, received one that was not', { at: `workflow ${describeValue(name)}`, hint: 'Its problems are in `npx trace-eval show`.' })
  const { graphs, passed = {}, leftOut } = kept
  const scores = new Map(caseResults.map(({ id, after }) => [id, after ?? 0]))
  const [worst] = Object.keys(graphs).toSorted((a, b) => (scores.get(a) ?? 0) - (scores.get(b) ?? 0))
  const id = wanted === undefined ? worst : namedOrRefuse<CaseReport>('case', wanted, caseResults, ({ id, title }) => [id, title]).id
  if (id !== undefined && Object.hasOwn(graphs, id)) return { id, document: graphs[id]! }
  if (id !== undefined && Object.hasOwn(passed, id)) return { id, document: passed[id]! }
  const hint = worst === undefined ? undefined : `It has graphs of ${Object.keys(graphs).slice(0, 5).map((known) => describeValue(known)).join(', ')}${Object.keys(graphs).length > 5 ? ` and ${Object.keys(graphs).length - 5} more` : ''}.`
  throw new TraceEvalError('GRAPH_MISSING', `expected the graph of ${id === undefined ? 'a failing case' : `case ${describeValue(id)}`}, received none: ${reason(id, leftOut, worst !== undefined)}`,
    { at: `workflow ${describeValue(name)}`, ...(hint !== undefined && { hint }) })
}

function reason(id: string | undefined, leftOut: KeptGraphs['leftOut'], some: boolean): string {
  const [first] = Object.keys(leftOut)
  if (id !== undefined && Object.hasOwn(leftOut, id)) return leftOut[id]!
  if (id === undefined && first !== undefined) return leftOut[first]!
  return some ? `beside the ${IN_FULL} cases with the lowest scores a run keeps small graphs, of ${groupDigits(MAX_BRIEF_NODES)} nodes together` : 'no case of this workflow failed in the last run'
}

function pictureOptions({ name, caseResults }: WorkflowReport, id: string): PictureOptions {
  const { title, feedback } = caseResults.find((result) => result.id === id) ?? { title: id, feedback: [] }
  return { title: `${name} > ${title}`, notes: feedback.map(({ message }) => message), blame: 'all' }
}

async function draw(document: TgjDocument, format: Format, options: PictureOptions): Promise<string> {
  switch (format) {
    case 'dot': return (await import('../picture/to-dot.ts')).toDot(document, options)
    case 'mermaid': return (await import('../picture/to-mermaid.ts')).toMermaid(document, options)
    case 'tgj': return `${JSON.stringify(document, null, 2)}\n`
    default: return (await import('../picture/to-svg.ts')).toSvg(document, options)
  }
}
