/** Every propagator that comes with the library keeps the contract, and every law of it can fail. Stage: testing. */
import { itemPropagator } from '../backward/batch.ts'
import { graphPropagator } from '../backward/graph-propagator.ts'
import type { Propagator } from '../backward/propagator.ts'
import { propagator, sumPropagator } from '../backward/propagators.ts'
import { originOf } from '../graph/node.ts'
import { propagatorContract } from './propagator-contract.ts'
import { lawsCanFail } from './laws-can-fail.ts'
import { propagatorLaws } from './propagator-laws.ts'

propagatorContract('the sum of numbers', { make: sumPropagator, given: 1 })
propagatorContract('the sum of texts', { make: sumPropagator<string>, given: 'too low. ' })
propagatorContract('the graph', { make: () => graphPropagator, given: 'too low' })
propagatorContract('feedback by item', { make: () => itemPropagator, given: ['too low', 'too high'] })
propagatorContract('a custom propagator', {
  make: () => propagator<readonly string[]>({
    byStep: { multiply: ({ feedback }) => ({ a: feedback.map((text) => `${text}, at a`), b: feedback.map((text) => `${text}, at b`) }) },
    join: (parts) => parts.flat(),
  }),
  given: ['too low'],
})

/** A sum of lists with one method replaced. */
const spoiled = (change: Partial<Propagator<string[]>>) => (): Propagator<string[]> => ({
  ...propagator<string[]>({ join: (parts) => parts.flat() }), ...change,
})
let calls = 0

const breakers: Readonly<Record<string, readonly [make: () => Propagator<string[]>, message: string]>> = {
  'gives every parameter feedback that an output depends on': [spoiled({ join: (parts, at) => (originOf(at).kind === 'parameter' ? undefined as never : parts.flat()) }), 'feedback of price: expected undefined to be defined'],
  'answers at once, for inputs of the step and nothing else': [
    spoiled({ through: ({ feedback, wanted }) => ({ ...Object.fromEntries(wanted.map((name) => [name, feedback])), other: feedback }) }), `inputs of failing: expected [ '_amount' ] to include 'other'`],
  'does not write to what it is shown': [
    spoiled({ join: ([first, ...rest]) => { for (const part of rest) first!.push(...part); return first! } }), 'Cannot add property 1, object is not extensible'],
  'gives the same for the same graph and feedback, however often it is asked': [spoiled({ begin: (given) => [...given, String(calls++)] }), 'asked again: expected [ [ '],
  'joins the same in any grouping': [spoiled({ join: (parts) => [parts.flat().join('+'), String(parts.length)] }), 'the first two first: expected'],
  'carries feedback through a chain of 20,000 steps, and to a step with 2,000 inputs': [
    spoiled({ through: ({ feedback, wanted }) => (wanted.length > 100 ? {} : Object.fromEntries(wanted.map((name) => [name, feedback]))) }), 'received none for "add", "add_1"'],
}

lawsCanFail(propagatorLaws, breakers, (law, make) => law.check({ make, given: ['x'] }))
