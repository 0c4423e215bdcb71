/** Puts the source of trainable functions, as written, where they are declared: when it runs, it has lost its types. Stage: vitest. */
import { readFile } from 'node:fs/promises'
import type { Plugin } from 'vitest/config'
import type { CodeSource } from '../graph/code-source.ts'
import { acceptedCode } from '../store/code-files.ts'

/** A node of the syntax tree; what it holds depends on `type`. */
interface Syntax { readonly type: string; readonly start: number; readonly end: number; readonly [key: string]: unknown }
/** `parseAst` of Vite; before Vite 8 it reads JavaScript only. */
type Parse = (code: string, options: { readonly lang: 'js' | 'jsx' | 'ts' | 'tsx' }) => unknown
interface Module {
  readonly code: string
  readonly file: string
  readonly statements: readonly Syntax[]
  readonly functions: ReadonlyMap<string, Found>
  readonly types: ReadonlyMap<string, Syntax>
  readonly imports: ReadonlyMap<string, { readonly name: string; readonly from: string }>
}
/** A function and where the statement around it begins: documentation stands before either. */
interface Found { readonly fn: Syntax; readonly statement: number; readonly module: Module; readonly accepted?: ReturnType<typeof acceptedCode> }
/** Finds a file that is imported. */
type ReadImport = (specifier: string) => Promise<{ readonly file: string; readonly code: string } | undefined>

const candidate = /\btrainable\s*:\s*true\b|\bparameter\s*\.\s*code\s*\(/
const sourceFile = /\.[cm]?([jt]sx?)$/

/** The plugin that `traceEval()` and the command use; after another copy of itself it finds nothing left to do. */
export function codePlugin(): Plugin {
  return {
    name: 'trace-eval:code', enforce: 'pre',
    async transform(code, id) {
      const file = id.split('?', 1)[0]!
      if (!candidate.test(code) || !sourceFile.test(file) || file.includes('/node_modules/')) return
      const { parseAst } = await import('vitest/node')
      const supplied = await supplyCode(code, file, parseAst as Parse, async (specifier) => {
        const resolved = (await this.resolve(specifier, id))?.id.split('?', 1)[0]
        return resolved !== undefined && sourceFile.test(resolved) && !resolved.includes('/node_modules/') ? { file: resolved, code: await readFile(resolved, 'utf8') } : undefined
      })
      // Everything keeps its line: an insertion has none of its own.
      return supplied === undefined ? undefined : { code: supplied, map: null }
    },
  }
}

/** `code` with sources put in: `trainable: { source: … }` for `trainable: true`, and `source` into the options of `parameter.code`. */
export async function supplyCode(code: string, file: string, parse: Parse, readImport: ReadImport): Promise<string | undefined> {
  const module = readModule(code, file, parse)
  if (module === undefined) return undefined
  const edits: { at: number; until: number; text: string }[] = []
  for (const { edit, target, statement } of targetsIn(module)) {
    const fn = functionOf(target, statement, module) ?? await importedFunction(bareExpression(target), module, parse, readImport)
    if (fn !== undefined) edits.push(edit(JSON.stringify(sourceOf(fn))))
  }
  if (edits.length === 0) return undefined
  return edits.toSorted((a, b) => b.at - a.at).reduce((text, edit) => text.slice(0, edit.at) + edit.text + text.slice(edit.until), code)
}

/** A function that is to be supplied, and how. */
interface Target { readonly target: Syntax; readonly statement: number; readonly edit: (source: string) => { at: number; until: number; text: string } }

function targetsIn({ statements }: Module): Target[] {
  const targets: Target[] = []
  for (const outer of statements) {
    const statement = outer.start
    visit(outer, (found) => {
      if (found.type !== 'CallExpression') return
      const [first, second, third] = found['arguments'] as Syntax[]
      if (calleeName(found) === 'bundle' && first !== undefined && second !== undefined) {
        const flag = property(second, 'trainable')
        if (flag?.type === 'Literal' && flag['value'] === true) targets.push({ target: first, statement, edit: (text) => ({ at: flag.start, until: flag.end, text }) })
      } else if (calleeName(found) === 'parameter.code' && second !== undefined) {
        if (third === undefined) targets.push({ target: second, statement, edit: (text) => ({ at: second.end, until: second.end, text: `, { source: ${text} }` }) })
        else if (third.type === 'ObjectExpression' && property(third, 'source') === undefined) targets.push({ target: second, statement, edit: (text) => ({ at: third.start + 1, until: third.start + 1, text: ` source: ${text},` }) })
      }
    })
  }
  return targets
}

/** Functions and types that the file declares on its top level, and what it imports by name. */
function readModule(code: string, file: string, parse: Parse): Module | undefined {
  let statements: Syntax[]
  // A mistake in the file is for Vite to report; a parser that knows no TypeScript leaves functions with the text they have.
  try { statements = (parse(code, { lang: sourceFile.exec(file)![1] as 'ts' }) as { body: Syntax[] }).body } catch { return undefined }
  const functions = new Map<string, Found>()
  const types = new Map<string, Syntax>()
  const imports = new Map<string, { readonly name: string; readonly from: string }>()
  const module: Module = { code, file, statements, functions, types, imports }
  for (const statement of statements) {
    for (const { local, imported } of (statement.type === 'ImportDeclaration' ? statement['specifiers'] : []) as { local: Syntax; imported?: Syntax }[]) {
      imports.set(nameOf(local), { name: nameOf(imported), from: String((statement['source'] as { value: unknown }).value) })
    }
    const declared = (statement['declaration'] as Syntax | null | undefined) ?? statement
    if (declared.type === 'FunctionDeclaration' && declared['id']) functions.set(nameOf(declared['id']), { fn: declared, statement: statement.start, module })
    if (declared.type === 'TSInterfaceDeclaration' || declared.type === 'TSTypeAliasDeclaration') types.set(nameOf(declared['id']), declared)
    for (const { id, init } of (declared.type === 'VariableDeclaration' ? declared['declarations'] : []) as { id: Syntax; init: Syntax | null }[]) {
      if (id.type === 'Identifier' && init !== null && isFunction(bareExpression(init))) functions.set(nameOf(id), { fn: bareExpression(init), statement: statement.start, module })
    }
  }
  return module
}

function functionOf(expression: Syntax, statement: number, module: Module): Found | undefined {
  const bare = bareExpression(expression)
  return bare.type === 'Identifier' ? module.functions.get(nameOf(bare)) : isFunction(bare) ? { fn: bare, statement, module } : undefined
}

/** A function of another file of the project, such as one of accepted code. */
async function importedFunction(target: Syntax, { imports }: Module, parse: Parse, readImport: ReadImport): Promise<Found | undefined> {
  const imported = target.type === 'Identifier' ? imports.get(nameOf(target)) : undefined
  const other = imported === undefined ? undefined : await readImport(imported.from)
  if (other === undefined) return undefined
  const found = readModule(other.code, other.file, parse)?.functions.get(imported!.name)
  return found && { ...found, accepted: acceptedCode(other.code.replaceAll(/\r\n?/g, '\n'), imported!.name) }
}

function sourceOf({ fn, statement, module, accepted }: Found): CodeSource {
  const { code, file } = module
  const before = code.slice(0, fn.start)
  const [line, column] = [before.split('\n').length, fn.start - before.lastIndexOf('\n')]
  const doc = docBefore(before) ?? docBefore(code.slice(0, statement))
  const types = accepted === undefined ? typesOf(fn, module) : accepted.types ?? ''
  return { source: accepted?.value ?? outdented(code.slice(fn.start, fn.end), before), ...(doc !== undefined && { doc }), ...(types !== '' && { types }), location: { file, line, column } }
}

/** Without the indentation of the line it begins in; a template would lose some of its text. */
function outdented(text: string, before: string): string {
  const indent = /^[ \t]*/.exec(before.slice(before.lastIndexOf('\n') + 1))![0]
  return indent === '' || text.includes('`') ? text : text.replaceAll(`\n${indent}`, '\n')
}

function docBefore(text: string): string | undefined {
  const comment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(text)?.[1]
  return comment?.split('\n').map((line) => line.replace(/^\s*\*? ?/, '').trimEnd()).join('\n').trim()
}

/** The declarations of the types that `fn` uses, and of those they use, in the order of the file. */
function typesOf(fn: Syntax, { code, types }: Module): string {
  const used = new Set<Syntax>()
  const collect = (from: Syntax): void => visit(from, (found) => {
    const declared = found.type === 'TSTypeReference' || found.type === 'TSInterfaceHeritage' ? types.get(nameOf(found['typeName'] ?? found['expression'])) : undefined
    if (declared === undefined || used.has(declared)) return
    used.add(declared)
    collect(declared)
  })
  collect(fn)
  return [...used].toSorted((a, b) => a.start - b.start).map(({ start, end }) => code.slice(start, end)).join('\n')
}

function visit(node: Syntax, onNode: (node: Syntax) => void): void {
  onNode(node)
  for (const value of Object.values(node)) {
    for (const inner of Array.isArray(value) ? value as unknown[] : [value]) {
      if (typeof inner === 'object' && inner !== null && typeof (inner as Syntax).type === 'string') visit(inner as Syntax, onNode)
    }
  }
}

/** `bundle` also as a member of the module's namespace. */
function calleeName({ callee }: Syntax): string {
  const { type, object, property: member } = callee as { type: string; object?: Syntax; property?: Syntax }
  if (type !== 'MemberExpression') return nameOf(callee)
  const [owner, name] = [object?.type === 'MemberExpression' ? nameOf(object['property']) : nameOf(object), nameOf(member)]
  return name === 'bundle' ? name : `${owner}.${name}`
}

function property(object: Syntax, name: string): Syntax | undefined {
  const members = object.type === 'ObjectExpression' ? object['properties'] as { key?: Syntax; value?: Syntax }[] : []
  return members.find(({ key }) => nameOf(key) === name)?.value
}

const nameOf = (node: unknown): string => String((node as { name?: unknown } | undefined)?.name)
const isFunction = ({ type }: Syntax): boolean => type === 'FunctionExpression' || type === 'FunctionDeclaration' || type === 'ArrowFunctionExpression'

/** What stands inside parentheses and type assertions. */
function bareExpression(expression: Syntax): Syntax {
  const wrapped = ['ParenthesizedExpression', 'TSAsExpression', 'TSSatisfiesExpression'].includes(expression.type)
  return wrapped ? bareExpression(expression['expression'] as Syntax) : expression
}
