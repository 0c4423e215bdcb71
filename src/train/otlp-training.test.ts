import { expect, test } from 'vitest'
import { trainToy, type Toy } from '../../test/train/toy-workflow.ts'
import { currentContext, runInContext } from '../graph/context.ts'
import { fromOtlp } from '../graph/otlp.ts'
import { overlayByName, parameter } from '../graph/parameter.ts'
import { untraced } from '../graph/context.ts'
import { search } from '../optimize/search/search.ts'

const size = parameter('size', 1, { range: [1, 5], integer: true })

/** Knows spans and its settings, nothing of ours. */
const instrumented = (settings: { size: number }): object => {
  const number = (key: string, value: number): object => ({ key, value: { intValue: String(value) } })
  const spans = [
    { traceId: 't', spanId: 'a', name: 'pick', startTimeUnixNano: '1', attributes: [number('param.batch', settings.size), { key: 'param.batch.trainable', value: { boolValue: true } }] },
    { traceId: 't', spanId: 'b', name: 'pack', startTimeUnixNano: '2', attributes: [{ key: 'inputs.items', value: { stringValue: 'span:a' } }, number('output.value', settings.size * 2)] },
  ]
  return { resourceSpans: [{ scopeSpans: [{ spans }] }] }
}

test('rounds improve a workflow that is instrumented with OpenTelemetry alone', async () => {
  const cases = Array.from({ length: 5 }, (_, index) => ({ id: `case ${index}` }))
  const toy: Toy = {
    cases, calls: [],
    async runCase({ case: { id }, trial, values }) {
      const outputs = runInContext({ ...currentContext(), values: overlayByName(values) },
        () => [...fromOtlp(instrumented({ size: untraced(() => size.value) }), { parameters: { batch: size } }).exports.values()])
      const passed = Number(outputs[0]!.value) >= 2 * (1 + cases.findIndex((other) => other.id === id))
      return { caseId: id, trial, score: passed ? 1 : 0, checks: [], feedback: [], durationMs: 1, trace: { outputs, leaks: [] } }
    },
  }
  const { outcome } = await trainToy(toy, search())
  expect(outcome.startValues).toEqual({ size: 1 })
  expect(outcome.finalValues).toEqual({ size: 5 })
})
