/** Several tests at once. Stage: stats. */

/**
 * p-values adjusted by Holm: what stays at or below α may be claimed, each and all together, with a chance of at most α that any of the
 * claims is false. For several metrics any of which may count as an improvement. Where all gates have to pass, nothing needs adjusting.
 *
 * Holm, "A simple sequentially rejective multiple test procedure" (Scand. J. Stat. 6, 1979).
 *
 * @example
 * ```ts no-run
 * holm([0.01, 0.04, 0.03, 0.005]) // [0.03, 0.06, 0.06, 0.02]
 * ```
 */
export function holm(p: readonly number[]): number[] {
  let highest = 0
  return adjusted(p, byValue(p), (value, place) => (highest = Math.max(highest, Math.min(1, value * (p.length - place)))))
}

/**
 * p-values adjusted by Benjamini and Hochberg: of what stays at or below q, at most the share q is false on average. For a list to look
 * through, as of checks that may have changed; not for a gate.
 *
 * Benjamini and Hochberg, "Controlling the false discovery rate" (J. R. Stat. Soc. B 57, 1995).
 */
export function benjaminiHochberg(p: readonly number[]): number[] {
  let least = 1
  return adjusted(p, byValue(p).toReversed(), (value, place) => (least = Math.min(least, value * p.length / (p.length - place))))
}

function byValue(p: readonly number[]): number[] {
  return p.map((_, index) => index).toSorted((a, b) => p[a]! - p[b]!)
}

function adjusted(p: readonly number[], order: readonly number[], adjust: (value: number, place: number) => number): number[] {
  const result = [...p]
  for (const [place, index] of order.entries()) result[index] = adjust(p[index]!, place)
  return result
}
