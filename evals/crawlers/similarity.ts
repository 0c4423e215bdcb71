/** How alike two texts are: by the tokens they share. */

export type Tokens = 'words' | 'trigrams' | 'both'
export type Measure = 'jaccard' | 'overlap' | 'cosine'

export interface Tokenizing {
  readonly tokens: Tokens
  /** `Chrome/126.0` and `Chrome/99.1` are the same word. */
  readonly ignoreNumbers: boolean
  readonly ignoreCase: boolean
}

/** The different tokens of a text. */
export function tokensOf(text: string, { tokens, ignoreNumbers, ignoreCase }: Tokenizing): ReadonlySet<string> {
  const cased = ignoreCase ? text.toLowerCase() : text
  const plain = ignoreNumbers ? cased.replaceAll(/\d[\d._]*/g, '#') : cased
  const found = new Set<string>()
  if (tokens !== 'trigrams') for (const word of plain.match(/[\w.#+-]+/g) ?? []) found.add(word)
  if (tokens !== 'words') for (let at = 0; at + 3 <= plain.length; at++) found.add(plain.slice(at, at + 3))
  return found
}

/** 0 for nothing in common to 1 for the same tokens. `overlap` asks only how much of `asked` is in `known`. */
export function similarity(asked: ReadonlySet<string>, known: ReadonlySet<string>, measure: Measure): number {
  if (asked.size === 0 || known.size === 0) return 0
  let shared = 0
  for (const token of asked) if (known.has(token)) shared++
  switch (measure) {
    case 'jaccard': return shared / (asked.size + known.size - shared)
    case 'overlap': return shared / asked.size
    case 'cosine': return shared / Math.sqrt(asked.size * known.size)
  }
}
