import { expect, test } from 'vitest'
import { assertionAt } from './source-matcher.ts'

/** `^` stands before the place that a frame points at. */
function at(marked: string) {
  const offset = marked.indexOf('^')
  const before = marked.slice(0, offset).split('\n')
  return assertionAt(marked.replace('^', ''), { line: before.length, column: before.at(-1)!.length + 1 })
}

test.each<readonly [string, ReturnType<typeof assertionAt>]>([
  ['expect(a).^toBe(1)', { matcher: 'toBe' }],
  ['expect(a).not.^toBe(1)', { matcher: 'toBe', negated: true }],
  ['await expect(a).^resolves.not.toEqual(1)', { matcher: 'toEqual', negated: true, promise: 'resolves' }],
  ['await expect(a)^.rejects.toThrow()', { matcher: 'toThrow', promise: 'rejects' }],
  ['await expect(a)\n  .resolves\n  .^toBe(1)', { matcher: 'toBe', promise: 'resolves' }],
  ['expect(a).to.^be.true', { matcher: 'true' }],
  ['expect(a).to.not^.be.empty', { matcher: 'empty', negated: true }],
  ['expect(a).to.deep.^equal({})', { matcher: 'equal' }],
  ['assert.^deepEqual(a, b)', { matcher: 'deepEqual' }],
  ['^assert(a)', { matcher: 'assert' }],
  ['expect(a).not.toBe(1)\nexpect(b).^toBe(2)', { matcher: 'toBe' }],
  ['throw ^', {}],
  ['^', {}],
])('%s', (marked, written) => {
  expect(at(marked)).toEqual(written)
})

test('a place outside of the text has no assertion', () => {
  expect(assertionAt('expect(1).toBe(2)', { line: 7, column: 3 })).toEqual({})
  expect(assertionAt('expect(1).toBe(2)', { line: 1, column: 90 })).toEqual({})
})
