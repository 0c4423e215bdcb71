/** Decides what a run has shown, and whether that is enough. Stage: gate. */
import { asksEveryCase, type GateRule } from './gate-rule.ts'
import { judgeRule, type Judged, type JudgeContext, type RuleScores } from './judge.ts'
import { scoreDetails } from './measure-score.ts'
import type { CaseScores, ScoreDetails } from './measure-score.ts'
import { plural } from '../core/text.ts'
import { describeFailedMusts, describeRule, describeScore, inSampleNote, percent } from './reason.ts'
import type { GateReport, Verdict } from './verdict.ts'

/** What a run measured with its final values. `scores` and `clusters` are those of the gated cases: held out, where any are. */
export interface Measured extends CaseScores {
  /** All cases of the workflow, learned from or held out. */
  readonly total: number
  /** Cases among all that were measured below a full score, or failed an assertion although they gave themselves one. */
  readonly failing: number
  /** Ids of failing cases that must pass, among all; how many there are; and how many of them have no score. @defaultValue 0 */
  readonly mustPassFailed: readonly string[]
  readonly mustPass?: number
  readonly mustPassUnscored?: number
  /** Cases without a score: among the gated ones and those that must pass, and among all where every case must pass. */
  readonly unscored: number
  /** Runs of these cases, and those without a score. @defaultValue one run per case */
  readonly runs?: { readonly total: number; readonly unscored: number }
  /** Why one of them has no score, safe to print. */
  readonly unscoredReason?: string
  /** An optimizer chose values by cases of this suite; then scores that are not held out are too good. */
  readonly optimized: boolean
  /**
   * Whether held-out cases chose between the winner of the rounds and the start: `winner` or `start` became final, by its score there.
   *
   * @defaultValue they did not: there was one set of values only
   */
  readonly chosen?: 'winner' | 'start'
  /** A filter left cases out. */
  readonly partial: boolean
  /** Somebody stopped the run before everything was measured. @defaultValue false */
  readonly interrupted?: boolean
  /** A budget for models was used up before everything was measured. @defaultValue false */
  readonly outOfBudget?: boolean
  /** What each rule beside the threshold is judged by, in their order. @defaultValue there are none */
  readonly rules?: readonly RuleScores[]
}

/**
 * The verdict of `rule` on what was measured.
 *
 * Without any rule every case must pass, and the answer is exact. Each rule is known to hold when the bound on its side does, known to
 * be missed when the other bound is on the wrong side, and else inconclusive: then `onInconclusive` decides. Scores of cases that were
 * optimized on are never more than inconclusive evidence for a pass. Of several rules all have to pass, which needs no correction; that one
 * is missed for certain has to hold beside the others (Holm). A partial run is not gated, and a suite without cases, or with more cases
 * without a score than the rule allows, is an error and not a failure.
 *
 * @throws {TraceEvalError} `SCORE_RANGE` for a score that is not between 0 and 1.
 */
export function decide(rule: GateRule, measured: Measured): Verdict {
  const details = scoreDetails(measured, rule.confidence, lowerConfidence(rule, measured))
  const early = beforeAnyRule(rule, measured, details)
  const gates = early === undefined ? judgeAll(rule, measured, details) : earlyGates(rule, early, details)
  const { verdict, passed, reason } = early ?? summarize(gates, measured, { rule, details })
  return { verdict, passed, reason, final: details.measured, gates, exitCode: exitCodeFor(verdict, passed, rule) }
}

/**
 * The better of two on the same cases looks better than it is. So two sets of values share the chance of a bound that is too high, the
 * winner of the rounds, which is final in most runs, with the larger part: whichever is final, the bound holds as often as it says.
 */
function lowerConfidence({ confidence }: GateRule, { chosen }: Measured): number {
  return chosen === undefined ? confidence : 1 - (1 - confidence) * (chosen === 'winner' ? 0.8 : 0.2)
}

type Judgement = Pick<Verdict, 'verdict' | 'passed' | 'reason'>

/** What is decided before any score counts. */
function beforeAnyRule(rule: GateRule, measured: Measured, details: ScoreDetails): Judgement | undefined {
  if (measured.partial) return { verdict: 'partial', passed: true, reason: partialReason(measured, details) }
  if (measured.total === 0) return { verdict: 'error', passed: false, reason: 'could not measure: the workflow has no cases' }
  if (rule.none) return { verdict: 'ungated', passed: true, reason: ungatedReason(rule, measured, details) }
  return isMeasured(rule, measured, details) ? undefined : { verdict: 'error', passed: false, reason: unscoredReason(rule, measured) }
}

function isMeasured(rule: GateRule, measured: Measured, { measured: { n } }: ScoreDetails): boolean {
  if (n === 0 || (measured.mustPassUnscored ?? 0) > 0 || (measured.interrupted === true || measured.outOfBudget === true) && measured.unscored > 0) return false
  const { total, unscored } = runsOf(rule, measured)
  return unscored === 0 && measured.unscored === 0 || rule.maxUnscored > 0 && unscored <= rule.maxUnscored * total + 1e-9
}

/** Runs that were asked for: of the gated cases, or of all where every case must pass. */
function runsOf(rule: GateRule, { runs, scores, unscored, total }: Measured): { readonly total: number; readonly unscored: number } {
  return runs ?? { total: asksEveryCase(rule) ? total : scores.length + unscored, unscored }
}

/** The one rule that stands for a run that could not be measured. */
function earlyGates(rule: GateRule, { verdict, passed, reason }: Judgement, { measured }: ScoreDetails): GateReport[] {
  if (verdict !== 'error') return []
  const { threshold, confidence } = rule
  const { score, lower, upper, n, heldOut } = measured
  const [value, from, to] = n === 0 ? [null, null, null] : [score, lower, upper]
  const asked = threshold === undefined ? everyCase : { kind: 'threshold', rule: describeRule({ kind: 'threshold', mark: threshold }), mark: threshold } as const
  return [{ what: 'score', metric: 'score', ...asked, verdict, passed, reason, value, lower: from, upper: to, n, confidence, heldOut }]
}

const everyCase = { kind: 'every-case', rule: 'every case passes' } as const

function judgeAll(rule: GateRule, measured: Measured, details: ScoreDetails): GateReport[] {
  const { confidence, onInconclusive, threshold, rules } = rule
  const context: JudgeContext = { confidence, lowerConfidence: lowerConfidence(rule, measured), onInconclusive, optimized: measured.optimized }
  const note = toleratedNote(rule, measured)
  const own = threshold === undefined ? [] : [judgeRule({ metric: 'score', kind: 'threshold', mark: threshold }, { ...measured, note }, context, details)]
  const parts = rules.map((one, index) => judgeRule(one, measured.rules?.[index] ?? { scores: [], heldOut: measured.heldOut, seed: measured.seed }, context))
  const certain = [...asksEveryCase(rule) ? [everyCaseGate(rule, measured, details)] : [], ...mustPassGates(measured, details, confidence)]
  return [...certain, ...besideEachOther([...own, ...parts], confidence)].toSorted((a, b) => place(a) - place(b))
}

/** The threshold of the workflow first, then what must pass, then the rest as it was written. */
const place = ({ kind, metric, tag }: GateReport): number => (kind === 'every-case' || (kind === 'threshold' && metric === 'score' && tag === undefined) ? 0 : kind === 'must-pass' ? 1 : 2)

/** Rules that are missed for certain also when the chance of error is shared: the surest at α/m, the next at α/(m - 1), … (Holm). */
function besideEachOther(judged: readonly Judged[], confidence: number): GateReport[] {
  const count = judged.filter(({ report }) => report.verdict !== 'error' && report.verdict !== 'ungated').length
  const held = new Set<Judged>()
  for (let left = count; left > 1; left--) {
    const next = judged.find((one) => !held.has(one) && one.failure?.holdsAt(1 - (1 - confidence) / left) === true)
    if (next === undefined) break
    held.add(next)
  }
  const isLast = held.size === count - 1
  return judged.map((one) => (one.failure === undefined || held.has(one) || isLast || count < 2 ? one.report : one.failure.opened(count)))
}

function everyCaseGate(rule: GateRule, measured: Measured, { measured: { score, lower, upper, n, heldOut } }: ScoreDetails): GateReport {
  return { what: 'score', metric: 'score', ...everyCase, ...judgeEveryCase(rule, measured), value: score, lower, upper, n, confidence: rule.confidence, heldOut }
}

function judgeEveryCase(rule: GateRule, measured: Measured): Pick<GateReport, keyof Judgement> {
  const { failing, total, unscored } = measured
  if (failing > 0) return { verdict: 'fail', passed: false, reason: everyCaseReason(measured) }
  const note = `${toleratedNote(rule, measured)}${inSampleNote(measured)}`
  // Of a case without a score nobody knows whether it passes.
  if (unscored > 0) return { verdict: 'inconclusive', passed: rule.onInconclusive !== 'fail', reason: `all ${plural(total - unscored, 'case')} with a score passed${note}` }
  return { verdict: 'pass', passed: true, reason: `${total === 1 ? 'the only case passed' : `all ${total} cases passed`}${note}` }
}

function mustPassGates({ mustPass = 0, mustPassFailed }: Measured, { measured: { heldOut } }: ScoreDetails, confidence: number): GateReport[] {
  const [count, failed] = [Math.max(mustPass, mustPassFailed.length), mustPassFailed.length]
  if (count === 0) return []
  const reason = failed > 0 ? describeFailedMusts(mustPassFailed) : `${count === 1 ? 'the case that must pass did' : `all ${count} cases that must pass did`}`
  const numbers = { value: (count - failed) / count, lower: null, upper: null, n: count }
  return [{ what: 'cases marked mustPass', metric: 'score', kind: 'must-pass', rule: 'all pass', verdict: failed > 0 ? 'fail' : 'pass', passed: failed === 0, reason, ...numbers, confidence, heldOut }]
}

/** One verdict of all rules: the worst; it passes when all do. */
function summarize(gates: readonly GateReport[], measured: Measured, { rule, details }: { readonly rule: GateRule; readonly details: ScoreDetails }): Judgement {
  const verdict = (['fail', 'error', 'inconclusive', 'pass'] as const).find((name) => gates.some((gate) => gate.verdict === name)) ?? 'ungated'
  const passed = gates.every((gate) => gate.passed)
  if (measured.mustPassFailed.length > 0 && rule.rules.length === 0) return { verdict, passed, reason: mustPassReason(rule, measured, details) }
  const lead = gates.find((gate) => gate.verdict === verdict && gate.passed === passed) ?? gates.find((gate) => gate.verdict === verdict) ?? gates[0]!
  const asked = gates.filter(({ kind, passed: held }) => kind !== 'must-pass' || !held)
  return { verdict, passed, reason: `${place(lead) === 0 || asked.length === 1 && lead.metric === 'score' ? '' : `${lead.what}: `}${lead.reason}${countNote(asked)}` }
}

function countNote(gates: readonly GateReport[]): string {
  if (gates.length < 2) return ''
  const passed = gates.filter((gate) => gate.passed).length
  return passed === gates.length ? `; all ${gates.length} gates passed` : `; ${passed} of ${gates.length} gates passed`
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

function unscoredReason(rule: GateRule, measured: Measured): string {
  const { scores, unscored, total, heldOut, interrupted, mustPassUnscored = 0, unscoredReason: why, outOfBudget } = measured
  if (interrupted === true) return `no verdict: interrupted before the ${heldOut ? 'held-out cases' : 'cases'} ran`
  const runs = runsOf(rule, measured)
  if (unscored === 0 && runs.unscored === 0) return 'could not measure: no case was left to gate on'
  const [every, because] = [asksEveryCase(rule), outOfBudget === true ? ': the budget for models was used up before' : why === undefined ? '' : ` (${why})`]
  if (mustPassUnscored > 0 && rule.maxUnscored > 0) return `could not measure: ${plural(mustPassUnscored, 'case')} that must pass without a score${because}`
  const allowed = rule.maxUnscored === 0 ? '' : `, at most ${percent(rule.maxUnscored)} allowed`
  if (measured.runs !== undefined && runs.total > (every ? total : scores.length + unscored)) {
    return `could not measure: ${runs.unscored} of ${plural(runs.total, 'run')}${every ? '' : ' of gated cases'} without a score${because}${allowed}`
  }
  return `could not measure: ${unscored} of ${plural(every ? total : scores.length + unscored, every ? 'case' : 'gated case')} without a score${because}${allowed}`
}

function toleratedNote(rule: GateRule, measured: Measured): string {
  const { total, unscored } = runsOf(rule, measured)
  return unscored === 0 ? '' : `; ${unscored} of ${plural(total, 'run')} without a score left out`
}

function exitCodeFor(verdict: Verdict['verdict'], passed: boolean, rule: GateRule): Verdict['exitCode'] {
  if (passed) return 0
  if (verdict === 'error') return 4
  return verdict === 'inconclusive' && rule.onInconclusive === 'fail' ? 3 : 1
}
