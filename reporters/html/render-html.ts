/** A run as one HTML file. Stage: reporters. */
import type { KeptGraphs } from '../../src/report/graph-file.ts'
import { trendsOf, type HistoryEntry, type Trend } from '../../src/report/history.ts'
import type { RunReport, WorkflowReport } from '../../src/report/run-report.ts'
import { Allowance } from './allowance.ts'
import { casesPart } from './cases.ts'
import { drawGraphs, noGraphs, type Graphs } from './graphs.ts'
import { gatesPart } from './gates.ts'
import { historyPart } from './history.ts'
import { html, when, type Content, type Markup } from './markup.ts'
import { page, type Section } from './page.ts'
import { parametersPart } from './parameters.ts'
import { roundsPart } from './rounds.ts'
import { stepsPart } from './steps.ts'
import { checksPart, costPart, frontPart, leaksPart, problemList } from './tables.ts'
import { verdictCard } from './verdict.ts'

/** What a page can show beside the report. */
export interface HtmlOptions {
  /** Earlier runs and this one, the oldest first, as `readHistory` gives them. @defaultValue none */
  readonly history?: readonly HistoryEntry[]
  /** Trace graphs of a workflow's cases, as `readGraphs` gives them. @defaultValue none */
  readonly graphsOf?: (workflow: WorkflowReport) => KeptGraphs | Promise<KeptGraphs>
}

const MB = 1_000_000
/** What the page may hold in bytes, shared by its workflows: below 5 MB in all. */
const room = { parameters: 0.4 * MB, rows: 1.2 * MB, details: 2.1 * MB, graphs: 0.6 * MB, steps: 0.45 * MB } as const

/**
 * `run` as the text of one HTML file: it works from disk, loads nothing, and a content policy lets only its own style and
 * script act. Every text of models and cases stands in it as text. It stays below 5 MB: what does not fit is left out and
 * counted.
 *
 * @example
 * ```ts
 * import { renderHtml, sampleRuns } from 'trace-eval/reporters'
 *
 * const page = await renderHtml(sampleRuns['a gain'])
 * page.startsWith('<!doctype html>') // true
 * ```
 */
export async function renderHtml(run: RunReport, { graphsOf, history = [] }: HtmlOptions = {}): Promise<string> {
  const sections: Section[] = []
  const trends = trendsOf(history)
  const share = Math.max(1, run.workflows.length)
  for (const [index, report] of run.workflows.entries()) {
    const id = `w${index + 1}`
    const graphs = graphsOf === undefined ? noGraphs : await drawGraphs(report, await graphsOf(report), id, { pictures: new Allowance(room.graphs / share), details: room.details / share })
    sections.push({ id, report, content: workflow(report, { id, graphs, share, trend: trends.find(({ name, file }) => name === report.name && file === report.file) }) })
  }
  return page(run, sections)
}

interface Beside { readonly id: string; readonly graphs: Graphs; readonly share: number; readonly trend: Trend | undefined }

function workflow(report: WorkflowReport, { id, graphs, share, trend }: Beside): Markup {
  const parts: readonly (readonly [string, Content])[] = [
    ['Gates', gatesPart(report, id)],
    ['Parameters', parametersPart(report, id, new Allowance(room.parameters / share))],
    ['Rounds', roundsPart(report, id)],
    ['Trade-offs', frontPart(report, id)],
    ['Steps', stepsPart(report, id, new Allowance(room.steps / share))],
    ['Cases', casesPart(report, id, { rows: new Allowance((room.rows + room.details) / share), details: new Allowance(room.details / share), graphs })],
    ['Checks', checksPart(report, id)],
    ['Cost', costPart(report, id)],
    ['History', historyPart(trend, id)],
    ['Leaks', leaksPart(report, id)],
  ]
  const shown = parts.filter(([, content]) => content !== undefined)
  return html`<section class="workflow" id="${id}" aria-labelledby="${id}-name"><header><h2 id="${id}-name"><bdi>${report.name}</bdi></h2><p class="file">${report.file}${when(report.location !== undefined, () => `:${report.location!.line}`)}</p>
${when(shown.length > 1, () => html`<nav class="jump" aria-label="Parts of ${report.name}">${shown.map(([name]) => html`<a href="#${id}-${name.toLowerCase()}">${name}</a>`)}</nav>`)}</header>
${verdictCard(report, id)}${problemList(report.problems)}${shown.map(([, content]) => content)}</section>`
}
