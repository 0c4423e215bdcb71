/** Parzen estimators over several axes at once. Stage: optimize. */
import type { Random } from '../../core/random.ts'
import type { Kernel } from './axis.ts'
import type { ActiveAxis } from './round-context.ts'
import type { Point } from './search-space.ts'

/** A density over points. */
export interface Parzen {
  /** A point that differs from `base` only on the estimator's axes. */
  sample(base: Point, random: Random): Point
  /** Natural logarithm of the density at a point. */
  logDensity(point: Point): number
  /** Adds a component at a point, as wide as the others. */
  add(point: Point): void
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
  const around = (point: Point): Kernel[] => axes.map(({ index, axis }, column) => axis.kernel(point[index]!, widths[column]!))
  const components = points.map(around)
  const density = (kernels: readonly Kernel[], point: Point): number => axes.reduce((sum, { index }, column) => sum + kernels[column]!.logDensity(point[index]!), 0)
  return {
    sample(base, random) {
      const component = components[Math.floor(random.next() * (components.length + priorWeight))] ?? prior
      return axes.reduce((point, { index }, column) => point.with(index, component[column]!.sample(random)), base)
    },
    logDensity: (point) => logSum([...components.map((kernels) => density(kernels, point)), Math.log(priorWeight) + density(prior, point)])
      - Math.log(components.length + priorWeight),
    add: (point) => { components.push(around(point)) },
  }
}

function logSum(logs: readonly number[]): number {
  const highest = Math.max(...logs)
  return highest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - highest), 0))
}
