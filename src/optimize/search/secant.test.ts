import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Feedback } from '../../feedback/feedback.ts'
import type { Evaluation, ParameterSpec } from '../optimizer.ts'
import { secantChanges } from './secant.ts'

const spec = (name: string, more: Partial<{ integer: boolean; range: readonly [number, number] }> = {}): ParameterSpec => ({
  name, initial: 0, domain: { kind: 'number', integer: false, log: false, ...more } as ParameterSpec['domain'], check: (value) => ({ value }),
})
const evaluation = (values: Record<string, unknown>, feedback: readonly (readonly Partial<Feedback>[])[]): Evaluation => ({
  values, score: 0, complete: true,
  runs: new Map(feedback.map((said, index) => [`${index}`, [{
    caseId: `${index}`, trial: 0, score: 0, checks: [], durationMs: 0, trace: { outputs: [], leaks: [] },
    feedback: said.map((one) => ({ kind: 'assertion' as const, message: '', soft: true, ...one })),
  }]])),
})
const sides = (expected: number, received: number): Partial<Feedback> => ({ message: `expected ${received} to be ${expected}`, expected: `${expected}`, received: `${received}` })

describe('where numbers should go', () => {
  test('two points on a line give its root, whatever the line', () => {
    const whole = fc.integer({ min: -50, max: 50 })
    fc.assert(fc.property(whole.filter((slope) => slope !== 0), whole, whole, fc.integer({ min: 1, max: 3 }), (slope, root, x, step) => {
      const received = (at: number): number => slope * (at - root)
      fc.pre((root - x) / step <= 4 && (root - x) / step >= -3 && root !== x + step)
      const [from, to] = [x, x + step].map((at) => evaluation({ x: at }, [received(at) === 0 ? [] : [sides(0, received(at))]]))
      expect(secantChanges(from!, to!, [spec('x')])!['x']).toBeCloseTo(root, 6)
    }))
  })
  test('a message says it as well as two sides do', () => {
    const said = (got: number): Partial<Feedback>[] => [{ message: `Assertion failed: expected the output to be 12, got ${got}.` }]
    expect(secantChanges(evaluation({ x: 0 }, [said(0)]), evaluation({ x: 1 }, [said(3)]), [spec('x')])).toEqual({ x: 4 })
  })
  test('several distances meet in the middle, by least squares', () => {
    const at = (x: number): Evaluation => evaluation({ x }, [[sides(2, x)], [sides(4, x)]])
    expect(secantChanges(at(0), at(1), [spec('x')])).toEqual({ x: 3 })
  })
  test('values stay in their range, whole numbers whole, and the way is not followed without end', () => {
    const at = (x: number): Evaluation => evaluation({ x }, [[sides(9, x / 2)]])
    expect(secantChanges(at(0), at(1), [spec('x', { range: [0, 3] })])).toEqual({ x: 3 })
    expect(secantChanges(at(0), at(10), [spec('x')])).toEqual({ x: 18 })
    expect(secantChanges(at(0), at(1), [spec('x')])).toEqual({ x: 4 })
    expect(secantChanges(evaluation({ x: 0 }, [[sides(5, 0)]]), evaluation({ x: 3 }, [[sides(5, 4)]]), [spec('x', { integer: true })])).toEqual({ x: 4 })
  })
  test('nothing is known where no distance changed, nothing compares numbers, or a text moved too', () => {
    const words: Partial<Feedback>[] = [{ message: 'expected "a" to be "b"', expected: 'b', received: 'a' }]
    expect(secantChanges(evaluation({ x: 0 }, [[sides(1, 0)]]), evaluation({ x: 1 }, [[sides(1, 0)]]), [spec('x')])).toBeUndefined()
    expect(secantChanges(evaluation({ x: 0 }, [words]), evaluation({ x: 1 }, [words]), [spec('x')])).toBeUndefined()
    expect(secantChanges(evaluation({ x: 0, tone: 'a' }, [[sides(1, 0)]]), evaluation({ x: 1, tone: 'b' }, [[sides(1, 0.5)]]), [spec('x')])).toBeUndefined()
  })
})
