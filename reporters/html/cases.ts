/** The table of cases: what got worse first; searched, filtered, sorted, opened. Stage: reporters. */
import { groupDigits } from '../../src/core/text.ts'
import type { CaseReport, WorkflowReport } from '../../src/report/run-report.ts'
import { count, durationText, scoreText } from '../wording.ts'
import type { Allowance } from './allowance.ts'
import { inOrder, stateOf, statesOf, type State } from './case-order.ts'
import { caseDetail, saidLength, saysSomething } from './case-detail.ts'
import type { Graphs } from './graphs.ts'
import { html, when, type Content, type Markup } from './markup.ts'
import { delta, part, scrolling } from './words.ts'

/** What a page may hold of the cases of one workflow. */
export interface CaseRoom {
  /** Rows, then what stands behind them. */
  readonly rows: Allowance
  readonly details: Allowance
  readonly graphs: Graphs
}

/** Cases that stand open from the start, of those that got worse. */
const OPEN = 3

/** The cases of a workflow, or nothing where none was looked at. */
export function casesPart({ caseResults, cases }: WorkflowReport, id: string, room: CaseRoom): Content {
  if (caseResults.length === 0) return undefined
  const heldOut = cases.heldOut > 0
  let opened = 0
  const cut = { said: 0, graphs: room.graphs.left }
  const rows = inOrder(caseResults).flatMap((one, index) => {
    const graph = room.graphs.ofCase.get(one.id)
    const says = saysSomething(one)
    const kept = says || graph !== undefined ? room.details.take(() => caseDetail(one, graph), saidLength(one)) : undefined
    const isCut = says && kept === undefined
    if (isCut) cut.said++
    if (graph !== undefined && kept === undefined) cut.graphs++
    const open = kept !== undefined && stateOf(one) === 'worse' && opened++ < OPEN
    return room.rows.take(() => caseRow(one, { id: `${id}-c${index}`, detail: kept, cut: isCut, open, heldOut })) ?? []
  })
  const cutRows = caseResults.length - rows.length
  return part(`${id}-cases`, 'Cases', html`<div data-cases>${tools(caseResults, id, heldOut)}
${when(cutRows > 0, () => html`<p class="note">${count(rows.length, 'case')} of ${groupDigits(caseResults.length)}: this page holds no more. All are in report.json.</p>`)}
${when(cut.said > 0, () => html`<p class="note">What ${count(cut.said, 'case')} said is left out to keep this page small; it stands in report.json, and in <code>npx trace-eval show --case ID</code>.</p>`)}
${when(cut.graphs > 0, () => html`<p class="note">The trace graphs of ${count(cut.graphs, 'case')} are left out to keep this page small; <code>npx trace-eval show --graph --case ID</code> draws them.</p>`)}
${scrolling('Cases', html`<table class="cases"><caption class="unseen">Cases, those that got worse first</caption><thead><tr>${head('title', 'Case')}${when(heldOut, () => head('set', 'Set', 'spare'))}${head('before', 'Before', 'number')}${head('after', 'After', 'number')}${head('change', 'Change', 'number')}${head('time', 'Time', 'number spare')}</tr></thead>${rows}</table>`)}<button type="button" class="plain scripted more-rows" data-more hidden></button>${room.graphs.pictures}</div>`)
}

function tools(cases: readonly CaseReport[], id: string, heldOut: boolean): Markup {
  const counted = (state: State): number => cases.filter((one) => statesOf(one).split(' ').includes(state)).length
  const chips = ([['', 'All', cases.length], ['worse', 'Worse', counted('worse')], ['failing', 'Failing', counted('failing')], ['better', 'Better', counted('better')], ['unmeasured', 'Not measured', counted('unmeasured')]] as const)
    .filter(([state, , number]) => state === '' || number > 0)
  return html`<div class="tools scripted" role="search" aria-label="Cases"><input type="search" data-search aria-label="Search cases" placeholder="Search cases" autocomplete="off" spellcheck="false">
<fieldset class="chips"><legend class="unseen">Show</legend>${chips.map(([state, name, number]) => html`<label><input type="radio" name="${id}-state" data-state-filter value="${state}"${when(state === '', () => html` checked`)}><span>${name} <b>${groupDigits(number)}</b></span></label>`)}</fieldset>
${when(heldOut, () => html`<select data-set-filter aria-label="Set"><option value="">All sets</option><option value="held-out">Held out</option><option value="learn">To learn from</option></select>`)}
<button type="button" class="plain" data-open-all>Open or close all</button><span role="status" class="dim"></span></div>`
}

function head(key: string, name: string, look = ''): Markup {
  return html`<th scope="col" aria-sort="none" class="${look}"><button type="button" class="sort scripted" data-sort="${key}">${name}</button><span class="unscripted">${name}</span></th>`
}

interface RowLooks { readonly id: string; readonly detail: Markup | undefined; readonly cut: boolean; readonly open: boolean; readonly heldOut: boolean }

function caseRow(one: CaseReport, { id, detail, cut, open, heldOut }: RowLooks): Markup {
  const { title, split, before, after, tags, durationMs } = one
  const name = html`<bdi>${title}</bdi>`
  const label = detail === undefined ? html`<span class="title">${name}</span>` : html`<button type="button" class="toggle title" aria-expanded="${String(open)}" aria-controls="${id}-said">${name}</button>`
  return html`<tbody class="case ${stateOf(one)}${open ? ' open' : ''}" id="${id}" data-state="${statesOf(one)}" data-title="${title}" data-set="${split}" data-before="${before ?? ''}" data-after="${after ?? ''}" data-change="${before === null || after === null ? '' : after - before}" data-time="${durationMs}">
<tr><th scope="row">${label}${tags.map((tag) => html` <span class="tag"><bdi>${tag}</bdi></span>`)}${when(cut, () => html` <span class="dim">(what it said is in report.json)</span>`)}</th>${when(heldOut, () => html`<td class="set spare">${split === 'held-out' ? 'held out' : 'learn'}</td>`)}<td class="number">${scoreText(before)}</td><td class="number after">${scoreText(after)}</td><td class="number">${delta(before, after) ?? (after === null ? html`<span class="dim">not measured</span>` : after < 1 ? html`<span class="dim">fails still</span>` : '')}</td><td class="number dim spare">${durationText(durationMs)}</td></tr>
${when(detail !== undefined, () => html`<tr class="detail" id="${id}-said"><td colspan="${heldOut ? 6 : 5}">${detail}</td></tr>`)}</tbody>
`
}
