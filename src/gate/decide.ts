/** Decides what a run has shown, and whether that is enough. Stage: gate. */
import type { GateRule } from './gate-rule.ts'
import { scoreDetails } from './measure-score.ts'
import type { CaseScores, ScoreDetails } from './measure-score.ts'
import { describeFailedMusts, describeScore, describeSettling, inSampleNote, plural } from './reason.ts'
import { firstGate } from './first-gate.ts'
import type { Verdict, VerdictName } from './verdict.ts'

/** What a run measured with its final values. `scores` and `clusters` are those of the gated cases: held out, where any are. */
export interface Measured extends CaseScores {
  /** All cases of the workflow, learned from or held out. */
  readonly total: number
  /** Cases among all that were measured below a full score, or failed an assertion although they gave themselves one. */
  readonly failing: number
  /** Ids of failing cases that must pass, among all. */
  readonly mustPassFailed: readonly string[]
  /** Cases without a score: among the gated ones and those that must pass, and among all where there is no threshold. */
  readonly unscored: number
  /** An optimizer chose values by cases of this suite; then scores that are not held out are too good. */
  readonly optimized: boolean
  /** A filter left cases out. */
  readonly partial: boolean
  /** Somebody stopped the run before everything was measured. @defaultValue false */
  readonly interrupted?: boolean
  /** A budget for models was used up before everything was measured. @defaultValue false */
  readonly outOfBudget?: boolean
}

// Sums of scores are rounded; a mean this close to the threshold reaches it.
const slack = 1e-12

/**
 * The verdict of `rule` on what was measured.
 *
 * Without a threshold every case must pass, and the answer is exact. With one, the true score is known to reach it when its lower
 * bound does, known to miss it when its upper bound does, and else inconclusive: then `onInconclusive` decides. Scores of cases
 * that were optimized on are never more than inconclusive evidence for a pass. A partial run is not gated, and a suite without
 * cases, or with gated cases that have no score, is an error and not a failure.
 *
 * @throws {TraceEvalError} `SCORE_RANGE` for a score that is not between 0 and 1.
 */
export function decide(rule: GateRule, measured: Measured): Verdict {
  const details = scoreDetails(measured, rule.confidence)
  const { verdict, passed, reason } = judge(rule, measured, details)
  return { verdict, passed, reason, final: details.measured, gates: firstGate(rule, { verdict, passed, reason }, details), exitCode: exitCodeFor(verdict, passed, rule) }
}

interface Judgement {
  readonly verdict: VerdictName
  readonly passed: boolean
  readonly reason: string
}

/** The first thing that applies. */
function judge(rule: GateRule, measured: Measured, score: ScoreDetails): Judgement {
  const { mustPassFailed, unscored, partial, total } = measured
  if (partial) return { verdict: 'partial', passed: true, reason: partialReason(measured, score) }
  if (total === 0) return { verdict: 'error', passed: false, reason: 'could not measure: the workflow has no cases' }
  if (rule.none) return { verdict: 'ungated', passed: true, reason: ungatedReason(rule, measured, score) }
  if (unscored > 0 || score.measured.n === 0) return { verdict: 'error', passed: false, reason: unscoredReason(rule, measured) }
  if (mustPassFailed.length > 0) return { verdict: 'fail', passed: false, reason: mustPassReason(rule, measured, score) }
  return rule.threshold === undefined ? judgeEveryCase(measured) : judgeThreshold(rule, rule.threshold, measured, score)
}

function judgeEveryCase(measured: Measured): Judgement {
  const { failing, total } = measured
  if (failing > 0) return { verdict: 'fail', passed: false, reason: everyCaseReason(measured) }
  const all = total === 1 ? 'the only case passed' : `all ${total} cases passed`
  return { verdict: 'pass', passed: true, reason: `${all}${inSampleNote(measured)}` }
}

function judgeThreshold(rule: GateRule, threshold: number, measured: Measured, details: ScoreDetails): Judgement {
  const { score, lower, upper } = details.measured
  const reaches = (value: number): boolean => value >= threshold - slack
  const inSample = measured.optimized && !measured.heldOut
  const reason = `${describeScore(details, rule, reaches(score) ? 'lower' : 'upper')}${inSampleNote(measured)}`
  if (!reaches(upper)) return { verdict: 'fail', passed: false, reason }
  const known = reaches(lower)
  if (known && !inSample) return { verdict: 'pass', passed: true, reason }
  const settling = known ? '' : describeSettling(details, rule, threshold, inSample)
  const passed = rule.onInconclusive === 'point' && reaches(score)
  return { verdict: 'inconclusive', passed, reason: `${reason}${settling}${rule.onInconclusive === 'fail' ? '; this gate fails what is not settled' : ''}` }
}

function everyCaseReason({ failing, total }: Measured): string {
  return `${failing} of ${plural(total, 'case')} failed; without a threshold every case must pass`
}

function mustPassReason(rule: GateRule, measured: Measured, score: ScoreDetails): string {
  const rest = rule.threshold === undefined ? everyCaseReason(measured) : `${describeScore(score, rule, 'lower')}${inSampleNote(measured)}`
  return `${describeFailedMusts(measured.mustPassFailed)}; ${rest}`
}

function partialReason({ scores }: Measured, score: ScoreDetails): string {
  const note = 'partial run, not gated: a filter left cases out'
  return scores.length === 0 ? note : `${note}; ${describeScore(score)}`
}

function ungatedReason(rule: GateRule, measured: Measured, score: ScoreDetails): string {
  const isEmpty = measured.scores.length === 0
  const found = isEmpty ? 'no case has a score' : describeScore(score, rule, 'both')
  const missing = measured.unscored === 0 || isEmpty ? '' : `; ${plural(measured.unscored, 'case')} without a score`
  return `${found}${missing}${inSampleNote(measured)}; not gated`
}

function unscoredReason(rule: GateRule, { scores, unscored, total, heldOut, interrupted, outOfBudget }: Measured): string {
  if (interrupted === true) return `no verdict: interrupted before the ${heldOut ? 'held-out cases' : 'cases'} ran`
  if (unscored === 0) return 'could not measure: no case was left to gate on'
  const asked = rule.threshold === undefined ? total : scores.length + unscored
  return `could not measure: ${unscored} of ${plural(asked, rule.threshold === undefined ? 'case' : 'gated case')} without a score${outOfBudget === true ? ': the budget for models was used up before' : ''}`
}

function exitCodeFor(verdict: VerdictName, passed: boolean, rule: GateRule): Verdict['exitCode'] {
  if (passed) return 0
  if (verdict === 'error') return 4
  return verdict === 'inconclusive' && rule.onInconclusive === 'fail' ? 3 : 1
}
