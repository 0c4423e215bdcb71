/** Textbook paired tests against published examples. Stage: stats. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pairedT, signedRanks } from './paired-t.ts'

// Student (1908), "sleep" in R, and Darwin's maize in Fisher (1935).
const sleep = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4]
const maize = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75]

test('the paired t-test agrees with R on its sleep data', () => {
  const { t, df, p, lower, upper } = pairedT(sleep)
  expect([t.toFixed(6), df, p.toFixed(9), lower.toFixed(7), upper.toFixed(7)]).toEqual(['4.062128', 9, '0.002832890', '0.7001142', '2.4598858'])
})

test('differences that are all equal, or too few, give no numbers that are none', () => {
  expect(pairedT([0, 0, 0])).toEqual({ difference: 0, t: 0, df: 2, p: 1, lower: 0, upper: 0 })
  expect(pairedT([1, 1])).toMatchObject({ t: Infinity, p: 0, lower: 1, upper: 1 })
  expect([pairedT([]), pairedT([0.5])]).toMatchObject([{ difference: 0, p: 1, lower: -Infinity }, { difference: 0.5, p: 1, upper: Infinity }])
})

test('signed ranks agree with SciPy on Darwin\'s maize', () => {
  const { positive, negative, greater, twoSided } = signedRanks(maize)
  expect([positive, negative, greater, twoSided]).toEqual([96, 24, 0.0206298828125, 0.041259765625])
})

test('exact ranks are the share of all choices of signs, counted one by one', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: -4, max: 4 }).filter((value) => value !== 0), { minLength: 1, maxLength: 9 }), (differences) => {
    const rank = (value: number): number => differences.filter((other) => Math.abs(other) < Math.abs(value)).length + (differences.filter((other) => Math.abs(other) === Math.abs(value)).length + 1) / 2
    const observed = differences.reduce((sum, value) => sum + (value > 0 ? rank(value) : 0), 0)
    let extreme = 0
    for (let mask = 0; mask < 2 ** differences.length; mask++) {
      if (differences.reduce((sum, value, bit) => sum + ((mask >> bit) & 1 ? rank(value) : 0), 0) >= observed) extreme++
    }
    expect(signedRanks(differences).greater).toBeCloseTo(extreme / 2 ** differences.length, 12)
  }))
  expect(signedRanks([0, 0])).toEqual({ positive: 0, negative: 0, greater: 1, twoSided: 1 })
})
