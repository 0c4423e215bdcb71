/** Which scores a rule looks at: its cases, its part of them, its other side. Stage: gate. */
import { describe, expect, test } from 'vitest'
import type { CaseRun, TrainingCase } from '../feedback/case-run.ts'
import { fingerprintOf, type BaselineCase } from '../store/baseline-file.ts'
import { baselineOf } from './baseline.ts'
import { resolveGate, type GateOptions } from './gate-rule.ts'
import { ruleScores, type GatedRuns } from './rule-scores.ts'

const run = (score: number | undefined, more: Partial<CaseRun> = {}): CaseRun => ({ caseId: '', trial: 0, score, checks: [], feedback: [], durationMs: 1, trace: { outputs: [], leaks: [] }, ...more })
const check = (name: string, passed: boolean, score?: number) => ({ checks: [{ name, passed, weight: 1, ...(score !== undefined && { score }) }] })
const sides = (scores: Record<string, CaseRun>) => new Map(Object.entries(scores).map(([id, one]) => [id, [one]]))
const cases: TrainingCase[] = [{ id: 'a', tags: ['billing'] }, { id: 'b', cluster: 'x' }, { id: 'c' }, { id: 'learn', tags: ['slow'] }]

function scoresFor(options: GateOptions, parts: Partial<GatedRuns> = {}) {
  const finalRuns = sides({ a: run(1), b: run(0.5), c: run(undefined), learn: run(1) })
  return ruleScores(resolveGate(options), {
    cases, gated: cases.slice(0, 3), heldOut: true, seed: 's', finalRuns, startRuns: sides({ a: run(0), b: run(0.5), c: run(1), learn: run(1) }), optimizes: true, ...parts,
  })[0]!
}
const missing = (options: GateOptions, parts: Partial<GatedRuns> = {}) => { const found = scoresFor(options, parts).missing; return found && `${found.verdict}: ${found.reason}` }

describe('cases', () => {
  test('are those that were measured on both sides, with their clusters', () => {
    expect(scoresFor({ minImprovement: 0 })).toMatchObject({ scores: [1, 0.5], before: [0, 0.5], clusters: [undefined, 'x'], unchanged: false, heldOut: true })
    expect(scoresFor({ minImprovement: 0 }, { startRuns: sides({ a: run(0), b: run(undefined) }) })).toMatchObject({ scores: [1], note: '; 1 case without a score on the other side left out' })
  })
  test('may be those of a tag', () => {
    expect(scoresFor({ gates: [{ tag: 'billing', threshold: 0.5 }] })).toMatchObject({ scores: [1] })
    expect(missing({ gates: [{ tag: 'slow', threshold: 0.5 }] })).toBe('error: could not measure: none of the 1 case with tag "slow" is held out; more cases with it, or no gate for it')
  })
  test('that are the same runs on both sides did not change', () => {
    const same = sides({ a: run(1), b: run(0.5) })
    expect(scoresFor({ maxRegression: 0 }, { startRuns: same, finalRuns: same }).unchanged).toBe(true)
  })
  test('without a score on either side are no comparison', () => {
    expect(missing({ maxRegression: 0 }, { startRuns: new Map() })).toBe('error: could not measure: no case was measured on both sides')
  })
})

describe('parts', () => {
  const finalRuns = sides({ a: run(1, check('polite', true, 0.8)), b: run(0, check('polite', false, 0.25)), c: run(0) })
  const startRuns = sides({ c: run(1, check('polite', true)) })
  test('are a check by whether it held, a scorer by its score; a case that ended before its check counts as 0', () => {
    expect(scoresFor({ gates: [{ check: 'polite', threshold: 0.5 }] }, { finalRuns, startRuns }).scores).toEqual([1, 0, 0])
    expect(scoresFor({ gates: [{ scorer: 'polite', threshold: 0.5 }] }, { finalRuns, startRuns }).scores).toEqual([0.8, 0.25, 0])
    expect(scoresFor({ gates: [{ check: 'polite', threshold: 0.5 }] }, { finalRuns, startRuns: new Map() }).scores).toEqual([1, 0])
  })
  test('are assertions by their message', () => {
    const asserted = (passed: boolean): Partial<CaseRun> => ({ asserted: [{ name: 'refunds', passed }] })
    const found = scoresFor({ gates: [{ assertion: 'refunds', threshold: 0.5 }] }, { finalRuns: sides({ a: run(1, asserted(true)), b: run(0, asserted(false)), c: run(1) }) })
    expect(found.scores).toEqual([1, 0])
  })
  test('that no case has are an error with the nearest name', () => {
    expect(missing({ gates: [{ check: 'polit', threshold: 0.5 }] }, { finalRuns })).toBe('error: could not measure: no case came to a check called "polit"; did you mean "polite"?')
    expect(missing({ gates: [{ scorer: 'zzz', threshold: 0.5 }] }, { finalRuns })).toBe('error: could not measure: no case came to a scorer called "zzz"; there is "polite"')
    expect(missing({ gates: [{ assertion: 'x', threshold: 0.5 }] })).toBe('error: could not measure: no case came to an assertion with message "x"')
    expect(missing({ gates: [{ check: 'polite', threshold: 0.5 }] }, { startRuns: sides({ learn: run(1, check('polite', true)) }) })).toBe('error: could not measure: no held-out case has check "polite"')
  })
})

describe('the other side', () => {
  test('is the start, and nothing where nothing was optimized', () => {
    expect(missing({ minImprovement: 0 }, { optimizes: false })).toBe('ungated: nothing was optimized, so there is no gain to judge')
    expect(scoresFor({ maxRegression: 0 }, { optimizes: false }).before).toEqual([0, 0.5])
  })
  test('may be the saved values', () => {
    expect(missing({ maxRegression: 0, against: 'saved' })).toBe('ungated: nothing is saved yet to compare with; `npx trace-eval accept` saves values')
    expect(scoresFor({ maxRegression: 0, against: 'saved' }, { savedRuns: sides({ a: run(0.25), b: run(1) }) }).before).toEqual([0.25, 1])
  })

  const saved = (scores: Record<string, BaselineCase>) => ({ date: '', seed: '1', passes: 'mean', cases: scores, fingerprint: fingerprintOf(scores) })
  const all = { a: { score: 0.5 }, b: { score: 1 }, c: { score: 1 }, learn: { score: 1 } }
  const baseline = (scores: Record<string, BaselineCase>, inputs = new Map<string, string>()) => ({ baseline: { file: 'a.baseline.json', saved: saved(scores), inputs } })
  test('may be a baseline file', () => {
    expect(scoresFor({ baseline: true }, baseline(all))).toMatchObject({ before: [0.5, 1], unchanged: false })
    expect(missing({ baseline: true }, { baseline: { file: 'a.baseline.json', saved: undefined, inputs: new Map() } })).toBe('error: no baseline yet in a.baseline.json: `npx trace-eval accept --baseline` writes it from this run')
    expect(missing({ baseline: true, passes: 'any' }, baseline(all))).toBe('error: the baseline in a.baseline.json was measured with passes "mean", this run with "any": renew it with `npx trace-eval accept --baseline`')
  })
  test('is refused when the cases are others by now', () => {
    const { learn: _learn, ...rest } = all
    const inputs = new Map([['b', 'other']])
    expect(missing({ baseline: true }, baseline({ ...rest, b: { score: 1, input: 'one' }, old: { score: 1 } }, inputs))).toBe(
      'error: the cases changed since the baseline in a.baseline.json: 1 case new ("learn"), 1 case gone ("old"), 1 case with another input ("b"); renew it with `npx trace-eval accept --baseline`')
  })
  test('leaves out the few cases that changed', () => {
    const many: TrainingCase[] = Array.from({ length: 20 }, (_, index) => ({ id: `${index}` }))
    const runs = sides(Object.fromEntries(many.map(({ id }) => [id, run(1)])))
    const scores = Object.fromEntries(many.slice(1).map(({ id }) => [id, { score: 0.5, input: 'same' }]))
    const inputs = new Map([['1', 'other'], ['2', 'same']])
    expect(scoresFor({ baseline: true }, { cases: many, gated: many, finalRuns: runs, startRuns: runs, ...baseline(scores, inputs) })).toMatchObject({ before: Array<number>(18).fill(0.5), note: '; 2 cases without a score on the other side left out' })
  })
  test('is written from the scores of all cases, with the parts that are compared', () => {
    const rule = resolveGate({ baseline: true, gates: [{ check: 'polite', maxRegression: 0 }] })
    const runs = sides({ a: run(1, check('polite', true)), b: run(undefined) })
    const written = baselineOf(rule, { cases: cases.slice(0, 2), runs, inputs: new Map([['a', 'h']]) })
    expect(written.cases).toEqual({ a: { score: 1, input: 'h', parts: { 'check polite': 1 } }, b: { score: null } })
    expect(written.fingerprint).toBe(fingerprintOf(written.cases))
  })
})
