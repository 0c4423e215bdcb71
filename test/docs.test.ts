import { relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { typeErrors } from './doc-types.ts'
import { blocksOf, compile, countValues, filesIn, root, runBlock, type Block, type Check, type Load } from './examples.ts'

const entries: Readonly<Record<string, () => Promise<object>>> = {
  'trace-eval': () => import('../src/index.ts'),
  'trace-eval/code': () => import('../src/code.ts'),
  'trace-eval/operators': () => import('../src/operators.ts'),
  'trace-eval/bundles': () => import('../src/bundles.ts'),
  'trace-eval/modules': () => import('../src/modules.ts'),
  'trace-eval/optimizers': () => import('../src/optimizers.ts'),
  'trace-eval/llm': () => import('../src/llm.ts'),
  'trace-eval/judges': () => import('../src/judges.ts'),
  'trace-eval/graphs': () => import('../src/graphs.ts'),
  'trace-eval/stats': () => import('../src/stats.ts'),
  'trace-eval/testing': () => import('../src/testing/index.ts'),
  'trace-eval/reporters': () => import('../reporters/index.ts'),
  'trace-eval/schemas/tgj.schema.json': () => import('../src/graph/tgj.schema.json'),
  'trace-eval/schemas/run-report.schema.json': () => import('../src/report/run-report.schema.json'),
  'trace-eval/schemas/params.schema.json': () => import('../src/store/params.schema.json'),
}
const load: Load = async (specifier) => {
  if (specifier.startsWith('.')) throw new Error(`expected an example that needs no file of its own, received an import of ${specifier}: mark it \`no-run\``)
  return await (entries[specifier]?.() ?? import(/* @vite-ignore */ specifier)) as Record<string, unknown>
}
const check: Check = (actual, expected, place) => { expect(actual, place).toEqual(expected) }

const isScript = ({ language }: Block): boolean => language === 'ts' || language === 'js'
const runs = (block: Block): boolean => isScript(block) && !block.marks.includes('no-run')
const documents = filesIn('docs/**/*.md', '*.md').flatMap(blocksOf)
const comments = filesIn('src/**/*.ts', 'reporters/**/*.ts').filter((file) => !file.endsWith('.test.ts')).flatMap(blocksOf)

describe('a document', () => {
  test.each(documents.filter(runs))('has examples that run, and give what they say: $place', async (block) => { await runBlock(block, load, check) })

  test.each(documents.filter((block) => isScript(block) && !runs(block)))('has sketches that are TypeScript: $place', ({ code }) => { compile(code) })

  test.each(documents.filter(({ language }) => language === 'json'))('has JSON that is JSON: $place', ({ code }) => { JSON.parse(code) })

  test('marks its blocks with words that mean something here', () => {
    expect(documents.filter((block) => isScript(block) && block.marks.some((mark) => mark !== 'no-run')).map(({ place }) => place)).toEqual([])
  })
})

describe('a doc comment', () => {
  // An example without an import may use what its own file, `trace-eval` and `trace-eval/optimizers` export.
  test.each(comments.filter(runs))('has examples that run, and give what they say: $place', async (block) => {
    const visible = block.code.includes('import ') ? [] : [entries['trace-eval']!(), entries['trace-eval/optimizers']!(), import(/* @vite-ignore */ pathToFileURL(block.file).href) as Promise<object>]
    const own = Object.assign({}, ...await Promise.all(visible)) as Record<string, unknown>
    await runBlock(block, load, check, own)
  })

  test.each(comments.filter((block) => isScript(block) && !runs(block)))('has sketches that are TypeScript: $place', ({ code }) => { compile(code) })
})

test('every example, run or not, is sound for the compiler, which sees a slip where it is', () => {
  const planted: Block = { language: 'ts', marks: ['no-run'], place: 'docs/planted.md:7', file: 'docs/planted.md', code: "const score: number = 1\nresolveGate\n\nrubric('Polite.', { vote: 3 })\ndescribeWorkflow('x', { workflow: route, threshold: '0.9' }, () => {})" }
  expect(typeErrors([...documents.filter(isScript), planted, ...comments.filter(isScript)])).toEqual([
    "docs/planted.md:9: TS2304: Cannot find name 'resolveGate'.",
    "docs/planted.md:11: TS2561: Object literal may only specify known properties, but 'vote' does not exist in type 'RubricOptions'. Did you mean to write 'votes'?",
    "docs/planted.md:12: TS2322: Type 'string' is not assignable to type 'number'.",
  ])
})

test('examples and values to look at were found', () => {
  expect(documents.filter(runs).length).toBeGreaterThan(5)
  expect(comments.filter(runs).length).toBeGreaterThan(10)
  expect(new Set(documents.map(({ file }) => relative(root, file))).size).toBeGreaterThan(5)
  expect([...documents, ...comments].filter(runs).map(({ code }) => countValues(code)).reduce((sum, values) => sum + values, 0)).toBeGreaterThan(20)
})

describe('the check of examples', () => {
  const block = (code: string): Block => ({ language: 'ts', marks: [], code, place: 'here', file: 'here.md' })
  const seen = async (code: string): Promise<[unknown, unknown][]> => {
    const pairs: [unknown, unknown][] = []
    await runBlock(block(code), load, (actual, expected) => { pairs.push([actual, expected]) }, { given: 7 })
    return pairs
  }

  test('takes literals behind an expression, or on the line below it, as its value', async () => {
    expect(await seen(`import { node, type Node } from 'trace-eval'\nconst x: Node<number> = node(2)\nx.value // 2\nvoid [x.value]\n// [2, -1]\ngiven // 3`))
      .toEqual([[2, 2], [undefined, [2, -1]], [7, 3]])
  })

  test('takes other comments as words, and comments behind statements', async () => {
    expect(await seen(`given // is seven\nconst given2 = 1 // 2\ngiven // (() => 7)()`)).toEqual([])
  })

  test('lets a block declare what was given, and keeps exports', async () => {
    expect(await seen(`export const given = 1\ngiven // 1`)).toEqual([[1, 1]])
  })

  test('fails where the code fails', async () => {
    await expect(seen(`missing.value // 1`)).rejects.toThrow('missing is not defined')
    await expect(seen(`import x from './x.ts'`)).rejects.toThrow('expected an example that needs no file of its own')
    expect(() => compile('const = 1')).toThrow()
  })
})
