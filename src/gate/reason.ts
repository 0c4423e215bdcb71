/** The words and numbers of a verdict's one line. Stage: gate. */
import { groupDigits } from '../core/text.ts'
import { describeValue } from '../core/describe-value.ts'
import { casesToSettle } from '../stats/sample-size.ts'
import { formatScore, formatThreshold } from './format-score.ts'
import type { GateRule } from './gate-rule.ts'
import type { ScoreDetails } from './measure-score.ts'

/** `held out 0.92 (22 of 24, 95 % lower bound 0.76), threshold 0.90`, without bounds and threshold where there is no rule. */
export function describeScore(details: ScoreDetails, rule?: GateRule, bounds: 'lower' | 'upper' | 'both' = 'both'): string {
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
export function describeSettling(details: ScoreDetails, { confidence }: GateRule, threshold: number, inSample: boolean): string {
  const { measured: { score, n }, meanSquare, cases } = details
  const needed = casesToSettle(score, threshold, { confidence, meanSquare })
  const unit = `${inSample ? 'held-out ' : ''}${n === cases ? 'case' : 'cluster'}s`
  if (needed > 1_000_000) return `; not settled: the score is too close to the threshold for any number of ${unit}`
  return `; not settled: about ${groupDigits(roundUp(Math.max(needed, n + 1)))} ${unit} would settle it`
}

/** What a reader must know about a score of cases that values were chosen by. */
export function inSampleNote({ heldOut, optimized }: { readonly heldOut: boolean; readonly optimized: boolean }): string {
  return optimized && !heldOut ? '; in sample: measured on the cases it was optimized on' : ''
}

/** Names at most three; ids are foreign text. */
export function describeFailedMusts(ids: readonly string[]): string {
  const named = ids.slice(0, 3).map((id) => describeValue(id)).join(', ')
  const more = ids.length > 3 ? ` and ${ids.length - 3} more` : ''
  return `${plural(ids.length, 'case')} that must pass failed: ${named}${more}`
}

/** `1 case`, `24 cases`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`
}

/** Two digits that count: an estimate should not look like a measurement. */
function roundUp(count: number): number {
  const step = 10 ** Math.max(0, Math.ceil(Math.log10(count + 1)) - 2)
  return Math.ceil(count / step) * step
}
