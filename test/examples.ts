/** Examples in documents and doc comments: found, checked for their syntax, and run. Stage: test. */
import { globSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseAst } from 'rolldown/parseAst'
import { transformSync } from 'rolldown/utils'

export const root: string = join(import.meta.dirname, '..')

/** A fenced block: its language, the words behind it, and where it starts. */
export interface Block { readonly language: string; readonly marks: readonly string[]; readonly code: string; readonly place: string; readonly file: string }

/** Runs what an import of `specifier` gives. */
export type Load = (specifier: string) => Promise<Record<string, unknown>>
/** Told of each `expression // value`. */
export type Check = (actual: unknown, expected: unknown, place: string) => void

export function filesIn(...patterns: string[]): string[] { return globSync(patterns, { cwd: root }).map((file) => join(root, file)).sort() }

/** The blocks of a Markdown file, or of the doc comments of a source file. */
export function blocksOf(file: string): Block[] {
  const lines = readFileSync(file, 'utf8').split('\n').map((line) => (file.endsWith('.ts') ? /^\s*\* ?(.*)/.exec(line)?.[1]?.replaceAll(String.raw`*\/`, '*/') ?? '' : line))
  const blocks: Block[] = []
  for (let i = 0; i < lines.length; i++) {
    const [, language, ...marks] = /^```(\w*) *(.*)$/.exec(lines[i]!) ?? []
    if (language === undefined) continue
    const end = lines.indexOf('```', i + 1)
    if (end < 0) throw new Error(`expected the block at ${file}:${i + 1} to end`)
    blocks.push({ language, marks: marks.join(' ').split(' ').filter(Boolean), code: lines.slice(i + 1, end).join('\n'), place: `${relative(root, file)}:${i + 1}`, file })
    i = end
  }
  return blocks
}

/** @throws when `code` is no TypeScript that can be stripped of its types. */
export function compile(code: string): string {
  const { code: plain, errors } = transformSync('example.ts', code, { lang: 'ts', sourcemap: false })
  if (errors.length > 0) throw new SyntaxError(errors.map(({ message }) => message).join('\n'))
  return plain
}

/** Runs a block as the body of a module of its own. `given` are names it may use without an import. */
export async function runBlock({ code, place }: Block, load: Load, check: Check, given: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const { text, declared } = asFunctionBody(code)
  const names = Object.keys(given).filter((name) => !declared.has(name))
  const AsyncFunction = (async () => {}).constructor as new (...source: string[]) => (...args: unknown[]) => Promise<void>
  const checkHere = (actual: unknown, expected: unknown): void => check(actual, expected, place)
  await new AsyncFunction('load__', 'check__', ...names, `'use strict'\n${compile(text)}`)(load, checkHere, ...names.map((name) => given[name]))
}

/** How many values running `code` would check. */
export function countValues(code: string): number { return asFunctionBody(code).values }

interface Located { readonly type: string; readonly start: number; readonly end: number }
interface Specifier { readonly type: string; readonly local: { readonly name: string }; readonly imported?: { readonly name: string }; readonly importKind?: string }
interface Statement extends Located {
  readonly importKind?: string
  readonly source?: { readonly value: string }
  readonly specifiers?: readonly Specifier[]
  readonly declaration?: Statement | null
  readonly declarations?: readonly { readonly id: { readonly name?: string } }[]
  readonly id?: { readonly name: string } | null
  readonly expression?: Located
}

// Imports become calls of `load__`, exports become plain declarations, an expression with a value behind it becomes a check.
function asFunctionBody(code: string): { readonly text: string; readonly declared: ReadonlySet<string>; readonly values: number } {
  const declared = new Set<string>()
  let values = 0
  const parts = (parseAst(code, { lang: 'ts' }).body as unknown as Statement[]).map((statement): string => {
    const own = code.slice(statement.start, statement.end)
    if (statement.type === 'ImportDeclaration') return importAsCall(statement, declared)
    if (statement.type === 'ExportNamedDeclaration' && statement.declaration) {
      addNames(statement.declaration, declared)
      return code.slice(statement.declaration.start, statement.end)
    }
    addNames(statement, declared)
    const value = statement.type === 'ExpressionStatement' ? valueBehind(code, statement.end) : undefined
    if (value === undefined) return own
    values++
    const { start, end } = statement.expression!
    return `check__(${code.slice(start, end)}, (${value}))`
  })
  return { text: parts.map((part) => `;${part}`).join('\n'), declared, values }
}

function importAsCall({ importKind, source, specifiers = [] }: Statement, declared: Set<string>): string {
  if (importKind === 'type') return ''
  const wanted = specifiers.filter((specifier) => specifier.importKind !== 'type')
  for (const { local } of wanted) declared.add(local.name)
  const whole = wanted.find(({ type }) => type === 'ImportNamespaceSpecifier')
  const members = wanted.map(({ imported, local }) => `${imported?.name ?? 'default'}: ${local.name}`)
  return `const ${whole?.local.name ?? `{ ${members.join(', ')} }`} = await load__(${JSON.stringify(source!.value)})`
}

function addNames({ declarations = [], id }: Statement, declared: Set<string>): void {
  if (id) declared.add(id.name)
  for (const { id: { name } } of declarations) if (name !== undefined) declared.add(name)
}

/** The JavaScript literal in a comment behind `from`, or alone on the next line. Other comments are words. */
function valueBehind(code: string, from: number): string | undefined {
  const comment = /^[ \t;]*(?:\n[ \t]*)?\/\/ ?([^\n]+)/.exec(code.slice(from))?.[1]
  if (comment === undefined) return undefined
  try {
    const [statement, ...more] = parseAst(`(${comment})`).body as unknown as Statement[]
    return more.length === 0 && isLiteral(statement!.expression) ? comment : undefined
  } catch {
    // Words are no program.
    return undefined
  }
}

function isLiteral(given: unknown): boolean {
  const node = given as { type: string; name?: string; expression?: unknown; argument?: unknown; elements?: unknown[]; properties?: { type: string; value: unknown; computed: boolean }[] }
  switch (node?.type) {
    case 'ParenthesizedExpression': return isLiteral(node.expression)
    case 'Literal': return true
    case 'Identifier': return node.name === 'undefined' || node.name === 'NaN'
    case 'UnaryExpression': return isLiteral(node.argument)
    case 'ArrayExpression': return node.elements!.every(isLiteral)
    case 'ObjectExpression': return node.properties!.every((property) => property.type === 'Property' && !property.computed && isLiteral(property.value))
    default: return false
  }
}
