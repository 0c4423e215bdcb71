/** Who leads where: Pareto fronts over cases and over objectives. Stage: train. */
import type { Member } from './strategy.ts'
import { SLACK } from './scores.ts'

/** A member with the cases in which nobody does better. */
export interface Leader { readonly member: Member; readonly cases: ReadonlySet<string> }

/**
 * Members that lead in some case, and whose cases are not all led by another one that leads in more; of those that lead in the same cases the
 * best one. Most cases first. After the instance front of GEPA (Agrawal et al. 2025, algorithm 2); where we differ: of equal scores in a case the
 * one with fewer failed checks and assertions leads, or a suite in which every case still fails would have nothing but leaders.
 */
export function caseFront(members: readonly Member[]): Leader[] {
  const ids = new Set(members.flatMap(({ scores }) => [...scores.keys()]))
  const leading = new Map([...ids].map((id) => [id, members.reduce((best, one) => (compareIn(id, one, best) > 0 ? one : best))]))
  const leaders = members.map((member) => ({ member, cases: new Set([...ids].filter((id) => member.scores.has(id) && compareIn(id, member, leading.get(id)!) >= 0)) }))
  return leaders.filter((one) => one.cases.size > 0 && !leaders.some((other) => other !== one && covers(other, one)))
    .toSorted((a, b) => b.cases.size - a.cases.size || compareMembers(b.member, a.member))
}

/** Above 0 when `a` is better: by score, then by what fails, then the older one. */
export function compareMembers(a: Member, b: Member): number {
  return apart(a.score, b.score) || apart(total(b.failures), total(a.failures)) || b.id - a.id
}

function compareIn(id: string, a: Member, b: Member): number {
  return apart(a.scores.get(id) ?? -1, b.scores.get(id) ?? -1) || apart(b.failures.get(id) ?? 0, a.failures.get(id) ?? 0)
}

function covers(other: Leader, one: Leader): boolean {
  if (other.cases.size < one.cases.size || [...one.cases].some((id) => !other.cases.has(id))) return false
  return other.cases.size > one.cases.size || compareMembers(other.member, one.member) > 0
}

const apart = (a: number, b: number): number => (Math.abs(a - b) <= SLACK ? 0 : a - b)
const total = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((sum, count) => sum + count, 0)

/** Members that no other one beats in the score without being costlier, or in a cost without scoring less. The highest score first. */
export function objectiveFront(members: readonly Member[]): Member[] {
  return members.filter((one) => !members.some((other) => other !== one && dominates(other, one))).toSorted((a, b) => quality(b) - quality(a) || a.id - b.id)
}

function dominates(other: Member, one: Member): boolean {
  const gains = [quality(other) - quality(one), ...Array.from(one.costs, ([name, cost]) => cost - (other.costs.get(name) ?? cost))]
  if (gains.some((gain) => gain < -SLACK)) return false
  return gains.some((gain) => gain > SLACK) || other.id < one.id
}

/** The mean score alone, without what else counts. */
function quality({ scores }: Member): number {
  const all = [...scores.values()]
  return all.length === 0 ? 0 : all.reduce((sum, score) => sum + score, 0) / all.length
}
