/** The rule that every workflow has, its threshold or that every case passes, as the report lists it. Stage: gate. */
import { formatThreshold } from './format-score.ts'
import type { GateRule } from './gate-rule.ts'
import type { ScoreDetails } from './measure-score.ts'
import type { GateReport, Verdict } from './verdict.ts'

/** One entry, none where the run was not gated. */
export function firstGate({ threshold, none, confidence }: GateRule, { verdict, passed, reason }: Pick<Verdict, 'verdict' | 'passed' | 'reason'>, { measured }: ScoreDetails): GateReport[] {
  if (none || verdict === 'partial') return []
  const { score, lower, upper, n, heldOut } = measured
  const [value, from, to] = n === 0 ? [null, null, null] : [score, lower, upper]
  const asked = threshold === undefined ? { kind: 'every-case', rule: 'every case passes' } as const : { kind: 'threshold', rule: `at least ${formatThreshold(threshold)}`, mark: threshold } as const
  return [{ what: 'score', metric: 'score', ...asked, verdict, passed, reason, value, lower: from, upper: to, n, confidence, heldOut }]
}
