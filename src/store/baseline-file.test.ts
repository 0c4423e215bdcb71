/** Baseline files: what is written is read again, and what is damaged is refused with the fix. Stage: store. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hashValue } from '../core/hash.ts'
import { baselinePath, fingerprintOf, parseBaseline, readBaselineFile, writeBaselineFile, type BaselineCase } from './baseline-file.ts'

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'baseline-'))
const workflow = (cases: Record<string, BaselineCase>) => ({ date: '2026-11-24T12:00:00.000Z', seed: '1', passes: 'mean', fingerprint: fingerprintOf(cases), cases })
const hint = 'Restore it from version control, or delete it, run again, and write it anew with `npx trace-eval accept --baseline`.'

test('it stands beside the eval file', () => {
  expect(['evals/route.eval.ts', 'a.eval.mjs', 'b.tsx'].map(baselinePath)).toEqual(['evals/route.baseline.json', 'a.baseline.json', 'b.baseline.json'])
})

test('it has one line per case, sorted, so that a changed score is one changed line', async () => {
  const path = join(await folder(), 'a.json')
  await writeBaselineFile(path, { routing: workflow({ b: { score: 1 }, a: { score: 0.5, input: 'h', parts: { 'check short': 1 } }, c: { score: null } }) })
  expect(await readFile(path, 'utf8')).toBe(`{
  "schemaVersion": 1,
  "workflows": {
    "routing": {
      "date": "2026-11-24T12:00:00.000Z",
      "seed": "1",
      "passes": "mean",
      "fingerprint": "${fingerprintOf({ b: { score: 1 }, a: { score: 0.5, input: 'h' }, c: { score: null } })}",
      "checksum": "${hashValue({ a: { score: 0.5, input: 'h', parts: { 'check short': 1 } }, b: { score: 1 }, c: { score: null } }).slice(0, 16)}",
      "cases": {
        "a": {"score":0.5,"input":"h","parts":{"check short":1}},
        "b": {"score":1},
        "c": {"score":null}
      }
    }
  }
}
`)
  await writeBaselineFile(path, { another: workflow({}) })
  expect(Object.keys((await readBaselineFile(path))!.workflows)).toEqual(['another', 'routing'])
})

test('no file is no baseline', async () => {
  expect(await readBaselineFile(join(await folder(), 'none.json'))).toBeUndefined()
})

test('whatever scores are written are read again', async () => {
  const path = join(await folder(), 'a.json')
  const one = fc.record({ score: fc.option(fc.double({ min: 0, max: 1, noNaN: true })) })
  await fc.assert(fc.asyncProperty(fc.dictionary(fc.string(), one), fc.string(), async (cases, name) => {
    fc.pre(name !== '__proto__' && !Object.hasOwn(cases, '__proto__'))
    await writeFile(path, '{"schemaVersion":1,"workflows":{}}')
    await writeBaselineFile(path, { [name]: workflow(cases) })
    const found = (await readBaselineFile(path))!.workflows[name]!
    expect(Object.entries(found.cases).toSorted()).toEqual(Object.entries(JSON.parse(JSON.stringify(cases)) as object).toSorted())
  }), { numRuns: 20 })
})

test.each([
  ['', 'expected JSON, received an empty file, at f.json:1:1'],
  ['{"schemaVersion":1,', 'expected JSON, received text that is not JSON from here on, at f.json:1:'],
  ['[]', 'expected a JSON object, received [], at f.json'],
  ['{"schemaVersion":2}', 'expected "schemaVersion": 1, received 2, at f.json'],
  ['{"schemaVersion":1}', 'expected an object for "workflows", received undefined, at f.json'],
  ['{"schemaVersion":1,"workflows":{"w":{"cases":{"a":{"score":1.7}}}}}', 'expected scores from 0 to 1 for case "a" of workflow "w", received 1.7, at f.json'],
  ['{"schemaVersion":1,"workflows":{"w":{"cases":{"a":{}}}}}', 'expected scores from 0 to 1 for case "a" of workflow "w", received {}, at f.json'],
  ['{"schemaVersion":1,"workflows":{"w":{"cases":{"a":{"score":"1"}}}}}', 'expected scores from 0 to 1 for case "a" of workflow "w", received "1", at f.json'],
  ['{"schemaVersion":1,"workflows":{"w":{"cases":{"a":{"score":1,"parts":{"check x":-1}}}}}}', 'expected scores from 0 to 1 for case "a" of workflow "w", received -1, at f.json'],
])('%s is refused', (text, message) => {
  expect(() => parseBaseline(text, 'f.json')).toThrow(message)
  expect(() => parseBaseline(text, 'f.json')).toThrow(hint)
})

test('entries that do not belong to the fingerprint are refused, and a new baseline takes their place', async () => {
  const path = join(await folder(), 'a.json')
  const cases = { a: { score: 1 }, b: { score: 1 } }
  const text = JSON.stringify({ schemaVersion: 1, workflows: { w: { ...workflow(cases), cases: { a: { score: 1 } } } } })
  await writeFile(path, text)
  await expect(readBaselineFile(path)).rejects.toThrow(`expected the cases of fingerprint "${fingerprintOf(cases)}" for workflow "w", received "${fingerprintOf({ a: { score: 1 } })}", at ${path}
  Entries were added, removed or merged by hand. ${hint}`)
  await writeBaselineFile(path, { w: workflow(cases) })
  expect((await readBaselineFile(path))!.workflows['w']!.cases).toEqual(cases)
})

test('a score that somebody changed is refused; a file of an earlier version, without a checksum, is taken', async () => {
  const path = join(await folder(), 'a.json')
  await writeBaselineFile(path, { w: workflow({ a: { score: 0.5, parts: { 'check x': 1 } }, b: { score: 1 } }) })
  const written = await readFile(path, 'utf8')
  const [sum] = /"checksum": "(\w{16})"/.exec(written)!.slice(1) as [string]
  for (const edited of [written.replace('{"score":1}', '{"score":0.75}'), written.replace('"check x":1', '"check x":0.5'), written.replace('0.5,', 'null,')]) {
    await writeFile(path, edited)
    await expect(readBaselineFile(path)).rejects.toMatchObject({ code: 'BASELINE_FILE_EDITED', summary: expect.stringMatching(`^expected the scores of checksum "${sum}" for workflow "w", received "\\w{16}"$`) as string, hint: `Scores were changed or merged by hand. ${hint}` })
  }
  const older = written.replace(/ *"checksum": .*\n/, '').replace('{"score":1}', '{"score":0.75}')
  await writeFile(path, older)
  expect((await readBaselineFile(path))!.workflows['w']!.cases['b']).toEqual({ score: 0.75 })
  // Another workflow that is written beside it stays as it was.
  await writeBaselineFile(path, { v: workflow({ a: { score: 1 } }) })
  const { v, w } = (await readBaselineFile(path))!.workflows
  expect([v!.checksum, w!.checksum, w!.cases['b']]).toEqual([hashValue({ a: { score: 1 } }).slice(0, 16), undefined, { score: 0.75 }])
})
