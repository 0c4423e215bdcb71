import { describe, expect, test } from 'vitest'
import { parameter } from '../graph/parameter.ts'
import type { CaseRun } from '../feedback/case-run.ts'
import { checkedObjectives, costsOf, penalty } from './objectives.ts'

const run = (more: Partial<CaseRun>): CaseRun => ({ caseId: 'a', trial: 0, score: 1, checks: [], feedback: [], durationMs: 0, trace: { outputs: [], leaks: [] }, ...more })

describe('objectives', () => {
  test('are measured by 1,000 characters, by second and by cent, each on the mean run', () => {
    const parameters = new Map([parameter('prompt', 'x'), parameter('shots', [] as string[], { pool: ['y'] }), parameter('limit', 1)].map((one) => [one.name, one as never]))
    const runs = new Map([['a', [run({ durationMs: 1000, costUsd: 0.02 })]], ['b', [run({ durationMs: 3000 })]], ['c', [run({ durationMs: 9999 })]]])
    const costs = costsOf(runs, ['a', 'b'], { values: { prompt: 'x'.repeat(995), shots: ['y'], limit: 7 }, parameters, objectives: { promptLength: -1, latency: -1, cost: -1 } })
    expect(Object.fromEntries(costs)).toEqual({ promptLength: 1, latency: 2, cost: 1 })
    expect(penalty(costs, { quality: 2, promptLength: -1, latency: -0.5, cost: -0.25 })).toBeCloseTo(-(1 + 1 + 0.25) / 2)
  })
  test('that have no weight are not measured', () => {
    expect(costsOf(new Map(), [], { values: {}, parameters: new Map(), objectives: { quality: 1 } }).size).toBe(0)
  })
  test.each([
    ['an unknown name', { speed: 1 }, 'expected an objective (quality, promptLength, latency, cost), received "speed"'],
    ['a cost as a gain', { latency: 0.5 }, 'expected the weight of latency to be a number of at most 0, received 0.5'],
    ['no quality at all', { quality: 0 }, 'expected the weight of quality to be a number above 0, received 0'],
    ['a list', ['quality'], 'expected objectives as an object of weights, received ["quality"]'],
  ])('%s is an error', (_, given, message) => {
    expect(() => checkedObjectives(given, 'workflow "w"')).toThrow(message)
  })
})
