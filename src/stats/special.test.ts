/** The special functions against tabulated values. Stage: stats. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inverseRegularizedBeta, logGamma, normalCdf, normalQuantile, regularizedBeta } from './special.ts'

/** Relative error, absolute below 1e-300. */
function expectNear(actual: number, expected: number, tolerance = 1e-10): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.max(Math.abs(expected), 1e-290))
}

// Values of SciPy 1.17.1: gammaln, betainc, betaincinv, ndtr, ndtri.
describe('values agree with SciPy to ten digits', () => {
  test.each([
    [1e-3, 6.907178885383853], [0.5, 0.5723649429247], [2.5, 0.2846828704729192],
    [10, 12.801827480081469], [171.5, 709.1431630309283], [1e6, 12815504.569147611],
  ])('log gamma of %d', (x, expected) => expectNear(logGamma(x), expected))

  test.each([
    [0.3, 2, 5, 0.579825], [0.001, 0.5, 0.5, 0.020135041633377492], [0.999, 30, 2, 0.9995438962809783],
    [0.5, 500, 500, 0.5], [0.92, 900, 90, 0.8867918580747274], [1e-8, 3, 4, 1.9999999549999994e-23], [0.1, 0.5, 200, 0.9999999999129222],
  ])('incomplete beta at %d of (%d, %d)', (x, a, b, expected) => expectNear(regularizedBeta(x, a, b), expected))

  test.each([
    [0.05, 10, 1, 0.7411344491069477], [0.05, 22, 3, 0.7601989838711982], [0.975, 8, 3, 0.9332604888222655],
    [1e-6, 5, 50, 0.003247165358094533], [0.5, 0.5, 0.5, 0.5], [0.05, 9000, 1000, 0.8950205862046937],
  ])('beta quantile %d of (%d, %d)', (share, a, b, expected) => expectNear(inverseRegularizedBeta(share, a, b), expected))

  test.each([
    [-37, 5.7255712225239266e-300], [-10, 7.61985302416047e-24], [-6, 9.865876450376946e-10], [-3, 0.0013498980316300933],
    [-2.9999, 0.001350341282954925], [-1.96, 0.024997895148220435], [0, 0.5], [0.5, 0.6914624612740131], [3.5, 0.9997673709209645],
  ])('normal share below %d', (z, expected) => expectNear(normalCdf(z), expected))

  test.each([
    [1e-300, -37.0470962993612], [1e-12, -7.034483825301131], [0.001, -3.090232306167813], [0.05, -1.6448536269514729],
    [0.3, -0.5244005127080409], [0.8, 0.8416212335729143], [0.975, 1.959963984540054], [0.99995, 3.8905918864131204],
  ])('normal quantile of %d', (share, expected) => expectNear(normalQuantile(share), expected))
})

test('the ends of every function are exact', () => {
  expect([regularizedBeta(0, 2, 3), regularizedBeta(1, 2, 3), inverseRegularizedBeta(0, 2, 3), inverseRegularizedBeta(1, 2, 3)]).toEqual([0, 1, 0, 1])
  expect([normalQuantile(0), normalQuantile(1), Math.abs(normalQuantile(0.5)) < 1e-15]).toEqual([-Infinity, Infinity, true])
})

const share = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true })
const shape = fc.double({ min: 0.1, max: 2000, noNaN: true })

test('a quantile undoes its distribution', () => {
  fc.assert(fc.property(share, shape, shape, (p, a, b) => {
    const x = inverseRegularizedBeta(p, a, b)
    // Near an end the distribution can be steeper than the numbers there are dense.
    if (x > 1e-12 && x < 1 - 1e-3) expectNear(regularizedBeta(x, a, b), p, 1e-6)
  }))
  fc.assert(fc.property(share, (p) => expectNear(normalCdf(normalQuantile(p)), p)))
})

test('mirrored arguments give mirrored shares', () => {
  fc.assert(fc.property(share, shape, shape, (x, a, b) => {
    expect(regularizedBeta(x, a, b) + regularizedBeta(1 - x, b, a)).toBeCloseTo(1, 10)
  }))
})

test('the gamma function of a whole number is a factorial', () => {
  let logFactorial = 0
  for (let n = 1; n < 100; n++) {
    expect(logGamma(n)).toBeCloseTo(logFactorial, 10)
    logFactorial += Math.log(n)
  }
})
