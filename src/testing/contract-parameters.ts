/** The parameters that the contract suite has an optimizer work on: one of every kind, and the awkward ones. Stage: testing. */
import { checkValue, type Domain } from '../graph/domain.ts'
import type { ParameterSpec } from '../optimize/optimizer.ts'

/** A parameter as an optimizer gets it. `allow` narrows the domain further, as a schema would. */
export function aSpec(name: string, initial: unknown, domain: Domain, allow: (value: unknown) => boolean = () => true): ParameterSpec {
  return {
    name, initial, domain,
    check(value) {
      const checked = checkValue(domain, undefined, value)
      return 'problem' in checked || allow(checked.value) ? checked : { problem: 'expected a value that the schema allows' }
    },
  }
}

const real = { kind: 'number', integer: false, log: false } as const
const pool = ['refund', 'invoice', 'outage', 'password', 'threat', 'praise'].map((text) => ({ text }))

/**
 * One parameter of every kind and scale: a scripted model can answer for these names. `even` takes even numbers only,
 * by schema; `tone`, `rules` and `plan` are for optimizers of texts and free values.
 */
export const contractParameters: readonly ParameterSpec[] = [
  aSpec('ratio', 0.3141592653589793, { ...real, range: [0, 1] }),
  aSpec('rate', 0.01, { ...real, range: [1e-4, 1], log: true }),
  aSpec('count', 3, { ...real, range: [1, 9], integer: true }),
  aSpec('even', 4, { ...real, range: [0, 20], integer: true }, (value) => (value as number) % 2 === 0),
  aSpec('offset', -2.5, real),
  aSpec('strict', false, { kind: 'boolean' }),
  aSpec('model', 'small', { kind: 'choice', choices: ['small', 'medium', 'large', null] }),
  aSpec('shots', [pool[0]], { kind: 'examples', pool, max: 3 }),
  aSpec('tone', 'Be brief.', { kind: 'text', maxLength: 400 }),
  aSpec('rules', 'Answer with one word.', { kind: 'text' }),
  aSpec('plan', { steps: ['read'] }, { kind: 'value' }),
]

/** Few values in all, so that they can be used up. */
export const smallParameters: readonly ParameterSpec[] = [
  aSpec('flag', true, { kind: 'boolean' }),
  aSpec('size', 'm', { kind: 'choice', choices: ['s', 'm', 'l'] }),
  aSpec('level', 1, { ...real, range: [1, 2], integer: true }),
  aSpec('shot', [], { kind: 'examples', pool: ['yes', 'no'], max: 1 }),
]

/** Nothing to choose: each has one value. */
export const singleValueParameters: readonly ParameterSpec[] = [
  aSpec('fixed', 2, { ...real, range: [2, 2] }),
  aSpec('only', 'a', { kind: 'choice', choices: ['a'] }),
  aSpec('whole', 1, { ...real, range: [0.5, 1.5], integer: true }),
]
