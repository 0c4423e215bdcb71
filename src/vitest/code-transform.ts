/** Puts the source of trainable functions, as written, where they are declared: when it runs, it has lost its types. Stage: vitest. */
import type { Plugin } from 'vitest/config'
import type { CodeSource } from '../graph/code-source.ts'

/** A node of the syntax tree; what it holds depends on `type`. */
interface Syntax { readonly type: string; readonly start: number; readonly end: number; readonly [key: string]: unknown }
/** `parseAst` of Vite; before Vite 8 it reads JavaScript only. */
type Parse = (code: string, options: { readonly lang: 'js' | 'jsx' | 'ts' | 'tsx' }) => unknown
interface Module { readonly code: string; readonly file: string; readonly functions: ReadonlyMap<string, Found>; readonly types: ReadonlyMap<string, Syntax> }
/** A function and where the statement around it begins: documentation stands before either. */
interface Found { readonly fn: Syntax; readonly statement: number }

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
      const supplied = supplyCode(code, file, parseAst as Parse)
      // Everything keeps its line: an insertion has none of its own.
      return supplied === undefined ? undefined : { code: supplied, map: null }
    },
  }
}

/** `code` with sources put in: `trainable: { source: … }` for `trainable: true`, and `source` into the options of `parameter.code`. */
export function supplyCode(code: string, file: string, parse: Parse): string | undefined {
  let program: Syntax
  // A mistake in the file is for Vite to report; a parser that knows no TypeScript leaves functions with the text they have.
  try { program = parse(code, { lang: sourceFile.exec(file)![1] as 'ts' }) as Syntax } catch { return undefined }
  const module = readModule(code, file, program['body'] as Syntax[])
  const edits: { at: number; until: number; text: string }[] = []
  for (const statement of program['body'] as Syntax[]) {
    visit(statement, (found) => {
      if (found.type !== 'CallExpression') return
      const [first, second, third] = found['arguments'] as Syntax[]
      const isBundle = calleeName(found) === 'bundle'
      const target = isBundle ? first : calleeName(found) === 'parameter.code' ? second : undefined
      const fn = target === undefined ? undefined : functionOf(target, statement.start, module)
      if (fn === undefined) return
      const text = JSON.stringify(sourceOf(fn, module))
      const flag = isBundle && second !== undefined ? property(second, 'trainable') : undefined
      if (flag?.type === 'Literal' && flag['value'] === true) edits.push({ at: flag.start, until: flag.end, text })
      else if (!isBundle && third === undefined) edits.push({ at: target!.end, until: target!.end, text: `, { source: ${text} }` })
      else if (!isBundle && third?.type === 'ObjectExpression' && property(third, 'source') === undefined) edits.push({ at: third.start + 1, until: third.start + 1, text: ` source: ${text},` })
    })
  }
  if (edits.length === 0) return undefined
  return edits.toSorted((a, b) => b.at - a.at).reduce((text, edit) => text.slice(0, edit.at) + edit.text + text.slice(edit.until), code)
}

/** Functions and types that the file declares on its top level. */
function readModule(code: string, file: string, statements: readonly Syntax[]): Module {
  const functions = new Map<string, Found>()
  const types = new Map<string, Syntax>()
  for (const statement of statements) {
    const declared = (statement['declaration'] as Syntax | null | undefined) ?? statement
    if (declared.type === 'FunctionDeclaration' && declared['id']) functions.set(nameOf(declared['id']), { fn: declared, statement: statement.start })
    if (declared.type === 'TSInterfaceDeclaration' || declared.type === 'TSTypeAliasDeclaration') types.set(nameOf(declared['id']), declared)
    for (const { id, init } of (declared.type === 'VariableDeclaration' ? declared['declarations'] : []) as { id: Syntax; init: Syntax | null }[]) {
      if (id.type === 'Identifier' && init !== null && isFunction(bareExpression(init))) functions.set(nameOf(id), { fn: bareExpression(init), statement: statement.start })
    }
  }
  return { code, file, functions, types }
}

function functionOf(expression: Syntax, statement: number, { functions }: Module): Found | undefined {
  const bare = bareExpression(expression)
  return bare.type === 'Identifier' ? functions.get(nameOf(bare)) : isFunction(bare) ? { fn: bare, statement } : undefined
}

function sourceOf({ fn, statement }: Found, module: Module): CodeSource {
  const { code, file } = module
  const before = code.slice(0, fn.start)
  const [line, column] = [before.split('\n').length, fn.start - before.lastIndexOf('\n')]
  const doc = docBefore(before) ?? docBefore(code.slice(0, statement))
  const types = typesOf(fn, module)
  return { source: outdented(code.slice(fn.start, fn.end), before), ...(doc !== undefined && { doc }), ...(types !== '' && { types }), location: { file, line, column } }
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
