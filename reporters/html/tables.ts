/** The smaller parts of a workflow: checks, costs, leaks, problems. Stage: reporters. */
import { groupDigits } from '../../src/core/text.ts'
import type { PartReport, Problem, RoleUsage, WorkflowReport } from '../../src/report/run-report.ts'
import { costText, count, tableScores, type TableScores } from '../wording.ts'
import { frontTable } from '../front-rows.ts'
import { leakText } from '../leak-text.ts'
import { html, when, type Content, type Markup } from './markup.ts'
import { delta, part, place, scrolling } from './words.ts'

const MAX_CHECKS = 200

/** In which share of runs each check and assertion held. */
export function checksPart({ checks }: WorkflowReport, id: string): Content {
  if (checks.length === 0) return undefined
  const shown = checks.slice(0, MAX_CHECKS)
  const scores = tableScores(shown.map(({ before, after }) => [before, after]))
  return part(`${id}-checks`, 'Checks and assertions', scrolling('Checks and assertions', html`<table><thead><tr><th scope="col">Check or assertion</th><th scope="col" class="number">Held before</th><th scope="col" class="number">Held after</th><th scope="col" class="number">Change</th><th scope="col" class="number">Failing cases</th></tr></thead><tbody>${shown.map((check) => checkRow(check, scores))}</tbody></table>${when(checks.length > MAX_CHECKS, () => html`<p class="note">… and ${checks.length - MAX_CHECKS} more in report.json</p>`)}`))
}

function checkRow({ name, kind, message, before, after, failedBefore, failedAfter, n, location }: PartReport, scores: TableScores): Markup {
  const title = kind === 'check' || message === undefined ? html`<bdi>${name}</bdi>` : html`<bdi>${message}</bdi> <span class="dim">${name}</span>`
  return html`<tr><th scope="row">${title} ${when(kind === 'check', () => place(location))}</th>${scores.pair(before, after).map((text) => html`<td class="number">${text}</td>`)}<td class="number">${delta(before, after, scores)}</td><td class="number">${failedBefore === failedAfter ? failedAfter : `${failedBefore} → ${failedAfter}`} of ${n}</td></tr>`
}

/** Candidates that trade the score against costs, where several objectives count. */
export function frontPart(report: WorkflowReport, id: string): Content {
  const table = frontTable(report)
  if (table === undefined) return undefined
  const { head, rows, hidden } = table
  const last = head.length - 1
  return part(`${id}-trade-offs`, 'Trade-offs', [
    html`<p class="dim">On cases to learn from, no other candidate beats these in the score and in every cost.</p>`,
    scrolling('Trade-offs', html`<table class="narrow"><thead><tr>${head.map((name, column) => html`<th scope="col" class="${column < last ? 'number' : ''}">${name}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr>${row.map((cell, column) => html`<td class="${column < last ? 'number' : ''}">${cell}</td>`)}</tr>`)}</tbody></table>${when(hidden > 0, () => html`<p class="note">… and ${hidden} more in report.json</p>`)}`),
  ])
}

const roles = { task: 'the workflow', judge: 'judges', optimizer: 'the optimizer' } as const

/** Model calls, tokens and cost by role, or nothing where no model answered. */
export function costPart({ usage }: WorkflowReport, id: string): Content {
  const all = Object.entries(roles).map(([role, name]) => ({ name, ...usage.byRole[role as keyof typeof roles] }))
  const kept = all.reduce((sum, { keptAnswers = 0 }) => sum + keptAnswers, 0)
  if (usage.modelCalls + kept === 0) return undefined
  const isEstimated = all.some(({ estimated }) => estimated === true)
  const row = ({ name, modelCalls, inputTokens, outputTokens, costUsd, keptAnswers = 0, estimated }: RoleUsage & { readonly name: string }): Markup => html`<tr><th scope="row">${name}</th><td class="number">${groupDigits(modelCalls)}</td>${when(kept > 0, () => html`<td class="number">${groupDigits(keptAnswers)}</td>`)}<td class="number">${estimated === true ? '~' : ''}${groupDigits(inputTokens)}</td><td class="number">${estimated === true ? '~' : ''}${groupDigits(outputTokens)}</td><td class="number">${costText(costUsd)}</td></tr>`
  return part(`${id}-cost`, 'Cost', [
    scrolling('Cost', html`<table class="narrow"><thead><tr><th scope="col">Spent by</th><th scope="col" class="number">Model calls</th>${when(kept > 0, () => html`<th scope="col" class="number">Kept answers</th>`)}<th scope="col" class="number">Input tokens</th><th scope="col" class="number">Output tokens</th><th scope="col" class="number">Cost</th></tr></thead><tbody>${all.map(row)}</tbody><tfoot>${row({ name: 'all', ...usage, keptAnswers: kept, estimated: isEstimated })}</tfoot></table>`),
    when(kept > 0, () => html`<p class="dim">Kept answers come from a cassette or the cache: they cost nothing and are no calls.</p>`),
    when(isEstimated, () => html`<p class="dim">~ some servers did not tell their tokens: those are estimated.</p>`),
  ])
}

/** Problems, errors first. */
export function problemList(problems: readonly Problem[]): Content {
  if (problems.length === 0) return undefined
  const ranked = problems.toSorted((a, b) => ranks.indexOf(a.level) - ranks.indexOf(b.level))
  return html`<ul class="problems">${ranked.map(({ level, message, location, code }) => html`<li class="${level}"><b>${level}</b> <span class="multiline">${message.trim()}</span> ${place(location)} <span class="dim">${code}</span></li>`)}</ul>`
}
const ranks: readonly Problem['level'][] = ['error', 'warning', 'note']

/** Places where the trace ends. */
export function leaksPart({ leaks }: WorkflowReport, id: string): Content {
  if (leaks.length === 0) return undefined
  return part(`${id}-leaks`, `The trace ends at ${count(leaks.length, 'place')}`, html`<p class="dim">What follows these reads cannot be blamed on a parameter.</p><ul>${leaks.map((leak) => html`<li>${leakText(leak)}</li>`)}</ul>`)
}
