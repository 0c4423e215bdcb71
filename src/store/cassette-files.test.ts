/** Recorded answers on disk, with real files and real processes. Stage: store. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { cassetteFiles } from './cassette-files.ts'

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'cassettes-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

test('what is kept is found, by this and by any other reader; what is not, is none', async () => {
  const place = join(directory(), 'route.cassettes')
  const files = cassetteFiles(place)
  expect(await files.find('a-1')).toBeUndefined()
  expect(await files.all()).toEqual([])
  expect(await files.keep('a-1', { text: 'one\ntwo', n: 1 })).toEqual({ text: 'one\ntwo', n: 1 })
  expect(await cassetteFiles(place).find('a-1')).toEqual({ text: 'one\ntwo', n: 1 })
  expect(await files.all()).toEqual([{ name: 'a-1', recording: { text: 'one\ntwo', n: 1 } }])
})

test('the first answer stays: whoever comes later is given it', async () => {
  const files = cassetteFiles(directory())
  await files.keep('a', { n: 1 })
  expect(await files.keep('a', { n: 2 })).toEqual({ n: 1 })
})

test('very many files stand in folders of their first letters', async () => {
  const place = directory()
  const files = cassetteFiles(place, { folders: true })
  await files.keep('abc', { n: 1 })
  expect(readdirSync(place)).toEqual(['ab'])
  expect(await files.find('abc')).toEqual({ n: 1 })
  expect(await files.all()).toEqual([{ name: 'abc', recording: { n: 1 } }])
})

test('processes that write at the same time lose nothing, agree on every answer, and leave nothing else behind', async () => {
  const place = directory()
  const script = `
    import { cassetteFiles } from ${JSON.stringify(join(import.meta.dirname, 'cassette-files.ts'))}
    const files = cassetteFiles(${JSON.stringify(place)})
    const told = await Promise.all(Array.from({ length: 40 }, async (_, n) => [n, (await files.keep('answer-' + n % 25, { by: process.argv[1], n, text: 'x'.repeat(20_000) })).by]))
    console.log(JSON.stringify(told))
  `
  const outputs = await Promise.all(['p', 'q', 'r', 's'].map((name) => new Promise<string>((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, name], { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => { output += text })
    child.on('error', reject).on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`process ${name} ended with ${code}`))))
  })))
  const writers = new Map((await cassetteFiles(place).all()).map(({ name, recording }) => [name, recording['by']]))
  expect([...writers.keys()].toSorted()).toEqual(Array.from({ length: 25 }, (_, n) => `answer-${n}`).toSorted())
  for (const output of outputs) for (const [n, by] of JSON.parse(output) as [number, string][]) expect(by).toBe(writers.get(`answer-${n % 25}`))
  expect(readdirSync(place)).toHaveLength(25)
})

test.each<[string, string, string]>([
  ['a conflict of git', '<<<<<<< ours\n{}', 'something that is not JSON'],
  ['half a file', '{"format": "trace-eval.cas', 'something that is not JSON'],
  ['another kind of file', '{ "name": "x" }', 'JSON without a format'],
  ['a later version', '{ "format": "trace-eval.cassette.9" }', 'format "trace-eval.cassette.9"'],
])('%s is no recording, and the message says which file', async (_, text, received) => {
  const place = directory()
  writeFileSync(join(place, 'a.json'), text)
  await expect(cassetteFiles(place).find('a')).rejects.toMatchObject({ code: 'CASSETTE_FILE', summary: `expected a recorded answer of format "trace-eval.cassette.1", received ${received}`, at: join(place, 'a.json') })
  expect(await cassetteFiles(place).all()).toEqual([])
})

test('what a crash left behind is removed after an hour, and not what is being written', async () => {
  const place = directory()
  const [old, fresh] = ['.a.json.00000000-0000-4000-8000-000000000000.tmp', '.b.json.00000000-0000-4000-8000-000000000001.tmp'].map((name) => join(place, name)) as [string, string]
  for (const path of [old, fresh]) writeFileSync(path, '{')
  utimesSync(old, new Date(Date.now() - 7_200_000), new Date(Date.now() - 7_200_000))
  await cassetteFiles(place).keep('c', { n: 1 })
  expect(readdirSync(place).toSorted()).toEqual(['.b.json.00000000-0000-4000-8000-000000000001.tmp', 'c.json'])
})

test('a directory that cannot be written says so', async () => {
  const place = directory()
  writeFileSync(join(place, 'file'), '')
  await expect(cassetteFiles(join(place, 'file')).keep('a', { n: 1 })).rejects.toMatchObject({ code: 'FILE_WRITE' })
})

test('files end with a line feed and are the same for the same answer', async () => {
  const [one, two] = [directory(), directory()]
  await cassetteFiles(join(one, 'kept')).keep('a', { b: 1, text: 'x\ny' })
  await cassetteFiles(two).keep('a', { b: 1, text: 'x\ny' })
  const text = readFileSync(join(two, 'a.json'), 'utf8')
  expect(text).toMatch(/\}\n$/)
  expect(readFileSync(join(one, 'kept', 'a.json'), 'utf8')).toBe(text)
})
