/** Scorers of texts and numbers: what they say, and that they agree with slower ones. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { contains } from './contains.ts'
import { editDistance } from './edit-distance.ts'
import { exact } from './exact.ts'
import { firstDifference } from './first-difference.ts'
import { numeric } from './numeric.ts'
import { regex } from './regex.ts'

const right = { score: 1, text: '' }
/** Few characters, so that texts have something in common; with one outside of the basic plane. */
const shortText = fc.string({ unit: fc.constantFrom('a', 'b', '😀', '\n'), maxLength: 7 })

describe('exact', () => {
  test('says where texts differ first', () => {
    expect(exact()('a\nbat', 'a\nbad idea')).toEqual({ score: 0, text: 'first difference at line 2, column 3: expected "d idea", received "t"' })
    expect(exact()('abc', 'ab')).toEqual({ score: 0, text: 'first difference at line 1, column 3: expected the end, received "c"' })
    expect(exact()('', 'ab')).toEqual({ score: 0, text: 'first difference at line 1, column 1: expected "ab", received the end' })
  })

  test.each<[string, Parameters<typeof exact>[0], string, string]>([
    ['white space at the ends', { trim: true }, ' a b\n', 'a b'],
    ['runs of white space', { collapseSpace: true }, 'a \n b', 'a b'],
    ['case', { ignoreCase: true }, 'Straße', 'STRAßE'],
    ['punctuation', { ignorePunctuation: true, trim: true }, '“Yes”, sir!', 'Yes sir'],
    ['forms of accents', { unicode: 'NFC' }, 'e\u0301', '\u00e9'],
    ['full-width forms', { unicode: 'NFKC' }, '４２', '42'],
  ])('overlooks %s when asked to, and only then', (_, options, output, expected) => {
    expect(exact(options)(output, expected)).toEqual(right)
    expect(exact()(output, expected).score).toBe(0)
  })

  test('says in which parts objects and lists differ', () => {
    const expected = { team: 'billing', tags: ['a', 'b'], user: { name: 'Ann' } }
    expect(exact()({ team: 'Billing', tags: ['a', 'b', 'c'], user: {}, note: 1 }, expected).text).toBe([
      'at team: expected "billing", received "Billing"', 'at tags[2]: extra "c"', 'at user.name: missing "Ann"', 'at note: extra 1',
    ].join('\n'))
    expect(exact({ ignoreCase: true })({ ...expected, team: 'BILLING' }, expected)).toEqual(right)
    expect(exact()({ a: undefined, b: new Date(0) }, { b: new Date(0) })).toEqual(right)
    expect(exact()({ 'odd key': [1] }, { 'odd key': [2] }).text).toBe('at ["odd key"][0]: expected 2, received 1')
    expect(exact()('1', 1)).toEqual({ score: 0, text: 'expected 1, received "1"' })
    expect(exact()({ at: 5 }, { at: expect.any(Number) })).toEqual(right)
  })

  test('agrees with the equality of Vitest on data', () => {
    const data = fc.jsonValue({ maxDepth: 3 })
    fc.assert(fc.property(data, data, (output, expected) => {
      let equal = true
      try { expect(output).toEqual(expected) } catch { equal = false }
      // `-0` and `0` are the same number of JSON.
      fc.pre(!JSON.stringify([output, expected]).includes('-0') && ![output, expected].some((value) => Object.is(value, -0)))
      expect(exact()(output, expected).score).toBe(Number(equal))
      expect(exact()(output, structuredClone(output))).toEqual(right)
    }))
  })
})

test('a first difference is where the texts before it are the same', () => {
  fc.assert(fc.property(shortText, shortText, (a, b) => {
    fc.pre(a !== b)
    const [, line, column] = /^first difference at line (\d+), column (\d+): /.exec(firstDifference(a, b))!.map(Number)
    const common = (text: string): string => text.split('\n').slice(0, line).map((one, index) => (index === line! - 1 ? [...one].slice(0, column! - 1).join('') : one)).join('\n')
    expect(common(a)).toBe(common(b))
    expect([...a].slice(0, [...common(a)].length + 1).join('')).not.toBe([...b].slice(0, [...common(b)].length + 1).join(''))
  }))
})

describe('contains', () => {
  test('names what is missing, and what must not be there', () => {
    expect(contains()('Your refund is here', ['refund', 'five days', 'sorry'])).toEqual({ score: 1 / 3, text: 'missing: "five days", "sorry"' })
    expect(contains({ mode: 'any' })('hello', ['bye', 'ciao'])).toEqual({ score: 0, text: 'expected one of "bye", "ciao", found none' })
    expect(contains({ mode: 'none', texts: ['as an AI', 'cannot'], ignoreCase: true })('As an ai I can', 'unused')).toEqual({ score: 0.5, text: 'must not be there: "as an AI"' })
    expect(contains()(['refund'], 'refund')).toEqual({ score: 0, text: 'expected a text, received ["refund"]' })
  })

  test('counts as a count by hand does', () => {
    fc.assert(fc.property(shortText, fc.array(shortText.filter((text) => text !== ''), { minLength: 1, maxLength: 4 }), (output, texts) => {
      const found = texts.filter((text) => output.split(text).length > 1).length
      expect(contains({ texts })(output).score).toBe(found / texts.length)
      expect(contains({ texts, mode: 'any' })(output).score).toBe(found > 0 ? 1 : 0)
      expect(contains({ texts, mode: 'none' })(output).score).toBe((texts.length - found) / texts.length)
    }))
  })

  test('refuses to look for nothing', () => {
    expect(() => contains()('x', [])).toThrow('expected a text or a list of texts as what is expected, received [], at scorer "contains"\n  It is the second argument')
    expect(() => contains({ texts: '' })).toThrow('expected a text or a list of texts')
    expect(() => contains({ ignorePunctuation: true })('Yes!', '!')).toThrow('expected texts of which the rules leave something as what is expected, received ["!"]')
    expect(() => contains({ mode: 'some' as never })).toThrow('expected the mode "all", "any" or "none", received "some", at scorer "contains"')
  })
})

describe('regex', () => {
  test('takes a pattern, or the source of one', () => {
    expect(regex({ pattern: /^\d+$/ })('42')).toEqual(right)
    expect(regex()('call 555', String.raw`\d{3}`)).toEqual(right)
    expect(regex({ pattern: /sorry/i })('Done.')).toEqual({ score: 0, text: 'expected to match /sorry/i, received "Done."' })
    expect(regex({ pattern: /as an \w+/i, absent: true })('As an AI, no')).toEqual({ score: 0, text: 'must not match /as an \\w+/i, found "As an AI"' })
    expect(() => regex()('x', '(')).toThrow('expected a pattern as what is expected, received "(", at scorer "regex"')
  })

  test('judges every output alike, whatever flags the pattern has', () => {
    const shared = regex({ pattern: /a/gy })
    expect(['ba', 'ba', 'ba'].map((output) => shared(output).score)).toEqual([1, 1, 1])
  })
})

describe('numeric', () => {
  test('says how far off a number is', () => {
    expect(numeric({ absolute: 0.5 })(3, 2)).toEqual({ score: 0, text: 'expected 2 ± 0.5, received 3, which is off by 1' })
    expect(numeric()(' 1e2 ', 100)).toEqual(right)
    expect(numeric()(Infinity, Infinity)).toEqual(right)
    expect(numeric()('about 5', 5)).toEqual({ score: 0, text: 'expected a number, received "about 5"' })
    expect(numeric({ relative: 0.1 })(NaN, 5)).toEqual({ score: 0, text: 'expected a number, received NaN' })
    expect(() => numeric()(1, '1' as never)).toThrow('expected a number as what is expected, received "1", at scorer "numeric"')
    expect(() => numeric({ absolute: -1 })).toThrow('expected absolute to be a number from 0 up, received -1, at scorer "numeric"')
  })

  test('takes the wider of two tolerances, on both sides of the expected number', () => {
    const tenths = fc.integer({ min: -50, max: 50 })
    fc.assert(fc.property(tenths, tenths, fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 4 }), (output, expected, absolute, quarters) => {
      // Whole numbers and quarters: no rounding can decide.
      const passes = (output >= expected - absolute && output <= expected + absolute) || 4 * Math.abs(output - expected) <= quarters * Math.abs(expected)
      expect(numeric({ absolute, relative: quarters / 4 })(output, expected).score).toBe(Number(passes))
    }))
  })
})

describe('edit distance', () => {
  test('says how many edits, and where the first is', () => {
    const { score, text } = editDistance()('sitting', 'kitten')
    expect(score).toBeCloseTo(4 / 7, 12)
    expect(text).toBe('3 edits in 7 characters; first difference at line 1, column 1: expected "kitten", received "sitting"')
    expect(editDistance({ ignoreCase: true })('KITTEN', 'kitten')).toEqual(right)
    expect(editDistance()('', '')).toEqual(right)
    expect(editDistance()(5, 'five')).toEqual({ score: 0, text: 'expected a text, received 5' })
  })

  test('agrees with the definition, character by character', () => {
    const byDefinition = (a: readonly string[], b: readonly string[]): number => {
      if (a.length === 0 || b.length === 0) return a.length + b.length
      return Math.min(byDefinition(a.slice(1), b) + 1, byDefinition(a, b.slice(1)) + 1, byDefinition(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1))
    }
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', 'b', '😀'), maxLength: 5 }), fc.string({ unit: fc.constantFrom('a', 'b', '😀'), maxLength: 5 }), (a, b) => {
      const length = Math.max([...a].length, [...b].length)
      expect(editDistance()(a, b).score).toBeCloseTo(length === 0 ? 1 : 1 - byDefinition([...a], [...b]) / length, 12)
    }), { numRuns: 60 })
  })
})
