/** Options of a gate: their defaults, and what is refused. Stage: gate. */
import { expect, test } from 'vitest'
import { TraceEvalError } from '../core/errors.ts'
import { resolveGate } from './gate-rule.ts'

test('without options every case must pass', () => {
  expect(resolveGate({})).toEqual({ none: false, confidence: 0.95, onInconclusive: 'point' })
})

test('options stand in the rule as they were given', () => {
  expect(resolveGate({ threshold: 0.9, confidence: 0.99, onInconclusive: 'fail' })).toEqual({
    threshold: 0.9, none: false, confidence: 0.99, onInconclusive: 'fail',
  })
  expect(resolveGate({ gate: 'none' })).toEqual({ none: true, confidence: 0.95, onInconclusive: 'point' })
})

test.each([0, 0.5, 1])('a threshold of %d is possible', (threshold) => {
  expect(resolveGate({ threshold }).threshold).toBe(threshold)
})

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
  ...[0, 0.5, 1, 95, Number.NaN].map((confidence): [unknown, string] => [
    { confidence }, `expected a confidence above 0.5 and below 1, received ${confidence}, at ticket routing\n  Use 0.95 for 95 %.`,
  ]),
  [{ onInconclusive: 'pass' }, "expected onInconclusive to be 'point' or 'fail', received \"pass\", at ticket routing\n"
    + "  'point' lets the score decide what the bounds leave open; 'fail' fails it."],
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
