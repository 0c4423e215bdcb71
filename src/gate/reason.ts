/** The words and numbers of a verdict's one line. Stage: gate. */
import { plural, groupDigits } from '../core/text.ts'
import { describeValue } from '../core/describe-value.ts'
import { casesToSettle } from '../stats/sample-size.ts'
import { formatScore, formatThreshold } from './format-score.ts'
import type { Against, GateRule, Rule } from './gate-rule.ts'
import type { ScoreDetails } from './measure-score.ts'

/** A level to reach, and how sure to be. */
export type Level = Pick<GateRule, 'threshold' | 'confidence'>

/** `held out 0.92 (22 of 24, 95 % lower bound 0.76), threshold 0.90`, without bounds and threshold where there is no rule. */
export function describeScore(details: ScoreDetails, rule?: Level, bounds: 'lower' | 'upper' | 'both' = 'both'): string {
  const { score, lower, upper, heldOut } = details.measured
  const landmarks = rule?.threshold === undefined ? [] : [rule.threshold]
  const shown = (value: number): string => formatScore(value, landmarks)
  const sides = bounds === 'both' ? `bounds ${shown(lower)} to ${shown(upper)}` : `${bounds} bound ${shown(bounds === 'lower' ? lower : upper)}`
  const certainty = rule === undefined ? '' : `, ${percent(rule.confidence)} ${sides}`
  const asked = rule?.threshold === undefined ? '' : `, threshold ${formatThreshold(rule.threshold)}`
  return `${heldOut ? 'held out' : 'score'} ${shown(score)} (${describeUnits(details)}${certainty})${asked}`
}

/** `22 of 24`, or `24 cases` where scores are not pass or fail, or the clusters that cases count by. */
function describeUnits({ measured: { n, passed }, cases, isPassFail }: ScoreDetails): string {
  const counted = isPassFail ? `${passed} of ${n}` : plural(n, n === cases ? 'case' : 'cluster')
  if (n === cases) return counted
  return `${counted}${isPassFail ? (n === 1 ? ' cluster' : ' clusters') : ''} of ${plural(cases, 'case')}`
}

/** `; not settled: about 910 cases would settle it`. */
export function describeSettling(details: ScoreDetails, { confidence }: Pick<Level, 'confidence'>, threshold: number, inSample: boolean): string {
  const { measured: { score, n }, meanSquare, cases } = details
  const needed = casesToSettle(score, threshold, { confidence, meanSquare })
  return settlingWords({ needed, n, unit: `${inSample ? 'held-out ' : ''}${n === cases ? 'case' : 'cluster'}s`, mark: 'threshold' })
}

/** The same for any number of units that would do, `n` of which are there. */
export function settlingWords({ needed, n, unit, mark }: { readonly needed: number; readonly n: number; readonly unit: string; readonly mark: string }): string {
  if (needed > 1_000_000) return `; not settled: the ${mark === 'threshold' ? 'score' : 'change'} is too close to the ${mark} for any number of ${unit}`
  return `; not settled: about ${groupDigits(roundUp(Math.max(needed, n + 1)))} ${unit} would settle it`
}

/** What a reader must know about a score of cases that values were chosen by. */
export function inSampleNote({ heldOut, optimized }: { readonly heldOut: boolean; readonly optimized: boolean }): string {
  return optimized && !heldOut ? '; in sample: measured on the cases it was optimized on' : ''
}

/** Names at most three; ids are foreign text. */
export function describeFailedMusts(ids: readonly string[]): string {
  return `${plural(ids.length, 'case')} that must pass failed: ${nameSome(ids)}`
}

/** `"a", "b", "c" and 2 more`; names are foreign text. */
export function nameSome(names: readonly string[]): string {
  const more = names.length > 3 ? ` and ${names.length - 3} more` : ''
  return `${names.slice(0, 3).map((name) => describeValue(name)).join(', ')}${more}`
}

/** What a rule judges: `score`, `check "polite"`, `score of tag "billing"`. */
export function describeSubject({ metric, name, tag }: Pick<Rule, 'metric' | 'name' | 'tag'>): string {
  return `${metric}${name === undefined ? '' : ` ${describeValue(name)}`}${tag === undefined ? '' : ` of tag ${describeValue(tag)}`}`
}

/** The other side of a change, as a reader knows it. */
export const otherSide: Readonly<Record<Against, string>> = { start: 'the start', saved: 'the saved values', baseline: 'the baseline file' }

/** A rule in words: `at least 0.90`, `at most 0.02 worse than the start`. */
export function describeRule({ kind, mark, against = 'start' }: Pick<Rule, 'kind' | 'mark' | 'against'>): string {
  if (kind === 'threshold') return `at least ${formatThreshold(mark)}`
  if (kind === 'min-improvement') return mark === 0 ? `better than ${otherSide[against]}` : `at least ${formatThreshold(mark)} better than ${otherSide[against]}`
  return mark === 0 ? `not worse than ${otherSide[against]}` : `at most ${formatThreshold(mark)} worse than ${otherSide[against]}`
}

export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`
}

/** Two digits that count: an estimate should not look like a measurement. */
function roundUp(count: number): number {
  const step = 10 ** Math.max(0, Math.ceil(Math.log10(count + 1)) - 2)
  return Math.ceil(count / step) * step
}
