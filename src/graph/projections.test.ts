import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { loadParameters } from './load-parameters.ts'
import { parameter, withParameters } from './parameter.ts'
import { clamped, trimmed } from './projections.ts'

describe('a projection', () => {
  test('brings every value into shape before it is checked: the first one, proposed ones, saved ones', () => {
    const tone = parameter('tone', ' Be kind. ', { maxLength: 9, project: trimmed })
    expect(tone.value).toBe('Be kind.')
    expect(tone.check('   Be brief.   ')).toBe('Be brief.')
    expect(() => tone.check('Be very brief.')).toThrow('expected a text of at most 9 characters, received "Be very brief.", at parameter "tone"')
    expect(withParameters([tone.with(' Brief. ')], () => tone.value)).toBe('Brief.')
    loadParameters({ workflows: { w: { parameters: { tone: { value: 'Saved.\n' } } } } }, [tone])
    expect(tone.value).toBe('Saved.')
  })

  test('follows the ones before it, in order', () => {
    const share = parameter('share', 0.5, { range: [0, 1], project: [(x: number) => Math.round(x * 10) / 10, clamped(0.2, 1)] })
    expect([0.449, 3, 0.01].map((value) => share.check(value))).toEqual([0.4, 1, 0.2])
  })

  test('is not asked about values of another type, which are refused as ever', () => {
    const share = parameter('share', 0.5, { range: [0, 1], project: clamped(0, 1) })
    expect(() => share.check('0.7')).toThrow('expected a finite number, received "0.7", at parameter "share"')
    expect(() => share.check(Number.NaN)).toThrow('expected a finite number, received NaN')
    expect(() => parameter('tone', 'x', { project: trimmed }).check(7)).toThrow('expected a text, received 7')
  })

  test('may turn what nobody could accept into a choice or a value of a schema', () => {
    const model = parameter('model', 'small', { choices: ['small', 'large'], project: (value) => String(value).toLowerCase() })
    expect(model.check('LARGE')).toBe('large')
    const limits = parameter('limits', [1], { schema: z.array(z.number()), project: (value) => (Array.isArray(value) ? value.toSorted((a: number, b: number) => a - b) : value) })
    expect(limits.check([3, 1])).toEqual([1, 3])
  })

  test('that throws is named with its parameter', () => {
    const tone = parameter('tone', 'x', { project: (text: string) => { if (text === 'bad') throw new RangeError('no such tone'); return text } })
    expect(() => tone.check('bad')).toThrow('expected a projection that takes "bad", received (RangeError) no such tone, at parameter "tone" (src/graph/projections.test.ts:')
    expect(() => tone.check('bad')).toThrow(expect.objectContaining({ code: 'PARAMETER_VALUE' }))
  })

  test('must be a function that leaves its own answers as they are', () => {
    expect(() => parameter('tone', 'x', { project: 'trim' as never })).toThrow('expected functions to project with, received "trim", at parameter "tone"')
    expect(() => parameter('tone', 'x', { project: (text: string) => `${text}!` })).toThrow('expected a projection that leaves its own answer as it is, received "x!!" from "x!", at parameter "tone"')
  })
})

test('trimmed keeps every word and every paragraph, and takes what is too much of nothing between them', () => {
  expect(trimmed('\r\n  Rules: \r\n\r\n\r\n\r\n  - one\t\n  - two\n\n')).toBe('Rules:\n\n  - one\n  - two')
  fc.assert(fc.property(fc.array(fc.constantFrom('a', ' ', '\t', '\n', '\r\n', '\r'), { maxLength: 30 }).map((parts) => parts.join('')), (text) => {
    const short = trimmed(text)
    expect(trimmed(short)).toBe(short)
    expect(short.match(/a/g)).toEqual(text.match(/a/g))
    expect(/^\s|\s$|[ \t]\n|\n{3}|\r/.test(short)).toBe(false)
  }))
})
