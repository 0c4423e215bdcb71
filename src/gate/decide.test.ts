/** Verdicts: every rule with its whole reason, and the laws that hold for all of them. Stage: gate. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decide } from './decide.ts'
import type { Measured } from './decide.ts'
import { resolveGate } from './gate-rule.ts'
import type { GateOptions } from './gate-rule.ts'

const passFail = (passed: number, n: number): number[] => Array.from({ length: n }, (_, index) => (index < passed ? 1 : 0))

function measured(parts: Partial<Measured>): Measured {
  const scores = parts.scores ?? passFail(22, 24)
  const failing = scores.filter((score) => score < 1).length
  return {
    scores, total: scores.length, failing, mustPassFailed: [], unscored: 0,
    heldOut: true, optimized: true, partial: false, seed: 'test', ...parts,
  }
}

/** `pass: reason`, with how it resolved where the verdict does not say. */
function say(options: GateOptions, parts: Partial<Measured>): string {
  const { verdict, passed, reason, exitCode } = decide(resolveGate(options), measured(parts))
  const resolved = verdict === 'inconclusive' ? ` → ${passed ? 'passed' : 'failed'}` : ''
  expect(passed).toBe(exitCode === 0)
  return `${verdict}${resolved} (${exitCode}): ${reason}`
}

const inSample = { heldOut: false, optimized: true }
const measuredOnly = { heldOut: false, optimized: false }

describe('with a threshold', () => {
  test.each<[string, GateOptions, Partial<Measured>, string]>([
    ['a lower bound above it is a pass', { threshold: 0.8 }, { scores: passFail(110, 120) },
      'pass (0): held out 0.92 (110 of 120, 95 % lower bound 0.86), threshold 0.80'],
    ['an upper bound below it is a failure', { threshold: 0.8 }, { scores: passFail(37, 60) },
      'fail (1): held out 0.62 (37 of 60, 95 % upper bound 0.72), threshold 0.80'],
    ['anything else is inconclusive, and the score decides: passed', { threshold: 0.9 }, {},
      'inconclusive → passed (0): held out 0.92 (22 of 24, 95 % lower bound 0.76), threshold 0.90; not settled: about 910 cases would settle it'],
    ['anything else is inconclusive, and the score decides: failed', { threshold: 0.9 }, { scores: passFail(21, 24) },
      'inconclusive → failed (1): held out 0.88 (21 of 24, 95 % upper bound 0.97), threshold 0.90; not settled: about 450 cases would settle it'],
    ['a gate may fail what is not settled', { threshold: 0.9, onInconclusive: 'fail' }, {},
      'inconclusive → failed (3): held out 0.92 (22 of 24, 95 % lower bound 0.76), threshold 0.90; not settled: about 910 cases would settle it; '
      + 'this gate fails what is not settled'],
    ['the confidence is the rule\'s', { threshold: 0.8, confidence: 0.995 }, { scores: passFail(110, 120) },
      'pass (0): held out 0.92 (110 of 120, 99.5 % lower bound 0.83), threshold 0.80'],
    ['a score at the threshold reaches it, and stays open', { threshold: 0.9 }, { scores: passFail(18, 20) },
      'inconclusive → passed (0): held out 0.90 (18 of 20, 95 % lower bound 0.72), threshold 0.90; '
      + 'not settled: the score is too close to the threshold for any number of cases'],
    ['a score below never looks like the threshold', { threshold: 0.9 }, { scores: passFail(897, 1000) },
      'inconclusive → failed (1): held out 0.897 (897 of 1000, 95 % upper bound 0.91), threshold 0.90; not settled: about 28,000 cases would settle it'],
    ['few cases without a failure prove little', { threshold: 0.9 }, { scores: passFail(12, 12) },
      'inconclusive → passed (0): held out 1.00 (12 of 12, 95 % lower bound 0.78), threshold 0.90; not settled: about 29 cases would settle it'],
    ['one case is counted as one', { threshold: 0.5 }, { scores: [1] },
      'inconclusive → passed (0): held out 1.00 (1 of 1, 95 % lower bound 0.05), threshold 0.50; not settled: about 5 cases would settle it'],
    ['no score is too low for a threshold of 0', { threshold: 0 }, { scores: [0, 0] },
      'pass (0): held out 0.00 (0 of 2, 95 % lower bound 0.00), threshold 0.00'],
    ['one failure settles a threshold of 1', { threshold: 1 }, { scores: passFail(9, 10) },
      'fail (1): held out 0.90 (9 of 10, 95 % upper bound 0.99), threshold 1.00'],
    ['the threshold is printed as it was written', { threshold: 0.925 }, { scores: passFail(60, 120) },
      'fail (1): held out 0.50 (60 of 120, 95 % upper bound 0.58), threshold 0.925'],
    ['fractional scores are counted as cases', { threshold: 0.5 }, { scores: Array<number>(30).fill(0.9) },
      'pass (0): held out 0.90 (30 cases, 95 % lower bound 0.81), threshold 0.50'],
    ['cases of a cluster count as one', { threshold: 0.5 }, { scores: passFail(16, 24), clusters: Array.from({ length: 24 }, (_, i) => `${i >> 2}`) },
      'inconclusive → passed (0): held out 0.67 (4 of 6 clusters of 24 cases, 95 % lower bound 0.27), threshold 0.50; '
      + 'not settled: about 30 clusters would settle it'],
  ])('%s', (_, options, parts, expected) => expect(say(options, parts)).toBe(expected))
})

describe('in sample', () => {
  const note = 'in sample: measured on the cases it was optimized on'
  test.each<[string, GateOptions, Partial<Measured>, string]>([
    ['a good score is never a settled pass', { threshold: 0.8 }, { ...inSample, scores: passFail(110, 120) },
      `inconclusive → passed (0): score 0.92 (110 of 120, 95 % lower bound 0.86), threshold 0.80; ${note}`],
    ['nor where the gate fails what is not settled', { threshold: 0.8, onInconclusive: 'fail' }, { ...inSample, scores: passFail(110, 120) },
      `inconclusive → failed (3): score 0.92 (110 of 120, 95 % lower bound 0.86), threshold 0.80; ${note}; this gate fails what is not settled`],
    ['a bad score is a failure', { threshold: 0.8 }, { ...inSample, scores: passFail(37, 60) },
      `fail (1): score 0.62 (37 of 60, 95 % upper bound 0.72), threshold 0.80; ${note}`],
    ['what would settle it is held-out cases', { threshold: 0.9 }, { ...inSample, scores: passFail(12, 12) },
      `inconclusive → passed (0): score 1.00 (12 of 12, 95 % lower bound 0.78), threshold 0.90; ${note}; `
      + 'not settled: about 29 held-out cases would settle it'],
    ['all cases passing is still what a unit test asks', {}, { ...inSample, scores: passFail(12, 12) }, `pass (0): all 12 cases passed; ${note}`],
    ['where nothing was optimized, the bounds hold', { threshold: 0.8 }, { ...measuredOnly, scores: passFail(110, 120) },
      'pass (0): score 0.92 (110 of 120, 95 % lower bound 0.86), threshold 0.80'],
  ])('%s', (_, options, parts, expected) => expect(say(options, parts)).toBe(expected))
})

describe('without a threshold', () => {
  test.each<[string, Partial<Measured>, string]>([
    ['every case must pass', { scores: passFail(24, 24), total: 60, failing: 0 }, 'pass (0): all 60 cases passed'],
    ['one case is enough to fail, also one to learn from', { scores: passFail(24, 24), total: 60, failing: 1 },
      'fail (1): 1 of 60 cases failed; without a threshold every case must pass'],
    ['a single case is a suite', { scores: [1] }, 'pass (0): the only case passed'],
    ['a single failing case is a failure', { scores: [0.5] }, 'fail (1): 1 of 1 case failed; without a threshold every case must pass'],
  ])('%s', (_, parts, expected) => expect(say({}, parts)).toBe(expected))
})

describe('before any score counts', () => {
  test.each<[string, GateOptions, Partial<Measured>, string]>([
    ['a case that must pass fails the run, whatever the score', { threshold: 0.5 }, { scores: passFail(99, 100), mustPassFailed: ['a threat goes to a person'] },
      'fail (1): 1 case that must pass failed: "a threat goes to a person"; held out 0.99 (99 of 100, 95 % lower bound 0.95), threshold 0.50'],
    ['many such cases are counted, and their names cannot move the cursor', {}, { failing: 5, mustPassFailed: ['a\u001b[2J', 'b\nb', 'c', 'd', 'e'] },
      'fail (1): 5 cases that must pass failed: "a\\u001b[2J", "b\\nb", "c" and 2 more; 5 of 24 cases failed; without a threshold every case must pass'],
    ['a gated case without a score is an error', { threshold: 0.5 }, { unscored: 3, total: 60 },
      'error (4): could not measure: 3 of 27 gated cases without a score'],
    ['without a threshold all cases are gated', {}, { unscored: 1, total: 60 }, 'error (4): could not measure: 1 of 60 cases without a score'],
    ['an interrupted run says so', { threshold: 0.5 }, { scores: [], unscored: 24, total: 60, interrupted: true }, 'error (4): no verdict: interrupted before the held-out cases ran'],
    ['a suite without cases is an error', { threshold: 0 }, { scores: [], total: 0 }, 'error (4): could not measure: the workflow has no cases'],
    ['so it is where nothing is gated', { gate: 'none' }, { scores: [], total: 0 }, 'error (4): could not measure: the workflow has no cases'],
    ['no case left to gate on is an error', { threshold: 0.5 }, { scores: [], total: 4 }, 'error (4): could not measure: no case was left to gate on'],
    ['a partial run is not gated', { threshold: 0.9 }, { ...measuredOnly, scores: passFail(2, 3), partial: true, mustPassFailed: ['x'] },
      'partial (0): partial run, not gated: a filter left cases out; score 0.67 (2 of 3)'],
    ['a partial run may have measured nothing', {}, { scores: [], total: 0, partial: true }, 'partial (0): partial run, not gated: a filter left cases out'],
    ['gate none only reports', { gate: 'none' }, { mustPassFailed: ['x'] },
      'ungated (0): held out 0.92 (22 of 24, 95 % bounds 0.76 to 0.98); not gated'],
    ['gate none says what it could not measure', { gate: 'none' }, { ...inSample, unscored: 2 },
      'ungated (0): score 0.92 (22 of 24, 95 % bounds 0.76 to 0.98); 2 cases without a score; '
      + 'in sample: measured on the cases it was optimized on; not gated'],
    ['gate none passes where nothing has a score', { gate: 'none' }, { scores: [], unscored: 2, total: 2 }, 'ungated (0): no case has a score; not gated'],
  ])('%s', (_, options, parts, expected) => expect(say(options, parts)).toBe(expected))
})

test('the measured score is part of the verdict', () => {
  const { final } = decide(resolveGate({ threshold: 0.9 }), measured({}))
  expect({ ...final, lower: final.lower.toFixed(4), upper: final.upper.toFixed(4) }).toEqual({
    score: 22 / 24, n: 24, passed: 22, lower: '0.7602', upper: '0.9850', heldOut: true,
  })
})

test('what was asked stands in the verdict as a gate with its numbers', () => {
  const gatesOf = (options: GateOptions, parts: Partial<Measured> = {}) => decide(resolveGate(options), measured(parts)).gates
  const reason = 'held out 0.92 (22 of 24, 95 % lower bound 0.76), threshold 0.90; not settled: about 910 cases would settle it'
  expect(gatesOf({ threshold: 0.9 })).toEqual([{
    what: 'score', metric: 'score', kind: 'threshold', rule: 'at least 0.90', mark: 0.9, verdict: 'inconclusive', passed: true, reason,
    value: 22 / 24, lower: expect.closeTo(0.7602, 4) as number, upper: expect.closeTo(0.985, 4) as number, n: 24, confidence: 0.95, heldOut: true,
  }])
  expect(gatesOf({})).toMatchObject([{ kind: 'every-case', rule: 'every case passes', verdict: 'fail', passed: false }])
  expect(gatesOf({ threshold: 0.9 }, { scores: [], unscored: 3 })).toMatchObject([{ verdict: 'error', passed: false, value: null, lower: null, upper: null, n: 0 }])
  expect([gatesOf({ gate: 'none' }), gatesOf({}, { partial: true })]).toEqual([[], []])
})

describe('for all suites', () => {
  const score = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }))
  const scores = fc.array(score, { minLength: 1, maxLength: 30 })
  const options = fc.record<GateOptions>({
    threshold: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
    onInconclusive: fc.constantFrom('point', 'fail'), confidence: fc.constantFrom(0.8, 0.95),
  })
  const place = fc.record({ heldOut: fc.boolean(), optimized: fc.boolean() })
  const runs = { numRuns: 25 }

  test('a better score never turns a pass into a failure', () => {
    fc.assert(fc.property(options, scores, place, fc.nat(), score, (options, scores, place, seed, raised) => {
      const index = seed % scores.length
      const better = scores.with(index, Math.max(scores[index]!, raised))
      const before = decide(resolveGate(options), measured({ scores, ...place }))
      const after = decide(resolveGate(options), measured({ scores: better, ...place }))
      expect(Number(after.passed)).toBeGreaterThanOrEqual(Number(before.passed))
    }), runs)
  })

  test('a partial run neither passes nor fails a gate', () => {
    fc.assert(fc.property(options, scores, place, fc.nat(3), (options, scores, place, unscored) => {
      const verdict = decide(resolveGate(options), measured({ scores, ...place, unscored, partial: true }))
      expect([verdict.verdict, verdict.exitCode]).toEqual(['partial', 0])
    }), runs)
  })

  test('the order of the cases decides nothing', () => {
    const shuffled = scores.chain((scores) => fc.tuple(fc.constant(scores), fc.shuffledSubarray(scores, { minLength: scores.length })))
    fc.assert(fc.property(options, shuffled, place, (options, [scores, mixed], place) => {
      const [a, b] = [scores, mixed].map((scores) => decide(resolveGate(options), measured({ scores, ...place })))
      expect(a).toEqual(b)
    }), runs)
  })

  test('by the point rule a run passes exactly when its score reaches the threshold', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 1, noNaN: true }), scores, place, (threshold, scores, place) => {
      const { passed, final } = decide(resolveGate({ threshold }), measured({ scores, ...place }))
      expect(passed).toBe(final.score >= threshold - 1e-12)
    }), runs)
  })

  test('the reason is one line', () => {
    fc.assert(fc.property(options, scores, place, fc.array(fc.string()), (options, scores, place, mustPassFailed) => {
      expect(decide(resolveGate(options), measured({ scores, ...place, mustPassFailed })).reason).not.toMatch(/[\n\r\u001b]/)
    }), runs)
  })
})
