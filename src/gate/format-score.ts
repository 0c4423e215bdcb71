/** Scores as text that never hides on which side of a mark they are. Stage: gate. */

const mostDigits = 6

/**
 * A score with two digits after the point, and as many more as it takes to tell it from each of `landmarks` and from 0 and 1:
 * 0.897 beside a threshold of 0.90 is not "0.90".
 */
export function formatScore(score: number, landmarks: readonly number[], least = 2): string {
  const marks = [0, 1, ...landmarks].filter((mark) => Math.abs(mark - score) > 1e-12)
  let digits = least
  while (digits < mostDigits && marks.some((mark) => score.toFixed(digits) === mark.toFixed(digits))) digits++
  return score.toFixed(digits)
}

/** A change of a score with its sign, and enough digits to tell it from `landmarks` and from none: +0.05, -0.003. */
export function formatChange(change: number, landmarks: readonly number[], least = 2): string {
  const marks = [0, ...landmarks].filter((mark) => Math.abs(mark - change) > 1e-12)
  let digits = least
  while (digits < mostDigits && marks.some((mark) => Number(change.toFixed(digits)) === Number(mark.toFixed(digits)))) digits++
  const text = Math.abs(change).toFixed(digits)
  return Number(text) === 0 ? text : `${change < 0 ? '-' : '+'}${text}`
}

/**
 * Digits after the point with which two scores and their difference go together: as many as tell the scores apart, and one more where without it the
 * difference would be another than that of the texts (0.60 to 0.95 is not 0.36).
 */
export function pairDigits(from: number, to: number): number {
  const digits = apartDigits(from, to)
  return !agrees(from, to, digits) && agrees(from, to, digits + 1) ? digits + 1 : digits
}

function apartDigits(from: number, to: number): number {
  let digits = 2
  while (digits < mostDigits && from.toFixed(digits) === to.toFixed(digits) && Math.abs(to - from) >= 1e-9) digits++
  return digits
}

/** Whether the difference of the texts is the text of the difference. */
function agrees(from: number, to: number, digits: number): boolean {
  return Math.abs(Number(to.toFixed(digits)) - Number(from.toFixed(digits)) - Number((to - from).toFixed(digits))) < 1e-9
}

/**
 * Digits after the point for all scores of a table: as many as each of them needs beside `landmarks` and beside the other of its pair, and one more where
 * all pairs agree with their differences then and do not before. Where neither does, a difference has to be that of the texts.
 */
export function tableDigits(pairs: readonly (readonly [from: number, to: number])[], landmarks: readonly number[]): number {
  const needs = pairs.flatMap(([from, to]) => [apartDigits(from, to), ...[from, to].map((score) => formatScore(score, landmarks).split('.')[1]!.length)])
  const digits = Math.max(2, ...needs)
  const agree = (count: number): boolean => pairs.every(([from, to]) => agrees(from, to, count))
  return digits < mostDigits && !agree(digits) && agree(digits + 1) ? digits + 1 : digits
}

/** A threshold as it was written, with at least two digits after the point: 0.90, 0.925. */
export function formatThreshold(threshold: number): string {
  let digits = 2
  while (digits < mostDigits && Number(threshold.toFixed(digits)) !== threshold) digits++
  return threshold.toFixed(digits)
}
