/** Accepted code is a readable source file that comes back as it was, and a change of it is told. Stage: store. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { TraceEvalError } from '../core/errors.ts'
import { bundle } from '../graph/bundle.ts'
import { parameter } from '../graph/code-parameter.ts'
import { loadParameters, type SavedParameters } from '../graph/load-parameters.ts'
import { codeFile } from './code-files.ts'
import { readParamsFile, savedValues, writeParamsFile } from './params-file.ts'
import type { SavedParameter } from './parse-params.ts'

let directory: string
let path: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'code-'))
  path = join(directory, 'route.params.json')
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const value = "// Sure enough?\nconst LEAST = 0.5\n\nasync function pick(reply: Reply): Promise<string> {\n  return reply.confidence >= LEAST ? reply.team : 'human'\n}"
const pick: SavedParameter = { kind: 'code', value, function: 'pick', types: 'interface Reply { team: string; confidence: number }' }
const save = (parameters: Readonly<Record<string, SavedParameter>>, workflow = 'routing'): Promise<void> => writeParamsFile(path, { [workflow]: { parameters } })
const code = (): Promise<string> => readFile(join(directory, 'route.code/pick.ts'), 'utf8')
const json = async (): Promise<SavedParameters> => JSON.parse(await readFile(path, 'utf8')) as SavedParameters
const failure = async (): Promise<string> => {
  const error: unknown = await readParamsFile(path).catch((caught: unknown) => caught)
  if (!TraceEvalError.is(error)) throw error
  return `${error.code}: ${error.message.replaceAll(directory, '.')}`
}

it('code stands in a file of its own, exported and with its types; the params file names it and its hash', async () => {
  await save({ pick, least: { kind: 'number', value: 0.5 } })
  expect(await code()).toMatchInlineSnapshot(`
    "// Code of parameter "pick", saved by \`trace-eval accept\`. After a change by hand, take its "hash" out of route.params.json.
    interface Reply { team: string; confidence: number }
    // The code:
    // Sure enough?
    const LEAST = 0.5

    export async function pick(reply: Reply): Promise<string> {
      return reply.confidence >= LEAST ? reply.team : 'human'
    }
    "
  `)
  const saved = await json()
  expect(saved.workflows['routing']!.parameters).toEqual({
    least: { kind: 'number', value: 0.5 }, pick: { kind: 'code', function: 'pick', file: 'route.code/pick.ts', hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
  })
  const schema: object = JSON.parse(await readFile(new URL('params.schema.json', import.meta.url), 'utf8')) as object
  expect(new Ajv2020({ strict: false, formats: { 'date-time': true } }).validate(schema, saved)).toBe(true)
})

it('a run reads the code back as the parameter had it, also after other line ends, and saving again changes nothing', async () => {
  await save({ pick })
  expect(savedValues(await readParamsFile(path), 'routing')).toEqual({ pick: value })
  const before = [await code(), await readFile(path, 'utf8')]
  await writeFile(join(directory, 'route.code/pick.ts'), before[0]!.replaceAll('\n', '\r\n'))
  await save({ other: { value: 1 } }, 'other')
  expect(savedValues(await readParamsFile(path), 'routing')).toEqual({ pick: value })
  expect(await code()).toBe(before[0])
})

it('any code comes back as it was, but for line ends and spaces around it', async () => {
  const line = fc.string({ maxLength: 12 }).map((text) => text.replaceAll(/[\r\n]/g, ''))
  await fc.assert(fc.asyncProperty(fc.array(line, { maxLength: 4 }), fc.array(line, { maxLength: 4 }), async (above, inside) => {
    const source = [...above.map((text) => `// ${text}`), 'const f = (x) => {', ...inside, '}'].join('\n')
    await save({ f: { kind: 'code', value: source, function: 'f' } })
    expect(savedValues(await readParamsFile(path), 'routing')).toEqual({ f: source })
  }), { numRuns: 30 })
})

it('changed code is told, unless its hash was taken out', async () => {
  await save({ pick })
  await writeFile(join(directory, 'route.code/pick.ts'), (await code()).replace('0.5', '0.9'))
  expect((await failure()).replaceAll(/[0-9a-f]{12}…/g, 'HASH…')).toMatchInlineSnapshot(`
    "CODE_FILE_CHANGED: expected the code that was accepted, with the hash HASH…, received other code, with the hash HASH…, at ./route.code/pick.ts
      If the change is meant, review it and take "hash" of this parameter out of route.params.json; else restore the file from version control."
  `)
  await writeFile(path, (await readFile(path, 'utf8')).replace(/,\s+"hash": "\w+"/, ''))
  expect(savedValues(await readParamsFile(path), 'routing')).toEqual({ pick: value.replace('0.5', '0.9') })
})

it('a missing file, and one elsewhere, are told', async () => {
  await save({ pick })
  await rm(join(directory, 'route.code'), { recursive: true })
  expect(await failure()).toMatchInlineSnapshot(`
    "CODE_FILE_UNREADABLE: expected the accepted code in a file that can be read, received ENOENT, at ./route.code/pick.ts
      Restore it from version control, or take its parameter out of route.params.json."
  `)
  await writeFile(path, (await readFile(path, 'utf8')).replace('route.code/pick.ts', '../../secret.ts'))
  expect(await failure()).toBe('CODE_FILE_PATH: expected a file beside the params file, received "../../secret.ts", at ./route.params.json')
})

it('two codes of one name in one file are refused, and names become plain file names', async () => {
  await save({ pick })
  await expect(save({ pick: { ...pick, value: `${value}\n// other` } }, 'other')).rejects.toThrow('expected one code for parameter "pick", received two from two workflows')
  expect(codeFile('a/route.params.json', '../../etc/x y', pick).file).toMatch(/^route\.code\/_etc_x_y\.[0-9a-f]{6}\.ts$/)
})

it('production imports the function and runs it as ordinary code', async () => {
  await save({ double: { kind: 'code', function: 'double', value: 'const double = (x: number): number => x * 2' } })
  const functions = await import(/* @vite-ignore */ pathToFileURL(join(directory, 'route.code/double.ts')).href) as Record<string, unknown>
  const double = bundle((x: number) => x, { trainable: true, name: 'double' })
  const [saved, least] = [await json(), parameter('least', 1)]
  expect(() => loadParameters(saved, { double, least })).toThrowErrorMatchingInlineSnapshot(`
    [TraceEvalError [CODE_FUNCTION]: expected the function of saved code for parameter "double", received undefined, at parameter "double"
      Import it from "route.code/double.ts" beside the params file and pass it: loadParameters(saved, parameters, { "double": … }).]
  `)
  expect(double(4).value).toBe(4)
  expect(loadParameters(saved, { double, least }, functions)).toEqual({ applied: ['double'], missing: ['least'], unknown: [] })
  expect([double(4).value, double.parameter.value]).toEqual([8, String(functions['double'])])
})
