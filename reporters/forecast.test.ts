import { expect, test } from 'vitest'
import { renderForecast } from './forecast.ts'

const nothing = { least: 0, most: 0 }

test('a forecast shows ranges by role, the names of models, and what is unknown', () => {
  expect(renderForecast({
    caseRuns: { least: 24, most: 600 }, basis: 'report', replays: false, short: ['maxCalls is 20, and measuring every case once takes about 24'],
    roles: {
      task: { calls: { least: 24, most: 600 }, tokens: { least: 2880, most: 72_000.4 }, costUsd: { least: 0.0288, most: 7.2 } },
      judge: { calls: nothing, tokens: nothing, costUsd: nothing },
      optimizer: { model: 'big\u001b[2J', calls: { least: 0, most: 10 }, tokens: null, costUsd: null },
    },
  })).toBe(`   case runs  24 to 600
   task       24 to 600 calls, 2,880 to 72,001 tokens, $0.0288 to $7.20
   judge      no calls
   optimizer  big\\x1b[2J: 0 to 10 calls, tokens unknown, cost unknown
   calls, tokens and cost as the last run of this workflow measured them
   budget: maxCalls is 20, and measuring every case once takes about 24

`)
})

test('before anything was measured it says so, and a replay sends nothing', () => {
  const unknown = { calls: null, tokens: null, costUsd: null }
  const roles = { task: unknown, judge: unknown, optimizer: { ...unknown, model: 'big' } }
  expect(renderForecast({ caseRuns: { least: 3, most: 3 }, basis: 'none', replays: false, short: [], roles })).toBe(`   case runs  3
   task       unknown
   judge      unknown
   optimizer  big: unknown
   calls, tokens and cost are unknown until the workflow ran here once

`)
  expect(renderForecast({ caseRuns: { least: 3, most: 3 }, basis: 'none', replays: true, short: [], roles })).toContain('   task       nothing is sent: answers come from recordings\n')
})
