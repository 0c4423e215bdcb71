/** Where numbers should go, from how far the results are from what was expected. Stage: optimize. */
import type { ParameterValues } from '../../feedback/case-run.ts'
import type { Feedback } from '../../feedback/feedback.ts'
import type { Evaluation, ParameterSpec } from '../optimizer.ts'

/** How far along, in lengths of the last move, the next point may lie. */
const FARTHEST = 4

/**
 * The values at which the distance between expected and received numbers should vanish, when the last move goes on in its direction:
 * the secant method, over several distances in the sense of least squares (Gauss and Newton's step along a line). A failed assertion that compares
 * numbers tells more than a score: its sign and its size. None where the two evaluations differ in anything but numbers, or where no
 * distance changed.
 */
export function secantChanges(from: Evaluation, to: Evaluation, specs: readonly ParameterSpec[]): ParameterValues | undefined {
  const moved = Object.keys(to.values).filter((name) => from.values[name] !== to.values[name])
  const numbers = moved.flatMap((name) => specs.find((spec) => spec.name === name && spec.domain.kind === 'number') ?? [])
  if (moved.length === 0 || numbers.length < moved.length) return undefined
  const factor = rootAlong(distancesOf(from), distancesOf(to))
  if (factor === undefined) return undefined
  const changes: Record<string, unknown> = {}
  for (const spec of numbers) {
    const [a, b] = [from.values[spec.name] as number, to.values[spec.name] as number]
    const checked = spec.check(fitted(a + factor * (b - a), spec))
    if ('value' in checked && checked.value !== b) changes[spec.name] = checked.value
  }
  return Object.keys(changes).length === 0 ? undefined : changes
}

/** Where on the way from 0 to 1 and beyond the distances vanish, if they changed. */
function rootAlong(from: ReadonlyMap<string, number>, to: ReadonlyMap<string, number>): number | undefined {
  let [across, along] = [0, 0]
  for (const key of new Set([...from.keys(), ...to.keys()])) {
    const [before, after] = [from.get(key) ?? 0, to.get(key) ?? 0]
    across += before * (after - before)
    along += (after - before) ** 2
  }
  const factor = -across / along
  return Number.isFinite(factor) ? Math.min(FARTHEST, Math.max(1 - FARTHEST, factor)) : undefined
}

/** Expected minus received, by case and assertion; an assertion that held has none. */
function distancesOf({ runs }: Evaluation): Map<string, number> {
  const found = new Map<string, number>()
  for (const [id, trials] of runs) {
    for (const { feedback } of trials) {
      for (const one of feedback) {
        const sides = numbersOf(one)
        if (sides !== undefined) found.set(`${id}/${one.check ?? ''}/${one.message.replaceAll(NUMBER, '')}`, sides[0] - sides[1])
      }
    }
  }
  return found
}

const NUMBER = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi
const SAID = /expected\b[^\d\n-]*(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\b.*?\b(?:got|received|was)\b[^\d\n-]*(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)/i

/** Expected and received, where both are numbers: the sides of the assertion, else what the message says. */
function numbersOf({ expected, received, message }: Feedback): readonly [number, number] | undefined {
  const [, first, second] = SAID.exec(message) ?? []
  const [wanted, got] = expected === undefined || received === undefined ? [first, second] : [expected, received]
  if (wanted === undefined || got === undefined || wanted.trim() === '' || got.trim() === '') return undefined
  const sides = [Number(wanted), Number(got)] as const
  return sides.every(Number.isFinite) ? sides : undefined
}

/** Inside the range, and whole where it must be. */
function fitted(value: number, { domain }: ParameterSpec): number {
  if (domain.kind !== 'number') return value
  const [low, high] = domain.range ?? [-Infinity, Infinity]
  const inside = Math.min(high, Math.max(low, value))
  return domain.integer ? Math.round(inside) : Number(inside.toPrecision(8))
}
