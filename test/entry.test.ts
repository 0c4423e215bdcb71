import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parseAst } from 'rolldown/parseAst'
import { Visitor } from 'rolldown/utils'
import { describe, expect, test } from 'vitest'
import { LIMIT, measureEntry } from '../bench/size.ts'
import { filesIn, root } from './examples.ts'

/** Everything that `file` imports, types and imports on demand included. */
function importsOf(file: string): string[] {
  const found: string[] = []
  const add = ({ source }: { readonly source?: unknown }): void => {
    const value = (source as { readonly value?: unknown } | null | undefined)?.value
    if (typeof value === 'string') found.push(value)
  }
  new Visitor({
    ImportDeclaration: add, ExportNamedDeclaration: add, ExportAllDeclaration: add, ImportExpression: add, TSImportType: add,
  }).visit(parseAst(readFileSync(file, 'utf8'), { lang: 'ts' }) as never)
  return found
}

/** The files that `entry` leads to, and what they import from outside. */
function walk(entry: string): { readonly files: ReadonlySet<string>; readonly outside: ReadonlySet<string> } {
  const files = new Set([join(root, entry)])
  const outside = new Set<string>()
  for (const file of files) {
    for (const specifier of importsOf(file)) {
      if (specifier.startsWith('.')) files.add(join(dirname(file), specifier))
      else outside.add(specifier)
    }
  }
  return { files, outside }
}

describe('what production imports', () => {
  const { files, outside } = walk('src/index.ts')

  test('is the ground floor alone: errors, graph, backward, and the types of feedback', () => {
    expect(files.size).toBeGreaterThan(10)
    expect([...new Set([...files].map((file) => relative(root, dirname(file))))].sort()).toEqual(['src', 'src/backward', 'src/core', 'src/feedback', 'src/graph'])
  })

  test('needs nothing but Node', () => {
    expect([...outside].filter((specifier) => !specifier.startsWith('node:'))).toEqual([])
    expect([...outside]).toContain('node:async_hooks')
  })

  test('is small', async () => {
    const { gzip, imports } = await measureEntry()
    expect(gzip).toBeGreaterThan(1000)
    expect(gzip).toBeLessThanOrEqual(LIMIT)
    expect(imports).toEqual(['node:async_hooks'])
  })
})

describe('the exported names', () => {
  const namesOf = (entry: object): string => Object.keys(entry).sort().join(' ')

  test('of every entry are written down here, so that each new one is seen', async () => {
    expect(namesOf(await import('../src/index.ts'))).toMatchInlineSnapshot(`"TraceEvalError backward bundle clamped derive exceptionNodeOf isNode isParameter loadParameters nameScope node op originOf parameter reachedParameters t trimmed untraced withParameters"`)
    expect(namesOf(await import('../src/llm.ts'))).toMatchInlineSnapshot(`"aiSdkModel asRole callModel callModelFor checkModel currentModels messageText meter modelCallOf modelFromEnv openaiModel throughRun traced tracedModel"`)
    expect(namesOf(await import('../src/operators.ts'))).toMatchInlineSnapshot(`"broadcast items iterate op"`)
    expect(namesOf(await import('../src/bundles.ts'))).toMatchInlineSnapshot(`"bundle innerOf isFailed"`)
    expect(namesOf(await import('../src/modules.ts'))).toMatchInlineSnapshot(`"copyModule exportModule loadModule parametersOf saveModule"`)
    expect(namesOf(await import('../src/optimizers.ts'))).toMatchInlineSnapshot(`"ForeignValue auto batch beam bootstrapExamples bootstrapFewShot byKind coordinate copyOf describeException detach experts externalOptimizer formatItems fromOtlp fromTgj gepa graphPropagator greedy halving inputsOf isRoot itemPropagator levelsOf mergeFeedback mergeGraphs mipro opro optimizerByName optimizerNames optoPrime optoPrimeMulti pareto propagator randomSearch reflect search simba strategyByName strategyNames sumPropagator textGrad toOtlp toTgj tpe ucb"`)
    expect(namesOf(await import('../src/judges.ts'))).toMatchInlineSnapshot(`"calibrate closedQuestion contains editDistance exact formatCalibration jsonSchema jsonSubset listOverlap numeric regex rubric toolCalls unscored"`)
    expect(namesOf(await import('../src/code.ts'))).toMatchInlineSnapshot(`"CodeError connectCode createCodeRunner stripTypes"`)
    expect(namesOf(await import('../src/graphs.ts'))).toMatchInlineSnapshot(`"toDot toMermaid toSvg"`)
    expect(namesOf(await import('../src/stats.ts'))).toMatchInlineSnapshot(`"benjaminiHochberg binomialTail binomialTest bootstrapBounds casesToDetect casesToSettle clopperPearson clusteredError comparePaired confidenceSequence curtail differenceBounds eValue hoeffdingCases holm mcnemar mcnemarChiSquared normalCdf normalQuantile pairedT passAtK passHatK scoreBounds signedRanks smallestDetectable sprt tCdf tQuantile wilson"`)
    expect(namesOf(await import('../src/testing/index.ts'))).toMatchInlineSnapshot(`"contractParameters optimizerContract optimizerLaws propagatorContract propagatorLaws scriptedModel scriptedServer serverFaults singleValueParameters smallParameters strategyContract strategyLaws"`)
    expect(namesOf(await import('../src/vitest/index.ts'))).toMatchInlineSnapshot(`"dataset describeWorkflow"`)
    expect(namesOf(await import('../src/vitest/config.ts'))).toMatchInlineSnapshot(`"otherRunner runnerPath traceEval"`)
    expect(namesOf(await import('../src/vitest/runner.ts'))).toMatchInlineSnapshot(`"currentRunner default"`)
    expect(namesOf(await import('../reporters/index.ts'))).toMatchInlineSnapshot(`"LiveLines TraceEvalReporter acceptReport foreign foreignLine formatReport paint parseReport readReport renderComment renderEndedRound renderExplanation renderHtml renderLive renderPlan renderRun renderSummary renderWorkflow sampleRuns writeReport"`)
  })

  test('belong to the entries of the package', () => {
    const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: Record<string, { types?: string }> }
    const sources = Object.values(exports).flatMap(({ types }) => types?.replace('./dist/types/', '').replace('.d.ts', '.ts') ?? [])
    expect(sources.sort()).toEqual(['reporters/index.ts', 'src/bundles.ts', 'src/code.ts', 'src/graphs.ts', 'src/index.ts', 'src/judges.ts', 'src/llm.ts', 'src/modules.ts', 'src/operators.ts', 'src/optimizers.ts', 'src/stats.ts', 'src/testing/index.ts', 'src/vitest/config.ts', 'src/vitest/index.ts', 'src/vitest/runner.ts'])
  })
})

describe('layers', () => {
  // The lint rules hold the same table; this walk is to notice should they ever see nothing.
  const levels: Readonly<Record<string, number>> = {
    core: 0, graph: 1, stats: 1, feedback: 2, store: 2, llm: 2, code: 2, picture: 2, backward: 3, judge: 3, optimize: 4, gate: 4, train: 5, report: 6, vitest: 7, testing: 7, reporters: 7, cli: 8,
  }
  const roomOf = (file: string): string => {
    const [first, second, ...rest] = relative(root, file).split('/')
    return first === 'src' && rest.length > 0 ? second! : first!
  }
  const sources = filesIn('src/*/**/*.ts', 'reporters/**/*.ts').filter((file) => !/\.test\.ts$|contract[^/]*\.ts$/.test(file))
  const imports = sources.flatMap((file) => importsOf(file).map((specifier) => ({ file, specifier, target: join(dirname(file), specifier) })))
  const show = ({ file, specifier }: { file: string; specifier: string }): string => `${relative(root, file)} imports ${specifier}`

  test('imports go downwards or stay in their room', () => {
    const inside = imports.filter(({ specifier }) => specifier.startsWith('.'))
    expect([new Set(sources).size > 50, inside.length > 200]).toEqual([true, true])
    expect(sources.map(roomOf).filter((room) => !(room in levels))).toEqual([])
    // What crosses between the worker and the main process is one file of plain types, which both sides share.
    const isProtocol = (target: string): boolean => relative(root, target) === 'src/vitest/protocol.ts'
    const wrong = inside.filter(({ file, target }) => !isProtocol(target)
      && roomOf(file) !== roomOf(target) && !(levels[roomOf(target)]! < levels[roomOf(file)]!))
    expect(wrong.map(show)).toEqual([])
  })

  test('only the upper rooms know Vitest', () => {
    const hosts = imports.filter(({ specifier }) => /^vitest(\/|$)/.test(specifier))
    expect(hosts.length).toBeGreaterThan(5)
    expect(hosts.filter(({ file }) => levels[roomOf(file)]! < 7).map(show)).toEqual([])
  })
})
