/** What a source file declares and imports on its top level, from its syntax tree. Stage: vitest. */

/** A node of the syntax tree; what it holds depends on `type`. */
export interface Syntax { readonly type: string; readonly start: number; readonly end: number; readonly [key: string]: unknown }
/** `parseAst` of Vite; before Vite 8 it reads JavaScript only. */
export type Parse = (code: string, options: { readonly lang: 'js' | 'jsx' | 'ts' | 'tsx' }) => unknown
export interface Module {
  readonly code: string
  readonly file: string
  readonly statements: readonly Syntax[]
  readonly functions: ReadonlyMap<string, Found>
  readonly types: ReadonlyMap<string, Syntax>
  readonly imports: ReadonlyMap<string, { readonly name: string; readonly from: string }>
}
/** A function and where the statement around it begins: documentation stands before either. */
export interface Found { readonly fn: Syntax; readonly statement: number; readonly module: Module; readonly accepted?: { readonly value: string; readonly types?: string } | undefined }
/** Finds a file that is imported. */
export type ReadImport = (specifier: string, importer: string) => Promise<{ readonly file: string; readonly code: string } | undefined>

/** A file of the project that `importer` imports. */
export type ReadModule = (specifier: string, importer: Module) => Promise<Module | undefined>

export const sourceFile = /\.[cm]?([jt]sx?)$/

/** Functions and types that the file declares on its top level, and what it imports by name. */
export function readModule(code: string, file: string, parse: Parse): Module | undefined {
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

/** Reads each file once. */
export function moduleReader(parse: Parse, readImport: ReadImport): ReadModule {
  const modules = new Map<string, Module | undefined>()
  return async (specifier, importer) => {
    const found = await readImport(specifier, importer.file)
    if (found !== undefined && !modules.has(found.file)) modules.set(found.file, readModule(found.code, found.file, parse))
    return found && modules.get(found.file)
  }
}

export function visit(node: Syntax, onNode: (node: Syntax) => void): void {
  onNode(node)
  for (const value of Object.values(node)) {
    for (const inner of Array.isArray(value) ? value as unknown[] : [value]) {
      if (typeof inner === 'object' && inner !== null && typeof (inner as Syntax).type === 'string') visit(inner as Syntax, onNode)
    }
  }
}

export const nameOf = (node: unknown): string => String((node as { name?: unknown } | undefined)?.name)
export const isFunction = ({ type }: Syntax): boolean => type === 'FunctionExpression' || type === 'FunctionDeclaration' || type === 'ArrowFunctionExpression'

/** What stands inside parentheses and type assertions. */
export function bareExpression(expression: Syntax): Syntax {
  const wrapped = ['ParenthesizedExpression', 'TSAsExpression', 'TSSatisfiesExpression'].includes(expression.type)
  return wrapped ? bareExpression(expression['expression'] as Syntax) : expression
}
