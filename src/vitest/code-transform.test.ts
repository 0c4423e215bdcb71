import { parseAst } from 'vitest/node'
import { expect, test } from 'vitest'
import { supplyCode } from './code-transform.ts'

const supply = (code: string, file = '/app/route.ts'): string | undefined => supplyCode(code, file, parseAst as never)

/** What a file's declarations are handed, by calling it with functions that note their arguments. */
function handed(code: string): unknown[] {
  const supplied = supply(code)!
  expect(supplied.split('\n').length).toBe(code.split('\n').length)
  return [...supplied.matchAll(/(?:trainable|source): (\{"source".*?\}\})/g)].map(([, json]) => JSON.parse(json!) as unknown)
}

test('a trainable function is supplied with its source, documentation, types and place', () => {
  expect(handed(`import { bundle } from 'trace-eval'
type Team = 'billing' | 'human'
export interface Reply extends Base { team: Team }
interface Base { at: 'é😀' }
interface Other { x: number }

/**
 * Picks a team.
 *
 * Below \`least\` a person takes over.
 */
export const pick = bundle(function pick(reply: Reply, least: number): Team {
  return reply.confidence >= least ? reply.team : 'human' // as it stands
}, { description: 'x', trainable: true })`)).toEqual([{
    source: "function pick(reply: Reply, least: number): Team {\n  return reply.confidence >= least ? reply.team : 'human' // as it stands\n}",
    doc: 'Picks a team.\n\nBelow `least` a person takes over.',
    types: "type Team = 'billing' | 'human'\ninterface Reply extends Base { team: Team }\ninterface Base { at: 'é😀' }",
    location: { file: '/app/route.ts', line: 12, column: 28 },
  }])
})

test('functions by name, indented ones, methods of a namespace, and parameter.code are supplied', () => {
  const sources = handed(`
/** Adds. */
function add(a: number) {
  return a + 1
}
const twice = (a: number) => a * 2
class Agent {
  move = trace.bundle(
    (function move(x: number) {
      return x
    }) as Move,
    { trainable: true },
  )
}
bundle(add, { trainable: true })
parameter.code('twice', twice)
trace.parameter.code('add', add, { maxLength: 9 })`) as { source: string; doc?: string }[]
  expect(sources.map(({ source, doc }) => [source, doc])).toEqual([
    ['function move(x: number) {\n  return x\n}', undefined], ['function add(a: number) {\n  return a + 1\n}', 'Adds.'],
    ['(a: number) => a * 2', undefined], ['function add(a: number) {\n  return a + 1\n}', 'Adds.'],
  ])
})

test('templates keep their indentation', () => {
  expect(handed('{\n  bundle(function f() {\n    return `\n    a`\n  }, { trainable: true })\n}')).toMatchObject([{ source: 'function f() {\n    return `\n    a`\n  }' }])
})

test('what is not trainable, not a function here, supplied already, or no syntax stays as it is', () => {
  expect([
    'bundle(function f() {}, { trainable: false })', 'bundle(imported, { trainable: true })', 'other(function f() {}, { trainable: true })',
    "parameter.code('f', 'function f() {}')", "parameter.code('f', function f() {}, { source })", '// bundle(f, { trainable: true })', 'bundle(function f( { trainable: true }',
  ].map((code) => supply(code))).toEqual(Array.from({ length: 7 }))
  const once = supply('bundle(function f() {}, { trainable: true })')!
  expect(supply(once)).toBeUndefined()
})

test('JavaScript files are supplied too', () => {
  expect(supply('bundle((a) => a, { trainable: true })', '/app/a.mjs')).toContain('{"source":"(a) => a"')
})
