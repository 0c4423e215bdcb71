/** The search strategies that come with the library. Stage: train. */
import type { Random } from '../core/random.ts'
import { caseFront, compareMembers, objectiveFront, type Leader } from './front.ts'
import { mergePairs } from './merges.ts'
import type { Member, SearchStrategy, StrategyView } from './strategy.ts'

/**
 * Hill climbing with rollback: every round goes on from the best values, and a newcomer that is not better leaves no trace.
 *
 * @example
 * ```ts
 * import { greedy } from 'trace-eval/optimizers'
 * greedy().size // 1
 * ```
 */
export function greedy(): SearchStrategy {
  return { name: 'greedy', size: 1, parents: ({ best }) => [best], survivors: ({ best }) => [best] }
}

/**
 * Beam search: every round asks for improvements of each of the `width` best members, and the best of old and new stay. A round
 * takes up to `width` questions. As in Trace's BeamsearchAlgorithm; where we differ: newcomers race against the weakest
 * member instead of being scored on a sample.
 */
export function beam(width = 3): SearchStrategy {
  return {
    name: 'beam', size: width,
    parents: ({ members }) => byScore(members).slice(0, width),
    rival: ({ members }) => (members.length < width ? undefined : byScore(members).at(-1)),
    survivors: ({ members }) => byScore(members).slice(0, width),
  }
}

/**
 * Upper confidence bounds over members (Auer et al. 2002): goes on from the one with the highest score plus
 * `exploration · √(ln rounds / questions it was asked)`, so that one that scores a little less and was hardly built upon gets its
 * turn. Of more than `size` members the least promising leaves. After Trace's UCBSearchAlgorithm; where we differ: every member has run all
 * cases, so what is counted is not evaluations but questions.
 */
export function ucb(size = 10, exploration = 0.2): SearchStrategy {
  const bound = ({ score, asked }: Member, { round }: StrategyView): number => score + exploration * Math.sqrt(Math.log(round + 1) / (asked + 1))
  const ranked = (view: StrategyView): Member[] => view.members.toSorted((a, b) => bound(b, view) - bound(a, view) || b.id - a.id)
  return {
    name: 'ucb', size,
    parents: (view) => ranked(view).slice(0, 1),
    rival: ({ members }) => (members.length < size ? undefined : byScore(members).at(-1)),
    survivors: (view) => ranked(view).slice(0, size),
  }
}

/**
 * A Pareto archive (GEPA, Agrawal et al. 2025): members that lead in some case, or, where several objectives count, that no other one beats in
 * all of them. Goes on from one drawn by the number of cases it leads in, and joins pairs that lead in different cases without a question.
 */
export function pareto(size = 8): SearchStrategy {
  return {
    name: 'pareto', size,
    parents: ({ members, best, random }) => { const leaders = caseFront(members); return [leaders.length === 0 ? best : drawn(leaders, random)] },
    merges: mergePairs,
    survivors: ({ members }) => archive(members, size),
  }
}

/**
 * Successive halving (Jamieson and Talwalkar 2016): all candidates of a round run on a few cases, the better half of them goes on to
 * twice as many, and so on. For optimizers that propose many values at once.
 */
export function halving(): SearchStrategy {
  return { ...greedy(), name: 'halving', cut: 2 }
}

/** Rounds without a gain after which `auto` leaves the best one. */
const PATIENCE = 2

/**
 * The default: greedy as long as that gains something; after two rounds that gained nothing it goes on from another member of a small
 * Pareto archive, and joins pairs of it.
 */
export function auto(size = 4): SearchStrategy {
  return {
    name: 'auto', size,
    parents: ({ members, best, stalled, random }) => {
      const others = stalled < PATIENCE ? [] : caseFront(members).filter(({ member }) => member !== best)
      return [others.length === 0 || stalled % 2 === 1 ? best : drawn(others, random)]
    },
    merges: (view) => (view.stalled < PATIENCE ? [] : mergePairs(view)),
    survivors: ({ members }) => archive(members, size),
  }
}

const byScore = (members: readonly Member[]): Member[] => members.toSorted((a, b) => compareMembers(b, a))

function archive(members: readonly Member[], size: number): Member[] {
  const several = members.some(({ costs }) => costs.size > 0) ? objectiveFront(members) : []
  return [...new Set([...caseFront(members).map(({ member }) => member), ...several])].slice(0, size)
}

/** One of the leaders, drawn by the number of cases each leads in. */
function drawn(leaders: readonly Leader[], random: Random): Member {
  let left = random.next() * leaders.reduce((sum, { cases }) => sum + cases.size, 0)
  for (const { member, cases } of leaders) if ((left -= cases.size) < 0) return member
  return leaders.at(-1)!.member
}
