import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bundle } from '../graph/bundle.ts'
import { parameter, type Parameter } from '../graph/parameter.ts'
import type { CaseRun } from '../feedback/case-run.ts'
import { blameParameters, collectParameters } from './blame.ts'

const [limit, mode, tone, idle] = [parameter('limit', 1), parameter('mode', 'a'), parameter('tone', 'kind'), parameter('idle', true)]
const read = bundle(function read(...values: unknown[]) { return values })
const run = (score: number | undefined, ...reached: readonly Parameter<unknown>[]): CaseRun =>
  ({ caseId: '', trial: 0, score, checks: [], feedback: [], durationMs: 0, trace: { outputs: [read(...reached)], leaks: [] } })
const runs = (...all: readonly (CaseRun | readonly CaseRun[])[]): Map<string, readonly CaseRun[]> =>
  new Map(all.map((trials, index) => [`case ${index}`, [trials].flat() as CaseRun[]]))

describe('blame', () => {
  test('a failing case blames every parameter its trace reaches', () => {
    expect(blameParameters(runs(run(0, limit, mode)))).toEqual([
      { parameter: 'limit', score: 1, cases: ['case 0'] }, { parameter: 'mode', score: 1, cases: ['case 0'] },
    ])
  })
  test('a parameter that only passing cases reach is not blamed', () => {
    expect(blameParameters(runs(run(0, limit), run(1, idle, limit))).map(({ parameter: name }) => name)).toEqual(['limit'])
  })
  test('without a failure nothing is blamed, and a case that could not be measured says nothing', () => {
    expect(blameParameters(runs(run(1, limit), run(undefined, mode)))).toEqual([])
    expect(blameParameters(new Map())).toEqual([])
  })
  test('the score is the Ochiai coefficient', () => {
    // Reached by 2 of 3 failing and 1 of 2 passing cases: 2 / √(3 · 3).
    const blamed = blameParameters(runs(run(0, limit, mode), run(0, limit), run(0, mode, tone), run(1, limit), run(1)))
    expect(blamed).toEqual([
      { parameter: 'mode', score: 2 / Math.sqrt(3 * 2), cases: ['case 0', 'case 2'] },
      { parameter: 'limit', score: 2 / 3, cases: ['case 0', 'case 1'] },
      { parameter: 'tone', score: 1 / Math.sqrt(3), cases: ['case 2'] },
    ])
  })
  test('a partial score fails in part, and the trials of a case weigh as much as one case', () => {
    expect(blameParameters(runs(run(0.75, limit)))).toEqual([{ parameter: 'limit', score: 0.5, cases: ['case 0'] }])
    expect(blameParameters(runs([run(0, limit), run(1, limit)], run(1, limit)))).toEqual([{ parameter: 'limit', score: 0.5, cases: ['case 0'] }])
  })
  test('with scores of 0 and 1 it agrees with the formula over four counts', () => {
    const row = fc.record({ passed: fc.boolean(), reached: fc.subarray([limit, mode, tone, idle]) })
    fc.assert(fc.property(fc.array(row, { maxLength: 30 }), (rows) => {
      const blamed = new Map(blameParameters(runs(...rows.map(({ passed, reached }) => run(passed ? 1 : 0, ...reached)))).map((one) => [one.parameter, one.score]))
      for (const suspect of [limit, mode, tone, idle]) {
        const count = (passed: boolean, reached: boolean): number => rows.filter((one) => one.passed === passed && one.reached.includes(suspect as never) === reached).length
        const [failedReached, failedOther, passedReached] = [count(false, true), count(false, false), count(true, true)]
        if (failedReached === 0) expect(blamed.has(suspect.name)).toBe(false)
        else expect(blamed.get(suspect.name)).toBeCloseTo(failedReached / Math.sqrt((failedReached + failedOther) * (failedReached + passedReached)), 10)
      }
    }))
  })
})

describe('the parameters of a workflow', () => {
  test('are those that any run reaches, each once', () => {
    expect([...collectParameters(runs(run(1, mode, limit), run(0, limit, tone))).keys()]).toEqual(['mode', 'limit', 'tone'])
  })
  test('two with one name are an error that names both places', () => {
    const other = parameter('limit', 2)
    expect(() => collectParameters(runs(run(1, limit)), new Map([['limit', other]]))).toThrow(expect.objectContaining({
      code: 'PARAMETER_CLASH',
      message: expect.stringMatching(/^expected one parameter named "limit" in a workflow, received two: src\/backward\/blame\.test\.ts:\d+:\d+ and src\/backward\/blame\.test\.ts:\d+:\d+\n {2}Rename one of them, or declare it once and import it\.$/),
    }))
    expect(() => collectParameters(runs(run(1, limit, other)))).toThrow('expected one parameter named "limit" in a workflow')
  })
})
