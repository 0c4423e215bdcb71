import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seededRandom } from '../core/random.ts'
import { raceOrder } from './case-order.ts'

const named = (ids: readonly string[]): { id: string }[] => ids.map((id) => ({ id }))

test('a race begins with two failing cases for each passing one, and ends with failures that no change can reach', () => {
  const learn = named(['f1', 'p1', 'f2', 'x1', 'p2', 'f3', 'p3', 'f4', 'x2'])
  const order = raceOrder(learn, new Set(['f1', 'f2', 'f3', 'f4']), new Set(['p1', 'p2', 'p3']), seededRandom('1'))
  expect(order.map(({ id }) => id[0]).join('')).toBe('ffpffppxx')
})

test('every case is run exactly once, in an order that the seed decides', () => {
  const ids = fc.uniqueArray(fc.string(), { maxLength: 40 })
  fc.assert(fc.property(ids.chain((all) => fc.tuple(fc.constant(all), fc.subarray(all), fc.subarray(all))), fc.string(), ([all, targets, passing], seed) => {
    const order = (): string[] => raceOrder(named(all), new Set(targets), new Set(passing), seededRandom(seed)).map(({ id }) => id)
    expect(order().toSorted()).toEqual(all.toSorted())
    expect(order()).toEqual(order())
  }))
})
