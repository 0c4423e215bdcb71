/** Maps a number parameter to the unit scale and back, with short values. Stage: optimize. */
import type { Domain } from '../../graph/domain.ts'

/** A one-to-one map between a number domain and the unit interval. */
export interface NumberScale {
  /** Number of values; `Infinity` for real numbers, and for whole ones without a range. */
  readonly size: number
  /** Whether it holds whole numbers only. */
  readonly whole: boolean
  /** The lowest value, when there are finitely many. */
  readonly lowest: number
  toUnit(value: number): number
  /** The value at `unit`, in range, whole where the domain asks for it, with no more digits than a search can tell apart. */
  fromUnit(unit: number): number
}

/** At most this share of the line is cut off at either end of a number without a range. */
const EDGE = 0.002
/** Real values are told apart down to this many decimal places of their range. */
const PLACES = 4

/**
 * The scale of a number parameter.
 *
 * - Linear with a range: the range is the unit interval.
 * - `log`: its logarithm is.
 * - `integer`: every whole number owns a cell of the interval, the ends too; all are equally wide unless `log`.
 * - Without a range: `unit = 1/2 + atan((value − initial) / s) / π` with `s = |initial|`, 1 where that is 0, and at least
 *   4 for whole numbers. Half of the interval lies within `initial ± s`, so a uniform draw of it is a Cauchy draw of the
 *   value: near the start as a rule, far off now and then, and every finite number has a place.
 *
 * Values are rounded to about a ten-thousandth of the scale: nothing is learned from a digit that flips no case, and a
 * diff stays readable.
 */
export function numberScale(domain: Extract<Domain, { kind: 'number' }>, initial: unknown): NumberScale {
  if (domain.range === undefined) return openScale(typeof initial === 'number' && Number.isFinite(initial) ? initial : 0, domain.integer)
  const [low, high] = domain.integer ? [Math.ceil(domain.range[0]), Math.floor(domain.range[1])] : domain.range
  if (low === high) return { size: 1, whole: domain.integer, lowest: low, toUnit: () => 0.5, fromUnit: () => low }
  // A log scale starts above 0, so its first whole number is at least 1 and its cell begins at 0.5.
  const [from, to] = domain.integer ? [low - 0.5, high + 0.5] : [low, high]
  const round = rounding(domain, to - from)
  const within = (value: number): number => Math.min(high, Math.max(low, round(value))) + 0
  const shape = { size: domain.integer ? high - low + 1 : Infinity, whole: domain.integer, lowest: low }
  if (domain.log) {
    const [start, width] = [Math.log(from), Math.log(to) - Math.log(from)]
    return { ...shape, toUnit: (value) => clampUnit((Math.log(Math.max(value, Number.MIN_VALUE)) - start) / width), fromUnit: (unit) => within(Math.exp(start + clampUnit(unit) * width)) }
  }
  return { ...shape, toUnit: (value) => clampUnit((value - from) / (to - from)), fromUnit: (unit) => within(from + clampUnit(unit) * (to - from)) }
}

/** Width of the cell that the whole number at `unit` owns; 0 for real numbers. */
export function cellWidth(scale: NumberScale, unit: number): number {
  const [low, high] = cellBounds(scale, unit)
  return high - low
}

/** The cell that the whole number at `unit` owns. */
export function cellBounds(scale: NumberScale, unit: number): readonly [low: number, high: number] {
  if (!scale.whole) return [unit, unit]
  const value = scale.fromUnit(unit)
  return [scale.toUnit(value - 0.5), scale.toUnit(value + 0.5)]
}

function openScale(initial: number, integer: boolean): NumberScale {
  const size = Math.abs(initial)
  const scale = Math.max(integer ? 4 : 0, size === 0 ? 1 : size)
  const round = integer ? Math.round : byPlaces(scale)
  return {
    size: Infinity, whole: integer, lowest: -Infinity,
    toUnit: (value) => clampUnit(0.5 + Math.atan((value - initial) / scale) / Math.PI),
    fromUnit: (unit) => finite(round(initial + scale * Math.tan(Math.PI * (Math.min(1 - EDGE, Math.max(EDGE, unit)) - 0.5)))),
  }
}

function rounding({ integer, log }: { integer: boolean; log: boolean }, width: number): (value: number) => number {
  if (integer) return Math.round
  return log ? (value) => Number(value.toPrecision(PLACES)) : byPlaces(width)
}

function byPlaces(width: number): (value: number) => number {
  const places = PLACES - Math.floor(Math.log10(width))
  if (places > 15 || places < 0) return (value) => Number(value.toPrecision(PLACES + 1))
  return (value) => Number(value.toFixed(places)) + 0
}

const clampUnit = (unit: number): number => Math.min(1, Math.max(0, unit))
const finite = (value: number): number => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value)) + 0
