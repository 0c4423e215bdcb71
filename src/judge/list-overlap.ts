/** How much two lists have in common. Stage: judge. */
import { canonicalJson } from '../core/canonical-json.ts'
import { describeValue } from '../core/describe-value.ts'
import { sayValues } from './say.ts'
import { expectedError, makeScorer, optionError, type Scored, type Scorer, type ScorerOptions } from './scorer.ts'
import { normalText, type TextRules } from './text-rules.ts'

/** Options of {@link listOverlap}. */
export interface ListOverlapOptions extends ScorerOptions, TextRules {
  /** `precision`: how much of the output was expected; `recall`: how much of what was expected is there; `f1`: their harmonic mean. @defaultValue 'f1' */
  readonly measure?: 'precision' | 'recall' | 'f1'
}

/**
 * Compares two lists without regard to order; an item that stands twice must be found twice. Items are any data; texts are compared under the
 * given rules. Nothing expected and nothing given is 1. An empty output has precision 0 where something was expected.
 *
 * @example
 * ```ts
 * import { listOverlap } from 'trace-eval/judges'
 * listOverlap()(['a', 'b', 'x'], ['a', 'b', 'c', 'd']).text // 'precision 0.67, recall 0.50, F1 0.57; missing: "c", "d"; extra: "x"'
 * listOverlap({ measure: 'recall' })(['a', 'x'], ['a', 'b']).score // 0.5
 * ```
 */
export function listOverlap(options: ListOverlapOptions = {}): Scorer<readonly unknown[], Scored> {
  const { measure = 'f1' } = options
  if (!['precision', 'recall', 'f1'].includes(measure)) throw optionError('list overlap', 'the measure "precision", "recall" or "f1"', measure)
  const keyOf = (item: unknown): string => canonicalJson(typeof item === 'string' ? normalText(item, options) : item)
  return makeScorer<readonly unknown[]>(measure === 'f1' ? 'list overlap' : measure, options, (output, expected) => {
    if (!Array.isArray(expected)) throw expectedError('list overlap', 'a list', expected)
    if (!Array.isArray(output)) return { score: 0, text: `expected a list, received ${describeValue(output)}` }
    const missing = without(expected as readonly unknown[], output as readonly unknown[], keyOf)
    const extra = without(output as readonly unknown[], expected as readonly unknown[], keyOf)
    const shared = expected.length - missing.length
    const scores = {
      precision: output.length === 0 ? Number(expected.length === 0) : shared / output.length,
      recall: expected.length === 0 ? 1 : shared / expected.length,
      f1: output.length + expected.length === 0 ? 1 : (2 * shared) / (output.length + expected.length),
    }
    if (missing.length + extra.length === 0) return { score: 1, text: '' }
    return { score: scores[measure], text: sentence(scores, missing, extra) }
  })
}

function sentence({ precision, recall, f1 }: Readonly<Record<'precision' | 'recall' | 'f1', number>>, missing: readonly unknown[], extra: readonly unknown[]): string {
  return [
    `precision ${precision.toFixed(2)}, recall ${recall.toFixed(2)}, F1 ${f1.toFixed(2)}`,
    ...(missing.length > 0 ? [`missing: ${sayValues(missing)}`] : []), ...(extra.length > 0 ? [`extra: ${sayValues(extra)}`] : []),
  ].join('; ')
}

/** The items of `list` that `other` has no partner for. */
function without(list: readonly unknown[], other: readonly unknown[], keyOf: (item: unknown) => string): unknown[] {
  const left = new Map<string, number>()
  for (const item of other) left.set(keyOf(item), (left.get(keyOf(item)) ?? 0) + 1)
  return list.filter((item) => {
    const key = keyOf(item)
    const count = left.get(key) ?? 0
    if (count > 0) left.set(key, count - 1)
    return count === 0
  })
}
