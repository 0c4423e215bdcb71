/** Puts the source of trainable functions, as written, where they are declared: when it runs, it has lost its types. Stage: vitest. */
import { readFile } from 'node:fs/promises'
import type { Plugin } from 'vitest/config'
import type { CodeSource } from '../graph/code-source.ts'
import { acceptedCode } from '../store/code-files.ts'
import type { EditedSource, SourceEdit } from './edited-source.ts'
import { bareExpression, isFunction, moduleReader, nameOf, readModule, sourceFile, visit, type Found, type Module, type Parse, type ReadImport, type ReadModule, type Syntax } from './source-module.ts'
import { typesOf } from './source-types.ts'

const candidate = /\btrainable\s*:\s*true\b|\bparameter\s*\.\s*code\s*\(/

/** The plugin that `traceEval()` and the command use; after another copy of itself it finds nothing left to do. */
export function codePlugin(): Plugin {
  return {
    name: 'trace-eval:code', enforce: 'pre',
    async transform(code, id) {
      const file = id.split('?', 1)[0]!
      if (!candidate.test(code) || !sourceFile.test(file) || file.includes('/node_modules/')) return
      const { parseAst } = await import('vitest/node')
      const supplied = await supplyCode(code, file, parseAst as Parse, async (specifier, importer) => {
        const resolved = (await this.resolve(specifier, importer))?.id.split('?', 1)[0]
        return resolved !== undefined && sourceFile.test(resolved) && !resolved.includes('/node_modules/') ? { file: resolved, code: await readFile(resolved, 'utf8') } : undefined
      })
      return supplied
    },
  }
}

/** `code` with sources put in: `trainable: { source: … }` for `trainable: true`, and `source` into the options of `parameter.code`. */
export async function supplyCode(code: string, file: string, parse: Parse, readImport: ReadImport): Promise<EditedSource | undefined> {
  const module = readModule(code, file, parse)
  if (module === undefined) return undefined
  const read = moduleReader(parse, readImport)
  const edits: SourceEdit[] = []
  for (const { edit, target, statement } of targetsIn(module)) {
    const fn = functionOf(target, statement, module) ?? await importedFunction(bareExpression(target), module, read)
    if (fn !== undefined) edits.push(edit(JSON.stringify(await sourceOf(fn, read))))
  }
  // Everything keeps its line: what is put in has none of its own. Loaded where it is needed, as most files are left alone.
  return edits.length === 0 ? undefined : (await import('./edited-source.ts')).withEdits(code, edits, file)
}

/** A function that is to be supplied, and how. */
interface Target { readonly target: Syntax; readonly statement: number; readonly edit: (source: string) => SourceEdit }

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

function functionOf(expression: Syntax, statement: number, module: Module): Found | undefined {
  const bare = bareExpression(expression)
  return bare.type === 'Identifier' ? module.functions.get(nameOf(bare)) : isFunction(bare) ? { fn: bare, statement, module } : undefined
}

/** A function of another file of the project, such as one of accepted code. */
async function importedFunction(target: Syntax, module: Module, read: ReadModule): Promise<Found | undefined> {
  const imported = target.type === 'Identifier' ? module.imports.get(nameOf(target)) : undefined
  const other = imported === undefined ? undefined : await read(imported.from, module)
  const found = other?.functions.get(imported!.name)
  return other && found && { ...found, accepted: acceptedCode(other.code.replaceAll(/\r\n?/g, '\n'), imported!.name) }
}

async function sourceOf({ fn, statement, module, accepted }: Found, read: ReadModule): Promise<CodeSource> {
  const { code, file } = module
  const before = code.slice(0, fn.start)
  const [line, column] = [before.split('\n').length, fn.start - before.lastIndexOf('\n')]
  const doc = docBefore(before) ?? docBefore(code.slice(0, statement))
  const types = accepted === undefined ? await typesOf(fn, module, read) : accepted.types ?? ''
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
