/** A slip in the shape of a user's part fails every law in words. */
import { expect, test } from 'vitest'
import { optimizerLaws } from './optimizer-laws.ts'
import { propagatorLaws } from './propagator-laws.ts'
import { strategyLaws } from './strategy-laws.ts'

const [optimizer, strategy, propagator] = [optimizerLaws[0]!, strategyLaws[0]!, propagatorLaws[0]!]
const proposing = (answer: unknown) => () => ({ name: 'own', kinds: ['number'], begin: () => ({ propose: () => answer }) })
const hint = '\n  propose gives a list of { changes, reason }, an empty one when there is nothing left to try: see docs/optimizers.md.'

test('an optimizer in place of a function that makes one is named', async () => {
  await expect(optimizer.check({ name: 'own' } as never)).rejects.toThrow(
    'expected a function that makes a fresh optimizer, received { name: "own" }\n  Write () => … around it. See docs/optimizers.md.')
})

test.each([
  ['an optimizer', () => optimizer.check((() => ({ name: 'own', kinds: ['number'] })) as never), 'expected a function as `begin`, received undefined, at optimizer\n  See docs/optimizers.md.'],
  ['kinds of an optimizer', () => optimizer.check((() => ({ name: 'own', kinds: 'number' })) as never), 'expected a list as `kinds`, received "number", at optimizer\n  See docs/optimizers.md.'],
  ['a strategy', () => strategy.check((() => ({ name: 'own', size: 1 })) as never), 'expected a function as `parents`, received undefined, at strategy\n  See docs/strategies.md.'],
  ['a propagator', async () => propagator.check({ make: () => ({ begin() {}, join() {} }) as never, given: 1 }), 'expected a function as `through`, received undefined, at propagator\n  See docs/tracing.md.'],
  ['nothing at all', () => strategy.check((() => undefined) as never), 'expected strategy as an object, received undefined\n  See docs/strategies.md.'],
])('what a part lacks is named: %s', async (_, check, message) => { await expect(check()).rejects.toThrow(message) })

test.each([
  ['no list', undefined, `expected a list of proposals, received undefined, at round 1${hint}`],
  ['values without changes', [{ rate: 1 }], `expected a proposal with changes, received { rate: 1 }, at round 1${hint}`],
  ['nothing in the list', [undefined], `expected a proposal with changes, received undefined, at round 1${hint}`],
])('an answer that holds no proposals is named: %s', async (_, answer, message) => {
  await expect(optimizer.check(proposing(answer) as never)).rejects.toThrow(message)
})
