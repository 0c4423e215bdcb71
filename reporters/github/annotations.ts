/** Annotations of GitHub: one for each workflow that has something to say, at its describeWorkflow. Stage: reporters. */
import { isAbsolute, join, relative } from 'node:path'
import { escapeControls } from '../../src/core/text.ts'
import type { SourceLocation } from '../../src/core/stack.ts'
import type { RunReport, WorkflowReport } from '../../src/report/run-report.ts'
import { labelOf } from '../labels.ts'

/** GitHub shows so many of each level for a step, and drops the others without a word. */
const MOST = 10

type Level = 'error' | 'warning'
interface Annotation { readonly level: Level; readonly title: string; readonly message: string; readonly file?: string; readonly location?: SourceLocation }

/** Where files of a report lie, and where GitHub looks for them. */
export interface Roots { readonly root: string; readonly workspace: string }

/** Lines for standard output. */
export function renderAnnotations(run: RunReport, roots: Roots): string[] {
  const found = [...run.problems.flatMap((problem): Annotation[] => (problem.level === 'note' ? [] : [{ level: problem.level, title: problem.code, message: problem.message, ...(problem.location && { location: problem.location }) }])), ...run.workflows.flatMap(ofWorkflow)]
  return (['error', 'warning'] as const).flatMap((level) => limited(found.filter((one) => one.level === level))).map((one) => command(one, roots))
}

function ofWorkflow(workflow: WorkflowReport): Annotation[] {
  const { name, file, location, reason, gates } = workflow
  const { word, look } = labelOf(workflow)
  if (look === 'good') return []
  const failed = gates.filter(({ passed }) => !passed)
  const reasons = failed.length > 1 ? failed.map((gate) => `${gate.what}: ${gate.reason}`).join('\n') : reason
  return [{ level: look === 'bad' ? 'error' : 'warning', title: `${word} ${name}`, message: reasons, file, ...(location && { location }) }]
}

function limited(annotations: readonly Annotation[]): readonly Annotation[] {
  if (annotations.length <= MOST) return annotations
  const [first] = annotations
  return [...annotations.slice(0, MOST - 1), { level: first!.level, title: 'trace-eval', message: `${annotations.length - MOST + 1} more: the summary of this job and report.json have all of them` }]
}

function command({ level, title, message, file, location }: Annotation, { root, workspace }: Roots): string {
  const path = location?.file ?? file
  const properties = [
    ...path === undefined ? [] : [`file=${property(inWorkspace(path, root, workspace))}`], ...location === undefined ? [] : [`line=${location.line}`, `col=${location.column}`], `title=${property(title)}`,
  ]
  return `::${level} ${properties.join(',')}::${data(message)}`
}

function inWorkspace(file: string, root: string, workspace: string): string {
  const path = relative(workspace, isAbsolute(file) ? file : join(root, file)).replaceAll('\\', '/')
  return path.startsWith('../') ? file : path
}

// What the runner decodes; everything else that could begin a command is inside of one.
const data = (text: string): string => escapeControls(text.trim()).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
