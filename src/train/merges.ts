/** Two members joined, parameter by parameter. Stage: train. */
import { canonicalJson } from '../core/canonical-json.ts'
import { caseFront, compareMembers } from './front.ts'
import type { Member, Merge, StrategyView } from './strategy.ts'

/** Merges of one round, at most: each takes case runs. */
const MAX_MERGES = 2

/**
 * Joins pairs of members that lead in different cases: a parameter that only one of them changed since the start comes from that one, one that
 * both changed from the better one. The pair that leads in most cases together first. After the merge of GEPA (Agrawal et al. 2025, appendix F);
 * where we differ: the start stands for the last common ancestor, so that nothing but values has to be known.
 */
export function mergePairs({ members, start }: StrategyView): Merge[] {
  const leaders = caseFront(members)
  const pairs = leaders.flatMap((a, index) => leaders.slice(index + 1).map((b) => ({ a, b, together: a.cases.union(b.cases).size })))
  return pairs.toSorted((one, other) => other.together - one.together).flatMap(({ a: { member: a }, b: { member: b } }) => {
    const [base, giver] = compareMembers(a, b) > 0 ? [a, b] : [b, a]
    const changes = taken(base, giver, start)
    return Object.keys(changes).length === 0 || covered(base, giver, changes) ? [] : [{ base, changes, reason: 'two good candidates joined' }]
  }).slice(0, MAX_MERGES)
}

/** What `giver` changed and `base` did not. */
function taken(base: Member, giver: Member, start: StrategyView['start']): Record<string, unknown> {
  return Object.fromEntries(Object.entries(giver.values).filter(([name, value]) => !same(value, start[name]) && same(base.values[name], start[name])))
}

/** Whether nothing but `giver` would come out. */
function covered(base: Member, giver: Member, changes: Readonly<Record<string, unknown>>): boolean {
  return same({ ...base.values, ...changes }, giver.values)
}

const same = (a: unknown, b: unknown): boolean => canonicalJson(a ?? null) === canonicalJson(b ?? null)
