/** The hint for numbers of 100. Stage: core. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { perCentHint } from './per-cent.ts'

test.each<[unknown, string | undefined]>([
  [80, 'Write 0.8 for 80 %.'],
  ['82.5', 'Write 0.825 for 82.5 %.'],
  ['90%', 'Write 0.9 for 90 %.'],
  [' 90 % ', 'Write 0.9 for 90 %.'],
  ['0.5%', 'Write 0.005 for 0.5 %.'],
  [1.1, 'Write 0.011 for 1.1 %.'],
  [100, 'Write 1 for 100 %.'],
  [101, undefined],
  [1, undefined],
  ['0.8', undefined],
  [-5, undefined],
  [Number.NaN, undefined],
  ['', undefined],
  ['eighty', undefined],
  ['1e2', undefined],
  [null, undefined],
  [[80], undefined],
])('%j is answered with %j', (value, hint) => {
  expect(perCentHint(value)).toBe(hint)
})

test('a share that may not stand there is not suggested', () => {
  const holds = (share: number): boolean => share > 0.5 && share < 1
  expect([40, 95, 100].map((value) => perCentHint(value, '%', holds))).toEqual([undefined, 'Write 0.95 for 95 %.', undefined])
})

test('the suggested share has the digits of what was written, moved by two places', () => {
  fc.assert(fc.property(fc.integer({ min: 101, max: 9999 }), (hundredths) => {
    const written = `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`
    const share = `0.${String(hundredths).padStart(4, '0')}`.replace(/0+$/, '')
    expect(perCentHint(written, 'points of 100')).toBe(`Write ${share} for ${Number(written)} points of 100.`)
  }))
})
