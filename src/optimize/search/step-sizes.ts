/** How far to move each parameter, from how earlier moves turned out. Stage: optimize. */
import { sameCoordinate } from './axis.ts'
import { compareEvaluations, type Comparison } from '../compare-evaluations.ts'
import type { Observation, RoundContext } from './round-context.ts'
import { samePoint, type Point } from './search-space.ts'

/** A past evaluation that differs from a best one of its time in one parameter. */
export interface Move {
  readonly index: number
  readonly from: Observation
  readonly to: Observation
  readonly outcome: Comparison
}

const [GROW, GROW_ON_PLATEAU, SHRINK] = [1.5, 2, 0.7]
const [SMALLEST, LARGEST] = [0.004, 0.5]

const movesByHistory = new WeakMap<readonly Observation[], readonly Move[]>()

/** Moves of one parameter in the history, oldest first. Found once per round, though several sources ask. */
export function pastMoves({ observations, best }: RoundContext): readonly Move[] {
  const found = movesByHistory.get(observations) ?? findMoves(observations, best)
  movesByHistory.set(observations, found)
  return found
}

function findMoves(observations: readonly Observation[], best: Point): Move[] {
  const moves: Move[] = []
  const bests: Observation[] = []
  for (const to of observations) {
    for (const from of bests.toReversed()) {
      const index = onlyDifference(from, to)
      if (index === undefined) continue
      moves.push({ index, from, to, outcome: compareEvaluations(to.evaluation, from.evaluation) })
      break
    }
    // The best of now may have been kept at an equal score, for the checks it passed.
    if (to.score !== undefined && (to.score > (bests.at(-1)?.score ?? -Infinity) || samePoint(to.point, best))) bests.push(to)
  }
  return moves
}

/**
 * The step of each axis, by its index. It starts at the axis' own first step. A success makes it half again as long, a
 * failure shortens it, and a move that changed no case at all doubles it: on the plateaus of pass/fail scores a small
 * step learns nothing, and the smallest one that flips a case is found from below.
 */
export function stepSizes(context: RoundContext, moves: readonly Move[]): Map<number, number> {
  const steps = new Map(context.active.map(({ index, axis }) => [index, axis.firstStep]))
  for (const { index, from, to, outcome } of moves) {
    const step = steps.get(index)
    if (step === undefined) continue
    const length = context.space.axes[index]!.distance(from.point[index]!, to.point[index]!)
    steps.set(index, Math.min(LARGEST, Math.max(SMALLEST, adapt(step, length, outcome))))
  }
  return steps
}

function adapt(step: number, length: number, outcome: Comparison): number {
  switch (outcome) {
    case 'better': return length * GROW
    case 'same': return Math.max(step, length * GROW_ON_PLATEAU)
    case 'even': return step
    case 'worse': return length <= step * 1.01 ? step * SHRINK : step
  }
}

function onlyDifference(a: Observation, b: Observation): number | undefined {
  let found: number | undefined
  for (const [index, coordinate] of a.point.entries()) {
    if (sameCoordinate(coordinate, b.point[index]!)) continue
    if (found !== undefined) return undefined
    found = index
  }
  return found
}
