/** Who leads where: Pareto fronts over cases and over objectives. Stage: train. */
import type { Member } from './strategy.ts'
import { SLACK } from './scores.ts'

/** A member with the cases in which nobody scores higher. */
export interface Leader { readonly member: Member; readonly cases: ReadonlySet<string> }

/**
 * Members that lead in some case, and whose cases are not all led by another one that leads in more; of two that lead in the same cases the
 * better one. Most cases first. After the instance front of GEPA (Agrawal et al. 2025, algorithm 2).
 */
export function caseFront(members: readonly Member[]): Leader[] {
  const ids = new Set(members.flatMap(({ scores }) => [...scores.keys()]))
  const highest = new Map([...ids].map((id) => [id, Math.max(...members.map(({ scores }) => scores.get(id) ?? -Infinity))]))
  const leaders = members.map((member) => ({ member, cases: new Set([...ids].filter((id) => (member.scores.get(id) ?? -Infinity) >= highest.get(id)! - SLACK)) }))
  return leaders.filter((one) => one.cases.size > 0 && !leaders.some((other) => other !== one && covers(other, one)))
    .toSorted((a, b) => b.cases.size - a.cases.size || b.member.score - a.member.score || a.member.id - b.member.id)
}

function covers(other: Leader, one: Leader): boolean {
  if (other.cases.size < one.cases.size || [...one.cases].some((id) => !other.cases.has(id))) return false
  return other.cases.size > one.cases.size || other.member.score > one.member.score || (other.member.score === one.member.score && other.member.id < one.member.id)
}

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
