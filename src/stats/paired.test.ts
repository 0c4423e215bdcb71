/** Comparisons of the same cases before and after, against published examples. Stage: stats. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../core/random.ts'
import { mcnemar, mcnemarChiSquared } from './mcnemar.ts'
import { comparePaired } from './paired.ts'
import { signFlip } from './sign-flip.ts'

const random = () => seededRandom('test')
const seed = 'test'

describe('McNemar', () => {
  test.each([
    [121, 59, 4.434449e-6], // statsmodels' documentation: [[101, 121], [59, 33]]
    [150, 86, 3.715936e-5], // Agresti, Categorical Data Analysis: approval ratings
    [1, 8, 0.0390625], [5, 0, 0.0625], [6, 0, 0.03125],
  ])('two-sided exact p of %d and %d changed cases', (gained, lost, p) => {
    expect(mcnemar(gained, lost, 2).exact / p).toBeCloseTo(1, 6)
    expect(mcnemar(lost, gained, 2)).toEqual(mcnemar(gained, lost, 2))
  })

  test('by chi squared with continuity it is the textbook\'s', () => {
    const { chiSquared, p } = mcnemarChiSquared(150, 86)
    expect([chiSquared.toFixed(7), (p * 1e5).toFixed(6)]).toEqual(['16.8177966', '4.114562'])
    expect([mcnemarChiSquared(0, 0), mcnemarChiSquared(1, 1)]).toEqual([{ chiSquared: 0, p: 1 }, { chiSquared: 0, p: 1 }])
  })

  test('mid-P counts the observed outcome half', () => {
    expect(mcnemar(8, 1, 2).midP).toBeCloseTo(0.021484375, 12)
    expect(mcnemar(8, 1).midP).toBeCloseTo(0.0107421875, 12)
    expect(mcnemar(1, 8).midP).toBeCloseTo(1 - 0.0107421875, 12)
  })

  test('where nothing changed, nothing speaks for either side', () => {
    expect([mcnemar(0, 0), mcnemar(0, 0, 2)]).toEqual([{ exact: 1, midP: 0.5 }, { exact: 1, midP: 1 }])
  })
})

describe('sign flips', () => {
  // Fisher, The Design of Experiments (1935): Darwin's crossed and self-fertilized maize, in eighths of an inch.
  const maize = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75]
  // Student (1908), "sleep" in R: extra hours under two drugs.
  const sleep = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4]

  test('Darwin\'s maize has Fisher\'s exact p', () => {
    expect(signFlip(maize, { random: random() })).toBe(863 / 32768)
    expect(signFlip(maize, { random: random(), sides: 2 })).toBe(1726 / 32768)
  })

  test('a difference of 0 changes nothing', () => {
    expect(signFlip(sleep, { random: random() })).toBe(2 / 1024)
    expect(signFlip(sleep, { random: random(), sides: 2 })).toBe(4 / 1024)
    expect(signFlip([...maize, 0, 0, 0], { random: random() })).toBe(863 / 32768)
  })

  test('drawn flips come near the exact share, and never to 0', () => {
    const doubled = [...maize, 5, -5, 3]
    const exact = countByMask(doubled)
    expect(Math.abs(signFlip(doubled, { random: random() }) - exact)).toBeLessThan(0.006)
    expect(signFlip(Array<number>(40).fill(1), { random: random() })).toBe(1 / 20_001)
  })

  test('exact p is the share of all sign choices, counted one by one', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 10 }), (differences) => {
      expect(signFlip(differences, { random: random() })).toBeCloseTo(countByMask(differences), 12)
    }))
  })

  function countByMask(differences: readonly number[]): number {
    const observed = differences.reduce((sum, difference) => sum + difference, 0)
    let extreme = 0
    for (let mask = 0; mask < 2 ** differences.length; mask++) {
      const sum = differences.reduce((total, difference, bit) => total + ((mask >> bit) & 1 ? -difference : difference), 0)
      if (sum >= observed) extreme++
    }
    return extreme / 2 ** differences.length
  }
})

describe('comparing before with after', () => {
  test('pass/fail cases are counted as gained and lost', () => {
    expect(comparePaired([0, 0, 0, 1, 1], [1, 1, 1, 0, 1], { seed })).toEqual({
      difference: 0.4, gained: 3, lost: 1, n: 5, p: mcnemar(3, 1).midP, method: 'mid-p',
    })
  })

  test('fractional scores are compared by sign flips', () => {
    const before = [0.1, 0.5, 0.3]
    const after = [0.2, 0.9, 0.3]
    const { difference, ...rest } = comparePaired(before, after, { seed })
    expect(difference).toBeCloseTo(1 / 6, 12)
    expect(rest).toEqual({ gained: 2, lost: 0, n: 3, p: 0.25, method: 'sign-flip' })
  })

  test('a cluster changes as one', () => {
    const clusters = ['a', 'a', 'a', 'b']
    expect(comparePaired([0, 0, 0, 1], [1, 1, 1, 1], { seed, clusters })).toEqual(comparePaired([0, 1], [1, 1], { seed }))
  })

  test('the last bits of a sum are no change', () => {
    expect(comparePaired([0.1 + 0.2], [0.3], { seed })).toMatchObject({ gained: 0, lost: 0, difference: 0 })
  })

  test('without cases nothing speaks for either side', () => {
    expect(comparePaired([], [], { seed })).toEqual({ difference: 0, gained: 0, lost: 0, n: 0, p: 0.5, method: 'mid-p' })
  })

  test('two lists of different length are refused', () => {
    expect(() => comparePaired([1, 1], [1], { seed })).toThrow(`expected as many scores after as before (2), received 1
  Compare only the cases that were measured both times.`)
  })

  test('the order of the cases decides nothing, not even between draws', () => {
    const pair = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
    const shuffled = fc.array(pair, { maxLength: 25 }).chain((pairs) => fc.tuple(fc.constant(pairs), fc.shuffledSubarray(pairs, { minLength: pairs.length })))
    const compare = (pairs: readonly (readonly [number, number])[]) => comparePaired(pairs.map(([a]) => a), pairs.map(([, b]) => b), { seed })
    fc.assert(fc.property(shuffled, ([pairs, mixed]) => {
      expect(compare(mixed)).toEqual(compare(pairs))
    }), { numRuns: 20 })
  })
})
