/** From the runs of a workflow to what each rule is judged by. Stage: gate. */
import { describeValue } from '../core/describe-value.ts'
import { nearestName, plural } from '../core/text.ts'
import type { CaseRun, TrainingCase } from '../feedback/case-run.ts'
import { baselineProblem, baselineScore, type Baseline } from './baseline.ts'
import { gateScore } from './case-score.ts'
import type { GateRule, Rule } from './gate-rule.ts'
import type { RuleScores } from './judge.ts'
import { partInRun, partScore } from './part-score.ts'

type Runs = ReadonlyMap<string, readonly CaseRun[]>

/** What a workflow's runs gave. */
export interface GatedRuns {
  /** All cases, and those that the gate looks at. */
  readonly cases: readonly TrainingCase[]
  readonly gated: readonly TrainingCase[]
  readonly heldOut: boolean
  readonly seed: string
  readonly startRuns: Runs
  readonly finalRuns: Runs
  /** With the saved values: the start where it began with them, runs of their own where it did not, none where nothing is saved. */
  readonly savedRuns?: Runs
  /** Whether an optimizer took part; where none did, nothing can be better than the start. */
  readonly optimizes: boolean
  /** Of the rules against one. */
  readonly baseline?: Baseline
}

/** What each rule of `gate` is judged by, in their order. */
export function ruleScores(gate: GateRule, runs: GatedRuns): RuleScores[] {
  return gate.rules.map((rule) => scoresOf(rule, gate, runs))
}

function scoresOf(rule: Rule, gate: GateRule, runs: GatedRuns): RuleScores {
  const { gated, heldOut, seed, finalRuns } = runs
  const missing = (verdict: 'error' | 'ungated', reason: string): RuleScores => ({ scores: [], heldOut, seed, missing: { verdict, reason } })
  const problem = problemOf(rule, gate, runs)
  if (problem !== undefined) return missing(problem.verdict, problem.reason)
  const subject = gated.filter(({ tags = [] }) => rule.tag === undefined || tags.includes(rule.tag))
  if (subject.length === 0) return missing('error', `could not measure: none of the ${plural(countTagged(runs.cases, rule), 'case')} with tag ${describeValue(rule.tag)} is held out; more cases with it, or no gate for it`)
  const has = (id: string): boolean => [runs.startRuns, finalRuns].some((side) => side.get(id)?.some((run) => partInRun(run, rule) !== undefined) === true)
  const scoreIn = (side: Runs, id: string): number | undefined => (rule.metric === 'score' ? gateScore(side.get(id), gate.passes) : partScore(side.get(id) ?? [], rule, has(id)))
  const other = otherSide(rule, runs, scoreIn)
  const found = subject.map(({ id, cluster }) => ({ id, cluster, after: scoreIn(finalRuns, id), before: other?.(id) }))
  const after = found.filter((one) => one.after !== undefined)
  const used = other === undefined ? after : after.filter(({ before }) => before !== undefined)
  if (after.length === 0 && rule.metric !== 'score') return missing('error', `could not measure: no ${heldOut ? 'held-out ' : ''}case has ${rule.metric} ${describeValue(rule.name)}`)
  if (used.length === 0) return missing('error', 'could not measure: no case was measured on both sides')
  const unpaired = after.length - used.length
  return {
    scores: used.map((one) => one.after!), clusters: used.map(({ cluster }) => cluster), heldOut, seed: `${seed}/${rule.metric}/${rule.name ?? ''}/${rule.tag ?? ''}`,
    ...(other !== undefined && { before: used.map(({ before }) => before!), unchanged: isUnchanged(rule, runs, used) }),
    ...(unpaired > 0 && { note: `; ${plural(unpaired, 'case')} without a score on the other side left out` }),
  }
}

/** Why `rule` cannot be judged at all. */
function problemOf({ metric, name, against, kind }: Rule, { passes }: GateRule, runs: GatedRuns): RuleScores['missing'] {
  if (metric !== 'score') {
    const names = partNames(metric, [runs.startRuns, runs.finalRuns])
    if (!names.has(name!)) return { verdict: 'error', reason: unknownPart(metric, name!, names) }
  }
  if (against === 'start' && kind === 'min-improvement' && !runs.optimizes) return { verdict: 'ungated', reason: 'nothing was optimized, so there is no gain to judge' }
  if (against === 'saved' && runs.savedRuns === undefined) return { verdict: 'ungated', reason: 'nothing is saved yet to compare with; `npx trace-eval accept` saves values' }
  if (against !== 'baseline') return undefined
  const reason = runs.baseline === undefined ? 'there is no baseline' : baselineProblem(runs.baseline, runs.cases, passes)
  return reason === undefined ? undefined : { verdict: 'error', reason }
}

function otherSide(rule: Rule, runs: GatedRuns, scoreIn: (side: Runs, id: string) => number | undefined): ((id: string) => number | undefined) | undefined {
  const { startRuns, savedRuns, baseline } = runs
  if (rule.kind === 'threshold') return undefined
  if (rule.against === 'baseline') return (id) => baselineScore(baseline!, id, rule)
  return (id) => scoreIn(rule.against === 'saved' ? savedRuns! : startRuns, id)
}

/** Whether both sides are the very same runs. */
function isUnchanged({ against }: Rule, { startRuns, savedRuns, finalRuns }: GatedRuns, cases: readonly { readonly id: string }[]): boolean {
  const side = against === 'baseline' ? undefined : against === 'saved' ? savedRuns : startRuns
  return side !== undefined && cases.every(({ id }) => side.get(id)?.[0] === finalRuns.get(id)?.[0])
}

function partNames(metric: Rule['metric'], sides: readonly Runs[]): Set<string> {
  const runs = sides.flatMap((side) => [...side.values()].flat())
  return new Set(runs.flatMap((run) => (metric === 'assertion' ? run.asserted ?? [] : run.checks).map(({ name }) => name)))
}

function unknownPart(metric: Rule['metric'], name: string, names: ReadonlySet<string>): string {
  const near = nearestName(name, names)
  const hint = near !== undefined ? `; did you mean ${describeValue(near)}?` : names.size === 0 ? '' : `; there ${names.size === 1 ? 'is' : 'are'} ${[...names].slice(0, 5).map((one) => describeValue(one)).join(', ')}`
  return `could not measure: no case came to ${metric === 'assertion' ? 'an assertion with message' : `a ${metric} called`} ${describeValue(name)}${hint}`
}

function countTagged(cases: readonly TrainingCase[], { tag }: Rule): number {
  return cases.filter(({ tags = [] }) => tags.includes(tag!)).length
}
