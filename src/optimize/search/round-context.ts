/** What a round showed, in the terms of a search: points, outcomes, and the axes that may move. Stage: optimize. */
import type { Random } from '../../core/random.ts'
import type { Axis } from './axis.ts'
import type { Evaluation, RoundView } from '../optimizer.ts'
import type { Point, SearchSpace } from './search-space.ts'

/** An evaluation as a point. */
export interface Observation {
  readonly point: Point
  /** Mean score over all cases to learn from; nothing for a candidate that was dropped before all of them had run. */
  readonly score: number | undefined
  readonly evaluation: Evaluation
}

/** Everything a source of suggestions looks at. */
export interface RoundContext {
  readonly space: SearchSpace
  /** Axes that may move: blamed, and with more than one value. The most suspect first. */
  readonly active: readonly ActiveAxis[]
  readonly best: Point
  readonly bestScore: number
  /** In the order they were evaluated. */
  readonly observations: readonly Observation[]
  readonly maxCandidates: number
  readonly random: Random
}

export interface ActiveAxis {
  /** Its place in a point. */
  readonly index: number
  readonly axis: Axis
  /** Suspiciousness, 0 to 1. */
  readonly blame: number
}

/** A point to try, and why. */
export interface Suggestion { readonly point: Point; readonly reason: string }

/** Gives suggestions, the most promising first; may go on without end. Points may repeat and may fail a check. */
export type Source = (context: RoundContext) => Iterable<Suggestion>

/** The view of a round as a search sees it. Randomness is forked by round, so a resumed run goes on as it would have. */
export function roundContext(space: SearchSpace, view: RoundView, random: Random): RoundContext {
  return {
    space,
    active: activeAxes(space, view),
    best: space.pointOf(view.best.values),
    bestScore: finiteOr(view.best.score, 0),
    observations: view.history.map((evaluation) => ({
      point: space.pointOf(evaluation.values),
      // The mean over some cases says nothing beside the mean over all of them.
      score: evaluation.complete && Number.isFinite(evaluation.score) ? evaluation.score : undefined,
      evaluation,
    })),
    maxCandidates: view.maxCandidates,
    random: random.fork(`round ${view.round}`),
  }
}

function activeAxes(space: SearchSpace, view: RoundView): ActiveAxis[] {
  const found: ActiveAxis[] = []
  for (const { parameter, score } of view.blame) {
    const index = space.axes.findIndex((axis) => axis.name === parameter)
    if (index < 0 || space.axes[index]!.size < 2 || found.some((other) => other.index === index)) continue
    found.push({ index, axis: space.axes[index]!, blame: finiteOr(score, 0) })
  }
  return found
}

const finiteOr = (value: number, otherwise: number): number => (Number.isFinite(value) ? value : otherwise)
