/** Student's t against tabulated values. Stage: stats. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalCdf } from './special.ts'
import { tCdf, tQuantile } from './student-t.ts'

// SciPy 1.17.1: t.ppf and t.cdf.
test.each([
  [0.975, 9, 2.262157162798205], [0.975, 1, 12.706204736174694], [0.99995, 30, 4.482417175409786],
])('the quantile %d of %d degrees of freedom', (share, df, expected) => {
  expect(Math.abs(tQuantile(share, df) / expected - 1)).toBeLessThan(1e-11)
})

test('a small share keeps all its digits', () => {
  expect(Math.abs(tCdf(-40, 9) / 9.491499224669911e-12 - 1)).toBeLessThan(1e-11)
})

test('one degree of freedom is the Cauchy distribution, two have a closed form, very many are nearly normal', () => {
  fc.assert(fc.property(fc.double({ min: -30, max: 30, noNaN: true }), (t) => {
    expect(tCdf(t, 1)).toBeCloseTo(0.5 + Math.atan(t) / Math.PI, 12)
    expect(tCdf(t, 2)).toBeCloseTo(0.5 + t / (2 * Math.sqrt(2 + t * t)), 12)
    expect(tCdf(t, 1e7)).toBeCloseTo(normalCdf(t), 6)
  }))
})

test('a quantile undoes its distribution, and mirrors', () => {
  fc.assert(fc.property(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), fc.double({ min: 0.5, max: 500, noNaN: true }), (share, df) => {
    expect(tCdf(tQuantile(share, df), df)).toBeCloseTo(share, 9)
    expect(Math.abs(tQuantile(1 - share, df) + tQuantile(share, df))).toBeLessThanOrEqual(1e-6 * Math.abs(tQuantile(share, df)) + 1e-9)
  }))
  expect([tQuantile(0, 3), tQuantile(1, 3), Math.abs(tQuantile(0.5, 3))]).toEqual([-Infinity, Infinity, 0])
})
