/** A module as plain source, with the learned values in place of its parameters. Stage: graph. */
import { canonicalJson } from '../core/canonical-json.ts'
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { parametersOf } from './module.ts'
import { peek } from './origin.ts'
import { rewriteSource, type ParseSource } from './plain-source.ts'
import { literal } from './literal.ts'

/** Options of `exportModule`. */
export interface ExportOptions {
  /** The text of the file that declares the class or object. */
  readonly source: string
  /** Reads TypeScript into an ESTree with positions: `parseAst` of `vite` 8 or of `vitest/node`, or the like. */
  readonly parse: ParseSource
}

/**
 * The source of a module as plain TypeScript, with the values that its parameters have now: `parameter(…)` becomes the
 * literal of its value, `bundle(fn)` the function, or its learned code, t`…` an ordinary template; reads of `.value`, `.$` and `derive`
 * on what was a node, types of nodes and imports that nobody uses any more go. Parameters are found by their names.
 *
 * @throws {TraceEvalError} `EXPORT_SOURCE` when the source does not parse or uses something of the library that has no plain
 * form; `EXPORT_VALUE` when two parameters of one name have different values, or a value has no literal.
 * @example
 * ```ts no-run
 * import { parseAst } from 'vite'
 * const source = await readFile('router.ts', 'utf8')
 * await writeFile('router.learned.ts', exportModule(router, { source, parse: parseAst }))
 * ```
 */
export function exportModule(instance: object, { source, parse }: ExportOptions): string {
  const values = new Map<string, unknown>()
  const functions = new Map<string, string>()
  for (const [path, found] of Object.entries(parametersOf(instance))) {
    const value = peek(found)
    if (values.has(found.name) && canonicalJson(values.get(found.name)) !== canonicalJson(value)) {
      throw new TraceEvalError('EXPORT_VALUE', `expected one value for the name ${describeValue(found.name)}, received ${describeValue(values.get(found.name))} and ${describeValue(value)}`,
        { at: `parameter ${describeValue(path)}`, hint: 'A class has one source: export each of its instances by itself.' })
    }
    values.set(found.name, value)
    if (found.domain.kind === 'code') functions.set(found.name, found.domain.function)
  }
  return rewriteSource(source, parse, {
    literalOf: (name) => (values.has(name) ? literal(values.get(name), name) : undefined),
    codeOf: (name) => (functions.has(name) ? { code: String(values.get(name)), called: functions.get(name)! } : undefined),
  })
}
