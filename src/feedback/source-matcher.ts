/** Reads from source text how the assertion at a place was written. Stage: feedback. */
import type { SourceLocation } from '../core/stack.ts'

/** What the source says. */
export interface WrittenAssertion {
  readonly matcher?: string
  readonly negated?: boolean
  readonly promise?: 'resolves' | 'rejects'
}

const LOOK_BACK = 300
const chain = /^\s*\.?\s*[A-Za-z_$][\w$]*(?:\s*\.\s*[A-Za-z_$][\w$]*)*/
/** Words that are no matcher; a frame may point at one of them, or at the dot before. */
const modifiers = new Set([
  '', 'resolves', 'rejects', 'not', 'to', 'be', 'been', 'is', 'and', 'has', 'have', 'with', 'that', 'which', 'at', 'of', 'same', 'but', 'does', 'still', 'also',
  'deep', 'nested', 'own', 'ordered', 'any', 'all', 'itself',
])

/**
 * The assertion whose matcher, or whose `resolves` or `rejects`, stands at `place`: a stack frame points there.
 *
 * @example
 * ```ts
 * assertionAt('expect(team).not.toBe(1)', { line: 1, column: 18 }) // { matcher: 'toBe', negated: true }
 * ```
 */
export function assertionAt(source: string, { line, column }: Pick<SourceLocation, 'line' | 'column'>): WrittenAssertion {
  const offset = offsetOf(source, line, column)
  const words = offset === undefined ? undefined : chain.exec(source.slice(offset, offset + LOOK_BACK))?.[0].split('.').map((word) => word.trim())
  if (offset === undefined || words === undefined) return {}
  const matcher = words.find((word) => !modifiers.has(word))
  if (matcher === undefined) return {}
  const own = words.slice(0, words.indexOf(matcher))
  const written = [...wordsBefore(source.slice(Math.max(0, offset - LOOK_BACK), offset)), ...own]
  const promise = written.includes('resolves') ? 'resolves' : written.includes('rejects') ? 'rejects' : undefined
  return { matcher, ...(written.includes('not') && { negated: true }), ...(promise && { promise }) }
}

function offsetOf(source: string, line: number, column: number): number | undefined {
  let start = 0
  for (let at = 1; at < line; at++) {
    start = source.indexOf('\n', start) + 1
    if (start === 0) return undefined
  }
  return start + column - 1
}

/** The words of the chain that ends right before the place. */
function wordsBefore(text: string): string[] {
  return /(?:\.\s*[A-Za-z_$][\w$]*\s*)+\.?\s*$/.exec(text)?.[0].split('.').map((word) => word.trim()) ?? []
}
