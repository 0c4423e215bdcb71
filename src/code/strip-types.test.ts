import { expect, test } from 'vitest'
import { CodeError } from './code-error.ts'
import { stripTypes, withoutExports } from './strip-types.ts'

test('types become spaces, and every other character stays where it is', () => {
  expect(stripTypes('const n: number = 1 as const')).toBe('const n         = 1         ')
  const source = 'interface A { a: string }\nfunction f<T extends A>(a?: T): asserts a is T {\n  return a!.b\n}'
  const code = stripTypes(source)
  expect(code.length).toBe(source.length)
  for (const [i, char] of [...code].entries()) expect([' ', source[i]]).toContain(char)
})

test('nesting that the parser cannot take is a syntax error, and the next source parses', () => {
  const thrown = (() => { try { stripTypes(`${'('.repeat(1e5)}1${')'.repeat(1e5)}`) } catch (error) { return error } return undefined })()
  expect(thrown).toBeInstanceOf(CodeError)
  expect((thrown as CodeError).message).toBe('expected TypeScript, received code that the parser cannot take\n  Nest it less deeply.')
  expect(stripTypes('let a: 1')).toBe('let a   ')
})

test('the word export goes from declarations, not from texts and comments', () => {
  expect(withoutExports('export const a = 1\nexport default function f() {}\nexport { a }')).toBe('       const a = 1\n               function f() {}\n            ')
  const same = 'const a = `\nexport const b`\n/*\nexport const c\n*/\n// export d'
  expect(withoutExports(same)).toBe(same)
})
