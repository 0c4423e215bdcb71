/** How many tokens a request of any client has, as far as its texts tell. Stage: llm. */

/** Characters that an embedded picture or file counts as: its bytes are no words. */
const EMBEDDED = 4000

/** Tokens of all texts in `request`, at four characters each. */
export function tokensOfTexts(request: unknown): number {
  let characters = 0
  const seen = new Set<object>()
  const left: unknown[] = [request]
  while (left.length > 0) {
    const value = left.pop()
    if (typeof value === 'string') characters += value.startsWith('data:') ? EMBEDDED : value.length
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    left.push(...Object.values(value))
  }
  return Math.ceil(characters / 4)
}
