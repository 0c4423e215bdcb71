/** Where a text stops being JSON: engines word it differently and often leave the place out. Stage: store. */

/** A place in a text; both start at 1, columns count UTF-16 code units. */
export interface TextPlace { readonly line: number; readonly column: number }

/** The place of the first character at which `text` cannot go on to be JSON; none when it is JSON. */
export function jsonErrorPlace(text: string): TextPlace | undefined {
  const offset = jsonErrorOffset(text)
  if (offset === undefined) return undefined
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: before.at(-1)!.length + 1 }
}

// What may come next. `open` closers are kept on a stack instead of recursion, so depth costs nothing.
type Want = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end'

const space = /[ \t\n\r]*/y
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y // oxlint-disable-line no-control-regex
const scalar = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y

function jsonErrorOffset(text: string): number | undefined {
  const open: ('}' | ']')[] = []
  let want: Want = 'value'
  let offset = skip(space, text, 0)
  while (want !== 'comma-or-end' || open.length > 0 || offset < text.length) {
    const next = step(text, offset, want, open)
    if (next === undefined) return offset
    want = next.want
    offset = skip(space, text, next.offset)
  }
  return undefined
}

/** Reads one token at `offset`; none when it is not what is wanted. */
function step(text: string, offset: number, want: Want, open: ('}' | ']')[]): { offset: number; want: Want } | undefined {
  const char = text[offset]
  if (char === open.at(-1) && char !== undefined && (want.endsWith('-or-end'))) {
    open.pop()
    return { offset: offset + 1, want: 'comma-or-end' }
  }
  switch (want) {
    case 'colon': return char === ':' ? { offset: offset + 1, want: 'value' } : undefined
    case 'comma-or-end': return char === ',' && open.length > 0 ? { offset: offset + 1, want: open.at(-1) === '}' ? 'key' : 'value' } : undefined
    case 'key': case 'key-or-end': return token(string, text, offset, 'colon')
    default: return stepValue(text, offset, open)
  }
}

function stepValue(text: string, offset: number, open: ('}' | ']')[]): { offset: number; want: Want } | undefined {
  switch (text[offset]) {
    case '{': open.push('}'); return { offset: offset + 1, want: 'key-or-end' }
    case '[': open.push(']'); return { offset: offset + 1, want: 'value-or-end' }
    case '"': return token(string, text, offset, 'comma-or-end')
    default: return token(scalar, text, offset, 'comma-or-end')
  }
}

function token(pattern: RegExp, text: string, offset: number, want: Want): { offset: number; want: Want } | undefined {
  const end = skip(pattern, text, offset)
  return end === offset ? undefined : { offset: end, want }
}

function skip(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset
  return pattern.test(text) ? pattern.lastIndex : offset
}
