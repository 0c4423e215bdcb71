/** The output matches a pattern. Stage: judge. */
import { describeValue } from '../core/describe-value.ts'
import { expectedError, makeScorer, type Scored, type Scorer, type ScorerOptions } from './scorer.ts'

/** Options of {@link regex}. */
export interface RegexOptions extends ScorerOptions {
  /** Looked for in every output. @defaultValue what is expected of the output */
  readonly pattern?: RegExp | string
  /** The output passes where the pattern is not found. @defaultValue false */
  readonly absent?: boolean
}

/**
 * 1 where the pattern is found in the output, else 0. A text is taken as the source of a pattern with the flag `u`.
 *
 * @example
 * ```ts
 * import { regex } from 'trace-eval/judges'
 * regex({ pattern: /^\d{4}-\d{2}-\d{2}$/ })('12 May 2026') // { score: 0, text: 'expected to match /^\\d{4}-\\d{2}-\\d{2}$/, received "12 May 2026"' }
 * ```
 */
export function regex(options: RegexOptions = {}): Scorer<RegExp | string, Scored> {
  const { pattern, absent = false } = options
  const own = pattern === undefined ? undefined : patternOf(pattern)
  return makeScorer<RegExp | string>('regex', options, (output, expected) => {
    const wanted = own ?? patternOf(expected)
    if (typeof output !== 'string') return { score: 0, text: `expected a text, received ${describeValue(output)}` }
    // `search` leaves `lastIndex` alone, so that a pattern with the flag `g` judges every output alike.
    const at = output.search(wanted)
    if (at >= 0 === !absent) return { score: 1, text: '' }
    return { score: 0, text: absent ? `must not match ${String(wanted)}, found ${describeValue(wanted.exec(output)?.[0] ?? output.slice(at))}` : `expected to match ${String(wanted)}, received ${describeValue(output)}` }
  })
}

function patternOf(pattern: RegExp | string | undefined): RegExp {
  if (pattern instanceof RegExp) return new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, ''))
  if (typeof pattern !== 'string') throw expectedError('regex', 'a pattern', pattern)
  try { return new RegExp(pattern, 'u') } catch { throw expectedError('regex', 'a pattern', pattern) }
}
