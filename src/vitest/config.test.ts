/** What the plugin refuses where it is written. Stage: vitest. */
import { expect, test } from 'vitest'
import { traceEval, type PluginOptions } from './config.ts'

test.each<[unknown, string]>([
  [{ threshold: 80 }, 'expected a threshold between 0 and 1, received 80, at traceEval() of the Vitest config\n  Write 0.8 for 80 %.'],
  [{ maxRegression: 2.5 }, 'expected a maxRegression between 0 and 1, received 2.5, at traceEval() of the Vitest config\n  Write 0.025 for 2.5 points of 100.'],
  [{ confidence: 99 }, 'expected a confidence above 0.5 and below 1, received 99, at traceEval() of the Vitest config\n  Write 0.99 for 99 %.'],
  [{ treshold: 0.8 }, 'expected an option of the plugin, received "treshold", at traceEval() of the Vitest config\n  Did you mean `threshold`?'],
])('%j is refused with the fix', (options, message) => {
  expect(() => traceEval(options as PluginOptions)).toThrow(message)
})

test('options of the gate that can hold are taken', () => {
  expect(traceEval({ threshold: 0.8, minImprovement: 0, maxRegression: 0.02, baseline: true, confidence: 0.9, onInconclusive: 'fail', maxUnscored: 0.1 }).name).toBe('trace-eval')
  expect(traceEval({ failInconclusive: true }).name).toBe('trace-eval')
  expect(traceEval().name).toBe('trace-eval')
})
