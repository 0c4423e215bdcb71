/** The page: one file, nothing loaded, under a policy that lets only its own style and script act. Stage: reporters. */
import { createHash } from 'node:crypto'
import type { RunReport, WorkflowReport } from '../../src/report/run-report.ts'
import { labelOf } from '../labels.ts'
import { count, fromTo, scoreText } from '../wording.ts'
import script from './client/main.ts?script'
import { environmentPart } from './environment.ts'
import { html, trusted, when, type Content, type Markup } from './markup.ts'
import { style } from './style.ts'
import { problemList } from './tables.ts'
import { badge, delta } from './words.ts'

/** A workflow's place in the page. */
export interface Section { readonly id: string; readonly report: WorkflowReport; readonly content: Markup }

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** The whole text of the page. */
export function page(run: RunReport, sections: readonly Section[]): string {
  const policy = `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`
  const when_ = `${run.startedAt.slice(0, 16).replace('T', ' ')} UTC`
  return `<!doctype html>\n${html`<html lang="en">
<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${trusted(policy.replaceAll('"', '&quot;'))}"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">
<title>${titleOf(run)}</title><style>${trusted(style)}</style><script>${trusted(script)}</script></head>
<body><a class="skip" href="#report">To the report</a><header class="top"><h1>trace-eval</h1><span class="when">${when_}</span><button type="button" class="plain scripted" data-theme-button>Colours: system</button></header>
<main id="report">${overview(run, sections)}${sections.map(({ content }) => content)}${environmentPart(run)}</main>
<footer>Made from <code>.vitest/trace-eval/report.json</code>, which has every number of this page.</footer></body></html>
`.html}`
}

function titleOf({ workflows }: RunReport): string {
  const [only] = workflows
  if (only !== undefined && workflows.length === 1) return `${labelOf(only).word} ${only.name} ${only.final.n === 0 ? '' : scoreText(only.final.score, only.threshold)} · trace-eval`
  const failed = workflows.filter(({ passed }) => !passed).length
  return `${failed > 0 ? `${failed} of ${workflows.length} failed` : `${count(workflows.length, 'workflow')} passed`} · trace-eval`
}

/** All workflows at a glance, where there are several; what went wrong outside of any. */
function overview({ workflows, problems }: RunReport, sections: readonly Section[]): Content {
  return [
    when(workflows.length === 0, () => html`<div class="card"><p><b>No workflow ran.</b></p>${problemList(problems)}</div>`),
    when(workflows.length > 0 && problems.length > 0, () => html`<div class="card">${problemList(problems)}</div>`),
    when(workflows.length > 1, () => html`<nav class="card overview" aria-label="Workflows"><div class="scroll"><table><thead><tr><th scope="col">Verdict</th><th scope="col">Workflow</th><th scope="col" class="number">Score</th><th scope="col" class="number">Change</th><th scope="col" class="number">Threshold</th><th scope="col" class="number">Cases</th></tr></thead><tbody>${sections.toSorted((a, b) => rank(a) - rank(b)).map(({ id, report }) => html`<tr><td>${badge(report)}</td><th scope="row"><a href="#${id}"><bdi>${report.name}</bdi></a></th><td class="number">${report.final.n === 0 ? 'not measured' : report.baseline.score === report.final.score ? scoreText(report.final.score, report.threshold) : fromTo(report.baseline.score, report.final.score, report.threshold)}</td><td class="number">${when(report.final.n > 0, () => delta(report.baseline.score, report.final.score))}</td><td class="number">${report.threshold === undefined ? '' : scoreText(report.threshold)}</td><td class="number">${report.cases.total}</td></tr>`)}</tbody></table></div></nav>`),
  ]
}

/** Failures first. */
const rank = ({ report }: Section): number => ['bad', 'warn', 'good'].indexOf(labelOf(report).look)
