/** Numbers of 100 where a share of 1 is asked for: a slip that everyone makes, answered with the number to write. Stage: core. */

/**
 * The hint for `value` where it was surely meant of 100: a number above 1 and up to 100, or a text of one, with or without `%`.
 *
 * @param holds Whether a share is one that may stand there; a hint never suggests another.
 */
export function perCentHint(value: unknown, unit: '%' | 'points of 100' = '%', holds: (share: number) => boolean = () => true): string | undefined {
  const [, text, sign] = typeof value === 'string' ? /^\s*(\d+(?:\.\d+)?)\s*(%?)\s*$/.exec(value) ?? [] : []
  const amount = text === undefined ? value : Number(text)
  if (typeof amount !== 'number' || !(amount <= 100 && (amount > 1 || sign === '%'))) return undefined
  // Rounded as decimals: 1.1 / 100 is 0.011000000000000001.
  const share = Number((amount / 100).toPrecision(12))
  return holds(share) ? `Write ${share} for ${amount} ${unit}.` : undefined
}
