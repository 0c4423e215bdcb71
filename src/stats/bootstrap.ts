/** Bootstrap bounds of a mean, whole clusters at a time. Stage: stats. */
import type { Random } from '../core/random.ts'
import type { Interval, IntervalOptions } from './binomial.ts'
import { normalCdf, normalQuantile } from './special.ts'

/** How sure, which draws, and which cases belong together. */
export interface BootstrapOptions extends IntervalOptions {
  /** Consumed in order; the same source gives the same bounds. */
  readonly random: Random
  /** @defaultValue 10_000 */
  readonly draws?: number
  /** One per score; cases of one cluster are drawn together. @defaultValue every case alone */
  readonly clusters?: readonly (string | undefined)[]
  /** @defaultValue 'bca' */
  readonly method?: 'bca' | 'percentile' | 'basic'
}

/** Cases that are drawn together: how many, and the sum of their scores. */
interface Group { sum: number; count: number }

/**
 * Bounds of the mean of `scores` from means of resampled scores: corrected for bias and skew (`bca`), as they are (`percentile`), or
 * mirrored (`basic`). From some 50 cases up `bca` holds about as often as it says; below, and where nearly all scores are equal, it
 * claims far too much (where all are equal, certainty), so gates use Gaffke's bound. Without scores the bounds are -Infinity and Infinity.
 *
 * Efron, "Better bootstrap confidence intervals" (J. Am. Stat. Assoc. 82, 1987); whole clusters as in Field and Welsh, "Bootstrapping
 * clustered data" (J. R. Stat. Soc. B 69, 2007).
 */
export function bootstrapBounds(scores: readonly number[], options: BootstrapOptions): Interval {
  const { confidence = 0.95, sides = 1, draws = 10_000, clusters = [], method = 'bca', random } = options
  if (scores.length === 0) return { lower: -Infinity, upper: Infinity }
  const groups = groupsOf(scores, clusters)
  const mean = meanOfGroups(groups)
  const means = Float64Array.from({ length: draws }, () => resampledMean(groups, random)).sort()
  const missed = (1 - confidence) / sides
  const at = (share: number): number => quantile(means, share)
  if (method === 'percentile') return { lower: at(missed), upper: at(1 - missed) }
  if (method === 'basic') return { lower: 2 * mean - at(1 - missed), upper: 2 * mean - at(missed) }
  const shift = correction(groups, means, mean)
  return shift === undefined ? { lower: mean, upper: mean } : { lower: at(shift(missed)), upper: at(shift(1 - missed)) }
}

function groupsOf(scores: readonly number[], clusters: readonly (string | undefined)[]): Group[] {
  const alone: Group[] = []
  const byName = new Map<string, Group>()
  // Sorted, so that the order of the cases decides nothing.
  const cases = scores.map((score, index) => ({ score, cluster: clusters[index] })).toSorted((a, b) => a.score - b.score || ((a.cluster ?? '') < (b.cluster ?? '') ? -1 : 1))
  for (const { score, cluster } of cases) {
    const group = cluster === undefined ? undefined : byName.get(cluster)
    if (group !== undefined) { group.sum += score; group.count++ } else if (cluster === undefined) alone.push({ sum: score, count: 1 })
    else byName.set(cluster, { sum: score, count: 1 })
  }
  return [...alone, ...byName.values()]
}

function meanOfGroups(groups: readonly Group[]): number {
  return groups.reduce((total, { sum }) => total + sum, 0) / groups.reduce((total, { count }) => total + count, 0)
}

function resampledMean(groups: readonly Group[], random: Random): number {
  let [sum, count] = [0, 0]
  for (let drawn = 0; drawn < groups.length; drawn++) {
    const group = groups[random.integer(groups.length)]!
    sum += group.sum
    count += group.count
  }
  return sum / count
}

/** From the share that is asked for to the share of resampled means that BCa reads instead; none where the means do not differ. */
function correction(groups: readonly Group[], means: Float64Array, mean: number): ((share: number) => number) | undefined {
  const slack = 1e-12
  const below = means.reduce((count, value) => count + (value < mean - slack ? 1 : value <= mean + slack ? 0.5 : 0), 0) / means.length
  const left = groups.map((_, out) => meanOfGroups(groups.filter((_one, index) => index !== out)))
  const centre = left.reduce((sum, value) => sum + value, 0) / left.length
  const squares = left.reduce((sum, value) => sum + (centre - value) ** 2, 0)
  if (groups.length < 2 || squares < slack * slack || below <= 0 || below >= 1) return undefined
  const skew = left.reduce((sum, value) => sum + (centre - value) ** 3, 0) / (6 * squares ** 1.5)
  const bias = normalQuantile(below)
  return (share) => {
    const z = bias + normalQuantile(share)
    return normalCdf(bias + z / (1 - skew * z))
  }
}

/** Between neighbours by the share, as most statistics programs do. */
function quantile(sorted: Float64Array, share: number): number {
  const place = Math.min(1, Math.max(0, share)) * (sorted.length - 1)
  const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!]
  return low + (high - low) * (place - Math.floor(place))
}
