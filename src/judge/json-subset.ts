/** The output holds at least what is expected. Stage: judge. */
import { compareValues } from './compare-values.ts'
import { readJson } from './read-json.ts'
import { sayLines } from './say.ts'
import { makeScorer, type Scored, type Scorer, type ScorerOptions } from './scorer.ts'
import { normalText, type TextRules } from './text-rules.ts'

/** Options of {@link jsonSubset}. */
export interface JsonSubsetOptions extends ScorerOptions, TextRules {}

/**
 * The share of the expected parts (values that are no objects or lists) that the output has at the same place. Objects may have more keys than
 * expected, lists must be as long; items that a list has too much count as parts that do not hold. A text is read as JSON. `expect.any(Number)` and
 * its like may stand for a part.
 *
 * @example
 * ```ts
 * import { jsonSubset } from 'trace-eval/judges'
 * jsonSubset()('{"team":"billing","urgent":false,"id":7}', { team: 'billing', urgent: true }) // { score: 0.5, text: 'at urgent: expected true, received false' }
 * ```
 */
export function jsonSubset(options: JsonSubsetOptions = {}): Scorer<unknown, Scored> {
  return makeScorer('json subset', options, (output, expected) => {
    const read = readJson(output)
    if ('problem' in read) return { score: 0, text: read.problem }
    const { parts, held, differences } = compareValues(expected, read.value, { subset: true, sameText: (wanted, given) => normalText(wanted, options) === normalText(given, options) })
    return { score: held / parts, text: sayLines(differences) }
  })
}
