/** Parzen estimators over several axes at once. Stage: optimize. */
import type { Random } from '../core/random.ts'
import type { Kernel } from './axis.ts'
import type { ActiveAxis } from './round-context.ts'
import type { Point } from './search-space.ts'

/** A density over points. */
export interface Parzen {
  /** A point that differs from `base` only on the estimator's axes. */
  sample(base: Point, random: Random): Point
  /** Natural logarithm of the density at a point. */
  logDensity(point: Point): number
}

/** Kernels are never wider than this; wider ones say no more than the prior does. */
const MAX_WIDTH = 0.25

/**
 * A mixture with one component per point, all of the same weight, and the prior as one more of weight `priorWeight`.
 * A component is a product of one kernel per axis, so what goes together stays together (the multivariate form).
 * Widths follow Scott's rule, `deviation · n^(-1/(d+4))`, per axis.
 */
export function parzen(axes: readonly ActiveAxis[], points: readonly Point[], priorWeight: number): Parzen {
  const shrink = Math.max(1, points.length) ** (-1 / (axes.length + 4))
  const widths = axes.map(({ index, axis }) => (points.length < 2 ? MAX_WIDTH : Math.min(MAX_WIDTH, axis.spread(points.map((point) => point[index]!)) * shrink)))
  const prior = axes.map(({ axis }) => axis.prior)
  const components: Kernel[][] = points.map((point) => axes.map(({ index, axis }, column) => axis.kernel(point[index]!, widths[column]!)))
  const total = points.length + priorWeight
  const logWeights = [...components.map(() => -Math.log(total)), Math.log(priorWeight / total)]
  const mixture = [...components, prior]
  return {
    sample(base, random) {
      const drawn = Math.floor(random.next() * total)
      const component = mixture[Math.min(drawn, points.length)]!
      return axes.reduce((point, { index }, column) => point.with(index, component[column]!.sample(random)), base)
    },
    logDensity: (point) => logSum(mixture.map((kernels, at) => axes.reduce((sum, { index }, column) => sum + kernels[column]!.logDensity(point[index]!), logWeights[at]!))),
  }
}

function logSum(logs: readonly number[]): number {
  const highest = Math.max(...logs)
  return highest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - highest), 0))
}
