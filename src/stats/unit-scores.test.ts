/** Cases that belong together count as one. Stage: stats. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { meanOf, unitScores } from './unit-scores.ts'

test('a cluster has one score, the mean of its cases; a case without one stands alone', () => {
  expect(unitScores([1, 0, 0.5, 1], ['a', undefined, 'a', undefined])).toEqual([0, 1, 0.75])
})

test('without clusters every case stands alone, in its order', () => {
  expect(unitScores([1, 0, 0.5])).toEqual([1, 0, 0.5])
})

test('the mean does not depend on the order, to the last bit', () => {
  const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 })
  const shuffled = values.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })))
  fc.assert(fc.property(shuffled, ([all, mixed]) => {
    expect(meanOf(mixed)).toBe(meanOf(all))
  }))
})

test('the mean of nothing is 0', () => {
  expect(meanOf([])).toBe(0)
})
