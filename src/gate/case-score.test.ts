/** Trials of one case: what they come to, and when they do not. Stage: gate. */
import { expect, test } from 'vitest'
import type { CaseRun } from '../feedback/case-run.ts'
import { failsCase, gateScore } from './case-score.ts'
import type { PassRule } from './gate-rule.ts'
import { reliability } from './reliability.ts'

const run = (score: number | undefined, more: Partial<CaseRun> = {}): CaseRun => ({ caseId: 'a', trial: 0, score, checks: [], feedback: [], durationMs: 1, trace: { outputs: [], leaks: [] }, ...more })
const runs = (...scores: (number | undefined)[]): CaseRun[] => scores.map((score) => run(score))
const broken = run(1, { failures: 1, feedback: [{ kind: 'assertion', message: 'no', soft: false }] })

test.each<[PassRule, (number | undefined)[], number | undefined]>([
  ['mean', [1, 0.5, 0], 0.5], ['mean', [1, undefined], 1], ['mean', [undefined], undefined],
  ['any', [0, 0, 1], 1], ['any', [0, 0.9, 0], 0], ['any', [0, undefined], undefined], ['any', [1, undefined], 1],
  ['all', [1, 1], 1], ['all', [1, 0], 0], ['all', [1, undefined], undefined], ['all', [0, undefined], 0],
  [2, [1, 0, 1], 1], [2, [1, 0, 0], 0], [2, [1, 0, undefined], undefined], [2, [1, 1, undefined], 1], [2, [0, 0, undefined], 0],
])('by %j the trials %j score %j', (passes, scores, expected) => {
  expect(gateScore(runs(...scores), passes)).toBe(expected)
})

test('a case without runs has no score', () => {
  expect([gateScore(undefined, 'mean'), gateScore([], 'all'), failsCase([], 'mean')]).toEqual([undefined, undefined, false])
})

test('a run that gave itself a full score and failed an assertion does not pass', () => {
  expect([gateScore([broken], 'any'), gateScore([broken], 'mean'), failsCase([broken], 'mean'), failsCase([broken, run(1)], 'any')]).toEqual([0, 1, true, false])
})

test('what can be relied on: any trial, all trials, over cases', () => {
  const cases = new Map([['a', runs(1, 0, 1)], ['b', runs(1, 1, 1)], ['c', runs(1, undefined, 1)]])
  expect(reliability([{ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' }], cases, 3)).toEqual({ passAtK: 1, passHatK: 0.5, n: 2 })
  expect(reliability([{ id: 'd' }], cases, 3)).toBeUndefined()
})
