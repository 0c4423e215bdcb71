/** A part of a case: a check, an assertion or a scorer in its runs. Stage: gate. */
import type { CaseRun } from '../feedback/case-run.ts'
import type { Rule } from './gate-rule.ts'

/** The name of what a rule judges among the parts of a case. */
export function partKey({ metric, name }: Pick<Rule, 'metric' | 'name'>): string {
  return `${metric} ${name ?? ''}`
}

/** What a rule judges in one run: the share of the check, assertion or scorer; none where the run did not come to it. */
export function partInRun(run: CaseRun, { metric, name }: Pick<Rule, 'metric' | 'name'>): number | undefined {
  const found: readonly { readonly passed: boolean; readonly score?: number }[] = (metric === 'assertion' ? run.asserted ?? [] : run.checks).filter((one) => one.name === name)
  if (found.length === 0) return undefined
  return found.reduce((sum, { passed, score }) => sum + (metric === 'scorer' ? score ?? Number(passed) : Number(passed)), 0) / found.length
}

/**
 * The mean over the trials that could be measured. A trial that ended before it came to the part counts as 0 where the case is known to
 * have it, from another trial or, by `known`, from other values: else ending early would look like passing.
 */
export function partScore(runs: readonly CaseRun[], rule: Pick<Rule, 'metric' | 'name'>, known: boolean): number | undefined {
  const parts = runs.filter(({ score }) => score !== undefined).map((run) => partInRun(run, rule))
  if (parts.length === 0 || (!known && parts.every((part) => part === undefined))) return undefined
  return parts.reduce<number>((sum, part) => sum + (part ?? 0), 0) / parts.length
}
