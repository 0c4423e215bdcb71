/** How near the output is to a text, by edits. Stage: judge. */
import { describeValue } from '../core/describe-value.ts'
import { firstDifference } from './first-difference.ts'
import { expectedError, makeScorer, type Scored, type Scorer, type ScorerOptions } from './scorer.ts'
import { normalText, type TextRules } from './text-rules.ts'

/** Options of {@link editDistance}. */
export interface EditDistanceOptions extends ScorerOptions, TextRules {}

/**
 * 1 − d / n, where d is the Levenshtein distance of output and expected text in characters, and n the length of the longer one. Time grows with
 * the product of both lengths: for texts up to some ten thousand characters.
 *
 * @example
 * ```ts
 * import { editDistance } from 'trace-eval/judges'
 * editDistance()('sitten', 'kitten').text // '1 edit in 6 characters; first difference at line 1, column 1: expected "kitten", received "sitten"'
 * editDistance({ threshold: 0.8 })('kitten', 'kitten').score // 1
 * ```
 */
export function editDistance(options: EditDistanceOptions = {}): Scorer<string, Scored> {
  return makeScorer<string>('edit distance', options, (output, expected) => {
    if (typeof expected !== 'string') throw expectedError('edit distance', 'a text', expected)
    if (typeof output !== 'string') return { score: 0, text: `expected a text, received ${describeValue(output)}` }
    const [wanted, given] = [normalText(expected, options), normalText(output, options)]
    if (wanted === given) return { score: 1, text: '' }
    const [a, b] = [codePoints(wanted), codePoints(given)]
    const [edits, length] = [distance(a, b), Math.max(a.length, b.length)]
    return { score: 1 - edits / length, text: `${edits} ${edits === 1 ? 'edit' : 'edits'} in ${length} characters; ${firstDifference(wanted, given)}` }
  })
}

const codePoints = (text: string): Uint32Array => Uint32Array.from(text, (character) => character.codePointAt(0)!)

/** Wagner and Fischer 1974, one row at a time, without the ends that both have. */
function distance(a: Uint32Array, b: Uint32Array): number {
  let [start, aEnd, bEnd] = [0, a.length, b.length]
  while (start < aEnd && start < bEnd && a[start] === b[start]) start++
  while (aEnd > start && bEnd > start && a[aEnd - 1] === b[bEnd - 1]) { aEnd--; bEnd-- }
  const row = Uint32Array.from({ length: bEnd - start + 1 }, (_, index) => index)
  for (let i = start; i < aEnd; i++) {
    let diagonal = row[0]!
    row[0] = diagonal + 1
    for (let j = 1; j < row.length; j++) {
      const above = row[j]!
      row[j] = Math.min(above + 1, row[j - 1]! + 1, diagonal + (a[i] === b[start + j - 1] ? 0 : 1))
      diagonal = above
    }
  }
  return row.at(-1)!
}
