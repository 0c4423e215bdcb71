/** The source of a function that may be rewritten: its name, its signature, and whether a proposal keeps them. Stage: graph. */
import type { SourceLocation } from '../core/stack.ts'

/** A function as it was written. The plugin of `trace-eval/config` supplies it, since a running function has lost its types. */
export interface CodeSource {
  readonly source: string
  /** Its documentation comment, as a text. */
  readonly doc?: string
  /** Declarations of the types that it uses. */
  readonly types?: string
  readonly location?: SourceLocation
}

/** What values a code parameter may have. */
export interface CodeDomain {
  readonly kind: 'code'
  /** The function's name. */
  readonly function: string
  /** How the code must begin, up to the brace or arrow before the body. */
  readonly signature: string
  /** Declarations of the types that it uses. */
  readonly types?: string
  /** Characters. */
  readonly maxLength: number
}

/**
 * Comments, strings, templates and regular expressions, the one that begins first wins; what they hold must not be read as code. A line comment ends before
 * its line feed, and a string where its line does. A slash begins an expression where a value is expected.
 */
export const inert = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`|(?<=(?:[=(,:[!&|?{>]|\breturn)\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//g
const isComment = (text: string): boolean => text.startsWith('/*') || text.startsWith('//')

/** `source` with what is no code blanked out, every character in its place: comments as spaces, strings as letters. */
function blanked(source: string): string {
  return source.replaceAll(inert, (found) => found.replaceAll(/[^\n]/g, isComment(found) ? ' ' : 'x'))
}

/** Without comments, and without spaces outside of strings: what two spellings of one signature have in common. */
function bare(source: string): string {
  let rest = 0
  let text = ''
  for (const { 0: found, index } of source.matchAll(inert)) {
    text += source.slice(rest, index).replaceAll(/\s+/g, '') + (isComment(found) ? '' : found)
    rest = index + found.length
  }
  return (text + source.slice(rest).replaceAll(/\s+/g, '')).replaceAll(/,(?=[)\]}])/g, '')
}

/**
 * The source of a function as a declaration that stands alone: `function pick(…) {…}`, or `const pick = (…) => …`.
 * Of several, as accepted code has them, it is about the one named `own` or `fallback`, else the first. Nothing of anything else: native and bound functions, methods, classes and generators.
 */
export function declaration(text: string, fallback: string, own = ''): { readonly name: string; readonly source: string } | undefined {
  const source = text.replaceAll('\r\n', '\n').trim()
  const code = blanked(source)
  if (code.includes('[native code]')) return undefined
  const free = /^(?:async\s+)?function\s*(?=[(<])/.exec(code)
  if (free) return { name: fallback, source: `${source.slice(0, free[0].length).trimEnd()} ${fallback}${source.slice(free[0].length)}` }
  if (/^(?:async\b\s*)?(?:[\w$]+\s*=>|[(<])/.test(code)) return { name: fallback, source: `const ${fallback} = ${source}` }
  const known = [own, fallback].find((name) => name !== '' && signatureOf(source, name) !== '')
  if (known !== undefined) return { name: known, source }
  const constant = /^\s*(?:export\s+)?const\s+([\w$]+)\s*=\s*(?=async\b|[\w$(<])/.exec(code)
  if (constant) return { name: constant[1]!, source }
  const named = /(?:^|\n)\s*(?:export\s+)?(?:async\s+)?function\s+([\w$]+)/.exec(code)
  return named ? { name: named[1]!, source } : undefined
}

/** How the declaration of `name` begins in `source`: up to the brace of its body, or its arrow. */
export function signatureOf(source: string, name: string): string { return signaturesOf(source, name)[0] ?? '' }

/** Of all declarations of `name`, also inside of others. */
function signaturesOf(source: string, name: string): string[] {
  const code = blanked(source)
  const declared = new RegExp(`(?<![\\w$.])(?:async\\s+)?(?:function|const)\\s+${name.replaceAll('$', '\\$')}(?![\\w$])`, 'g')
  return Array.from(code.matchAll(declared), ({ index }) => beginAt(source, code, index))
}

function beginAt(source: string, code: string, start: number): string {
  const isArrow = code.slice(start).startsWith('const')
  let depth = 0
  let afterParameters = false
  for (let at = start; at < code.length; at++) {
    const char = code[at]!
    if (isArrow && depth === 0 && char === '=' && code[at + 1] === '>') return source.slice(start, at + 2)
    // A brace after `:`, `|`, `&` or `=>` opens a type.
    if (char === '{' && depth === 0 && !isArrow && afterParameters && !/(?:[:|&]|=>)\s*$/.test(code.slice(start, at))) return source.slice(start, at + 1)
    if ('([{<'.includes(char)) depth++
    else if (')]}'.includes(char) || (char === '>' && code[at - 1] !== '=')) {
      depth--
      afterParameters ||= depth === 0 && char === ')'
    }
  }
  return ''
}

/** What is wrong with `value` as the code of `domain`; whether it parses is for who can run it. */
export function outsideCode({ function: name, signature, maxLength }: CodeDomain, value: unknown): string | undefined {
  if (typeof value !== 'string') return 'the source of a function'
  if (value.length > maxLength) return `code of at most ${maxLength} characters`
  const begin = bare(signature)
  return signaturesOf(value, name).some((one) => bare(one) === begin) ? undefined : `code that keeps \`${signature.replaceAll(/\s+/g, ' ')}\``
}
