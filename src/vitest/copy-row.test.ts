/** Copies of rows: equal, apart from the original, and honest about what a run changed. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { copyRow } from './copy-row.ts'

const data = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, fc.integer(), fc.string(), fc.constant(null), fc.constant(undefined), fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(fc.string(), tie('value'), { maxKeys: 4, noNullPrototype: false })),
})).value

describe('a copy of a row', () => {
  test('equals the row, shares no object with it, and is unchanged when nobody changed it', () => {
    fc.assert(fc.property(data, (row) => {
      const { value, changedAt } = copyRow(row)
      expect(value).toStrictEqual(row)
      expect(changedAt()).toBeUndefined()
      const originals = objectsIn(row)
      expect(objectsIn(value).filter((object) => originals.includes(object))).toEqual([])
    }))
  })

  test('keeps cycles and objects that stand in two places, as structured clone does', () => {
    const shared = { n: 1 }
    const row: Record<string, unknown> = { a: shared, b: [shared] }
    row['self'] = row
    const { value, changedAt } = copyRow(row)
    const copied = value as { a: object; b: object[]; self: object }
    expect(copied).toEqual(structuredClone(row))
    expect(copied.a).not.toBe(shared)
    expect([copied.b[0] === copied.a, copied.self === copied]).toEqual([true, true])
    expect(changedAt()).toBeUndefined()
    const alone: Record<string, unknown> = {}
    alone['self'] = alone
    expect(copyRow(alone).changedAt()).toBeUndefined()
  })

  test.each([
    ['a field that is set', (row: Row) => { row.customer.name = 'b' }, '$.customer.name'],
    ['an item that is added', (row: Row) => { row.tags.push('new') }, '$.tags'],
    ['a field that is taken away', (row: Row) => { delete (row as Partial<Row>).tags }, '$'],
    ['another object of the same size', (row: Row) => { row.customer = { title: 'a' } as never }, '$.customer.name'],
    ['a value that became an object', (row: Row) => { row.customer.name = {} as never }, '$.customer.name'],
  ])('names the first change: %s', (_, change, path) => {
    const row = { id: 1, customer: { name: 'a' }, tags: ['x'] }
    const { value, changedAt } = copyRow(row)
    change(value as Row)
    expect(changedAt()).toBe(path)
    expect(row).toEqual({ id: 1, customer: { name: 'a' }, tags: ['x'] })
  })

  test('instances of classes are handed over as they are', () => {
    const row = { at: new Date(0), pattern: /a/ }
    const copied = copyRow(row).value as typeof row
    expect([copied === row, copied.at === row.at, copied.pattern === row.pattern]).toEqual([false, true, true])
  })

  test('a field named __proto__ stays a field', () => {
    const row = JSON.parse('{ "__proto__": { "x": 1 } }') as object
    const copied = copyRow(row).value as object
    expect(Object.keys(copied)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(copied)).toBe(Object.prototype)
  })
})

interface Row { id: number; customer: { name: string }; tags: string[] }

function objectsIn(value: unknown): object[] {
  return typeof value === 'object' && value !== null ? [value, ...Object.values(value).flatMap(objectsIn)] : []
}
