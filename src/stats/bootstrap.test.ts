/** Bootstrap bounds against R, and their laws. Stage: stats. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../core/random.ts'
import { bootstrapBounds, type BootstrapOptions } from './bootstrap.ts'
import { clusteredError } from './cluster-error.ts'

const random = () => seededRandom('test')

// R's boot package (also in SciPy's tests): the mean of these, 95 %, two-sided.
const scores = [10, 12, 12.5, 12.5, 13.9, 15, 21, 22, 23, 34, 50, 81, 89, 121, 134, 213]
describe('two-sided 95 % bounds of a skewed mean agree with R', () => {
  test.each([['bca', 32.31, 91.43], ['percentile', 28.86, 84.21], ['basic', 23.77, 79.12]] as const)('%s', (method, lower, upper) => {
    const bounds = bootstrapBounds(scores, { sides: 2, method, draws: 200_000, random: random() })
    expect(Math.abs(bounds.lower / lower - 1)).toBeLessThan(0.01)
    expect(Math.abs(bounds.upper / upper - 1)).toBeLessThan(0.01)
  })
})

test('whole clusters are drawn: the spread is that of the cluster-robust error, not of single cases', () => {
  const [values, clusters] = [[] as number[], [] as string[]]
  const source = seededRandom('clusters')
  for (let cluster = 0; cluster < 80; cluster++) {
    const level = source.next()
    for (let one = 0; one < 5; one++) { values.push(level + source.next() / 10); clusters.push(`${cluster}`) }
  }
  const width = (options: Partial<BootstrapOptions>): number => {
    const { lower, upper } = bootstrapBounds(values, { random: random(), draws: 4_000, ...options })
    return (upper - lower) / (2 * 1.645)
  }
  const { error, independent } = clusteredError(values, clusters)
  expect(width({ clusters }) / error).toBeCloseTo(1, 1)
  expect(width({}) / independent).toBeCloseTo(1, 1)
  expect(error / independent).toBeGreaterThan(2)
})

test('it claims certainty where all scores are equal, and nothing without scores', () => {
  expect(bootstrapBounds([0.5, 0.5, 0.5], { random: random() })).toEqual({ lower: 0.5, upper: 0.5 })
  expect(bootstrapBounds([1], { random: random() })).toEqual({ lower: 1, upper: 1 })
  expect(bootstrapBounds([], { random: random() })).toEqual({ lower: -Infinity, upper: Infinity })
})

test('the same source gives the same bounds, in whatever order the cases come, and they lie among the scores', () => {
  const some = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 })
  fc.assert(fc.property(some.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))), ([all, mixed]) => {
    const bounds = bootstrapBounds(all, { random: random(), draws: 200 })
    expect(bootstrapBounds(mixed, { random: random(), draws: 200 })).toEqual(bounds)
    expect(bounds.lower).toBeGreaterThanOrEqual(Math.min(...all) - 1e-12)
    expect(bounds.upper).toBeLessThanOrEqual(Math.max(...all) + 1e-12)
  }), { numRuns: 30 })
})
