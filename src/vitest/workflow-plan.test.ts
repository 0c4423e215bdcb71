/** What a workflow will do: gates by options and flags, and what is refused before anything runs. Stage: vitest. */
import { expect, test } from 'vitest'
import type { TrainingCase } from '../feedback/case-run.ts'
import { planSplit } from '../train/splits.ts'
import type { RunSettings } from './protocol.ts'
import type { WorkflowOptions } from './workflow-options.ts'
import { resolveWorkflow, type WorkflowRequest } from './workflow-plan.ts'

const cases: TrainingCase[] = [{ id: 'a', tags: ['billing'] }, { id: 'b', trials: 2 }]

function resolve(options: Partial<WorkflowOptions<never[], unknown>>, settings: Partial<RunSettings> = {}, more: Partial<WorkflowRequest> = {}) {
  return resolveWorkflow({
    name: 'routing', file: 'a.eval.ts', options: { workflow: () => 1, ...options }, settings: { optimize: false, root: '/', ...settings }, cases, partial: false, saved: {}, ...more,
  })
}

test('flags stand above options, and ask also where only a report was wanted', async () => {
  const { rule } = await resolve(
    { threshold: 0.5, confidence: 0.9, gates: [{ tag: 'billing', threshold: 0.9 }] },
    { threshold: 0.8, maxRegression: 0.05, baseline: true, confidence: 0.99, onInconclusive: 'pass', maxUnscored: 0.1 },
  )
  expect(rule).toMatchObject({ threshold: 0.8, confidence: 0.99, onInconclusive: 'pass', maxUnscored: 0.1, baseline: true })
  expect(rule.rules.map(({ kind, mark, against }) => [kind, mark, against])).toEqual([['max-regression', 0.05, 'baseline'], ['threshold', 0.9, undefined]])
  expect((await resolve({ gate: 'none' }, { maxRegression: 0 })).rule).toMatchObject({ none: false, rules: [{ kind: 'max-regression' }] })
  expect((await resolve({}, { failInconclusive: true })).rule.onInconclusive).toBe('fail')
})

test('an optimizer brings its strategy along where nobody names one', async () => {
  const optimizer = { name: 'own', kinds: [], strategy: 'pareto', begin: () => ({ propose: () => [] }) } as const
  const strategyOf = async (options: object, settings: Partial<RunSettings>): Promise<string> => (await resolve({ optimizer, ...options }, { optimize: true, ...settings })).plan.strategy.name
  expect([await strategyOf({}, {}), await strategyOf({ strategy: 'beam' }, {}), await strategyOf({}, { strategy: 'greedy' }), await strategyOf({ optimizer: { ...optimizer, strategy: undefined } }, {})]).toEqual(['pareto', 'beam', 'greedy', 'auto'])
  expect((await resolve({ optimizer }, { optimize: true })).announced.plan.strategy).toBe('pareto')
})

test('saved values that a run does not start with run beside it, where a gate compares with them', async () => {
  const ignored = async () => ({ limit: 0.5 })
  expect((await resolve({ maxRegression: 0, against: 'saved' }, {}, { ignored })).plan.compareWith).toEqual({ limit: 0.5 })
  expect((await resolve({ maxRegression: 0 }, {}, { ignored })).plan.compareWith).toBeUndefined()
  expect((await resolve({ maxRegression: 0, against: 'saved' }, {}, { ignored: async () => ({}) })).plan.compareWith).toBeUndefined()
  expect((await resolve({ maxRegression: 0, against: 'saved' }, {}, { saved: { limit: 1 } })).startsSaved).toBe(true)
})

test.each<[Partial<WorkflowOptions<never[], unknown>>, string]>([
  [{ gates: [{ tag: 'biling', threshold: 0.5 }] }, 'expected a tag that a case has, received "biling", at workflow "routing"\n  Did you mean "billing"?'],
  [{ gates: [{ tag: 'zzz', threshold: 0.5 }] }, 'expected a tag that a case has, received "zzz", at workflow "routing"\n  There is "billing".'],
  [{ trials: 3, passes: 3 }, 'expected passes to be at most the trials of a case, 2, received 3, at workflow "routing"\n  Raise trials to 3, or ask for fewer passes.'],
  [{ treshold: 0.9 } as object, 'expected an option of describeWorkflow, received "treshold", at workflow "routing"\n  Did you mean `threshold`?'],
  [{ zzz: 1 } as object, 'expected an option of describeWorkflow, received "zzz", at workflow "routing"\n  There are workflow, scorers, '],
])('%j is refused', async (options, message) => {
  await expect(resolve(options)).rejects.toThrow(message)
})

test('cases are divided so that each tag a gate names gives its share of held-out ones', async () => {
  const many: TrainingCase[] = Array.from({ length: 40 }, (_, index) => ({ id: `${index}`, tags: index < 6 ? ['billing'] : [] }))
  const { plan, announced } = await resolve({ gates: [{ tag: 'billing', threshold: 0.9 }, { tag: 'billing', maxRegression: 0.1 }] }, { optimize: true }, { cases: many })
  expect([plan.gatedTags, announced.heldOut]).toEqual([['billing'], 20])
  const { learn, heldOut } = planSplit(plan, true)
  expect([learn, heldOut].map((side) => side.filter(({ tags }) => tags?.includes('billing')).length)).toEqual([3, 3])
})

test('a filter may leave a tag without cases', async () => {
  expect((await resolve({ gates: [{ tag: 'zzz', threshold: 0.5 }] }, {}, { partial: true })).partial).toBe(true)
})
