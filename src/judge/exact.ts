/** The output is what is expected. Stage: judge. */
import { compareValues } from './compare-values.ts'
import { firstDifference } from './first-difference.ts'
import { sayLines } from './say.ts'
import { makeScorer, type Scored, type Scorer, type ScorerOptions } from './scorer.ts'
import { normalText, type TextRules } from './text-rules.ts'

/** Options of {@link exact}. */
export interface ExactOptions extends ScorerOptions, TextRules {}

/**
 * 1 where the output equals what is expected, else 0. Texts are compared under the given rules, also inside objects and lists, which are compared part
 * by part; the text says where they differ first.
 *
 * @example
 * ```ts
 * import { exact } from 'trace-eval/judges'
 * exact({ ignoreCase: true, trim: true })(' Billing', 'billing').score // 1
 * exact()('a cat', 'a car').text // 'first difference at line 1, column 5: expected "r", received "t"'
 * ```
 */
export function exact(options: ExactOptions = {}): Scorer<unknown, Scored> {
  const normal = (text: string): string => normalText(text, options)
  return makeScorer('exact', options, (output, expected) => {
    if (typeof output === 'string' && typeof expected === 'string') {
      const [wanted, given] = [normal(expected), normal(output)]
      return wanted === given ? { score: 1, text: '' } : { score: 0, text: firstDifference(wanted, given) }
    }
    const { differences } = compareValues(expected, output, { subset: false, sameText: (wanted, given) => normal(wanted) === normal(given) })
    return differences.length === 0 ? { score: 1, text: '' } : { score: 0, text: sayLines(differences) }
  })
}
