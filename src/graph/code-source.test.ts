/** What a source declares is found whatever else stands in it: quotes in comments, brackets in strings, anything in expressions. Stage: graph. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { declaration, outsideCode, signatureOf } from './code-source.ts'
import { inputNames } from './input-names.ts'

const helpers = [
  "const quote = /'/g", 'const quotes = /["\'`]/', "// don't", "/* it's `one` */", "const url = 'a // b'", 'const deep = `a ${"}"} \' "`', 'const half = 4 / 2 / 1', 'const slash = /[/\'"]\\//',
  'let text = "it\'s {"', 'function help(a = "(") { return a }', 'const escaped = \'\\\'{\'', "const either = [/'/, /\"/]", 'const test = (x) => /`/.test(x)', 'const ratio = (a, b) => a / b', '',
]
const signatures = [
  'function pick(reply: Reply, least = 0.5): string {', "async function pick(a: string, b = '){'): Promise<{ x: 'y' }> {", 'const pick = (a: number, by = /[)\'"]/): number =>', 'function pick<T extends { a: 1 }>(list: readonly T[]) {',
]

describe('code that keeps its signature', () => {
  test('is accepted with any helpers around it, and refused without', () => {
    fc.assert(fc.property(fc.subarray(helpers, { minLength: 0 }), fc.subarray(helpers), fc.constantFrom(...signatures), (before, after, signature) => {
      const source = [...before, `${signature} ${signature.endsWith('>') ? '1' : 'return 1 }'}`, ...after].join('\n')
      expect(signatureOf(source, 'pick')).toBe(signature)
      expect(outsideCode({ kind: 'code', function: 'pick', signature, maxLength: 20_000 }, source)).toBeUndefined()
      expect(outsideCode({ kind: 'code', function: 'pick', signature, maxLength: 20_000 }, [...before, ...after].join('\n'))).toMatch(/^code that keeps /)
    }))
  })
})

test.each<[string, string, string, string]>([
  ["const LEAST = 0.5\n/** Picks. */\nfunction pick(x: number) {\n  return x > LEAST\n}", 'pick', '', 'pick'],
  ['const half = (x: number) => x / 2\nconst pick = (x: number) => half(x)', 'route', 'pick', 'pick'],
  ['function help(x) { return x }\nasync function pick(x) { return help(x) }', 'pick', '', 'pick'],
  ['function help(x) { return x }\nfunction other(x) { return x }', 'pick', '', 'help'],
  ['(x) => { const pick = () => 1; return pick() }', 'pick', '', 'pick'],
  ['function (x) { function pick() { return 1 } return pick() }', 'pick', '', 'pick'],
])('of %j it is about the function that is meant', (source, fallback, own, name) => {
  const found = declaration(source, fallback, own)!
  expect([found.name, signatureOf(found.source, found.name)]).toEqual([name, expect.stringMatching(/^(?:async )?function \w+ ?\(x.*\{$|^const pick = \(x.*=>$/)])
})

test('names of arguments are read past expressions and strings', () => {
  expect(inputNames((text: string, by = /[,)'"]/, end = ')') => `${text}${by}${end}`)).toEqual(['text', 'by', 'end'])
})
