/** Errors of clustered means against worked examples. Stage: stats. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clusteredError } from './cluster-error.ts'

test('a worked example agrees to seven digits', () => {
  const found = clusteredError([1, 1, 1, 0, 0, 1, 1, 0, 0, 0], ['1', '1', '1', '2', '2', '3', '3', '4', '4', '4'])
  const shown = [found.mean, found.independent, found.miller, found.uncorrected, found.error].map((value) => value.toFixed(7))
  expect(shown).toEqual(['0.5000000', '0.1666667', '0.2603417', '0.2549510', '0.2943920'])
  expect([found.clusters, found.df]).toEqual([4, 3])
  expect(found.effectiveCases).toBeCloseTo(10 / 3.12, 10)
})

test('cases that stand alone have the ordinary error of a mean', () => {
  fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 30 }), (scores) => {
    const { error, independent, miller, clusters, designEffect } = clusteredError(scores)
    expect(error).toBeCloseTo(independent, 12)
    expect(miller).toBeCloseTo(independent, 9)
    expect(clusters).toBe(scores.length)
    expect(designEffect).toBeCloseTo(1, 6)
  }), { numRuns: 2000, examples: [[[0, 5e-324]], [[0, 1e-162, 3e-162]]] })
})

test('copies of a case in one cluster say no more than the case', () => {
  const alone = clusteredError([0.1, 0.9, 0.4, 0.7])
  const copied = clusteredError([0.1, 0.1, 0.9, 0.9, 0.4, 0.4, 0.7, 0.7], ['a', 'a', 'b', 'b', 'c', 'c', 'd', 'd'])
  expect(copied.error).toBeCloseTo(alone.error, 12)
})

test('few cases give no numbers that are none', () => {
  expect(clusteredError([])).toMatchObject({ mean: 0, error: 0, effectiveCases: 0 })
  expect(clusteredError([0.5])).toMatchObject({ mean: 0.5, error: 0, designEffect: 1, effectiveCases: 1 })
  expect(clusteredError([1, 1], ['a', 'a'])).toMatchObject({ mean: 1, error: 0, independent: 0, designEffect: 1 })
})
