/** Plans of suites against published numbers. Stage: stats. */
import { expect, test } from 'vitest'
import { casesToDetect, hoeffdingCases, smallestDetectable } from './power.ts'

test('three points with both errors of Miller\'s example take 969 cases', () => {
  expect(casesToDetect(0.03, { variance: 1 / 9, sides: 2 })).toBe(969)
})

test.each([[0.1, 307, 242], [0.2, 621, 489], [0.3, 935, 736]])('five points, where the share %d of cases changes', (changed, twoSided, oneSided) => {
  const variance = changed - 0.05 ** 2
  expect([casesToDetect(0.05, { variance, sides: 2 }), casesToDetect(0.05, { variance })]).toEqual([twoSided, oneSided])
})

test.each([
  [10, [0.176, 0.249, 0.352, 0.431]], [20, [0.124, 0.176, 0.249, 0.305]], [50, [0.079, 0.111, 0.157, 0.193]],
  [100, [0.056, 0.079, 0.111, 0.136]], [200, [0.039, 0.056, 0.079, 0.096]], [500, [0.025, 0.035, 0.05, 0.061]],
])('what %d cases can tell, by the variance of the differences', (n, expected) => {
  expect([0.05, 0.1, 0.2, 0.3].map((variance) => Number(smallestDetectable(n, { variance }).toFixed(3)))).toEqual(expected)
})

test('more trials help as much as they make the mean of a case steadier, and never as much as more cases', () => {
  // Scores uniform between 0 and 1 as pass rates: variance 1/12 between cases, 1/6 between trials of one.
  const width = (n: number, trials: number): number => smallestDetectable(n, { variance: 2 / 12, trialVariance: 1 / 6, trials }) ** 2
  const base = width(100, 1)
  expect([1, 2, 4, 8].map((trials) => Number((width(100, trials) / base * 0.25).toFixed(4)))).toEqual([0.25, 0.1667, 0.125, 0.1042])
  expect(width(400, 1)).toBeLessThan(width(100, 4))
})

test('no change is never seen, and no cases show none', () => {
  expect([casesToDetect(0, { variance: 0.2 }), smallestDetectable(0, { variance: 0.2 })]).toEqual([Infinity, Infinity])
})

test('the safe side of every plan', () => expect(hoeffdingCases(0.05).toFixed(2)).toBe('737.78'))
