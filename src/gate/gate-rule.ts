/** The gate: what a run has to reach, checked before anything runs. Stage: gate. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { perCentHint } from '../core/per-cent.ts'
import type { GateKind, GateMetric, GateReport } from './verdict.ts'

/** What a change is measured against: the values the run started with, the saved ones, or the scores of a committed file. */
export type Against = NonNullable<GateReport['against']>

/** When a case with several trials passes: `'mean'` scores it by their mean; else it passes when any, all, or so many of them pass. */
export type PassRule = 'mean' | 'any' | 'all' | number

/** What may be asked of a score; what a change is measured against. */
export interface ScoreGate {
  /** The mean score, 0 to 1, that the final values must reach. */
  readonly threshold?: number | undefined
  /** How much better the final values must be, case by case; 0: better at all. */
  readonly minImprovement?: number | undefined
  /** How much worse they may be, case by case; 0: not at all. */
  readonly maxRegression?: number | undefined
  /** Of the two above. @defaultValue `'baseline'` where a baseline file is named, else `'start'` */
  readonly against?: Against | undefined
}

/** A gate of its own for some cases, or for a part of every case. */
export interface PartGate extends ScoreGate {
  /** Only cases with this tag. @defaultValue all */
  readonly tag?: string | undefined
  /** The share in which the check of this name held, over the cases that have it. @defaultValue the score of the case */
  readonly check?: string | undefined
  /** The same for assertions with this message: `expect(team, 'refunds belong to billing')`. */
  readonly assertion?: string | undefined
  /** The score that the scorer of this name gave. */
  readonly scorer?: string | undefined
}

/** What a person may say about the gate of a workflow. Without any rule every case must pass, as in a unit test. */
export interface GateOptions extends ScoreGate {
  /** Gates for tags, checks, assertions and scorers; all have to pass. */
  readonly gates?: readonly PartGate[] | undefined
  /** `'none'`: only report. */
  readonly gate?: 'none' | undefined
  /**
   * The file with the scores to compare with, relative to the eval file, or `true` for `route.baseline.json` beside `route.eval.ts`;
   * `trace-eval accept --baseline` writes it. Alone it stands for `maxRegression: 0`.
   */
  readonly baseline?: string | true | undefined
  /** Of each one-sided bound, above 0.5 and below 1. @defaultValue 0.95 */
  readonly confidence?: number | undefined
  /**
   * How a result that the bounds do not settle resolves: `'point'`, by the score alone; `'fail'` and `'pass'`, whatever it is.
   *
   * @defaultValue 'point'
   */
  readonly onInconclusive?: 'point' | 'fail' | 'pass' | undefined
  /** The share of runs, 0 to 1, that may stay without a score before the run counts as not measured. @defaultValue 0 */
  readonly maxUnscored?: number | undefined
  /** When a case with several trials passes. @defaultValue `'mean'`: it scores the mean of its trials */
  readonly passes?: PassRule | undefined
}

/** One rule beside the threshold of the workflow. */
export interface Rule {
  readonly metric: GateMetric
  /** Of the check, assertion or scorer. */
  readonly name?: string
  readonly tag?: string
  readonly kind: Extract<GateKind, 'threshold' | 'min-improvement' | 'max-regression'>
  readonly mark: number
  /** Of a change. */
  readonly against?: Against
}

/** When a run passes: options with their defaults applied, and possible. */
export interface GateRule {
  /** The score, 0 to 1, that the final values must reach. */
  readonly threshold?: number
  /** Only report. */
  readonly none: boolean
  /** Of each one-sided bound. */
  readonly confidence: number
  /** How an inconclusive result resolves: by the point estimate, or whatever it is. */
  readonly onInconclusive: 'point' | 'fail' | 'pass'
  readonly maxUnscored: number
  readonly passes: PassRule
  /** Every other rule, in the order they were written. */
  readonly rules: readonly Rule[]
  /** The file of a rule against a baseline; `true`: the one beside the eval file. */
  readonly baseline?: string | true
}

/** Whether every case must pass, since nothing else was asked for. */
export function asksEveryCase({ threshold, none, rules }: GateRule): boolean {
  return threshold === undefined && !none && rules.length === 0
}

/**
 * The rule that `options` ask for.
 *
 * @param at Where they were written, for the message of an error: a workflow, a flag.
 * @throws {TraceEvalError} `GATE_OPTIONS` for an option outside its range, and for rules beside `gate: 'none'`.
 * @example
 * ```ts no-run
 * resolveGate({ threshold: 0.9 }).rules // []: the threshold stands by itself
 * resolveGate({ gates: [{ check: 'polite', threshold: 0.95 }] }).rules // one rule
 * ```
 */
export function resolveGate(options: GateOptions, at?: string): GateRule {
  const { threshold, gate, confidence = 0.95, onInconclusive = 'point', maxUnscored = 0, passes = 'mean', baseline } = options
  const refuse: Refuse = (expected, received, hint, where) => {
    const place = [where, at].filter((part) => part !== undefined).join(' of ')
    throw new TraceEvalError('GATE_OPTIONS', `expected ${expected}, received ${describeValue(received)}`, { ...(place !== '' && { at: place }), hint })
  }
  checkMarks(options, refuse)
  if (gate !== undefined && gate !== 'none') refuse("gate to be 'none' or left out", gate, 'For a gate, give a threshold; without one every case must pass.')
  const isConfidence = (value: unknown): boolean => isBetween(value, 0.5, 1) && value !== 0.5 && value !== 1
  if (!isConfidence(confidence)) refuse('a confidence above 0.5 and below 1', confidence, perCentHint(confidence, '%', isConfidence) ?? 'Use 0.95 for 95 %.')
  if (!['point', 'fail', 'pass'].includes(onInconclusive)) {
    refuse("onInconclusive to be 'point', 'fail' or 'pass'", onInconclusive, "'point' lets the score decide what the bounds leave open; 'fail' fails it, 'pass' passes it.")
  }
  if (!isBetween(maxUnscored, 0, 1)) refuse('a maxUnscored share between 0 and 1', maxUnscored, perCentHint(maxUnscored) ?? 'Write 0.02 to let 2 % of the runs go without a score.')
  if (!['mean', 'any', 'all'].includes(passes as string) && !(Number.isSafeInteger(passes) && Number(passes) >= 1)) {
    refuse("passes to be 'mean', 'any', 'all' or a number of trials", passes, 'passes: 2 with trials: 3 lets a case pass when two of its three trials do.')
  }
  if (baseline !== undefined && baseline !== true && (typeof baseline !== 'string' || baseline.trim() === '')) {
    refuse('baseline to be a file name, or true', baseline, "For instance './route.baseline.json'; true takes the file of this name beside the eval file.")
  }
  const rules = allRules(options, refuse)
  if (gate === 'none' && (threshold !== undefined || rules.length > 0)) {
    const given = Object.fromEntries(Object.entries(options).filter(([name, value]) => value !== undefined && name in ruleOptions))
    refuse("either a threshold or gate 'none'", { ...given, gate }, "Leave out the threshold to only report, or gate: 'none' to be held to it.")
  }
  return {
    ...(threshold === undefined ? {} : { threshold }), none: gate === 'none', confidence, onInconclusive, maxUnscored, passes, rules,
    ...(baseline !== undefined && { baseline }),
  }
}

type Refuse = (expected: string, received: unknown, hint: string, where?: string) => never

const ruleOptions = { threshold: true, minImprovement: true, maxRegression: true, against: true, gates: true, baseline: true }
const partNames = ['check', 'assertion', 'scorer'] as const
const partOptions = new Set<string>(['tag', ...partNames, 'threshold', 'minImprovement', 'maxRegression', 'against'])

/** The rules of the workflow without its threshold, then those of its `gates`. */
function allRules(options: GateOptions, refuse: Refuse): Rule[] {
  const { gates = [], baseline } = options
  if (!Array.isArray(gates)) refuse('gates to be a list', gates, "For instance gates: [{ check: 'polite', threshold: 0.95 }].")
  const own = changeRules(options, { metric: 'score' }, baseline)
  const parts = gates.flatMap((gate: PartGate, index: number) => partRules(gate, (expected, received, hint) => refuse(expected, received, hint, `gate ${index + 1}`), baseline))
  const rules = [...own, ...parts]
  if (baseline === undefined && rules.some(({ against }) => against === 'baseline')) refuse('a baseline file', undefined, "Name one beside the gate: baseline: './route.baseline.json', or true for the file beside the eval file.")
  // A baseline that no rule looks at: it must not get worse.
  return baseline === undefined || rules.some(({ against }) => against === 'baseline') ? rules : [{ metric: 'score', kind: 'max-regression', mark: 0, against: 'baseline' }, ...rules]
}

function partRules(gate: PartGate, refuse: Refuse, baseline: GateOptions['baseline']): Rule[] {
  const example = "For instance { check: 'polite', threshold: 0.95 } or { tag: 'billing', maxRegression: 0.02 }."
  if (typeof gate !== 'object' || gate === null) refuse('a gate as an object', gate, example)
  const unknown = Object.keys(gate).find((name) => !partOptions.has(name))
  if (unknown !== undefined) refuse(`one of ${[...partOptions].join(', ')}`, unknown, example)
  checkMarks(gate, refuse)
  const named = partNames.filter((name) => gate[name] !== undefined)
  if (named.length > 1) refuse(`one of ${partNames.join(', ')}`, Object.fromEntries(named.map((name) => [name, gate[name]])), 'Write a gate for each of them.')
  for (const name of ['tag', ...named] as const) {
    const value: unknown = gate[name]
    if (value !== undefined && (typeof value !== 'string' || value === '')) refuse(`a name for ${name}`, value, example)
  }
  const [metric] = named
  const subject: Subject = { metric: metric ?? 'score', ...(metric !== undefined && { name: gate[metric]! }), ...(gate.tag !== undefined && { tag: gate.tag }) }
  const level: Rule[] = gate.threshold === undefined ? [] : [{ ...subject, kind: 'threshold', mark: gate.threshold }]
  const rules = [...level, ...changeRules(gate, subject, baseline)]
  return rules.length > 0 ? rules : refuse('threshold, minImprovement or maxRegression', gate, example)
}

type Subject = Pick<Rule, 'metric' | 'name' | 'tag'>

function changeRules({ minImprovement, maxRegression, against }: ScoreGate, subject: Subject, baseline: GateOptions['baseline']): Rule[] {
  const other = against ?? (baseline === undefined ? 'start' : 'baseline')
  const rule = (kind: Rule['kind'], mark: number | undefined): Rule[] => (mark === undefined ? [] : [{ ...subject, kind, mark, against: other }])
  return [...rule('min-improvement', minImprovement), ...rule('max-regression', maxRegression)]
}

function checkMarks({ threshold, minImprovement, maxRegression, against }: ScoreGate, refuse: Refuse): void {
  if (threshold !== undefined && !isBetween(threshold, 0, 1)) refuse('a threshold between 0 and 1', threshold, perCentHint(threshold) ?? 'It is a mean score: 0.9 asks for 90 %.')
  for (const [name, value] of Object.entries({ minImprovement, maxRegression })) {
    if (value !== undefined && !isBetween(value, 0, 1)) refuse(`a ${name} between 0 and 1`, value, perCentHint(value, 'points of 100') ?? 'It is a difference of mean scores: 0.05 is 5 points of 100.')
  }
  if (against !== undefined && !['start', 'saved', 'baseline'].includes(against)) {
    refuse("against to be 'start', 'saved' or 'baseline'", against, 'The values the run started with, the saved ones, or the scores of a baseline file.')
  }
}

function isBetween(value: unknown, low: number, high: number): boolean {
  return typeof value === 'number' && value >= low && value <= high
}
