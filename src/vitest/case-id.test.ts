import { describe, expect, test } from 'vitest'
import { formatCaseId } from './case-id.ts'

describe('the id of a case', () => {
  test.each([
    ['plain', undefined, 'plain'],
    ['$id', { id: 't1' }, 't1'],
    ['$input.text, $input.n', { input: { text: "it's", n: 3 } }, "it's, 3"],
    ['$missing stays', { id: 1 }, '$missing stays'],
    ['$tags', { tags: ['a', 'b'] }, '["a","b"]'],
    ['%s is %i', ['two', 2], 'two is 2'],
    ['%j', { a: 1 }, '{"a":1}'],
    ['100 % of $id', { id: 'x' }, '100 % of x'],
    ['$constructor', {}, '$constructor'],
    ['$0 and $1.name', ['a', { name: 'b' }], 'a and b'],
    ['costs $5', { id: 1 }, 'costs $5'],
    ['only the first: %s', ['a', 'b'], 'only the first: a'],
    ['%s and %s', ['a'], 'a and %s'],
    ['100 %% of %s', ['x'], '100 % of x'],
    ['red\u001b[31m, $text', { text: 'a\u001b]52;c;x\u0007\u202e' }, 'red\\x1b[31m, a\\x1b]52;c;x\\x07\\u202e'],
    ['\u001b[2J', undefined, '\\x1b[2J'],
    ['%s', ['\u001b[2J'], '\\x1b[2J'],
    ['$name %s', { name: '50 %s off' }, "50 %s off { name: '50 %s off' }"],
  ])('%s', (title, row, id) => {
    expect(formatCaseId(title, row === undefined ? undefined : { value: row })).toBe(id)
  })
})
