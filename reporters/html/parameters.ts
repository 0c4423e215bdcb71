/** Parameters: what changed as a diff, the others by value. Stage: reporters. */
import { describeValue } from '../../src/core/describe-value.ts'
import type { ParameterReport, WorkflowReport } from '../../src/report/run-report.ts'
import { changeLines, valuePair } from '../change-lines.ts'
import { count } from '../wording.ts'
import type { Allowance } from './allowance.ts'
import { html, when, type Content, type Markup } from './markup.ts'
import { part, place, scrolling } from './words.ts'

/** Lines of one parameter's diff. */
const MAX_LINES = 400
const MAX_LINE = 4000

/** The parameters of a workflow, or nothing where it has none. */
export function parametersPart({ parameters }: WorkflowReport, id: string, room: Allowance): Content {
  if (parameters.length === 0) return undefined
  const [changed, others] = [parameters.filter((one) => one.changed), parameters.filter((one) => !one.changed)]
  const [short, long] = [changed.filter(isShort), changed.filter((one) => !isShort(one))]
  const title = changed.length === 0 ? 'Parameters' : `Parameters: ${changed.length} of ${parameters.length} changed`
  return part(`${id}-parameters`, title, [
    when(short.length > 0, () => shortChanges(short)),
    long.map((one) => room.take(() => changedParameter(one)) ?? html`<p class="note">${one.name} changed; its values are too long for this page and stand in report.json.</p>`),
    when(others.length > 0, () => html`<details class="more"><summary>${count(others.length, 'parameter')} as before</summary>${scrolling('Parameters as before', html`<table><thead><tr><th scope="col">Parameter</th><th scope="col">Value</th><th scope="col" class="number">Failing cases it had a part in</th></tr></thead><tbody>${others.map((one) => html`<tr><th scope="row"><bdi>${one.name}</bdi> <span class="dim">${one.kind}</span></th><td><code>${describeValue(one.to, 200)}</code>${when(!one.optimized, () => html` <span class="dim">not optimized</span>`)}</td><td class="number">${one.blamedCases}</td></tr>`)}</tbody></table>`)}</details>`),
  ])
}

/** Values that stand side by side in a line. */
function isShort({ kind, from, to }: ParameterReport): boolean {
  return !['text', 'code', 'examples', 'value'].includes(kind) && describeValue(from).length + describeValue(to).length < 80
}

function shortChanges(parameters: readonly ParameterReport[]): Markup {
  return scrolling('Changed values', html`<table class="narrow"><thead><tr><th scope="col">Parameter</th><th scope="col" class="number">Start</th><th scope="col" class="number">End</th><th scope="col" class="number">Failing cases it had a part in</th></tr></thead><tbody>${parameters.map(({ name, kind, description, location, blamedCases, ...values }) => html`<tr><th scope="row"><b><bdi>${name}</bdi></b> <span class="dim">${kind}</span> ${place(location)}${when(description !== undefined, () => html`<br><span class="dim">${description}</span>`)}</th><td class="number"><del>${valuePair(values)[0]}</del></td><td class="number"><ins>${valuePair(values)[1]}</ins></td><td class="number">${blamedCases}</td></tr>`)}</tbody></table>`)
}

function changedParameter(parameter: ParameterReport): Markup {
  const { name, kind, description, location, blamedCases } = parameter
  return html`<article class="change"><h4><bdi>${name}</bdi> <span class="dim">${kind}</span> ${place(location)}</h4>${when(description !== undefined, () => html`<p class="dim">${description}</p>`)}
${diff(changeLines(parameter))}${when(blamedCases > 0, () => html`<p class="dim">At the start ${count(blamedCases, 'failing case')} depended on it.</p>`)}</article>`
}

const looks: Readonly<Record<string, string>> = { '+': 'ins', '-': 'del', '@': 'gap' }

/** Lines with their signs; the sign is text, so colour is not all that tells them apart. */
export function diff(lines: readonly string[]): Markup {
  const shown = lines.slice(0, MAX_LINES).map((line) => {
    const sign = line[0] ?? ' '
    const text = line.length > MAX_LINE ? `${line.slice(1, MAX_LINE)}… (${line.length - MAX_LINE} more characters)` : line.slice(1)
    return html`<span class="${looks[sign] ?? 'same'}">${sign === '@' ? '⋯' : `${sign} ${text}`}\n</span>`
  })
  const hidden = lines.length - MAX_LINES
  return html`<pre class="diff" tabindex="0">${shown}${when(hidden > 0, () => html`<span class="gap">… and ${count(hidden, 'more line')} in report.json</span>`)}</pre>`
}
