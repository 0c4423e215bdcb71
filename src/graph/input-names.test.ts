import { expect, test } from 'vitest'
import { inputNames } from './input-names.ts'

test('argument names are read from the source of any kind of function', () => {
  const samples: [unknown, string[]][] = [
    [function (a: number, b: number) { return a + b }, ['a', 'b']],
    [async (text: string) => text, ['text']],
    [(x: number) => x, ['x']],
    [() => 1, []],
    [(a = ')', b = { c: [1, 2] }, ...rest: number[]) => [a, b, rest], ['a', 'b', 'rest']],
    [({ a }: { a: number }, [b]: number[]) => [a, b], ['input', 'input1']],
    [function* walk($root: object) { yield $root }, ['$root']],
    [(a: string /* first, with (brackets) */, b: string) => a + b, ['a', 'b']],
    [{ method(one: number) { return one } }.method, ['one']],
    [Array.prototype.map.bind([]), []],
    [Math.max, []],
  ]
  for (const [fn, names] of samples) expect(inputNames(fn as never), String(fn)).toEqual(names)
})

test('source as it stands, before any compiler, is read the same way', () => {
  const of = (source: string): readonly string[] => inputNames({ toString: () => source } as never)
  expect(of('x => x')).toEqual(['x'])
  expect(of('async x => x')).toEqual(['x'])
  expect(of('async function f(a /* , b */, c = "x)", // d\n e) {}')).toEqual(['a', 'c', 'e'])
  expect(of('(a = `${")"}`, b) => a')).toEqual(['a', 'b'])
  expect(of('(a = "//", b = 2) => a')).toEqual(['a', 'b'])
  expect(of('class A { constructor(x) {} }')).toEqual(['x'])
})
