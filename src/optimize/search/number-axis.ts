/** The axis of a number: a place on the unit scale. Stage: optimize. */
import { canonicalJson } from '../../core/canonical-json.ts'
import type { Random } from '../../core/random.ts'
import type { Domain } from '../../graph/domain.ts'
import { DENSITY_FLOOR, type Axis, type Coordinate, type Kernel } from './axis.ts'
import { normalMass, truncatedNormal } from './normal-distribution.ts'
import { cellBounds, cellWidth, numberScale, type NumberScale } from './number-scale.ts'

const FIRST_STEP = 0.15
const MIN_WIDTH = 0.02

/** An axis for a number, linear, logarithmic, whole or without a range; {@link numberScale} says how each is laid out. */
export function numberAxis(name: string, domain: Extract<Domain, { kind: 'number' }>, initial: unknown): Axis {
  const scale = numberScale(domain, initial)
  const home = typeof initial === 'number' ? scale.fromUnit(scale.toUnit(initial)) : undefined
  // The way back to the start leads to its very value, whatever its digits.
  const valueAt = (unit: number): number => { const value = scale.fromUnit(unit); return value === home ? initial as number : value }
  const place = (unit: number): Coordinate => [scale.toUnit(valueAt(unit))]
  // By less than its cell a whole number would not move at all.
  const atLeastOneCell = (step: number, at: Coordinate): number => Math.max(step, cellWidth(scale, at[0]!))
  return {
    name,
    size: scale.size,
    encode: (value) => [typeof value === 'number' && Number.isFinite(value) ? scale.toUnit(value) : 0.5],
    decode: (at) => valueAt(at[0]!),
    key: canonicalJson,
    quantile: (share) => place(share),
    *all() { for (let index = 0; index < scale.size; index++) yield [scale.toUnit(scale.lowest + index)] },
    distance: (a, b) => Math.abs(a[0]! - b[0]!),
    firstStep: FIRST_STEP,
    moves: (from, step, random) => steps(from[0]!, atLeastOneCell(step, from), random, place),
    perturb: (from, step, random) => place(truncatedNormal(random, from[0]!, Math.max(1e-3, atLeastOneCell(step, from)))),
    follow: (at, from, to, factor) => place(Math.min(1, Math.max(0, at[0]! + factor * (to[0]! - from[0]!)))),
    spread: (points) => deviation(points.map((point) => point[0]!)),
    prior: { sample: (random) => place(random.next()), logDensity: (at) => (scale.whole ? Math.log(cellWidth(scale, at[0]!)) : 0) },
    kernel: (center, width) => gaussian(center[0]!, Math.max(MIN_WIDTH, width), scale, place),
  }
}

/** Both ways by `step`, then by halves and doubles of it. */
function* steps(from: number, step: number, random: Random, place: (unit: number) => Coordinate): Generator<Coordinate> {
  const first = random.next() < 0.5 ? 1 : -1
  for (const factor of [1, 0.5, 2, 0.25, 4, 0.125]) {
    for (const sign of [first, -first]) {
      const unit = from + sign * factor * step
      if (unit > -step / 2 && unit < 1 + step / 2) yield place(unit)
    }
  }
  for (let more = 0; more < 8; more++) yield place(truncatedNormal(random, from, Math.max(1e-3, step)))
}

/**
 * A Gaussian cut to the unit interval. For whole numbers the density is the mass of the number's cell (Optuna's
 * discretised normal), otherwise the density itself.
 */
function gaussian(center: number, width: number, scale: NumberScale, place: (unit: number) => Coordinate): Kernel {
  const inside = normalMass(center, width, 0, 1)
  const peak = -Math.log(width * Math.sqrt(2 * Math.PI) * inside)
  return {
    sample: (random) => place(truncatedNormal(random, center, width)),
    logDensity(at) {
      const unit = at[0]!
      const logDensity = scale.whole
        ? Math.log(normalMass(center, width, ...cellBounds(scale, unit)) / inside)
        : peak - ((unit - center) / width) ** 2 / 2
      return Math.max(DENSITY_FLOOR, logDensity)
    },
  }
}

function deviation(units: readonly number[]): number {
  const mean = units.reduce((sum, unit) => sum + unit, 0) / units.length
  return Math.sqrt(units.reduce((sum, unit) => sum + (unit - mean) ** 2, 0) / Math.max(1, units.length - 1))
}
