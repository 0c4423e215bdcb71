/** Exit codes of a whole run. Stage: gate. */
import { expect, test } from 'vitest'
import { exitCodeOf } from './exit-code.ts'

type Code = 0 | 1 | 2 | 3 | 4
const went = { interrupted: false, configError: false }
const of = (...codes: readonly Code[]) => codes.map((exitCode) => ({ exitCode }))

test.each<[readonly Code[], number]>([
  [[], 0], [[0], 0], [[0, 0], 0], [[0, 1], 1], [[0, 3], 3], [[0, 4], 4], [[3, 1], 1], [[4, 1], 1], [[3, 4], 4], [[4, 3, 1, 0], 1],
])('workflows that end in %j end the run in %d', (codes, expected) => {
  expect(exitCodeOf(of(...codes), went)).toBe(expected)
  expect(exitCodeOf(of(...codes.toReversed()), went)).toBe(expected)
})

test('an interrupted run says so, whatever was measured', () => {
  expect(exitCodeOf(of(1, 4), { ...went, interrupted: true })).toBe(130)
})

test('a wrong configuration comes before everything', () => {
  expect(exitCodeOf(of(1, 4), { interrupted: true, configError: true })).toBe(2)
  expect(exitCodeOf(of(1, 2, 4), { interrupted: true, configError: false })).toBe(2)
})
