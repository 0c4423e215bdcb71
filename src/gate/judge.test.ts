/** Rules beside the threshold: gains, losses, parts; and several at once. Stage: gate. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clopperPearson } from '../stats/binomial.ts'
import { decide, type Measured } from './decide.ts'
import { resolveGate, type GateOptions } from './gate-rule.ts'
import type { RuleScores } from './judge.ts'

const passFail = (passed: number, n: number): number[] => Array.from({ length: n }, (_, index) => (index < passed ? 1 : 0))
const heldOut = { heldOut: true, seed: 'test' }

function verdictOf(options: GateOptions, rules: readonly Partial<RuleScores>[], parts: Partial<Measured> = {}) {
  const scores = parts.scores ?? rules[0]?.scores ?? passFail(22, 24)
  return decide(resolveGate(options), {
    scores, ...heldOut, total: scores.length, failing: 0, mustPassFailed: [], unscored: 0, optimized: true, partial: false,
    rules: rules.map((rule) => ({ scores: [], ...heldOut, ...rule })), ...parts,
  })
}

/** `pass: reason`, with how it resolved where the verdict does not say. */
function say(options: GateOptions, rules: readonly Partial<RuleScores>[], parts: Partial<Measured> = {}): string {
  const { verdict, passed, reason, exitCode } = verdictOf(options, rules, parts)
  expect(passed).toBe(exitCode === 0)
  return `${verdict}${verdict === 'inconclusive' ? ` → ${passed ? 'passed' : 'failed'}` : ''} (${exitCode}): ${reason}`
}

describe('a change', () => {
  const gained = { before: passFail(28, 80), scores: passFail(72, 80) }
  const same = { before: passFail(40, 60), scores: passFail(40, 60) }
  test.each<[string, GateOptions, Partial<RuleScores>, string]>([
    ['a sure gain passes', { minImprovement: 0.05 }, gained,
      'pass (0): held out 0.35 → 0.90, +0.55 against the start (80 cases: 44 better, 0 worse; 95 % lower bound +0.43), at least 0.05 better than the start is asked for'],
    ['better at all has a sharper test', { minImprovement: 0 }, { before: passFail(13, 20), scores: passFail(18, 20) },
      'pass (0): held out 0.65 → 0.90, +0.25 against the start (20 cases: 5 better, 0 worse; 95 % lower bound +0.02, p 0.016), better than the start is asked for'],
    ['a gain that the cases do not settle is open, and its size decides', { minImprovement: 0.1 }, { before: passFail(16, 24), scores: passFail(20, 24) },
      'inconclusive → passed (0): held out 0.67 → 0.83, +0.17 against the start (24 cases: 4 better, 0 worse; 95 % lower bound -0.01), '
      + 'at least 0.10 better than the start is asked for; not settled: about 130 cases would settle it'],
    ['a loss where a gain was asked for fails for certain', { minImprovement: 0.05 }, { before: passFail(72, 80), scores: passFail(28, 80) },
      'fail (1): held out 0.90 → 0.35, -0.55 against the start (80 cases: 0 better, 44 worse; 95 % upper bound -0.43), at least 0.05 better than the start is asked for'],
    ['a loss within what is allowed can be known', { maxRegression: 0.1 }, same,
      'pass (0): held out 0.67 → 0.67, 0.00 against the start (60 cases: 0 better, 0 worse; 95 % lower bound -0.05), at most 0.10 worse than the start is asked for'],
    ['no loss seen does not prove that there is none', { maxRegression: 0.02 }, same,
      'inconclusive → passed (0): held out 0.67 → 0.67, 0.00 against the start (60 cases: 0 better, 0 worse; 95 % lower bound -0.05), '
      + 'at most 0.02 worse than the start is asked for; not settled: about 140 cases would settle it'],
    ['nothing but the same runs is no change, for certain', { maxRegression: 0 }, { ...same, unchanged: true },
      'pass (0): held out 0.67: nothing was changed, not worse than the start is asked for'],
    ['and no gain', { minImprovement: 0 }, { ...same, unchanged: true }, 'fail (1): held out 0.67: nothing was changed, better than the start is asked for'],
    ['what it is measured against is said', { maxRegression: 0.02, baseline: './a.json' }, { before: passFail(60, 80), scores: passFail(20, 80) },
      'fail (1): held out 0.75 → 0.25, -0.50 against the baseline file (80 cases: 0 better, 40 worse; 95 % upper bound -0.39), '
      + 'at most 0.02 worse than the baseline file is asked for'],
  ])('%s', (_, options, rule, expected) => expect(say(options, [rule])).toBe(expected))

  test('scores of cases that were optimized on are never settled evidence for a pass', () => {
    expect(say({ minImprovement: 0.05 }, [{ ...gained, heldOut: false }], { heldOut: false })).toMatch(/^inconclusive → passed .* in sample: measured on the cases it was optimized on$/)
  })

  test('onInconclusive says how an open one resolves', () => {
    const open = { before: passFail(16, 24), scores: passFail(15, 24) }
    expect(say({ minImprovement: 0, onInconclusive: 'fail' }, [open])).toMatch(/^inconclusive → failed \(3\).*; this gate fails what is not settled$/)
    expect(say({ minImprovement: 0, onInconclusive: 'pass' }, [open])).toMatch(/^inconclusive → passed \(0\).*; this gate passes what is not settled$/)
  })

  test('its numbers stand in the report', () => {
    const [gate] = verdictOf({ minImprovement: 0.05 }, [gained]).gates
    expect(gate).toMatchObject({ kind: 'min-improvement', rule: 'at least 0.05 better than the start', mark: 0.05, against: 'start', value: 0.55, n: 80, gained: 44, lost: 0 })
    expect([gate!.lower! > 0.4, gate!.upper! < 0.7, gate!.p! < 1e-9]).toEqual([true, true, true])
  })
})

describe('several gates', () => {
  const options: GateOptions = { threshold: 0.5, gates: [{ check: 'polite', threshold: 0.95 }, { tag: 'billing', maxRegression: 0.05 }] }
  const kept = { before: passFail(90, 100), scores: passFail(90, 100) }

  test('all have to pass, and the one that decides is named', () => {
    expect(say(options, [{ scores: passFail(100, 100) }, kept], { scores: passFail(22, 24) }))
      .toBe('pass (0): held out 0.92 (22 of 24, 95 % lower bound 0.76), threshold 0.50; all 3 gates passed')
    expect(say(options, [{ scores: passFail(40, 100) }, kept], { scores: passFail(22, 24) }))
      .toBe('fail (1): check "polite": held out 0.40 (40 of 100, 95 % upper bound 0.49), threshold 0.95; 2 of 3 gates passed')
    expect(say(options, [{ scores: passFail(100, 100) }, { missing: { verdict: 'error', reason: 'no baseline yet' } }], { scores: passFail(22, 24) }))
      .toBe('error (4): score of tag "billing": no baseline yet; 2 of 3 gates passed')
    expect(verdictOf(options, [{ scores: passFail(100, 100) }, kept]).gates.map(({ what, rule }) => `${what} ${rule}`)).toEqual([
      'score at least 0.50', 'check "polite" at least 0.95', 'score of tag "billing" at most 0.05 worse than the start',
    ])
  })

  test('what cannot be judged neither passes nor fails a run', () => {
    expect(say({ minImprovement: 0 }, [{ missing: { verdict: 'ungated', reason: 'nothing was optimized, so there is no gain to judge' } }], { scores: [1] }))
      .toBe('ungated (0): nothing was optimized, so there is no gain to judge')
  })

  test('a failure that would be chance among so many gates is open', () => {
    // 18 of 24 is below 0.90 by an upper bound of 0.885; beside three other gates that bound is no proof.
    const gates = Array.from({ length: 4 }, (_, index) => ({ check: `c${index}`, threshold: 0.9 }))
    const rules = [{ scores: passFail(18, 24) }, ...Array.from({ length: 3 }, () => ({ scores: passFail(24, 24) }))]
    expect(verdictOf({ gates: gates.slice(0, 1) }, rules).gates[0]!.verdict).toBe('fail')
    const { verdict, passed, reason, gates: found } = verdictOf({ gates }, rules)
    expect([verdict, passed, found[0]!.verdict]).toEqual(['inconclusive', false, 'inconclusive'])
    expect(reason).toBe('check "c0": held out 0.75 (18 of 24, 95 % upper bound 0.89), threshold 0.90; not settled as one of 4 gates; 3 of 4 gates passed')
    expect(verdictOf({ gates }, rules.with(0, { scores: passFail(10, 24) })).verdict).toBe('fail')
  })

  test('of gates that all are at their mark, at most one run in twenty fails one for certain', () => {
    // 30 of 30 needed at a rate of 0.9: each gate alone fails for certain in some 3 % of the suites.
    let state = 12345
    const random = (): number => { state = (state * 1103515245 + 12345) % 2 ** 31; return state / 2 ** 31 }
    let wrong = 0
    const gates = Array.from({ length: 5 }, (_, index) => ({ check: `c${index}`, threshold: 0.8 }))
    for (let repeat = 0; repeat < 400; repeat++) {
      const rules = gates.map(() => ({ scores: Array.from({ length: 30 }, () => (random() < 0.8 ? 1 : 0)) }))
      if (verdictOf({ gates }, rules).verdict === 'fail') wrong++
    }
    expect(wrong / 400).toBeLessThan(0.05 + 2 * Math.sqrt(0.05 * 0.95 / 400))
  })
})

test('where held-out cases chose between two sets of values, the chance of a bound that is too high is shared', () => {
  const lowerOf = (chosen?: 'winner' | 'start') => verdictOf({ threshold: 0.5 }, [], chosen && { chosen }).final
  expect(lowerOf().lower).toBe(clopperPearson(22, 24).lower)
  expect(lowerOf('winner').lower).toBeCloseTo(clopperPearson(22, 24, { confidence: 0.96 }).lower, 12)
  expect(lowerOf('start').lower).toBeCloseTo(clopperPearson(22, 24, { confidence: 0.99 }).lower, 12)
  expect(new Set([lowerOf(), lowerOf('winner'), lowerOf('start')].map(({ upper }) => upper)).size).toBe(1)
  const change = { before: passFail(28, 80), scores: passFail(72, 80) }
  const changeOf = (options: GateOptions) => verdictOf(options, [change], { chosen: 'start' }).gates[0]!.lower
  // The start against itself is no second look; the baseline file sees the better of two.
  expect(changeOf({ maxRegression: 0 })).toBe(verdictOf({ maxRegression: 0 }, [change]).gates[0]!.lower)
  expect(changeOf({ baseline: true })!).toBeLessThan(verdictOf({ baseline: true }, [change]).gates[0]!.lower!)
})

test('a case that must pass is a gate of its own', () => {
  const { gates } = verdictOf({ threshold: 0.5 }, [], { mustPass: 2 })
  expect(gates.map(({ kind, verdict, reason }) => [kind, verdict, reason])).toEqual([
    ['threshold', 'pass', 'held out 0.92 (22 of 24, 95 % lower bound 0.76), threshold 0.50'], ['must-pass', 'pass', 'all 2 cases that must pass did'],
  ])
  expect(verdictOf({ threshold: 0.5 }, [], { mustPass: 1, mustPassFailed: ['a'] }).gates[1]).toMatchObject({ kind: 'must-pass', verdict: 'fail', value: 0 })
})

describe('runs without a score', () => {
  const some = { unscored: 1, runs: { total: 50, unscored: 1 }, unscoredReason: 'the judge gave no score' }
  test.each<[string, GateOptions, Partial<Measured>, string]>([
    ['none are allowed by default', { threshold: 0.5 }, { ...some, scores: passFail(22, 24) }, 'error (4): could not measure: 1 of 50 runs of gated cases without a score (the judge gave no score)'],
    ['a share may be', { threshold: 0.5, maxUnscored: 0.02 }, { ...some, scores: passFail(22, 24) },
      'pass (0): held out 0.92 (22 of 24, 95 % lower bound 0.76), threshold 0.50; 1 of 50 runs without a score left out'],
    ['more than that is no miss, it is no measurement', { threshold: 0.5, maxUnscored: 0.01 }, { ...some, scores: passFail(22, 24) },
      'error (4): could not measure: 1 of 50 runs of gated cases without a score (the judge gave no score), at most 1 % allowed'],
    ['a case that must pass needs a score in any case', { threshold: 0.5, maxUnscored: 0.5 }, { ...some, mustPass: 1, mustPassUnscored: 1 },
      'error (4): could not measure: 1 case that must pass without a score (the judge gave no score)'],
    ['without any score there is nothing to allow', { threshold: 0.5, maxUnscored: 1 }, { scores: [], total: 3, unscored: 3, runs: { total: 3, unscored: 3 } },
      'error (4): could not measure: 3 of 3 gated cases without a score, at most 100 % allowed'],
    ['a case that may stay without a score leaves open whether every case passes', { maxUnscored: 0.1 }, { scores: passFail(9, 9), total: 10, unscored: 1, runs: { total: 10, unscored: 1 }, heldOut: false },
      'inconclusive → passed (0): all 9 cases with a score passed; 1 of 10 runs without a score left out; in sample: measured on the cases it was optimized on'],
    ['one trial of many that could not be measured counts', { threshold: 0.5 }, { scores: passFail(22, 24), unscored: 0, runs: { total: 72, unscored: 1 } },
      'error (4): could not measure: 1 of 72 runs of gated cases without a score'],
  ])('%s', (_, options, parts, expected) => expect(say(options, [], parts)).toBe(expected))
})

test('for all changes: the same scores give the same verdict, and a better score never turns a pass into a failure', () => {
  const score = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }))
  const pairs = fc.array(fc.tuple(score, score), { minLength: 1, maxLength: 12 })
  const options = fc.oneof(fc.record({ minImprovement: fc.constantFrom(0, 0.1) }), fc.record({ maxRegression: fc.constantFrom(0, 0.1) }))
  fc.assert(fc.property(pairs, options, fc.nat(), (all, rule, seed) => {
    const judge = (scores: readonly number[]) => verdictOf(rule, [{ before: all.map(([before]) => before), scores }])
    const after = all.map(([, one]) => one)
    const [first, second] = [judge(after), judge(after)]
    expect(second).toEqual(first)
    const better = judge(after.with(seed % after.length, 1))
    expect(Number(better.passed)).toBeGreaterThanOrEqual(Number(first.passed))
    expect(JSON.stringify(first)).not.toContain('NaN')
    expect(first.reason).not.toMatch(/NaN|undefined|Infinity/)
  }), { numRuns: 12 })
})
