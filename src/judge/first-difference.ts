/** Where two texts stop being the same, for people. Stage: judge. */
import { describeValue } from '../core/describe-value.ts'

const SHOWN = 40

/**
 * One sentence on the first difference of two different texts.
 *
 * @example
 * ```ts
 * firstDifference('a cat', 'a car') // 'first difference at line 1, column 5: expected "t", received "r"'
 * ```
 */
export function firstDifference(expected: string, received: string): string {
  const [wanted, given] = [[...expected], [...received]]
  let at = 0
  while (at < wanted.length && at < given.length && wanted[at] === given[at]) at++
  const before = wanted.slice(0, at).join('').split('\n')
  return `first difference at line ${before.length}, column ${[...before.at(-1)!].length + 1}: expected ${rest(wanted, at)}, received ${rest(given, at)}`
}

function rest(characters: readonly string[], from: number): string {
  return from >= characters.length ? 'the end' : describeValue(characters.slice(from, from + SHOWN).join('') + (characters.length > from + SHOWN ? '…' : ''))
}
