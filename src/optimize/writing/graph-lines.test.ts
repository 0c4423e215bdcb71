/** What a question shows of a graph, small or large. Stage: optimize. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bundle } from '../../graph/bundle.ts'
import { node, type Node } from '../../graph/node.ts'
import { op } from '../../graph/operators.ts'
import { parameter } from '../../graph/parameter.ts'
import { cutText, valueText } from './bounded-text.ts'
import { graphLines, lineText, type GraphLinesOptions } from './graph-lines.ts'

const lines = (output: Node<unknown>, options?: GraphLinesOptions): string[] => graphLines([output], options).map(lineText)

test('each given value and each step is a line: what made it, from what, and the value', () => {
  const classify = bundle(function classify(_ticket: string, _least: number) { return { team: 'billing' } }, { description: 'asks a model' })
  expect(lines(classify(node('Money back!', 'ticket'), parameter('least', 0.5)))).toEqual([
    'ticket_1 → Money back!',
    'classify_3 = classify(_ticket: ticket_1, _least: least) [asks a model] → {"team":"billing"}',
  ])
})

describe('of a large graph', () => {
  const least = parameter('least', 1)
  function chain(steps: number): Node<number> {
    let sum: Node<number> = op.add(least, 1)
    for (let index = 0; index < steps; index++) sum = index % 10 === 9 ? op.multiply(sum, 1) : op.add(sum, 1)
    return sum
  }

  test('the outcome, users of suspects and what is near the outcome are shown, the rest is counted where it was', () => {
    expect(lines(chain(500), { maxLines: 3, near: new Set(['least']) })).toEqual([
      'add_2 = add(a: least, b: 1) → 2',
      'add_3 = add(a: add_2, b: 1) → 3',
      '… 498 steps left out: add × 449, multiply × 49',
      'multiply_502 = multiply(a: add_501, b: 1) → 452',
    ])
  })

  test('outcomes and users of suspects alone, where asked for', () => {
    expect(lines(chain(50), { near: new Set(['least']), onlyNear: true })).toEqual(['add_2 = add(a: least, b: 1) → 2', 'add_3 = add(a: add_2, b: 1) → 3', '… 48 steps left out: add × 44, multiply × 4', 'multiply_52 = multiply(a: add_51, b: 1) → 47'])
  })

  test.each([10, 100, 1000, 10_000])('%i nodes stay within the limit', (size) => {
    for (const limit of [300, 2000, 8000]) {
      const text = lines(chain(size), { limit, maxLines: 1000 }).join('\n')
      // Every second line may count what is left out.
      expect(text.length).toBeLessThan(2 * limit + 200)
      expect(text.split('\n').at(-1)).toContain('_')
    }
  })
})

describe('a value', () => {
  test.each<[unknown, number, string]>([
    ['a\u001b[31m', 20, 'a\\x1b[31m'],
    ['x'.repeat(100), 40, `${'x'.repeat(17)}… (83 more characters)`],
    [[1, [2], { a: null, 'b c': 'x' }], 80, '[1,[2],{"a":null,"b c":"x"}]'],
    [Array.from({ length: 1000 }, (_, index) => index), 60, '[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22…'],
    [new Map([['k', { v: 1 }]]), 80, 'Map {"k": {"v":1}}'],
    [undefined, 80, 'undefined'],
    [node({ team: 'billing' }), 80, '{"team":"billing"}'],
    [new Proxy({}, { ownKeys() { throw new Error('no') } }), 80, 'an object that cannot be read'],
  ])('%# is text of bounded length', (value, limit, text) => {
    expect(valueText(value, limit)).toBe(text)
  })

  test('of a list of a million rows only the beginning is looked at', () => {
    let looked = 0
    const rows = new Proxy(Array.from({ length: 1_000_000 }, () => 7), { get(target, key, self) { if (key !== 'length') looked++; return Reflect.get(target, key, self) as unknown } })
    expect(valueText(rows, 100).length).toBeLessThanOrEqual(100)
    expect(looked).toBeLessThan(200)
  })

  test('is never longer than the limit', () => {
    fc.assert(fc.property(fc.anything({ withBigInt: true, withMap: true, withSet: true, withDate: true, withNullPrototype: true }), fc.integer({ min: 0, max: 60 }), (value, limit) => {
      // Marks of control characters take more than one.
      expect(valueText(value, limit).replaceAll(/\\[xu][0-9a-f]+/g, '').length).toBeLessThanOrEqual(limit + 1)
      expect(cutText(String(limit).repeat(30), limit).length).toBeLessThanOrEqual(limit)
    }))
  })
})
