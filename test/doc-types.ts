/** Type-checks examples of documents and doc comments, all in one run of the compiler. Stage: test. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { parseAst } from 'rolldown/parseAst'
import { root, type Block } from './examples.ts'

/** The source file of each entry that examples import. Where two export a name, an example without an import means the first. */
const entryFiles: Readonly<Record<string, string>> = {
  'trace-eval': 'src/index.ts',
  'trace-eval/vitest': 'src/vitest/index.ts',
  'trace-eval/optimizers': 'src/optimizers.ts',
  'trace-eval/llm': 'src/llm.ts',
  'trace-eval/judges': 'src/judges.ts',
  'trace-eval/testing': 'src/testing/index.ts',
  'trace-eval/operators': 'src/operators.ts',
  'trace-eval/modules': 'src/modules.ts',
  'trace-eval/bundles': 'src/bundles.ts',
  'trace-eval/code': 'src/code.ts',
  'trace-eval/graphs': 'src/graphs.ts',
  'trace-eval/reporters': 'reporters/index.ts',
  'trace-eval/stats': 'src/stats.ts',
  'trace-eval/config': 'src/vitest/config.ts',
}
const schemaFiles: Readonly<Record<string, string>> = {
  'trace-eval/schemas/tgj.schema.json': 'src/graph/tgj.schema.json',
  'trace-eval/schemas/run-report.schema.json': 'src/report/run-report.schema.json',
  'trace-eval/schemas/params.schema.json': 'src/store/params.schema.json',
}
/** Files that examples import by a relative name, and `names.ts`, which holds what they leave out. */
const world = join(root, 'test/doc-world')

/**
 * The type errors of `blocks`, as `place: message`. A block is a module of its own. A name that it uses and does not declare is what the
 * file of its doc comment exports, else what an entry does, else what `test/doc-world/names.ts` does.
 */
export function typeErrors(blocks: readonly Block[]): string[] {
  // Below the root: there the compiler finds the packages.
  mkdirSync(join(root, '.vitest'), { recursive: true })
  const folder = mkdtempSync(join(root, '.vitest/doc-types-'))
  try {
    cpSync(world, folder, { recursive: true })
    for (const [index, block] of blocks.entries()) writeFileSync(join(folder, `block-${index}.ts`), `${importsFor(block, folder)}\n${block.code}\n`)
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        rootDir: root, noUncheckedIndexedAccess: false, noUnusedLocals: false, noUnusedParameters: false, noPropertyAccessFromIndexSignature: false,
        paths: Object.fromEntries(Object.entries({ ...entryFiles, ...schemaFiles }).map(([name, file]) => [name, [join(root, file)]])),
      },
      include: ['*.ts', 'route.code/*.ts', join(root, 'reporters/**/*.d.ts')],
      exclude: [],
    }))
    const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
    const { stdout, status, error } = spawnSync(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], { cwd: folder, encoding: 'utf8' })
    if (error !== undefined) throw error
    const errors = stdout.split('\n').filter((line) => /error TS\d+:/.test(line)).map((line) => locate(line, blocks))
    return errors.length === 0 && status !== 0 ? [`the compiler ended with ${status}: ${stdout}`] : errors
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The compiler's `block-3.ts(5,1): error …` as `docs/evals.md:12: …`; the first line of a block's file is ours, its fence. */
function locate(line: string, blocks: readonly Block[]): string {
  const [, index, at, message] = /^block-(\d+)\.ts\((\d+),\d+\): error (.*)$/.exec(line) ?? []
  const place = index === undefined ? undefined : /^(.*):(\d+)$/.exec(blocks[Number(index)]!.place)
  return place == null ? line : `${place[1]}:${Number(place[2]) + Number(at) - 1}: ${message}`
}

// One line, so that every other line of the file stays where it is in the block.
function importsFor({ code, file }: Block, folder: string): string {
  const used = new Set(code.match(/[A-Za-z_$][\w$]*/g))
  for (const name of topLevelNames(code)) used.delete(name)
  const sources = [
    ...file.endsWith('.ts') ? [[relative(folder, file), file] as const] : [],
    ...Object.entries(entryFiles).map(([name, path]) => [name, join(root, path)] as const),
    ['./names.ts', join(world, 'names.ts')] as const,
  ]
  const lines = sources.flatMap(([specifier, path]) => {
    const wanted = exportsOf(path).filter(({ name }) => used.delete(name))
    return wanted.length === 0 ? [] : [`import { ${wanted.map(({ name, isType }) => `${isType ? 'type ' : ''}${name}`).join(', ')} } from ${JSON.stringify(specifier)}`]
  })
  return [...lines, 'export {}'].join('; ')
}

interface Named { readonly name: string }
interface Statement {
  readonly type: string
  readonly exportKind?: string
  readonly source?: unknown
  readonly specifiers?: readonly { readonly exportKind?: string; readonly exported?: Named; readonly local?: Named }[]
  readonly declaration?: Statement | null
  readonly declarations?: readonly { readonly id: Pattern }[]
  readonly id?: Named | null
}
interface Pattern extends Partial<Named> { readonly properties?: readonly { readonly value?: Pattern; readonly argument?: Pattern }[]; readonly elements?: readonly (Pattern | null)[]; readonly left?: Pattern; readonly argument?: Pattern }
interface Export extends Named { readonly isType: boolean }

const statementsOf = (code: string): readonly Statement[] => parseAst(code, { lang: 'ts' }).body as unknown as Statement[]

const known = new Map<string, readonly Export[]>()
function exportsOf(path: string): readonly Export[] {
  const found = known.get(path) ?? statementsOf(readFileSync(path, 'utf8')).flatMap(exportsIn)
  known.set(path, found)
  return found
}

function exportsIn({ type, exportKind, specifiers = [], declaration }: Statement): Export[] {
  if (type !== 'ExportNamedDeclaration') return []
  if (declaration) return declaredBy(declaration).map((name) => ({ name, isType: /^TS(Interface|TypeAlias)/.test(declaration.type) }))
  return specifiers.map((one) => ({ name: one.exported!.name, isType: exportKind === 'type' || one.exportKind === 'type' }))
}

function topLevelNames(code: string): string[] {
  return statementsOf(code).flatMap((statement) => (statement.type === 'ImportDeclaration' ? statement.specifiers!.map(({ local }) => local!.name) : declaredBy(statement.declaration ?? statement)))
}

function declaredBy({ declarations = [], id }: Statement): string[] {
  return [...id ? [id.name] : [], ...declarations.flatMap((declaration) => boundBy(declaration.id))]
}

/** The names of `x`, `{ x, a: y = 1, ...rest }`, `[x, ...rest]`. */
function boundBy(pattern: Pattern | null | undefined): string[] {
  if (!pattern) return []
  const { name, properties = [], elements = [], left, argument } = pattern
  return name !== undefined ? [name] : [...properties.map((property) => property.value ?? property.argument), ...elements, left, argument].flatMap(boundBy)
}
