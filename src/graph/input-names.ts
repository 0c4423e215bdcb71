/** The argument names of a function, read from its source text. Stage: graph. */

import { inert } from './code-source.ts'

/** Names by position; a destructured argument is called `input`. Of a native or bound function: none. */
// oxlint-disable-next-line no-unsafe-function-type
export function inputNames(fn: Function): readonly string[] {
  const source = String(fn)
  if (source.includes('[native code]')) return []
  const text = source.replaceAll(inert, ' ')
  const bare = /^\s*(?:async\s+)?([\w$]+)\s*=>/.exec(text)
  if (bare) return [bare[1]!]
  const open = text.indexOf('(')
  if (open < 0) return []
  return topLevelParts(text, open).map((part, index) => /^(?:\.\.\.)?\s*([\w$]+)/.exec(part)?.[1] ?? (index === 0 ? 'input' : `input${index}`))
}

/** The parts between the bracket at `open` and its partner, cut at commas outside of brackets. */
function topLevelParts(text: string, open: number): string[] {
  const parts: string[] = []
  let depth = 0
  let from = open + 1
  for (let at = open; at < text.length; at++) {
    const char = text[at]!
    if ('([{'.includes(char)) depth++
    else if (')]}'.includes(char) && --depth === 0) { parts.push(text.slice(from, at)); break }
    else if (char === ',' && depth === 1) { parts.push(text.slice(from, at)); from = at + 1 }
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}
