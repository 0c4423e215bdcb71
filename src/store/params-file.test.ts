/** Saved values survive the way to disk and back, and a broken file is told, never lost. Stage: store. */
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadParameters } from '../graph/load-parameters.ts'
import { parameter } from '../graph/parameter.ts'
import { formatParams, paramsPath, readParamsFile, savedValues, writeParamsFile } from './params-file.ts'
import { parseParams, type SavedWorkflow } from './parse-params.ts'

const anyCharacter = fc.nat({ max: 0x10_ffff }).map((code) => String.fromCodePoint(code))

let directory: string
let path: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'params-'))
  path = join(directory, 'route.params.json')
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const verdict = { verdict: 'pass', score: 0.92, baseline: 0.61, n: 24, heldOut: true, date: '2026-01-02T03:04:05.000Z', seed: '42' }
const saved = (parameters: SavedWorkflow['parameters']): SavedWorkflow => ({ parameters, verdict })

it.each([
  ['evals/route.eval.ts', 'evals/route.params.json'],
  ['route.eval.mjs', 'route.params.json'],
  ['route.eval.tsx', 'route.params.json'],
  ['a.eval/plain.ts', 'a.eval/plain.params.json'],
  ['my.route.eval.js', 'my.route.params.json'],
])('the params file of %s is %s', (file, expected) => {
  expect(paramsPath(file)).toBe(expected)
})

it('a params file reads well and changes one line per changed value', () => {
  expect(formatParams({ schemaVersion: 1, workflows: { 'ticket routing': saved({
    minConfidence: { kind: 'number', value: 0.72 },
    instructions: { kind: 'text', value: 'Route the ticket.\n"Refund" → billing\u202e' },
    shots: { kind: 'examples', value: [{ ticket: 'Money back!', team: 'billing' }] },
  }) } })).toMatchInlineSnapshot(`
    "{
      "schemaVersion": 1,
      "workflows": {
        "ticket routing": {
          "parameters": {
            "instructions": {
              "kind": "text",
              "value": "Route the ticket.\\n\\"Refund\\" → billing\\u202e"
            },
            "minConfidence": {
              "kind": "number",
              "value": 0.72
            },
            "shots": {
              "kind": "examples",
              "value": [
                {
                  "ticket": "Money back!",
                  "team": "billing"
                }
              ]
            }
          },
          "verdict": {
            "verdict": "pass",
            "score": 0.92,
            "baseline": 0.61,
            "n": 24,
            "heldOut": true,
            "date": "2026-01-02T03:04:05.000Z",
            "seed": "42"
          }
        }
      }
    }
    "
  `)
})

// What JSON holds exactly: -0 becomes 0.
const jsonValue = fc.oneof(fc.jsonValue(), fc.string({ unit: anyCharacter }), fc.constantFrom('\u2028', '\u0000', '\ud800', '</script>', '\u001b[31m'))
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown)
const name = fc.oneof(fc.string({ unit: anyCharacter }), fc.constantFrom('__proto__', 'constructor', 'toString', '10', '9', 'a b'))
const parameters = fc.array(fc.tuple(name, jsonValue)).map((entries) => Object.fromEntries(entries.map(([key, value]) => [key, { kind: 'value' as const, value }])))

const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1)

it('every value and every name comes back as it was', () => {
  fc.assert(fc.property(name, parameters, (workflow, values) => {
    const file = { schemaVersion: 1 as const, workflows: Object.fromEntries([[workflow, saved(values)]]) }
    const text = formatParams(file)
    const back = parseParams(text, 'x')
    expect(back).toEqual(file)
    expect(Object.entries(savedValues(back, workflow)).toSorted(byName)).toEqual(Object.entries(values).map(([key, { value }]): [string, unknown] => [key, value]).toSorted(byName))
    expect(formatParams(back)).toBe(text)
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\ud800-\udfff](?<![\ud800-\udbff][\udc00-\udfff]|[\ud800-\udbff])/)
  }))
})

it('the order of keys inside a value is kept', () => {
  const value = { ticket: 'a', answer: 'b', aside: { z: 1, a: 2 } }
  const back = parseParams(formatParams({ schemaVersion: 1, workflows: { w: saved({ p: { kind: 'value', value } }) } }), 'x')
  expect(JSON.stringify(back.workflows['w']!.parameters['p']!.value)).toBe(JSON.stringify(value))
})

it('nothing in a file reaches the prototype of objects', () => {
  const file = parseParams('{"schemaVersion":1,"workflows":{"__proto__":{"parameters":{"__proto__":{"value":{"__proto__":{"polluted":1}}}}}}}', 'x')
  expect(savedValues(file, 'toString')).toEqual({})
  expect(savedValues(file, '__proto__')).toHaveProperty(['__proto__'])
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

it('production loads what was written', async () => {
  await writeParamsFile(path, { 'ticket routing': saved({ tone: { kind: 'text', value: 'warm' }, floor: { kind: 'number', value: 0.7 } }) })
  const [tone, floor] = [parameter('tone', 'cold'), parameter('floor', 0.5, { range: [0, 1] })]
  expect(loadParameters((await readParamsFile(path))!, { tone, floor })).toEqual({ applied: ['tone', 'floor'], missing: [], unknown: [] })
  expect([tone.value, floor.value]).toEqual(['warm', 0.7])
})

it('a written file fits the schema, and a value without its object does not', () => {
  const schema = JSON.parse(readFileSync(new URL('params.schema.json', import.meta.url), 'utf8')) as Record<string, unknown>
  const validate = new Ajv2020({ formats: { 'date-time': /^\d{4}-\d\d-\d\dT/ } }).compile(schema)
  const file = { schemaVersion: 1 as const, workflows: { w: saved({ p: { kind: 'number', value: 1 } }), hand: { parameters: { q: { value: ['written'] } } } } }
  expect(validate(JSON.parse(formatParams(file)))).toBe(true)
  expect(validate({ schemaVersion: 1, workflows: { w: { parameters: { p: 0.5 } } } })).toBe(false)
})

describe('writing', () => {
  it('other workflows in the file and fields of newer versions are kept', async () => {
    await writeFile(path, JSON.stringify({ $schema: 's', schemaVersion: 1, note: 'mine', workflows: { other: { parameters: { a: { value: 1, since: 3 } } }, mine: { parameters: { old: { value: 1 } } } } }))
    await writeParamsFile(path, { mine: saved({ fresh: { kind: 'number', value: 2 } }) })
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      $schema: 's', schemaVersion: 1, note: 'mine',
      workflows: { mine: saved({ fresh: { kind: 'number', value: 2 } }), other: { parameters: { a: { value: 1, since: 3 } } } },
    })
  })

  it('the same content is not written twice', async () => {
    await writeParamsFile(path, { w: saved({}) })
    const { ino } = await stat(path)
    await writeParamsFile(path, { w: saved({}) })
    expect((await stat(path)).ino).toBe(ino)
  })

  it('a broken file is never overwritten', async () => {
    await writeFile(path, '{ broken')
    await expect(writeParamsFile(path, { w: saved({}) })).rejects.toMatchObject({ code: 'PARAMS_FILE_SYNTAX' })
    expect(await readFile(path, 'utf8')).toBe('{ broken')
  })
})

describe('reading', () => {
  const messageOf = (text: string): string => { try { parseParams(text, 'route.params.json'); return 'no error' } catch (error) { return (error as Error).message } }

  it('no file is no error', async () => {
    expect(await readParamsFile(path)).toBeUndefined()
    expect(savedValues(undefined, 'w')).toEqual({})
  })

  it('a byte order mark is no error', () => {
    expect(parseParams('\ufeff{"schemaVersion":1,"workflows":{}}', 'x')).toEqual({ schemaVersion: 1, workflows: {} })
  })

  it('broken JSON is told with line and column', () => {
    expect(messageOf('{\n  "schemaVersion": 1,\n}')).toBe(
      'expected JSON, received text that is not JSON from here on, at route.params.json:3:1\n  Correct that place, or restore the file from version control.')
    expect(messageOf(' ')).toBe('expected JSON, received an empty file, at route.params.json:1:2\n  Correct that place, or restore the file from version control.')
  })

  it('the marks of a merge conflict are told as such', () => {
    expect(messageOf('{\n<<<<<<< HEAD\n  "a": 1\n=======\n  "a": 2\n>>>>>>> other\n}')).toBe(
      'expected JSON, received the marks of a merge conflict, at route.params.json:2:1\n'
      + '  Keep the values of one side, or take either side and run `npx trace-eval` and `npx trace-eval accept` again.')
  })

  it('a text that only looks like a conflict is a value like any other', () => {
    const file = { schemaVersion: 1 as const, workflows: { w: saved({ p: { kind: 'text', value: '<<<<<<< HEAD\n=======' } }) } }
    expect(parseParams(formatParams(file), 'x')).toEqual(file)
  })

  it('another version is refused', () => {
    expect(messageOf('{"schemaVersion": 2}')).toBe(
      'expected "schemaVersion": 1, received 2, at route.params.json\n  It was written by another version of trace-eval: install that one, or restore the file from version control.')
  })

  it.each([
    ['[]', 'expected a JSON object, received []'],
    ['{"schemaVersion":1}', 'expected an object for "workflows", received undefined'],
    ['{"schemaVersion":1,"workflows":{"w":3}}', 'expected an object for workflow "w", received 3'],
    ['{"schemaVersion":1,"workflows":{"w":{}}}', 'expected an object for "parameters" of workflow "w", received undefined'],
    ['{"schemaVersion":1,"workflows":{"w":{"parameters":{"p":0.5}}}}', 'expected { "kind": …, "value": … } for parameter "p" of workflow "w", received 0.5'],
    ['{"schemaVersion":1,"workflows":{"w":{"parameters":{"p":{"kind":"text"}}}}}', 'expected { "kind": …, "value": … } for parameter "p" of workflow "w", received { kind: "text" }'],
  ])('%s: %s', (text, message) => {
    expect(messageOf(text)).toBe(`${message}, at route.params.json\n  Correct that place, or restore the file from version control; docs/saved-parameters.md shows the form.`)
  })

  it('a directory of that name is told', async () => {
    await mkdir(path)
    await expect(readParamsFile(path)).rejects.toThrow(
      `expected a file that can be read, received EISDIR, at ${path}\n  Check that it is a file and that you have the right to read it.`)
  })
})
