/** Laws of every axis, whatever it is made of. Stage: optimize. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../core/canonical-json.ts'
import { seededRandom } from '../../core/random.ts'
import { checkValue, type Domain } from '../../graph/domain.ts'
import { sameCoordinate, type Axis, type Coordinate } from './axis.ts'
import { searchSpace } from './search-space.ts'

const pool = ['a', 'b', 'c', 'd', 'e'].map((text) => ({ text }))
const domains: readonly (readonly [Domain, unknown])[] = [
  [{ kind: 'number', range: [0, 1], integer: false, log: false }, 0.3],
  [{ kind: 'number', range: [-5000, 12], integer: false, log: false }, -3],
  [{ kind: 'number', range: [1e-6, 100], integer: false, log: true }, 1],
  [{ kind: 'number', range: [0.5, 7.5], integer: true, log: false }, 3],
  [{ kind: 'number', range: [1, 64], integer: true, log: true }, 8],
  [{ kind: 'number', integer: false, log: false }, 0],
  [{ kind: 'number', integer: false, log: false }, -0.002],
  [{ kind: 'number', integer: true, log: false }, 100],
  [{ kind: 'boolean' }, true],
  [{ kind: 'choice', choices: ['x', 1, null, { deep: [1] }] }, 'x'],
  [{ kind: 'examples', pool, max: 3 }, [pool[1]]],
]
const axisOf = ([domain, initial]: readonly [Domain, unknown]): Axis =>
  searchSpace([{ name: 'p', domain, initial, check: (value) => checkValue(domain, undefined, value) }]).axes[0]!

const anyDomain = fc.constantFrom(...domains)
const anySeed = fc.integer()
const first = <T>(items: Iterable<T>, count: number): T[] => {
  const found: T[] = []
  for (const item of items) { if (found.push(item) === count) break }
  return found
}

describe('every axis', () => {
  test('samples, quantiles, moves and kernels give values that the domain accepts', () => {
    fc.assert(fc.property(anyDomain, anySeed, fc.double({ min: 0, max: 1, noNaN: true }), (domain, seed, share) => {
      const [axis, random] = [axisOf(domain), seededRandom(seed)]
      const from = axis.prior.sample(random)
      const places = [
        from, axis.quantile(share, random), axis.perturb(from, share, random), axis.kernel(from, share).sample(random),
        axis.follow(from, axis.quantile(share, random), axis.prior.sample(random), 2 * share), ...first(axis.moves(from, share, random), 30),
      ]
      for (const place of places) expect(checkValue(domain[0], undefined, axis.decode(place))).toHaveProperty('value')
    }))
  })

  test('a decoded value is encoded to the same place', () => {
    fc.assert(fc.property(anyDomain, anySeed, (domain, seed) => {
      const axis = axisOf(domain)
      const at = axis.prior.sample(seededRandom(seed))
      const again = axis.encode(axis.decode(at))
      expect(axis.key(axis.decode(again))).toBe(axis.key(axis.decode(at)))
      expect(axis.distance(at, again)).toBeLessThan(1e-9)
    }))
  })

  test('distance is symmetric, at most 1, and 0 only between the same values', () => {
    fc.assert(fc.property(anyDomain, anySeed, (domain, seed) => {
      const [axis, random] = [axisOf(domain), seededRandom(seed)]
      const [a, b] = [axis.prior.sample(random), axis.prior.sample(random)]
      expect(axis.distance(a, b)).toBe(axis.distance(b, a))
      expect(axis.distance(a, b)).toBeLessThanOrEqual(1)
      expect(axis.distance(a, b) === 0).toBe(sameCoordinate(a, b))
    }))
  })

  test('with finitely many values lists each of them once, as many as it says', () => {
    for (const domain of domains) {
      const axis = axisOf(domain)
      if (axis.size === Infinity) continue
      const keys = [...axis.all()].map((at) => canonicalJson(axis.decode(at)))
      expect(keys).toHaveLength(axis.size)
      expect(new Set(keys).size).toBe(axis.size)
    }
  })

  test('the same seed gives the same values', () => {
    fc.assert(fc.property(anyDomain, anySeed, (domain, seed) => {
      const draw = (): Coordinate[] => { const random = seededRandom(seed); return first(axisOf(domain).moves(axisOf(domain).encode(domain[1]), 0.2, random), 10) }
      expect(draw()).toEqual(draw())
    }))
  })
})

describe('densities', () => {
  const total = (density: { logDensity(at: Coordinate): number }, places: Iterable<Coordinate>): number =>
    [...places].reduce((sum, at) => sum + Math.exp(density.logDensity(at)), 0)

  test('of whole numbers, choices and booleans sum to 1, for the prior and for kernels', () => {
    for (const domain of domains.filter(([{ kind }]) => kind !== 'examples')) {
      const axis = axisOf(domain)
      if (axis.size === Infinity) continue
      for (const width of [0, 0.1, 0.6]) expect(total(axis.kernel(axis.encode(domain[1]), width), axis.all())).toBeCloseTo(1, 5)
      expect(total(axis.prior, axis.all())).toBeCloseTo(1, 9)
    }
  })

  test('of real numbers integrate to 1 over the unit scale', () => {
    const axis = axisOf(domains[0]!)
    const grid = Array.from({ length: 4000 }, (_, index): Coordinate => [(index + 0.5) / 4000])
    for (const center of [0, 0.4, 1]) expect(total(axis.kernel([center], 0.1), grid) / 4000).toBeCloseTo(1, 4)
    expect(total(axis.prior, grid) / 4000).toBeCloseTo(1, 9)
  })

  test('of example lists: the prior sums to 1 over all sets, a kernel too where no size is cut off', () => {
    const axis = axisOf([{ kind: 'examples', pool, max: 5 }, []])
    const sets = [...axis.all()].filter((at) => at.every((index, place) => place === 0 || at[place - 1]! < index))
    expect(sets).toHaveLength(32)
    expect(total(axis.prior, sets)).toBeCloseTo(1, 9)
    expect(total(axis.kernel([1, 3], 0.2), sets)).toBeCloseTo(1, 9)
  })

  test('a kernel draws near its centre: the mean distance grows with its width', () => {
    for (const domain of domains) {
      const axis = axisOf(domain)
      const meanDistance = (width: number): number => {
        const [random, center] = [seededRandom(3), axis.encode(domain[1])]
        return Array.from({ length: 400 }, () => axis.distance(center, axis.kernel(center, width).sample(random))).reduce((sum, d) => sum + d, 0) / 400
      }
      expect(meanDistance(0.05)).toBeLessThan(meanDistance(0.4))
    }
  })
})
