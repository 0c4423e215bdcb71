/** Options of a gate: their defaults, and what is refused. Stage: gate. */
import { expect, test } from 'vitest'
import { TraceEvalError } from '../core/errors.ts'
import { asksEveryCase, resolveGate, type GateOptions } from './gate-rule.ts'

const rest = { maxUnscored: 0, passes: 'mean', rules: [] }

test('without options every case must pass', () => {
  expect(resolveGate({})).toEqual({ none: false, confidence: 0.95, onInconclusive: 'point', ...rest })
  expect(asksEveryCase(resolveGate({}))).toBe(true)
})

test('options stand in the rule as they were given', () => {
  expect(resolveGate({ threshold: 0.9, confidence: 0.99, onInconclusive: 'fail' })).toEqual({
    threshold: 0.9, none: false, confidence: 0.99, onInconclusive: 'fail', ...rest,
  })
  expect(resolveGate({ gate: 'none' })).toEqual({ none: true, confidence: 0.95, onInconclusive: 'point', ...rest })
  expect(resolveGate({ maxUnscored: 0.1, passes: 2 })).toMatchObject({ maxUnscored: 0.1, passes: 2 })
})

test.each<[string, GateOptions, object[]]>([
  ['a gain is asked for against the start', { minImprovement: 0.05 }, [{ metric: 'score', kind: 'min-improvement', mark: 0.05, against: 'start' }]],
  ['a baseline file takes the place of the start', { minImprovement: 0, maxRegression: 0.02, baseline: true }, [
    { metric: 'score', kind: 'min-improvement', mark: 0, against: 'baseline' }, { metric: 'score', kind: 'max-regression', mark: 0.02, against: 'baseline' },
  ]],
  ['a baseline file alone must not be undercut', { baseline: './a.json', minImprovement: 0.1, against: 'start' }, [
    { metric: 'score', kind: 'max-regression', mark: 0, against: 'baseline' }, { metric: 'score', kind: 'min-improvement', mark: 0.1, against: 'start' },
  ]],
  ['tags, checks, assertions and scorers have gates of their own', {
    gates: [{ tag: 'billing', threshold: 0.9 }, { check: 'polite', tag: 'billing', threshold: 1, maxRegression: 0, against: 'saved' }, { assertion: 'refunds', threshold: 0.5 }, { scorer: 'judge', minImprovement: 0 }],
  }, [
    { metric: 'score', tag: 'billing', kind: 'threshold', mark: 0.9 },
    { metric: 'check', name: 'polite', tag: 'billing', kind: 'threshold', mark: 1 },
    { metric: 'check', name: 'polite', tag: 'billing', kind: 'max-regression', mark: 0, against: 'saved' },
    { metric: 'assertion', name: 'refunds', kind: 'threshold', mark: 0.5 },
    { metric: 'scorer', name: 'judge', kind: 'min-improvement', mark: 0, against: 'start' },
  ]],
])('%s', (_, options, rules) => {
  const rule = resolveGate(options)
  expect(rule.rules).toEqual(rules)
  expect(asksEveryCase(rule)).toBe(false)
})

test.each([0, 0.5, 1])('a threshold of %d is possible', (threshold) => {
  expect(resolveGate({ threshold }).threshold).toBe(threshold)
})

const partExample = "For instance { check: 'polite', threshold: 0.95 } or { tag: 'billing', maxRegression: 0.02 }."
const percentHint = 'It is a mean score: 0.9 asks for 90 %.'

test.each<[unknown, string]>([
  [{ threshold: 90 }, 'expected a threshold between 0 and 1, received 90, at ticket routing\n  Write 0.9 for 90 %.'],
  [{ threshold: 1.5 }, 'expected a threshold between 0 and 1, received 1.5, at ticket routing\n  Write 0.015 for 1.5 %.'],
  [{ threshold: -0.1 }, `expected a threshold between 0 and 1, received -0.1, at ticket routing\n  ${percentHint}`],
  [{ threshold: Number.NaN }, `expected a threshold between 0 and 1, received NaN, at ticket routing\n  ${percentHint}`],
  [{ threshold: Infinity }, `expected a threshold between 0 and 1, received Infinity, at ticket routing\n  ${percentHint}`],
  [{ threshold: '0.9' }, `expected a threshold between 0 and 1, received "0.9", at ticket routing\n  ${percentHint}`],
  [{ threshold: null }, `expected a threshold between 0 and 1, received null, at ticket routing\n  ${percentHint}`],
  [{ gate: 'off' }, "expected gate to be 'none' or left out, received \"off\", at ticket routing\n  For a gate, give a threshold; without one every case must pass."],
  [{ gate: 'none', threshold: 0.9 }, "expected either a threshold or gate 'none', received { threshold: 0.9, gate: \"none\" }, at ticket routing\n"
    + "  Leave out the threshold to only report, or gate: 'none' to be held to it."],
  ...[0, 0.5, 1, 40, Number.NaN].map((confidence): [unknown, string] => [
    { confidence }, `expected a confidence above 0.5 and below 1, received ${confidence}, at ticket routing\n  Use 0.95 for 95 %.`,
  ]),
  [{ confidence: 95 }, 'expected a confidence above 0.5 and below 1, received 95, at ticket routing\n  Write 0.95 for 95 %.'],
  [{ threshold: 82.5 }, 'expected a threshold between 0 and 1, received 82.5, at ticket routing\n  Write 0.825 for 82.5 %.'],
  [{ onInconclusive: 'maybe' }, "expected onInconclusive to be 'point', 'fail' or 'pass', received \"maybe\", at ticket routing\n"
    + "  'point' lets the score decide what the bounds leave open; 'fail' fails it, 'pass' passes it."],
  [{ minImprovement: 5 }, 'expected a minImprovement between 0 and 1, received 5, at ticket routing\n  Write 0.05 for 5 points of 100.'],
  [{ maxRegression: -0.1 }, 'expected a maxRegression between 0 and 1, received -0.1, at ticket routing\n  It is a difference of mean scores: 0.05 is 5 points of 100.'],
  [{ maxRegression: 0, against: 'last' }, "expected against to be 'start', 'saved' or 'baseline', received \"last\", at ticket routing\n"
    + '  The values the run started with, the saved ones, or the scores of a baseline file.'],
  [{ maxRegression: 0, against: 'baseline' }, 'expected a baseline file, received undefined, at ticket routing\n'
    + "  Name one beside the gate: baseline: './route.baseline.json', or true for the file beside the eval file."],
  [{ baseline: '' }, 'expected baseline to be a file name, or true, received "", at ticket routing\n'
    + "  For instance './route.baseline.json'; true takes the file of this name beside the eval file."],
  [{ maxUnscored: 5 }, 'expected a maxUnscored share between 0 and 1, received 5, at ticket routing\n  Write 0.05 for 5 %.'],
  [{ maxUnscored: -1 }, 'expected a maxUnscored share between 0 and 1, received -1, at ticket routing\n  Write 0.02 to let 2 % of the runs go without a score.'],
  ...['some', 0, 1.5].map((passes): [unknown, string] => [
    { passes }, `expected passes to be 'mean', 'any', 'all' or a number of trials, received ${JSON.stringify(passes)}, at ticket routing\n`
      + '  passes: 2 with trials: 3 lets a case pass when two of its three trials do.',
  ]),
  [{ gate: 'none', maxRegression: 0 }, "expected either a threshold or gate 'none', received { maxRegression: 0, gate: \"none\" }, at ticket routing\n"
    + "  Leave out the threshold to only report, or gate: 'none' to be held to it."],
  [{ gates: { check: 'a' } }, 'expected gates to be a list, received { check: "a" }, at ticket routing\n  For instance gates: [{ check: \'polite\', threshold: 0.95 }].'],
  [{ gates: [{ check: 'a', threshold: 1 }, 5] }, `expected a gate as an object, received 5, at gate 2 of ticket routing\n  ${partExample}`],
  [{ gates: [{ chek: 'a', threshold: 1 }] }, 'expected one of tag, check, assertion, scorer, threshold, minImprovement, maxRegression, against, received "chek", '
    + `at gate 1 of ticket routing\n  ${partExample}`],
  [{ gates: [{ check: 'a' }] }, `expected threshold, minImprovement or maxRegression, received { check: "a" }, at gate 1 of ticket routing\n  ${partExample}`],
  [{ gates: [{ check: '', threshold: 1 }] }, `expected a name for check, received "", at gate 1 of ticket routing\n  ${partExample}`],
  [{ gates: [{ check: 'a', scorer: 'b', threshold: 1 }] }, 'expected one of check, assertion, scorer, received { check: "a", scorer: "b" }, at gate 1 of ticket routing\n'
    + '  Write a gate for each of them.'],
  [{ gates: [{ tag: 'a', threshold: 90 }] }, 'expected a threshold between 0 and 1, received 90, at gate 1 of ticket routing\n  Write 0.9 for 90 %.'],
])('%j is refused with the fix', (options, message) => {
  const error = thrownBy(() => resolveGate(options as never, 'ticket routing'))
  expect(TraceEvalError.is(error, 'GATE_OPTIONS') && error.message).toBe(message)
})

function thrownBy(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}
