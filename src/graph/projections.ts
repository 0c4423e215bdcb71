/** Proposed values brought into shape before they are checked. Stage: graph. */
import { describeValue } from '../core/describe-value.ts'
import { describeError } from './as-text.ts'
import type { Domain } from './domain.ts'
import type { Projection } from './parameter-options.ts'

/** `value` as the projections leave it, or what went wrong. @internal */
export function projectValue(domain: Domain, projections: Projection | readonly Projection[] | undefined, value: unknown): { value: unknown } | { problem: string } {
  if (projections === undefined || (domain.kind in typeOf && typeof value !== typeOf[domain.kind as keyof typeof typeOf])) return { value }
  try {
    return { value: [projections].flat().reduce((current, project) => project(current), value) }
  } catch (error) {
    return { problem: `expected a projection that takes ${describeValue(value)}, received ${describeError(error)}` }
  }
}

const typeOf = { text: 'string', code: 'string', number: 'number', boolean: 'boolean' } as const

/**
 * Projection of a text: line ends become `\n`, spaces at the end of a line go, of several empty lines one stays, and
 * nothing empty stays at the beginning and the end.
 *
 * @example
 * ```ts
 * const tone = parameter('tone', 'Be kind.', { project: trimmed })
 * tone.with('  Be brief.  \r\n').value // 'Be brief.'
 * ```
 */
export function trimmed(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').split('\n').map((line) => line.trimEnd()).join('\n').replaceAll(/\n{3,}/g, '\n\n').trim()
}

/**
 * Projection of a number: one below or above the range becomes its nearest end, instead of being refused.
 *
 * @example
 * ```ts
 * const share = parameter('share', 0.5, { range: [0, 1], project: clamped(0, 1) })
 * share.with(1.2).value // 1
 * ```
 */
export function clamped(low: number, high: number): Projection {
  return (value: number) => Math.min(high, Math.max(low, value))
}
