/** How many words in a row two texts have in common. Stage: optimize. */

/** Words of one text that are read, at most: the last ones stand nearest to its end. */
const MAX_WORDS = 400

/** The words of a text in lower case, of a long one the last. */
export function wordsOf(text: string): string[] {
  return (text.slice(-8 * MAX_WORDS).toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).slice(-MAX_WORDS)
}

/** Length of the longest run of words that `words` has in common with each of `others`. Linear where few words are. */
export function runsBetween(words: readonly string[], others: readonly (readonly string[])[]): number[] {
  const places = Map.groupBy(words.keys(), (index) => words[index]!)
  return others.map((other) => longestRun(places, other))
}

function longestRun(places: ReadonlyMap<string, readonly number[]>, other: readonly string[]): number {
  let longest = 0
  // By where it ends in that text: the length of the run that ends at the last word of `other`.
  let ending = new Map<number, number>()
  for (const word of other) {
    const found = places.get(word)
    if (found === undefined) {
      if (ending.size > 0) ending = new Map()
      continue
    }
    const next = new Map<number, number>()
    for (const index of found) {
      const length = (ending.get(index - 1) ?? 0) + 1
      next.set(index, length)
      longest = Math.max(longest, length)
    }
    ending = next
  }
  return longest
}
