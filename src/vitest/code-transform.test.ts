import { SourceMap, type SourceMapPayload } from 'node:module'
import { parseAst } from 'vitest/node'
import { expect, test } from 'vitest'
import { supplyCode } from './code-transform.ts'

const accepted = `// Saved.
interface Reply { x: number }
// The code:
const LEAST = 0.5
/** Picks. */
export function pick(reply: Reply): boolean {
  return reply.x > LEAST
}`
const files: Readonly<Record<string, string>> = {
  '/app/route.code/pick.ts': accepted,
  '/app/types/reply.ts': "import type { Team } from './team.ts'\nimport type { Money as Cash } from './money.ts'\nexport interface Reply { team: Team; cost: Cash; route: Route }\nexport type Route = 'a'\ninterface Other {}",
  '/app/types/team.ts': "import type { Reply } from './reply.ts'\nexport type Team = 'billing' | 'human'\nexport type Back = Reply",
}
const supply = async (code: string, file = '/app/route.ts'): Promise<string | undefined> =>
  (await supplyCode(code, file, parseAst as never, async (specifier, importer) => {
    const file = new URL(specifier, `file://${importer}`).pathname
    const text = files[file]
    return text === undefined ? undefined : { file, code: text }
  }))?.code

/** What a file's declarations are handed, by calling it with functions that note their arguments. */
async function handed(code: string): Promise<unknown[]> {
  const supplied = (await supply(code))!
  expect(supplied.split('\n').length).toBe(code.split('\n').length)
  return [...supplied.matchAll(/(?:trainable|source): (\{"source".*?\}\})/g)].map(([, json]) => JSON.parse(json!) as unknown)
}

test('a trainable function is supplied with its source, documentation, types and place', async () => {
  expect(await handed(`import { bundle } from 'trace-eval'
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

test('functions by name, indented ones, methods of a namespace, and parameter.code are supplied', async () => {
  const sources = await handed(`
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

test('a function imported from another file of the project is supplied from there', async () => {
  const source = 'const LEAST = 0.5\n/** Picks. */\nfunction pick(reply: Reply): boolean {\n  return reply.x > LEAST\n}'
  expect(await handed("import { pick as choose } from './route.code/pick.ts'\nbundle(choose, { trainable: true })")).toEqual([{
    source, doc: 'Picks.', types: 'interface Reply { x: number }', location: { file: '/app/route.code/pick.ts', line: 6, column: 8 },
  }])
})

test('types of other files come along, found from the file that imports them, each once and before the own ones', async () => {
  const [given] = await handed(`import { bundle } from 'trace-eval'
import type { Reply } from './types/reply.ts'
import { type Gone } from './gone.ts'
interface Route { own: true }
interface Own { reply: Reply }
export const pick = bundle(function pick(own: Own, gone: Gone): Reply { return own.reply }, { trainable: true })`) as { types: string }[]
  // The own Route is not used, so that of the reply can stand beside; a type imported under another name cannot.
  expect(given!.types).toBe("type Team = 'billing' | 'human'\ninterface Reply { team: Team; cost: Cash; route: Route }\ntype Route = 'a'\ninterface Own { reply: Reply }")
})

test('of two types of one name the first one found is taken', async () => {
  const [given] = await handed(`import { bundle } from 'trace-eval'
import type { Reply } from './types/reply.ts'
interface Route { own: true }
export const pick = bundle(function pick(route: Route, reply: Reply): string { return route }, { trainable: true })`) as { types: string }[]
  expect(given!.types).toBe("type Team = 'billing' | 'human'\ninterface Reply { team: Team; cost: Cash; route: Route }\ninterface Route { own: true }")
})

test('templates keep their indentation', async () => {
  expect(await handed('{\n  bundle(function f() {\n    return `\n    a`\n  }, { trainable: true })\n}')).toMatchObject([{ source: 'function f() {\n    return `\n    a`\n  }' }])
})

test('what is not trainable, not a function here, supplied already, or no syntax stays as it is', async () => {
  expect(await Promise.all([
    'bundle(function f() {}, { trainable: false })', 'bundle(imported, { trainable: true })', 'other(function f() {}, { trainable: true })',
    "parameter.code('f', 'function f() {}')", "parameter.code('f', function f() {}, { source })", '// bundle(f, { trainable: true })', 'bundle(function f( { trainable: true }',
  ].map((code) => supply(code)))).toEqual(Array.from({ length: 7 }))
  const once = (await supply('bundle(function f() {}, { trainable: true })'))!
  expect(await supply(once)).toBeUndefined()
})

test('JavaScript files are supplied too', async () => {
  expect(await supply('bundle((a) => a, { trainable: true })', '/app/a.mjs')).toContain('{"source":"(a) => a"')
})

test('what stands after an insertion keeps its column in the source map', async () => {
  const code = 'bundle((a) => a, { trainable: true })(now)'
  const supplied = (await supplyCode(code, '/app/route.ts', parseAst as never, async () => undefined))!
  const map = new SourceMap({ ...supplied.map, file: '', sourceRoot: '' } as SourceMapPayload)
  expect(map.findEntry(0, supplied.code.indexOf('now'))).toMatchObject({ originalSource: '/app/route.ts', originalLine: 0, originalColumn: code.indexOf('now') })
})
