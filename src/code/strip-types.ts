/** TypeScript to JavaScript by turning types into spaces, so that every position stays. Stage: code. */
import { createRequire } from 'node:module'
import { CodeError, type CodePlace } from './code-error.ts'

interface Stripper {
  transformSync(source: string, options: { readonly mode: 'strip-only' }): { readonly code: string }
}

const load = createRequire(import.meta.url)
let stripper: Stripper | undefined

/**
 * `source` without its types, each character in its place.
 *
 * @throws {CodeError} `CODE_SYNTAX` with line, column and the line itself; also for what types alone cannot be taken out of: enums, namespaces, parameter properties.
 * @example
 * ```ts
 * stripTypes('const n: number = 1') // 'const n         = 1'
 * ```
 */
export function stripTypes(source: string): string {
  stripper ??= load('amaro') as Stripper
  try {
    return stripper.transformSync(source, { mode: 'strip-only' }).code
  } catch (error) {
    throw syntaxError(error, source)
  }
}

function syntaxError(error: unknown, source: string): CodeError {
  const { code, message, startLine, startColumn } = error as { code?: unknown; message?: unknown; startLine?: unknown; startColumn?: unknown }
  if (typeof startLine !== 'number' || typeof startColumn !== 'number') {
    // The parser itself failed, on nesting that is too deep: take a new one next time.
    stripper = undefined
    for (const file of Object.keys(load.cache)) if (/[\\/]amaro[\\/]dist[\\/]/.test(file)) delete load.cache[file]
    return new CodeError('CODE_SYNTAX', 'expected TypeScript, received code that the parser cannot take', { hint: 'Nest it less deeply.' })
  }
  const place: CodePlace = { line: startLine, column: startColumn + 1 }
  const hint = code === 'UnsupportedSyntax' ? 'Write it without enum, namespace and parameter properties.' : undefined
  return new CodeError('CODE_SYNTAX', `expected TypeScript, received: ${String(message)}`, { place, source, ...(hint !== undefined && { hint }) })
}

/** Takes the word `export` off the declarations of stripped `code`, each character in its place. */
export function withoutExports(code: string): string {
  let result = code
  for (const { 0: found, index } of code.matchAll(/^[ \t]*export\b(?:[ \t]*\{[^}]*\}|(?:[ \t]+default\b)?)/gm)) {
    const at = index + found.indexOf('export')
    // A word that is no word of the language breaks the code only where `export` was one, not in a string or comment.
    if (parses(`${result.slice(0, at)}expor7${result.slice(at + 6)}`)) continue
    result = result.slice(0, index) + found.replaceAll(/[^\n]/g, ' ') + result.slice(index + found.length)
  }
  return result
}

function parses(code: string): boolean {
  try {
    stripTypes(code)
    return true
  } catch {
    return false
  }
}
