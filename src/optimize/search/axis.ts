/** One parameter as a direction to search in: how to sample, encode, move and estimate its values. Stage: optimize. */
import type { Random } from '../../core/random.ts'

/**
 * Where a value lies on its axis. A number is one place on the unit scale, an option its index, a list of
 * examples the indices of its members, in order.
 */
export type Coordinate = readonly number[]

/** How far apart two coordinates can be: 0 is the same value, 1 the other end. */
type Distance = number

/** A parameter's domain, seen by a search. Each kind of parameter answers for itself. */
export interface Axis {
  readonly name: string
  /** Number of different values; `Infinity` for a continuous one. */
  readonly size: number
  /** The coordinate of a value; the nearest one for a value that the domain would not give. */
  encode(value: unknown): Coordinate
  decode(at: Coordinate): unknown
  /** Text that is the same for the same value, and only then. */
  key(value: unknown): string
  /** The coordinate at a share of the axis, 0 to 1; equal shares of the axis are equally likely. */
  quantile(share: number, random: Random): Coordinate
  /** Every coordinate, the plain ones first. Only asked when `size` is finite. */
  all(): Iterable<Coordinate>
  distance(a: Coordinate, b: Coordinate): Distance
  /** The distance a first move should have. */
  readonly firstStep: Distance
  /** Moves of about `step` away from `from`, without end or until all are given; the same one may come twice. */
  moves(from: Coordinate, step: Distance, random: Random): Iterable<Coordinate>
  /** A random change of about `step`. */
  perturb(from: Coordinate, step: Distance, random: Random): Coordinate
  /** `at`, moved by `factor` times the way from `from` to `to`; without a scale, `to` wherever the two differ. */
  follow(at: Coordinate, from: Coordinate, to: Coordinate, factor: number): Coordinate
  /** How widely these coordinates are spread, for the width of a kernel. */
  spread(points: readonly Coordinate[]): number
  /** The density of values that nothing is known about. */
  readonly prior: Kernel
  /** A density around `center`; `width` is between 0 and 1. */
  kernel(center: Coordinate, width: number): Kernel
}

/** A distribution over an axis. */
export interface Kernel {
  sample(random: Random): Coordinate
  /** Natural logarithm, never below {@link DENSITY_FLOOR}. */
  logDensity(at: Coordinate): number
}

/** Log densities end here, so that one impossible axis cannot turn a sum into -Infinity or NaN. */
export const DENSITY_FLOOR = -50

/** Whether two coordinates are the same place. */
export function sameCoordinate(a: Coordinate, b: Coordinate): boolean {
  return a === b || (a.length === b.length && a.every((part, index) => part === b[index]))
}
