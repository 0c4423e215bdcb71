/** One rule judged: a level or a change, as known, as open, or as missed for certain. Stage: gate. */
import { comparePaired, type PairedComparison } from '../stats/paired.ts'
import { differenceBounds } from '../stats/difference-bounds.ts'
import { casesToSettle } from '../stats/sample-size.ts'
import { unitScores } from '../stats/unit-scores.ts'
import { formatChange, pairDigits, formatScore } from './format-score.ts'
import type { GateRule, Rule } from './gate-rule.ts'
import { scoreDetails, type CaseScores, type ScoreDetails } from './measure-score.ts'
import { plural } from '../core/text.ts'
import { describeScore, describeRule, describeSettling, describeSubject, inSampleNote, otherSide, percent, settlingWords } from './reason.ts'
import type { GateReport } from './verdict.ts'

/** What a rule is judged by. */
export interface RuleScores extends CaseScores {
  /** Of a change: the other side, one per score. */
  readonly before?: readonly number[]
  /** Of a change: both sides are the very same runs, so there is nothing to infer. */
  readonly unchanged?: boolean
  /** What was left out, as clauses that each start with `; `. */
  readonly note?: string
  /** Why there is nothing to judge. */
  readonly missing?: { readonly verdict: 'error' | 'ungated'; readonly reason: string }
}

/** What holds for all rules of a run. */
export type JudgeContext = Pick<GateRule, 'confidence' | 'onInconclusive'> & {
  /** Values were chosen by cases of this suite. */
  readonly optimized: boolean
  /** Of lower bounds, where the final values were chosen by these scores. @defaultValue confidence */
  readonly lowerConfidence?: number
}

/** A judged rule, and whether its failure holds beside others. */
export interface Judged {
  readonly report: GateReport
  /** Of a failure that bounds settled: whether it would at this confidence as well, and the report if it does not hold beside other gates. */
  readonly failure?: { holdsAt(confidence: number): boolean; opened(gates: number): GateReport }
}

// Sums of scores are rounded; a mean this close to a mark reaches it.
const slack = 1e-12

/** The verdict of one rule; `details` of a level where they are known already, since bounds take a while to draw. */
export function judgeRule(rule: Rule, scores: RuleScores, context: JudgeContext, details?: ScoreDetails): Judged {
  const nothing: Numbers = { value: null, lower: null, upper: null, n: 0 }
  if (scores.missing !== undefined) return { report: reportOf(rule, scores, context, { ...scores.missing, passed: scores.missing.verdict === 'ungated' }, nothing) }
  if (scores.scores.length === 0) return { report: reportOf(rule, scores, context, { verdict: 'error', passed: false, reason: 'could not measure: no case was left to gate on' }, nothing) }
  return rule.kind === 'threshold' ? judgeLevel(rule, scores, context, details ?? scoreDetails(scores, context.confidence, context.lowerConfidence)) : judgeChange(rule, scores, context)
}

interface Numbers extends Pick<GateReport, 'value' | 'lower' | 'upper' | 'n' | 'gained' | 'lost' | 'p'> {}
type Judgement = Pick<GateReport, 'verdict' | 'passed' | 'reason'>

/** What is known of one side of a mark. */
interface Evidence {
  /** The point estimate, and both bounds, meet the mark. */
  readonly point: boolean
  readonly lower: boolean
  readonly upper: boolean
  readonly text: string
  /** What would settle it; asked for only where it is open, since it takes a search. */
  settling(): string
}

/** From evidence to a verdict: three states, and how an open one resolves. */
function weigh({ point, lower, upper, text, settling }: Evidence, { onInconclusive, optimized }: JudgeContext, heldOut: boolean): Judgement {
  const reason = `${text}${inSampleNote({ heldOut, optimized })}`
  if (!upper) return { verdict: 'fail', passed: false, reason }
  if (lower && (heldOut || !optimized)) return { verdict: 'pass', passed: true, reason }
  return resolve(`${reason}${lower ? '' : settling()}`, point, onInconclusive)
}

function resolve(reason: string, point: boolean, onInconclusive: JudgeContext['onInconclusive']): Judgement {
  const passed = onInconclusive === 'point' ? point : onInconclusive === 'pass'
  const note = onInconclusive === 'fail' ? '; this gate fails what is not settled' : onInconclusive === 'pass' && !point ? '; this gate passes what is not settled' : ''
  return { verdict: 'inconclusive', passed, reason: `${reason}${note}` }
}

/** The evidence of a mean score for a threshold. */
function levelEvidence(details: ScoreDetails, threshold: number, context: JudgeContext): Evidence {
  const { score, lower, upper, heldOut } = details.measured
  const reaches = (value: number): boolean => value >= threshold - slack
  const level = { threshold, confidence: context.confidence }
  return {
    point: reaches(score), lower: reaches(lower), upper: reaches(upper),
    text: describeScore(details, level, reaches(score) ? 'lower' : 'upper'),
    settling: () => describeSettling(details, level, threshold, context.optimized && !heldOut),
  }
}

function judgeLevel(rule: Rule, scores: RuleScores, context: JudgeContext, details: ScoreDetails): Judged {
  const evidence = withNote(levelEvidence(details, rule.mark, context), scores)
  const { score: value, lower, upper, n } = details.measured
  const finish = (judgement: Judgement): GateReport => reportOf(rule, scores, context, judgement, { value, lower, upper, n })
  return judged(finish, evidence, { scores, context, failsAt: (confidence) => scoreDetails(scores, confidence).measured.upper < rule.mark - slack })
}

function judgeChange(rule: Rule, scores: RuleScores, context: JudgeContext): Judged {
  const { before = [], scores: after, seed, clusters = [], heldOut } = scores
  const compared = comparePaired(before, after, { seed, clusters })
  // Against the start there is one look only: where it is final, nothing changed.
  const { lowerConfidence = context.confidence } = rule.against === 'start' ? {} : context
  const boundsAt = (confidence: number) => differenceBounds(before, after, { confidence, lowerConfidence, seed, clusters })
  const { difference: value, n, gained, lost, p } = compared
  const bounds = scores.unchanged === true ? { lower: 0, upper: 0 } : boundsAt(context.confidence)
  const asked = rule.kind === 'min-improvement' ? rule.mark : -rule.mark
  const isGain = rule.kind === 'min-improvement' && rule.mark === 0
  const reaches = (change: number): boolean => (isGain ? change > slack : change >= asked - slack)
  // To be better at all has a test of its own, sharper than the bound; where nothing changed there is nothing to test.
  const known = scores.unchanged === true ? reaches(0) : isGain ? value > slack && p <= 1 - lowerConfidence + slack : reaches(bounds.lower)
  const possible = scores.unchanged === true ? reaches(0) : bounds.upper >= asked - slack
  const evidence: Evidence = {
    point: reaches(value), lower: known, upper: possible, text: describeChange(rule, scores, compared, { ...bounds, confidence: context.confidence }),
    settling: () => settlingOf(before, after, { asked, value, n, confidence: context.confidence, inSample: context.optimized && !heldOut, clusters }),
  }
  const finish = (judgement: Judgement): GateReport => reportOf(rule, scores, context, judgement, { value, ...bounds, n, gained, lost, p })
  return judged(finish, withNote(evidence, scores), { scores, context, failsAt: (confidence) => scores.unchanged === true || boundsAt(confidence).upper < asked - slack })
}

function judged(finish: (judgement: Judgement) => GateReport, evidence: Evidence, { scores, context, failsAt }: { readonly scores: RuleScores; readonly context: JudgeContext; failsAt(confidence: number): boolean }): Judged {
  const report = finish(weigh(evidence, context, scores.heldOut))
  if (report.verdict !== 'fail') return { report }
  return { report, failure: { holdsAt: failsAt, opened: (gates) => finish(resolve(`${report.reason}; not settled as one of ${gates} gates`, evidence.point, context.onInconclusive)) } }
}

function withNote(evidence: Evidence, { note = '' }: RuleScores): Evidence {
  return { ...evidence, text: `${evidence.text}${note}` }
}

/** `held out 0.58 → 0.92, +0.33 against the start (24 cases: 9 better, 1 worse; 95 % lower bound +0.12), at least +0.05 asked for`. */
function describeChange(rule: Rule, { before = [], scores, clusters, heldOut, unchanged }: RuleScores, compared: PairedComparison, bounds: { readonly lower: number; readonly upper: number; readonly confidence: number }): string {
  const mean = (side: readonly number[]): number => { const units = unitScores(side, clusters); return units.reduce((sum, score) => sum + score, 0) / units.length }
  const { difference, n, gained, lost, p } = compared
  const asked = describeRule({ ...rule, against: rule.against ?? 'start' })
  if (unchanged === true) return `${heldOut ? 'held out' : 'score'} ${formatScore(mean(scores), [])}: nothing was changed, ${asked} is asked for`
  const mark = rule.kind === 'min-improvement' ? rule.mark : -rule.mark
  const [from, to] = [mean(before), mean(scores)]
  const digits = pairDigits(from, to)
  const shown = (change: number): string => formatChange(change, [mark])
  const isGain = rule.kind === 'min-improvement' && rule.mark === 0
  const side = difference >= mark ? `lower bound ${shown(bounds.lower)}` : `upper bound ${shown(bounds.upper)}`
  const units = plural(n, n === scores.length ? 'case' : 'cluster')
  return `${heldOut ? 'held out' : 'score'} ${formatScore(from, [], digits)} → ${formatScore(to, [], digits)}, ${formatChange(difference, [mark], digits)} against ${otherSide[rule.against ?? 'start']} `
    + `(${units}: ${gained} better, ${lost} worse; ${percent(bounds.confidence)} ${side}${isGain ? `, p ${formatP(p)}` : ''}), ${asked} is asked for`
}

const formatP = (p: number): string => (p < 0.001 ? 'below 0.001' : p.toFixed(3))

interface Settling { readonly asked: number; readonly value: number; readonly n: number; readonly confidence: number; readonly inSample: boolean; readonly clusters: readonly (string | undefined)[] }

function settlingOf(before: readonly number[], after: readonly number[], { asked, value, n, confidence, inSample, clusters }: Settling): string {
  const [first, second] = [unitScores(before, clusters), unitScores(after, clusters)]
  const shares = second.map((score, index) => (score - first[index]! + 1) / 2)
  const meanSquare = shares.reduce((sum, share) => sum + share * share, 0) / shares.length
  const needed = casesToSettle((value + 1) / 2, (asked + 1) / 2, { confidence, meanSquare })
  return settlingWords({ needed, n, unit: `${inSample ? 'held-out ' : ''}${n === before.length ? 'case' : 'cluster'}s`, mark: 'mark' })
}

function reportOf(rule: Rule, { heldOut }: RuleScores, { confidence }: JudgeContext, { verdict, passed, reason }: Judgement, numbers: Numbers): GateReport {
  const { metric, name, tag, kind, mark, against } = rule
  return {
    what: describeSubject(rule), metric, ...(name !== undefined && { name }), ...(tag !== undefined && { tag }), kind, rule: describeRule(rule), mark, ...(against !== undefined && { against }),
    verdict, passed, reason, ...numbers, confidence, heldOut,
  }
}
