/** Which graphs a run keeps, how small they get, and their file. Stage: report. */
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CaseRun } from '../feedback/case-run.ts'
import { bundle } from '../graph/bundle-forms.ts'
import { innerOf } from '../graph/inner-graph.ts'
import { node, type Node } from '../graph/node.ts'
import { op } from '../graph/operators.ts'
import { parameter } from '../graph/parameter.ts'
import { fromTgj, toTgj } from '../graph/tgj.ts'
import { keptGraphs, readGraphs, writeGraphs, type KeptGraphs } from './graph-file.ts'
import { IN_FULL, keepGraphs, MAX_BRIEF_NODES, MAX_NODES } from './kept-graphs.ts'
import { storedGraphs } from './sample-graphs.ts'
import { shortenDocument } from './shorten-document.ts'

const run = (score: number | undefined, outputs: readonly Node<unknown>[], more: Partial<CaseRun> = {}): CaseRun =>
  ({ caseId: '', trial: 0, score, checks: [], feedback: [], durationMs: 1, trace: { outputs, leaks: [] }, ...more })
/** What a run keeps, as it is read again. */
const kept = (runs: ReadonlyMap<string, readonly CaseRun[]>, root = '/root'): KeptGraphs => keptGraphs(keepGraphs(runs, root))
const price = parameter('price', 2)
const resultOf = (document: unknown): unknown => fromTgj(document).exports.get('result')?.value

describe('the graphs of a run', () => {
  test('are those of failing cases, the lowest score first, each of its worst run', () => {
    const { graphs, leftOut } = kept(new Map([
      ['passed', [run(1, [op.add(price, 1)])]],
      ['half', [run(1, [op.add(price, 2)]), run(0.5, [op.add(price, 3)])]],
      ['unscored', [run(undefined, [op.add(price, 4)])]],
      ['asserted', [run(1, [op.add(price, 5)], { failures: 1 })]],
    ]))
    expect(Object.entries(graphs).map(([id, document]) => [id, resultOf(document)])).toEqual([['unscored', 6], ['half', 5], ['asserted', 7]])
    expect(leftOut).toEqual({})
  })

  test('are left out with a reason where there is none, or where it is too large', () => {
    let long: Node<number> = op.add(price, 1)
    for (let i = 0; i < MAX_NODES; i++) long = op.add(long, 1)
    const wide = Array.from({ length: 1500 }, (_, index) => node(Object.fromEntries(Array.from({ length: 100 }, (_, key) => [`${key} ${'k'.repeat(90)}`, index])), 'wide'))
    expect(kept(new Map([['none', [run(0, [])]], ['long', [run(0, [long])]], ['wide', [run(0, wide)]]]))).toEqual({ graphs: {}, leftOut: {
      none: 'the run left no trace: its workflow returned no node and failed in no step',
      long: 'its graph has 2,002 nodes, and a run keeps graphs up to 2,000',
      wide: 'its graph takes more than 500,000 characters, even with its values cut',
    } })
  })

  test('are also those of cases that passed, where they are small', () => {
    let long: Node<number> = op.add(price, 1)
    for (let i = 0; i < 400; i++) long = op.add(long, 1)
    const runs = new Map([['long', [run(1, [long])]], ['failed', [run(0, [op.add(price, 0)])]], ...Array.from({ length: 50 }, (_, index) => [`case ${index}`, [run(1, [op.add(price, index)])]] as const)])
    const { graphs, passed = {}, leftOut } = kept(runs)
    expect(Object.keys(graphs)).toEqual(['failed'])
    expect(Object.keys(passed)).toEqual(Array.from({ length: 50 }, (_, index) => `case ${index}`))
    expect(leftOut).toEqual({})
  })

  test(`are whole for the ${IN_FULL} cases with the lowest scores, and have shorter values for the others`, () => {
    const text = node('x'.repeat(1500), 'text')
    const runs = new Map(Array.from({ length: 50 }, (_, index) => [`case ${index}`, [run((50 - index) / 100, [text])]]))
    const lengths = Object.values(kept(runs).graphs).map((document) => (resultOf(document) as string).length)
    expect(lengths).toEqual([...Array(IN_FULL).fill(1500), ...Array(50 - IN_FULL).fill('x'.repeat(200).length + '… 1300 more characters'.length)])
  })

  test('have a bounded number of nodes together, failing cases first', () => {
    let long: Node<number> = op.add(price, 1)
    for (let i = 0; i < 200; i++) long = op.add(long, 1)
    const each = MAX_BRIEF_NODES / 202 | 0
    const runs = new Map(Array.from({ length: 240 }, (_, index) => [`case ${index}`, [run(index < 100 ? 1 : 0, [long])]]))
    const { graphs, passed, leftOut } = kept(runs)
    expect([Object.keys(graphs).length, passed]).toEqual([IN_FULL + each, undefined])
    expect(new Set(Object.values(leftOut))).toEqual(new Set(['beside the 20 cases with the lowest scores a run keeps graphs of 20,000 nodes together']))
    expect(Object.keys(leftOut)).toHaveLength(140 - IN_FULL - each)
  })

  test('name source files relative to the root', () => {
    const [record] = kept(new Map([['a', [run(0, [price])]]]), import.meta.dirname).graphs['a']!.nodes
    expect(record!.meta?.location?.file).toBe('kept-graphs.test.ts')
  })
})

describe('a shortened document', () => {
  test('has long texts, lists and objects cut with a mark, constants too, and can still be read', () => {
    const value = { text: 'x'.repeat(3000), list: Array.from({ length: 1200 }, (_, index) => index), map: new Map(Array.from({ length: 1001 }, (_, index) => [index, index])) }
    const document = toTgj(op.concat(node(value, 'given') as never, 'y'.repeat(2500)))
    const read = fromTgj(shortenDocument(document, 1_000_000))
    expect(read.nodes.get('given.1')!.value).toEqual({
      text: `${'x'.repeat(2000)}… 1000 more characters`, list: [...Array.from({ length: 1000 }, (_, index) => index), '… 200 more'],
      map: new Map<unknown, unknown>([...Array.from({ length: 1000 }, (_, index): [number, number] => [index, index]), ['… 1 more', null]]),
    })
  })

  test('has values cut inside of nested steps too, and what stands elsewhere by its hash', () => {
    const mail = 'Dear customer, '.repeat(200)
    const twice = bundle(function twice(text: Node<string>) { return op.concat(text, mail) }, { nested: true })
    const read = fromTgj(shortenDocument(toTgj([node(mail, 'mail'), twice(node(mail, 'copy'))]), 1_000_000))
    const cut = `${mail.slice(0, 2000)}… 1000 more characters`
    const result = read.exports.get('result_1')!
    expect([read.nodes.get('mail.1')!.value, read.nodes.get('copy.1')!.value]).toEqual([cut, cut])
    expect([result.value, innerOf(result)!.outputs[0]!.value]).toEqual(Array(2).fill(`${(mail + mail).slice(0, 2000)}… 4000 more characters`))
  })

  test('is as it was while it is small, at most as long as allowed, and none when it cannot be', () => {
    fc.assert(fc.property(fc.array(fc.jsonValue(), { maxLength: 5 }), fc.integer({ min: 10, max: 3000 }), (values, maxLength) => {
      const document = toTgj(values.map((value, index) => node(value, `v${index}`)))
      const shorter = shortenDocument(document, maxLength)
      if (shorter !== undefined) expect(JSON.stringify(shorter).length).toBeLessThanOrEqual(maxLength)
      if (JSON.stringify(document).length <= maxLength) expect(shorter).toEqual(document)
      if (shorter !== undefined) expect(fromTgj(shorter).nodes.size).toBe(values.length)
    }))
  })
})

describe('the file of graphs', () => {
  let root: string
  beforeEach(async () => { root = await mkdtemp(join(tmpdir(), 'graphs-')) })
  afterEach(() => rm(root, { recursive: true, force: true }))
  const workflow = { name: 'routing/../x', file: 'route.eval.ts' }
  const some = { passed: { ok: toTgj(price) }, graphs: { 'T-1': toTgj(op.add(price, 1)), '__proto__x': toTgj(price) }, leftOut: { 'T-2': 'too large' } }
  const folder = (): string => join(root, '.vitest/trace-eval/graphs')

  test('is read as it was written, one for each workflow', async () => {
    await writeGraphs(root, workflow, storedGraphs(some))
    await writeGraphs(root, { ...workflow, file: 'other.eval.ts' }, storedGraphs({ graphs: {}, leftOut: { a: 'b' } }))
    expect(await readGraphs(root, workflow)).toEqual(JSON.parse(JSON.stringify(some)))
    expect(await readdir(folder())).toHaveLength(2)
  })

  test('goes when no case fails any more', async () => {
    await writeGraphs(root, workflow, storedGraphs(some))
    await writeGraphs(root, workflow, storedGraphs({ graphs: {}, leftOut: {} }))
    expect(await readdir(folder())).toEqual([])
    expect(await readGraphs(root, workflow)).toEqual({ graphs: {}, leftOut: {} })
  })

  test.each([
    ['{"schemaVersion":1,', (file: string) => `expected JSON, received text that is not JSON from here on, at ${file}:1:20\n  Delete it and run \`npx trace-eval\` again.`],
    ['{"schemaVersion":1}', (file: string) => `expected "schemaVersion": 2, "failed", "frames", "cases" and "leftOut", received { schemaVersion: 1 }, at ${file}\n  Delete it and run \`npx trace-eval\` again.`],
    ['{"schemaVersion":2,"failed":[],"frames":[3],"cases":[],"leftOut":{}}', (file: string) => `expected "schemaVersion": 2, "failed", "frames", "cases" and "leftOut", received { schemaVersion: 2, failed: [], frames: [3], cases: [], leftOut: {} }, at ${file}\n  Delete it and run \`npx trace-eval\` again.`],
    ['null', (file: string) => `expected "schemaVersion": 2, "failed", "frames", "cases" and "leftOut", received null, at ${file}\n  Delete it and run \`npx trace-eval\` again.`],
  ])('is refused when it holds %s', async (text, message) => {
    await writeGraphs(root, workflow, storedGraphs(some))
    const file = join(folder(), (await readdir(folder()))[0]!)
    await writeFile(file, text)
    await expect(readGraphs(root, workflow)).rejects.toThrow(expect.objectContaining({ code: 'GRAPHS_FILE', message: message(file) }))
  })

  test('is not written through a link', async () => {
    await mkdir(join(root, '.vitest/trace-eval'), { recursive: true })
    await symlink(tmpdir(), folder())
    await expect(writeGraphs(root, workflow, storedGraphs(some))).rejects.toMatchObject({ code: 'RUN_FILE_SYMLINK' })
  })
})
