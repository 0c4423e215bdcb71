import { withParameters, type Assignment } from 'trace-eval'
import { describe, expect, test } from 'vitest'
import { classifyAgent, examples, ignoreNumbers, leastAlike, measure, neighbours, stranger, weighted, type Example } from './crawlers.ts'
import { similarity, tokensOf } from './similarity.ts'

const plain = { tokens: 'words', ignoreNumbers: false, ignoreCase: false } as const

describe('tokensOf', () => {
  test('splits into words, trigrams or both', () => {
    expect([...tokensOf('ab/1.0 (cd)', plain)]).toEqual(['ab', '1.0', 'cd'])
    expect([...tokensOf('abab', { ...plain, tokens: 'trigrams' })]).toEqual(['aba', 'bab'])
    expect([...tokensOf('abc', { ...plain, tokens: 'both' })]).toEqual(['abc'])
  })

  test('can ignore numbers and capital letters', () => {
    expect([...tokensOf('Chrome/12.0 chrome/13', { ...plain, ignoreNumbers: true, ignoreCase: true })]).toEqual(['chrome', '#'])
  })
})

test.for([['jaccard', 1 / 4], ['overlap', 1 / 2], ['cosine', 1 / Math.sqrt(6)]] as const)('one shared token of two and three is a %s of %d', ([measure, expected]) => {
  expect(similarity(new Set(['a', 'b']), new Set(['b', 'c', 'd']), measure)).toBeCloseTo(expected, 12)
  expect(similarity(new Set(), new Set(['a']), measure)).toBe(0)
})

describe('classifyAgent', () => {
  const known: readonly Example[] = [
    { agent: 'a b c', visitor: 'crawler' }, { agent: 'a x', visitor: 'browser' }, { agent: 'a y', visitor: 'browser' },
  ]
  const answer = (agent: string, ...more: readonly Assignment[]): string => withParameters([examples.with(known), ...more], () => classifyAgent(agent).value)

  test('the most alike example decides, or a vote among several', () => {
    expect(answer('a b c d')).toBe('crawler')
    expect(answer('a b c d', neighbours.with(3))).toBe('browser')
    expect(answer('a b c d', neighbours.with(3), weighted.with(true))).toBe('crawler')
  })

  test('examples that are not alike enough have no vote; then the stranger\'s answer holds', () => {
    expect(answer('a b c d', leastAlike.with(0.8))).toBe('browser')
    expect(answer('a b c d', leastAlike.with(0.8), stranger.with('crawler'))).toBe('crawler')
    expect(answer('z', leastAlike.with(0.01), stranger.with('crawler'))).toBe('crawler')
  })

  test('measure and numbers change who is nearest', () => {
    expect(withParameters([examples.with([{ agent: 'v 1 2 3', visitor: 'crawler' }, { agent: 'w 4', visitor: 'browser' }])], () => [
      classifyAgent('w 7').value,
      withParameters([ignoreNumbers.with(true), measure.with('overlap')], () => classifyAgent('v 7').value),
    ])).toEqual(['browser', 'crawler'])
  })

  test('without examples everybody is a stranger', () => {
    expect(withParameters([examples.with([]), stranger.with('crawler')], () => classifyAgent('a').value)).toBe('crawler')
  })
})
