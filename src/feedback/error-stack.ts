/** The stack of a thrown error, as far as the user's code is concerned. Stage: feedback. */
import { userLocation } from '../core/stack.ts'
import { factsOf } from './assertion-facts.ts'
import { readText } from './read-property.ts'

/**
 * The stack of `error`. One that ends before the user's frames, after an `await` or many frames of chai, gives way to
 * that of the assertion. Written out here and not when the error is thrown: with source maps that is the larger part of a failure.
 */
export function stackOf(error: unknown): string | undefined {
  const stack = readText(error, 'stack')
  const origin = factsOf(error)?.origin
  if (stack === undefined || origin === undefined || userLocation(stack) !== undefined) return stack
  const frames = origin.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? []
  return [stack.split(/\n\s+at /)[0], ...frames].join('\n')
}
