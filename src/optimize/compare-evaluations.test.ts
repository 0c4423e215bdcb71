/** How two evaluations compare. Stage: optimize. */
import { describe, expect, test } from 'vitest'
import type { CaseRun } from '../feedback/case-run.ts'
import { compareEvaluations } from './compare-evaluations.ts'
import type { Evaluation } from './optimizer.ts'

/** An evaluation with these scores by case; complete unless told otherwise. */
function scored(scores: Readonly<Record<string, number | undefined>>, complete = true): Evaluation {
  const runs = new Map(Object.entries(scores).map(([caseId, score]): [string, CaseRun[]] => [caseId, [
    { caseId, trial: 0, score, checks: [], feedback: [], durationMs: 1, trace: { outputs: [], leaks: [] } },
  ]]))
  const known = Object.values(scores).filter((score) => score !== undefined)
  return { values: {}, complete, runs, score: known.reduce((sum, score) => sum + score, 0) / known.length }
}

describe('comparing a candidate with the one it came from', () => {
  const base = scored({ a: 1, b: 0, c: 0.5 })

  test('two complete evaluations compare by score', () => {
    expect(compareEvaluations(scored({ a: 1, b: 1, c: 0.5 }), base)).toBe('better')
    expect(compareEvaluations(scored({ a: 0, b: 0, c: 0.5 }), base)).toBe('worse')
  })

  test('equal scores are the same when no case changed, and even when cases swapped', () => {
    expect(compareEvaluations(scored({ a: 1, b: 0, c: 0.5 }), base)).toBe('same')
    expect(compareEvaluations(scored({ a: 0, b: 1, c: 0.5 }), base)).toBe('even')
  })

  test('a candidate that was dropped early is compared on the cases that it ran, and is never better', () => {
    expect(compareEvaluations(scored({ a: 1, b: 0 }, false), base)).toBe('same')
    expect(compareEvaluations(scored({ a: 0 }, false), base)).toBe('worse')
    expect(compareEvaluations(scored({ b: 1 }, false), base)).toBe('even')
  })

  test('without a case in common a dropped candidate is worse', () => {
    expect(compareEvaluations(scored({ z: 1 }, false), base)).toBe('worse')
    expect(compareEvaluations(scored({ a: undefined }, false), base)).toBe('worse')
  })
})
