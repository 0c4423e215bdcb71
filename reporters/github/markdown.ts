/** Foreign text in Markdown of GitHub: it is read and does nothing. Stage: reporters. */
import { escapeControls } from '../../src/core/text.ts'

// Between a mark and what it would act on; takes no room.
const GAP = '\u200b'
const unseen = /[\u061c\u00ad\u200b\u2060-\u2064]|[\u{e0000}-\u{e007f}]/gu

/** `text` on one line, without controls and without characters that nobody sees. */
function oneLine(text: string): string {
  return escapeControls(text.trim()).replace(unseen, '').replace(/\s*[\n\t]\s*/g, ' ')
}

/**
 * `text` as plain words: no markup, no HTML, no link, no mention of a person or an issue. Longer than `most` it ends with
 * an ellipsis.
 */
export function plain(text: string, most = 500): string {
  return cut(oneLine(text), most)
    // Mentions, references and links are found in the finished text, where an escape is gone.
    .replace(/[@#]/g, `$&${GAP}`).replace(/(GH)-(?=\d)/gi, `$1-${GAP}`).replace(/:(?=\/\/)|(?:www|mailto|xmpp)(?=[.:])/gi, `$&${GAP}`)
    .replace(/[&<>]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[char]!)
    .replace(/[\\`*_{}[\]()#+\-.!|~$]/g, String.raw`\$&`)
}

/** `text` as code in a line, also in a cell of a table. */
export function code(text: string, most = 300): string {
  const line = cut(oneLine(text), most)
  if (line === '') return '` `'
  const ticks = '`'.repeat(longestRun(line) + 1)
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  // A cell ends at a bar, also in code.
  return `${ticks}${pad}${line.replaceAll('|', '\u2502')}${pad}${ticks}`
}

/** Lines in a block of code that nothing in them can end. */
export function fence(lines: readonly string[], language: string): string {
  const safe = lines.map((line) => escapeControls(line.replaceAll('\n', ' ')).replace(unseen, ''))
  const ticks = '`'.repeat(Math.max(3, longestRun(safe.join('\n')) + 1))
  return [`${ticks}${language}`, ...safe, ticks].join('\n')
}

function longestRun(text: string): number {
  return Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length))
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
