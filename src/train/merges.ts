/** Two members joined, parameter by parameter. Stage: train. */
import { canonicalJson } from '../core/canonical-json.ts'
import type { ParameterValues } from '../feedback/case-run.ts'
import { caseFront, compareMembers } from './front.ts'
import { SLACK } from './scores.ts'
import type { Ancestor, Member, Merge, StrategyView } from './strategy.ts'

/** Merges of one round, at most: each takes case runs. */
const MAX_MERGES = 2

/**
 * Joins pairs of members that lead in different cases and neither of which descends from the other. Beside an ancestor that they have in common, a parameter
 * that only one of them changed comes from that one, one that both changed from the better one. Of the ancestors the newest from which something new comes out
 * counts, among those that score no higher than either. The pair that leads in most cases together first.
 *
 * After the system-aware merge of GEPA (Agrawal et al. 2025, appendix F, algorithms 3 and 4). Where we differ: pairs are not drawn by chance but tried in order, each
 * once; what comes out races against the best member instead of running on five cases.
 */
export function mergePairs({ members, start }: StrategyView): Merge[] {
  const leaders = caseFront(members)
  const pairs = leaders.flatMap((a, index) => leaders.slice(index + 1).map((b) => ({ a, b, together: a.cases.union(b.cases).size })))
  return pairs.toSorted((one, other) => other.together - one.together).flatMap(({ a: { member: a }, b: { member: b } }) => {
    const [base, giver] = compareMembers(a, b) > 0 ? [a, b] : [b, a]
    for (const { values } of sharedAncestors(base, giver, start)) {
      const changes = taken(base, giver, values)
      if (Object.keys(changes).length > 0 && !covered(base, giver, changes)) return [{ base, giver, changes, reason: 'two good candidates joined' }]
    }
    return []
  }).slice(0, MAX_MERGES)
}

/** The newest first, the start among them. None where one of the two descends from the other: what it changed was better, or it would not be there. */
function sharedAncestors(a: Member, b: Member, start: ParameterValues): Pick<Ancestor, 'values'>[] {
  const [ofA, ofB] = [a, b].map(({ ancestors = [] }) => new Set(ancestors.map(({ id }) => id))) as [Set<number>, Set<number>]
  if (ofA.has(b.id) || ofB.has(a.id)) return []
  const least = Math.min(a.score, b.score) + SLACK
  const shared = (a.ancestors ?? []).filter(({ id, score }) => ofB.has(id) && score <= least)
  return [...shared, { values: start }]
}

/** What `giver` changed and `base` did not. */
function taken(base: Member, giver: Member, ancestor: ParameterValues): Record<string, unknown> {
  return Object.fromEntries(Object.entries(giver.values).filter(([name, value]) => !same(value, ancestor[name]) && same(base.values[name], ancestor[name])))
}

/** Whether nothing but `giver` would come out. */
function covered(base: Member, giver: Member, changes: Readonly<Record<string, unknown>>): boolean {
  return same({ ...base.values, ...changes }, giver.values)
}

const same = (a: unknown, b: unknown): boolean => canonicalJson(a ?? null) === canonicalJson(b ?? null)
