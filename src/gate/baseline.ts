/** Scores of a committed file beside those of a run: which cases are the same, and what to do when too many are not. Stage: gate. */
import type { CaseRun, TrainingCase } from '../feedback/case-run.ts'
import { fingerprintOf, type BaselineCase, type BaselineWorkflow } from '../store/baseline-file.ts'
import { gateScore } from './case-score.ts'
import type { GateRule, PassRule, Rule } from './gate-rule.ts'
import { partKey, partScore } from './part-score.ts'
import { plural } from '../core/text.ts'
import { nameSome } from './reason.ts'

/** A baseline as a gate sees it. */
export interface Baseline {
  /** As messages name it. */
  readonly file: string
  /** None where the file, or the workflow in it, is missing. */
  readonly saved: BaselineWorkflow | undefined
  /** Hashes of the rows of this run, by case id. */
  readonly inputs: ReadonlyMap<string, string>
}

/** More of the cases may not differ, or what is left compares something else. */
const mostUnmatched = 0.1

const renew = 'renew it with `npx trace-eval accept --baseline`'

/** Why nothing can be compared with `baseline`; nothing where it can. */
export function baselineProblem({ file, saved, inputs }: Baseline, cases: readonly TrainingCase[], passes: PassRule): string | undefined {
  if (saved === undefined) return `no baseline yet in ${file}: \`npx trace-eval accept --baseline\` writes it from this run`
  if (saved.passes !== passes) return `the baseline in ${file} was measured with passes ${JSON.stringify(saved.passes)}, this run with ${JSON.stringify(passes)}: ${renew}`
  const found = changesSince({ file, saved, inputs }, cases)
  const unmatched = [...found.added, ...found.gone, ...found.changed].length
  if (unmatched <= mostUnmatched * (cases.length + found.gone.length)) return undefined
  return `the cases changed since the baseline in ${file}: ${changesText(found)}; ${renew}`
}

interface CaseChanges { readonly added: readonly string[]; readonly gone: readonly string[]; readonly changed: readonly string[] }

function changesSince({ saved, inputs }: Baseline, cases: readonly TrainingCase[]): CaseChanges {
  const ids = new Set(cases.map(({ id }) => id))
  const known = saved?.cases ?? {}
  return {
    added: [...ids].filter((id) => !Object.hasOwn(known, id)),
    gone: Object.keys(known).filter((id) => !ids.has(id)),
    changed: [...ids].filter((id) => hasOtherInput(known, id, inputs)),
  }
}

function hasOtherInput(known: BaselineWorkflow['cases'], id: string, inputs: ReadonlyMap<string, string>): boolean {
  const before = Object.hasOwn(known, id) ? known[id]!.input : undefined
  return before !== undefined && inputs.has(id) && inputs.get(id) !== before
}

function changesText({ added, gone, changed }: CaseChanges): string {
  const some = (ids: readonly string[], what: string): string[] => (ids.length === 0 ? [] : [`${plural(ids.length, 'case')} ${what} (${nameSome(ids)})`])
  return [...some(added, 'new'), ...some(gone, 'gone'), ...some(changed, 'with another input')].join(', ')
}

/** The score of a case in the baseline, for what `rule` judges; none where the case is not in it, or is another one by now. */
export function baselineScore({ saved, inputs }: Baseline, id: string, rule: Rule): number | undefined {
  const known = saved?.cases ?? {}
  if (!Object.hasOwn(known, id) || hasOtherInput(known, id, inputs)) return undefined
  const { score, parts = {} } = known[id]!
  if (rule.metric === 'score') return score ?? undefined
  return Object.hasOwn(parts, partKey(rule)) ? parts[partKey(rule)] : undefined
}

/** What `accept --baseline` writes of a run: the scores of all cases, and of the parts that a rule compares. */
export function baselineOf(rule: Pick<GateRule, 'rules' | 'passes'>, { cases, runs, inputs }: {
  readonly cases: readonly TrainingCase[]
  readonly runs: ReadonlyMap<string, readonly CaseRun[]>
  readonly inputs: ReadonlyMap<string, string>
}): Pick<BaselineWorkflow, 'cases' | 'fingerprint' | 'passes'> {
  const compared = rule.rules.filter(({ metric, against }) => metric !== 'score' && against === 'baseline')
  const scores = Object.fromEntries(cases.map(({ id }): [string, BaselineCase] => {
    const found = runs.get(id) ?? []
    const parts = compared.flatMap((one) => { const score = partScore(found, one, false); return score === undefined ? [] : [[partKey(one), score] as const] })
    const input = inputs.get(id)
    return [id, { score: gateScore(found, rule.passes) ?? null, ...(input !== undefined && { input }), ...(parts.length > 0 && { parts: Object.fromEntries(parts) }) }]
  }))
  return { passes: rule.passes, fingerprint: fingerprintOf(scores), cases: scores }
}
