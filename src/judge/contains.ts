/** The output contains texts. Stage: judge. */
import { describeValue } from '../core/describe-value.ts'
import { sayValues } from './say.ts'
import { expectedError, makeScorer, optionError, type Scored, type Scorer, type ScorerOptions } from './scorer.ts'
import { normalText, type TextRules } from './text-rules.ts'

type Texts = string | readonly string[]

/** Options of {@link contains}. */
export interface ContainsOptions extends ScorerOptions, TextRules {
  /** Looked for in every output. @defaultValue what is expected of the output */
  readonly texts?: Texts
  /** All of the texts, any one of them, or none. @defaultValue 'all' */
  readonly mode?: 'all' | 'any' | 'none'
}

/**
 * Looks for texts in the output. The score is the share of texts that are there (`all`), 1 where one is (`any`), or the share that is not there (`none`).
 *
 * @example
 * ```ts
 * import { contains } from 'trace-eval/judges'
 * contains()('Sorry. Your refund is on its way.', ['refund', 'five days']) // { score: 0.5, text: 'missing: "five days"' }
 * contains({ mode: 'none', texts: ['guarantee'], ignoreCase: true })('Guaranteed!').text // 'must not be there: "guarantee"'
 * ```
 */
export function contains(options: ContainsOptions = {}): Scorer<Texts, Scored> {
  const { mode = 'all', texts } = options
  if (!['all', 'any', 'none'].includes(mode)) throw optionError('contains', 'the mode "all", "any" or "none"', mode)
  if (texts !== undefined) listOf(texts)
  return makeScorer<Texts>('contains', options, (output, expected) => {
    const wanted = listOf(texts ?? expected)
    if (wanted.some((text) => normalText(text, options) === '')) throw expectedError('contains', 'texts of which the rules leave something', wanted)
    if (typeof output !== 'string') return { score: 0, text: `expected a text, received ${describeValue(output)}` }
    const given = normalText(output, options)
    const missing = wanted.filter((text) => !given.includes(normalText(text, options)))
    const found = wanted.filter((text) => !missing.includes(text))
    switch (mode) {
      case 'all': return { score: found.length / wanted.length, text: missing.length === 0 ? '' : `missing: ${sayValues(missing)}` }
      case 'any': return found.length > 0 ? { score: 1, text: '' } : { score: 0, text: `expected one of ${sayValues(wanted)}, found none` }
      default: return { score: missing.length / wanted.length, text: found.length === 0 ? '' : `must not be there: ${sayValues(found)}` }
    }
  })
}

function listOf(texts: Texts | undefined): readonly string[] {
  const list = typeof texts === 'string' ? [texts] : texts
  // An empty text is in every output: it would judge nothing.
  if (!Array.isArray(list) || list.length === 0 || list.some((text) => typeof text !== 'string' || text === '')) throw expectedError('contains', 'a text or a list of texts', texts)
  return list as readonly string[]
}
