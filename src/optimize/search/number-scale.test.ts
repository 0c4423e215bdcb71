/** Numbers on the unit scale. Stage: optimize. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalCdf, truncatedNormal } from './normal-distribution.ts'
import { numberScale } from './number-scale.ts'
import { seededRandom } from '../../core/random.ts'

const number = { kind: 'number', integer: false, log: false } as const

describe('the scale of a number', () => {
  test('a range is laid out evenly, a logarithmic one by ratio', () => {
    expect([0, 0.25, 1].map(numberScale({ ...number, range: [0, 20] }, 1).fromUnit)).toEqual([0, 5, 20])
    expect([0, 0.25, 0.5, 1].map(numberScale({ ...number, range: [0.01, 100], log: true }, 1).fromUnit)).toEqual([0.01, 0.1, 1, 100])
  })

  test('every whole number owns the same share, the ends too', () => {
    const scale = numberScale({ ...number, range: [1, 4], integer: true }, 1)
    expect([0, 0.24, 0.26, 0.49, 0.51, 0.74, 0.76, 1].map(scale.fromUnit)).toEqual([1, 1, 2, 2, 3, 3, 4, 4])
  })

  test('without a range, half of the scale lies within the size of the initial value', () => {
    expect([0.25, 0.5, 0.75].map(numberScale(number, 10).fromUnit)).toEqual([0, 10, 20])
    expect([0.25, 0.5, 0.75].map(numberScale(number, 0).fromUnit)).toEqual([-1, 0, 1])
    expect([0.25, 0.5, 0.75].map(numberScale({ ...number, integer: true }, 1).fromUnit)).toEqual([-3, 1, 5])
  })

  test('values have no more digits than a ten-thousandth of the range needs', () => {
    expect(numberScale({ ...number, range: [0, 1] }, 0).fromUnit(1 / 3)).toBe(0.3333)
    expect(numberScale({ ...number, range: [0, 20] }, 0).fromUnit(1 / 3)).toBe(6.667)
    expect(numberScale({ ...number, range: [1e-6, 1], log: true }, 1).fromUnit(1 / 3)).toBe(0.0001)
    expect(numberScale(number, 0.002).fromUnit(2 / 3)).toBe(0.0031547)
  })

  test('is monotone and stays in its range, for any range', () => {
    const anyRange = fc.tuple(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.double({ min: -1e9, max: 1e9, noNaN: true })).map((pair) => pair.toSorted((a, b) => a - b) as [number, number])
    const unit = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(fc.property(anyRange, unit, unit, (range, a, b) => {
      const scale = numberScale({ ...number, range }, range[0])
      const [low, high] = [scale.fromUnit(Math.min(a, b)), scale.fromUnit(Math.max(a, b))]
      expect(low).toBeGreaterThanOrEqual(range[0])
      expect(high).toBeLessThanOrEqual(range[1])
      expect(low).toBeLessThanOrEqual(high)
    }))
  })

  test('every finite number has a place, also without a range', () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.double({ noNaN: true, noDefaultInfinity: true }), (initial, value) => {
      const scale = numberScale(number, initial)
      expect(scale.toUnit(value)).toBeGreaterThanOrEqual(0)
      expect(scale.toUnit(value)).toBeLessThanOrEqual(1)
      expect(Number.isFinite(scale.fromUnit(scale.toUnit(value)))).toBe(true)
    }))
  })

  test('never gives a negative zero', () => {
    expect(numberScale({ ...number, range: [-1, 1] }, 0).fromUnit(0.49999999)).toBe(0)
    expect(numberScale({ ...number, range: [-1, 1], integer: true }, 0).fromUnit(0.45)).toBe(0)
  })
})

describe('the normal distribution', () => {
  test('agrees with published values of its distribution function', () => {
    const published = [[-3, 0.0013498980], [-1.959964, 0.025], [-1, 0.1586552539], [0, 0.5], [0.5, 0.6914624613], [1.644854, 0.95], [2.5, 0.9937903347]] as const
    for (const [x, probability] of published) expect(normalCdf(x)).toBeCloseTo(probability, 6)
  })

  test('cut to the unit interval, it is drawn again rather than piled up at the ends', () => {
    const random = seededRandom(1)
    const draws = Array.from({ length: 1000 }, () => truncatedNormal(random, 0, 0.3))
    expect(draws.every((draw) => draw > 0 && draw < 1)).toBe(true)
    expect(draws.filter((draw) => draw < 0.3).length / 1000).toBeCloseTo(0.683, 1)
  })
})
