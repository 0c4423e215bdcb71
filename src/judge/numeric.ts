/** The output is a number near to the one expected. Stage: judge. */
import { describeValue } from '../core/describe-value.ts'
import { expectedError, makeScorer, optionError, type Scored, type Scorer, type ScorerOptions } from './scorer.ts'

/** Options of {@link numeric}. Where both are given, the wider one counts. */
export interface NumericOptions extends ScorerOptions {
  /** How far off the output may be. @defaultValue 0 */
  readonly absolute?: number
  /** How far off it may be as a share of the expected number: 0.05 is five percent. @defaultValue 0 */
  readonly relative?: number
}

/**
 * 1 where the output is within the tolerance, else 0. A text counts as the number it is, as a whole.
 *
 * @example
 * ```ts
 * import { numeric } from 'trace-eval/judges'
 * numeric({ relative: 0.05 })('103', 100).score // 1
 * numeric({ absolute: 0.5 })(3, 2).text // 'expected 2 ± 0.5, received 3, which is off by 1'
 * ```
 */
export function numeric(options: NumericOptions = {}): Scorer<number, Scored> {
  const { absolute = 0, relative = 0 } = options
  for (const [name, value] of Object.entries({ absolute, relative })) {
    if (typeof value !== 'number' || !(value >= 0)) throw optionError('numeric', `${name} to be a number from 0 up`, value)
  }
  return makeScorer<number>('numeric', options, (output, expected) => {
    if (typeof expected !== 'number' || Number.isNaN(expected)) throw expectedError('numeric', 'a number', expected)
    const given = numberOf(output)
    if (given === undefined) return { score: 0, text: `expected a number, received ${describeValue(output)}` }
    const tolerance = Math.max(absolute, relative === 0 ? 0 : relative * Math.abs(expected))
    const off = given === expected ? 0 : Math.abs(given - expected)
    if (off <= tolerance) return { score: 1, text: '' }
    return { score: 0, text: `expected ${expected}${tolerance === 0 ? '' : ` ± ${tolerance}`}, received ${given}, which is off by ${off}` }
  })
}

function numberOf(output: unknown): number | undefined {
  if (typeof output === 'bigint') return Number(output)
  if (typeof output === 'number') return Number.isNaN(output) ? undefined : output
  if (typeof output !== 'string' || !/^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(output)) return undefined
  return Number(output)
}
