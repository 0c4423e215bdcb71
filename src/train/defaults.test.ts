import { describe, expect, test } from 'vitest'
import { resolvePlan, type TrainOptions } from './defaults.ts'

const casesOf = (count: number): { id: string }[] => Array.from({ length: count }, (_, index) => ({ id: `case ${index}` }))
const plan = (options: TrainOptions = {}, overrides: TrainOptions = {}, count = 60): ReturnType<typeof resolvePlan> =>
  resolvePlan({ workflow: 'ticket routing', cases: casesOf(count), ...options }, overrides)

describe('a plan', () => {
  test('has documented defaults', () => {
    const { cases, strategy, ...rest } = plan()
    expect(strategy.name).toBe('auto')
    expect(cases).toHaveLength(60)
    expect(rest).toEqual({ workflow: 'ticket routing', startValues: {}, rounds: 10, concurrency: 5, patience: 3, maxCandidates: 16, trials: 1, maxEvaluations: 600, holdOut: true, rerunFinalists: false, seed: '1', objectives: {} })
  })
  test('takes the command line before the eval file, and the eval file before the defaults', () => {
    expect(plan({ rounds: 4, patience: 2, seed: 'a' }, { rounds: 7, patience: undefined })).toMatchObject({ rounds: 7, patience: 2, seed: 'a', concurrency: 5 })
  })
  test('has a budget that grows with rounds, cases and trials, and always suffices to measure and hold out', () => {
    expect(plan({}, {}, 1000).maxEvaluations).toBe(10_000)
    expect(plan({ rounds: 0 }, {}, 1000).maxEvaluations).toBe(2000)
    expect(plan({ trials: 3 }).maxEvaluations).toBe(1800)
    expect(resolvePlan({ workflow: 'w', cases: [{ id: 'a', trials: 100 }] }).maxEvaluations).toBe(1000)
    expect(plan({ maxEvaluations: 70 }).maxEvaluations).toBe(70)
  })
  test('writes a numeric seed as text', () => {
    expect(plan({ seed: 7 }).seed).toBe('7')
  })
})

describe('an option that is out of place is an error that names it', () => {
  test.each<[TrainOptions, string]>([
    [{ rounds: -1 }, 'expected rounds to be a whole number from 0 up, received -1, at workflow "ticket routing"'],
    [{ rounds: 2.5 }, 'expected rounds to be a whole number from 0 up, received 2.5, at workflow "ticket routing"'],
    [{ concurrency: 0 }, 'expected concurrency to be a whole number from 1 up, received 0, at workflow "ticket routing"'],
    [{ concurrency: Infinity }, 'expected concurrency to be a whole number from 1 up, received Infinity, at workflow "ticket routing"'],
    [{ patience: NaN }, 'expected patience to be a whole number from 1 up, received NaN, at workflow "ticket routing"'],
    [{ trials: 0 }, 'expected trials to be a whole number from 1 up, received 0, at workflow "ticket routing"'],
    [{ maxCandidates: '3' as never }, 'expected maxCandidates to be a whole number from 1 up, received "3", at workflow "ticket routing"'],
    [{ maxEvaluations: 0 }, 'expected maxEvaluations to be a whole number from 1 up, received 0, at workflow "ticket routing"'],
    [{ holdOut: 'no' as never }, 'expected holdOut to be true or false, received "no", at workflow "ticket routing"'],
    [{ maxDurationMs: -5 }, 'expected maxDurationMs to be a whole number from 1 up, received -5, at workflow "ticket routing"'],
  ])('%o', (options, message) => {
    for (const call of [() => plan(options), () => plan({}, options)]) {
      expect(call).toThrow(expect.objectContaining({ code: 'WORKFLOW_OPTIONS', message }))
    }
  })
  test('also on a single case', () => {
    expect(() => resolvePlan({ workflow: 'w', cases: [{ id: 'T-1', trials: -2 }] })).toThrow('expected trials to be a whole number from 1 up, received -2, at case "T-1" of workflow "w"')
  })
})
