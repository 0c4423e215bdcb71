/** Proves that the contract can fail: for every law there is a strategy that breaks it. Stage: testing. */
import { greedy, pareto } from '../train/strategies.ts'
import type { SearchStrategy, StrategyView } from '../train/strategy.ts'
import { lawsCanFail } from './laws-can-fail.ts'
import { strategyLaws } from './strategy-laws.ts'

const strange = ({ best }: StrategyView): StrategyView['best'] => ({ ...best, id: 99 })
let calls = 0

/** By law: a strategy that breaks it, and what the failure says. */
const breakers: Readonly<Record<string, readonly [make: () => SearchStrategy, message: string]>> = {
  'has a name, and keeps at least one member': [() => ({ ...greedy(), size: 0.5 }), 'size is a whole number from 1 up'],
  'goes on from members, from at least one': [() => ({ ...greedy(), parents: (view) => [strange(view)] }), 'members of the view'],
  'races newcomers against members': [() => ({ ...greedy(), rival: strange }), 'members of the view'],
  'lets members survive, each once, not more than it has room for': [() => ({ ...greedy(), survivors: ({ members }) => members }), 'survivors: expected 14 to be less than or equal to 1'],
  'merges values of members and nothing else': [() => ({ ...greedy(), merges: ({ best }) => [{ base: best, changes: { one: 12345 }, reason: '' }] }), 'values of one'],
  'decides the same for the same view and seed, whatever it decided before': [() => ({ ...greedy(), parents: ({ members }) => [members[calls++ % members.length]!] }), 'view 1'],
  'does not write to what it is shown': [() => ({ ...greedy(), survivors: ({ members }) => [(members as StrategyView['members'][number][]).pop()!] }), 'Cannot delete property'],
  'trains within its budget, runs no case twice with the same values, and never ends worse than it began': [() => ({ ...greedy(), parents: () => { throw new Error('no parents') } }), 'no parents'],
  'trains the same for the same seed': [() => ({ ...pareto(), parents: ({ members }) => [members[calls++ % members.length]!] }), 'to deeply equal'],
}

lawsCanFail(strategyLaws, breakers, (law, make) => law.check(make))
