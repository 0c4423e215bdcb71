/** Words and small pieces that several parts of the page share. Stage: reporters. */
import type { WorkflowReport } from '../../src/report/run-report.ts'
import { changeText, placeText, type TableScores } from '../wording.ts'
import type { SourceLocation } from '../../src/core/stack.ts'
import { labelOf } from '../labels.ts'
import { html, type Content, type Markup } from './markup.ts'

/** The verdict as a badge. */
export function badge(report: Pick<WorkflowReport, 'verdict' | 'passed' | 'stopReason'>): Markup {
  const { word, look } = labelOf(report)
  return html`<span class="badge ${look}">${word}</span>`
}

/** `+0.11` in green, `-0.02` in red, or nothing; with the digits of a table that it stands in. */
export function delta(from: number | null, to: number | null, table?: TableScores): Content {
  const text = table === undefined ? changeText(from, to) : table.change(from, to)
  return text === '' ? undefined : html`<span class="delta ${text.startsWith('+') ? 'up' : 'down'}">${text.replace('-', '\u2212')}</span>`
}

/** A part of a page with its heading. */
export function part(id: string, title: Content, content: Content): Markup {
  return html`<section class="part" aria-labelledby="${id}"><h3 id="${id}">${title}</h3>${content}</section>`
}

/** Where something stands in the code, dimmed. */
export function place(location: SourceLocation | undefined): Content {
  return location === undefined ? undefined : html`<code class="place">${placeText(location)}</code>`
}

/** A table that can be wider than the window: it scrolls, by keyboard too. */
export function scrolling(label: string, content: Content): Markup {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${content}</div>`
}
