/** What is told before anything is spent. Stage: report. */
import { describe, expect, test } from 'vitest'
import { forecast, type ForecastInput } from './forecast.ts'
import type { Usage } from './run-report.ts'

const none = { modelCalls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 }
const usage = (byRole: Partial<Usage['byRole']>, evaluations = 100): Usage => ({ evaluations, modelCalls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0, byRole: { task: none, judge: none, optimizer: none, ...byRole } })
const input = (more: Partial<ForecastInput> = {}): ForecastInput => ({ optimizes: true, rounds: 10, caseRuns: 24, maxEvaluations: 600, models: {}, priceCall: () => undefined, replays: false, limits: [], ...more })
const unknown = { calls: null, tokens: null, costUsd: null }
const zero = { least: 0, most: 0 }

test('case runs are known before anything was measured, and what they call is not', () => {
  expect(forecast(input())).toEqual({
    caseRuns: { least: 24, most: 600 }, basis: 'none', replays: false, short: [],
    roles: { task: unknown, judge: unknown, optimizer: { calls: zero, tokens: zero, costUsd: zero } },
  })
  expect(forecast(input({ models: { optimizer: 'big' } })).roles.optimizer).toEqual({ model: 'big', ...unknown })
})

test('a run that only measures runs every case once and asks no optimizer', () => {
  const { caseRuns, roles } = forecast(input({ optimizes: false, models: { optimizer: 'big' } }))
  expect(caseRuns).toEqual({ least: 24, most: 24 })
  expect(roles.optimizer.calls).toEqual(zero)
})

describe('what an earlier run measured', () => {
  const task = { modelCalls: 150, inputTokens: 30_000, outputTokens: 15_000, costUsd: 3 }
  const optimizer = { modelCalls: 4, inputTokens: 4000, outputTokens: 400, costUsd: null }

  test('tells calls, tokens and cost of the next one, a case run or a round at a time', () => {
    const { roles, basis } = forecast(input({ earlier: { usage: usage({ task, optimizer }), rounds: 2 } }))
    expect(basis).toBe('report')
    expect(roles).toEqual({
      task: { calls: { least: 36, most: 900 }, tokens: { least: 10_800, most: 270_000 }, costUsd: { least: 36 * 0.02, most: 18 } },
      judge: { calls: zero, tokens: zero, costUsd: zero },
      optimizer: { calls: { least: 0, most: 20 }, tokens: { least: 0, most: 22_000 }, costUsd: null },
    })
  })

  test('is priced anew where it had no price', () => {
    const { roles } = forecast(input({ earlier: { usage: usage({ optimizer }), rounds: 2 }, priceCall: (role, { inputTokens, outputTokens }) => (role === 'optimizer' ? (inputTokens + 2 * outputTokens) / 1e6 : undefined) }))
    expect(roles.optimizer.costUsd).toEqual({ least: 0, most: 20 * 0.0012 })
  })

  test('says nothing about tokens and cost where no call was answered', () => {
    const { roles } = forecast(input({ earlier: { usage: usage({ task: { modelCalls: 24, inputTokens: 0, outputTokens: 0, costUsd: 0 } }, 24), rounds: 0 } }))
    expect(roles.task).toEqual({ calls: { least: 24, most: 600 }, tokens: null, costUsd: null })
  })

  test('may have come from recordings: their answers tell how long they are', () => {
    const replayed = { ...none, keptAnswers: 200 }
    expect(forecast(input({ earlier: { usage: usage({ task: replayed }), rounds: 0 } })).roles.task).toEqual({ calls: { least: 48, most: 1200 }, tokens: null, costUsd: null })
    expect(forecast(input({ earlier: { usage: usage({ task: replayed }), rounds: 0 }, recorded: { task: { inputTokens: 90, outputTokens: 10 } } })).roles.task).toEqual({ calls: { least: 48, most: 1200 }, tokens: { least: 4800, most: 120_000 }, costUsd: null })
  })

  test('says when a budget is below the least', () => {
    const { short } = forecast(input({ earlier: { usage: usage({ task }), rounds: 1 }, limits: [{ maxCalls: 20, maxTokens: 20_000 }, { maxCostUsd: 0.5 }] }))
    expect(short).toEqual(['maxCalls is 20, and measuring every case once takes about 36', 'maxCostUsd is 0.5, and measuring every case once takes about 0.7200'])
  })
})

test('a replay sends nothing', () => {
  const { roles, short } = forecast(input({ replays: true, models: { task: 'small' }, limits: [{ maxCalls: 0 }] }))
  expect([roles.task, short]).toEqual([{ model: 'small', calls: zero, tokens: zero, costUsd: zero }, []])
})
