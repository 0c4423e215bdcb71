/** The axis of a choice or a boolean: one of several values without an order. Stage: optimize. */
import { canonicalJson } from '../../core/canonical-json.ts'
import { DENSITY_FLOOR, type Axis, type Kernel } from './axis.ts'

const MIN_WIDTH = 0.05

/** An axis over `options`, all equally far from each other. */
export function optionAxis(name: string, options: readonly unknown[]): Axis {
  const keys = options.map((option) => canonicalJson(option))
  const size = options.length
  // By identity first: two functions or classes may well have the same text.
  const indexOf = (value: unknown): number => {
    const index = options.indexOf(value)
    return index >= 0 ? index : keys.indexOf(canonicalJson(value))
  }
  const others = (from: number): number[] => options.map((_, index) => index).filter((index) => index !== from)
  return {
    name,
    size,
    encode: (value) => [Math.max(0, indexOf(value))],
    decode: (at) => options[at[0]!],
    key: (value) => { const index = indexOf(value); return index < 0 ? canonicalJson(value) : `#${index}` },
    quantile: (share) => [Math.min(size - 1, Math.floor(share * size))],
    *all() { for (let index = 0; index < size; index++) yield [index] },
    distance: (a, b) => (a[0] === b[0] ? 0 : 1),
    firstStep: 1,
    moves: (from, _step, random) => random.shuffle(others(from[0]!)).map((index) => [index]),
    perturb: (from, _step, random) => [size > 1 ? random.pick(others(from[0]!)) : from[0]!],
    follow: (at, from, to) => (from[0] === to[0] ? at : to),
    spread: (points) => 1 - mostCommonShare(points.map((point) => point[0]!)),
    prior: { sample: (random) => [random.integer(size)], logDensity: () => -Math.log(size) },
    kernel: (center, width) => smoothed(center[0]!, size, Math.max(MIN_WIDTH, width)),
  }
}

/** Aitchison and Aitken's kernel: `width` of the mass leaves the centre, evenly; at its widest it is uniform. */
function smoothed(center: number, size: number, width: number): Kernel {
  const leave = Math.min(width, (size - 1) / size)
  const [stays, goes] = [Math.log(1 - leave), size > 1 ? Math.log(leave / (size - 1)) : DENSITY_FLOOR]
  return {
    sample(random) {
      if (size === 1 || random.next() >= leave) return [center]
      const other = random.integer(size - 1)
      return [other < center ? other : other + 1]
    },
    logDensity: (at) => (at[0] === center ? stays : goes),
  }
}

function mostCommonShare(indices: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const index of indices) counts.set(index, (counts.get(index) ?? 0) + 1)
  return Math.max(0, ...counts.values()) / Math.max(1, indices.length)
}
