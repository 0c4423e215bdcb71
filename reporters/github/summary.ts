/** A run as Markdown, for the summary of a job and for a comment: never longer than GitHub takes. Stage: reporters. */
import type { RunReport } from '../../src/report/run-report.ts'
import { sections } from './sections.ts'

/** GitHub drops a summary of a step from 1 MiB on, whole. */
export const SUMMARY_BYTES = 1024 * 1024
/** And refuses a comment that is longer. */
const COMMENT_LENGTH = 65_536
/** Stands first in a comment, so that the next run finds and replaces it. Nobody sees it. */
export const COMMENT_MARKER = '<!-- trace-eval:comment -->'

/** For the line that says what is missing. */
const RESERVE = 200
/** After so many parts that did not fit, no further one is tried. */
const TRIES = 10

/**
 * `run` as Markdown for `$GITHUB_STEP_SUMMARY`: the verdict first, then what got worse. Text of models and cases is text
 * in it. Parts that would make it longer than `maxBytes` are left out whole, and it says so.
 *
 * @example
 * ```ts
 * import { renderSummary, sampleRuns } from 'trace-eval/reporters'
 *
 * renderSummary(sampleRuns['a failed gate']).startsWith('> [!CAUTION]\n> **FAIL** spam: held out 0\\.85') // true
 * ```
 */
export function renderSummary(run: RunReport, { maxBytes = 900_000 }: { readonly maxBytes?: number } = {}): string {
  return fitted(sections(run, { cases: 50, lines: 200 }), (text) => Buffer.byteLength(text), maxBytes)
}

/** The same as a comment: shorter than GitHub's limit of 65,536 characters, its first line a mark to find it by. */
export function renderComment(run: RunReport): string {
  return `${COMMENT_MARKER}\n\n${fitted(sections(run, { cases: 10, lines: 60 }), (text) => text.length, COMMENT_LENGTH - 1000)}`
}

function fitted(parts: Iterable<string>, size: (text: string) => number, most: number): string {
  const shown: string[] = []
  let used = RESERVE
  let left = 0
  for (const part of parts) {
    if (part === '') continue
    const own = size(part) + 2
    // What comes late matters least, and takes time to make.
    if (left === TRIES) break
    if (used + own > most) left++
    else {
      shown.push(part)
      used += own
    }
  }
  return `${[...shown, ...left > 0 ? ['_Parts of this summary are left out: GitHub takes no longer text\\. All of it stands in report\\.json\\._'] : []].join('\n\n')}\n`
}
