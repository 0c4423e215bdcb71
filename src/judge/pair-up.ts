/** The most pairs that two lists can be joined into. Stage: judge. */

/** For each item of the first list the index of its partner in the second, or -1. */
export type Pairs = readonly number[]

/** In any order: augmenting paths (Kuhn 1955), which take back a pair where that makes room for two. */
export function pairAnyOrder(count: number, others: number, fits: (item: number, other: number) => boolean): Pairs {
  const partnerOf = Array.from({ length: others }, () => -1)
  const place = (item: number, tried: Set<number>): boolean => {
    for (let other = 0; other < others; other++) {
      if (tried.has(other) || !fits(item, other)) continue
      tried.add(other)
      if (partnerOf[other] === -1 || place(partnerOf[other]!, tried)) {
        partnerOf[other] = item
        return true
      }
    }
    return false
  }
  for (let item = 0; item < count; item++) place(item, new Set())
  return Array.from({ length: count }, (_, item) => partnerOf.indexOf(item))
}

/** In the same order: a longest common subsequence. */
export function pairInOrder(count: number, others: number, fits: (item: number, other: number) => boolean): Pairs {
  // best[i][j]: pairs among items from i and others from j.
  const best = Array.from({ length: count + 1 }, () => new Uint32Array(others + 1))
  for (let i = count - 1; i >= 0; i--) {
    for (let j = others - 1; j >= 0; j--) best[i]![j] = Math.max(best[i + 1]![j]!, best[i]![j + 1]!, fits(i, j) ? best[i + 1]![j + 1]! + 1 : 0)
  }
  const pairs = Array.from({ length: count }, () => -1)
  for (let i = 0, j = 0; i < count && j < others;) {
    if (fits(i, j) && best[i]![j] === best[i + 1]![j + 1]! + 1) pairs[i++] = j++
    else if (best[i + 1]![j]! >= best[i]![j + 1]!) i++
    else j++
  }
  return pairs
}
