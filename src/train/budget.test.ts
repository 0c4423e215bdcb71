/** Training under budgets for models: real ledgers, case runs that take of them. Stage: train. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { optimizerOf, toyWorkflow, trainToy } from '../../test/train/toy-workflow.ts'
import { parameter } from '../graph/parameter.ts'
import { Budgets } from '../llm/spending/budget.ts'
import { throughRun } from '../llm/model-scope.ts'
import { RunModels } from '../llm/run-models.ts'
import type { TrainOutcome } from './outcome.ts'

const limit = parameter('limit', 0.2, { range: [0, 1] })

interface UnderOptions { size?: number; calls?: (index: number) => number; asks?: number; values?: readonly number[]; unit?: 'maxCalls' | 'maxTokens'; maxOutputTokens?: number }

/** Trains a workflow whose case runs make `calls(index)` calls of 2 tokens, with at most `most` of them or of their tokens; the optimizer makes `asks` a round. */
async function under(most: number, { size = 30, calls = () => 1, asks = 0, values = [0.5, 0.7, 0.9], unit = 'maxCalls', maxOutputTokens }: UnderOptions = {}) {
  const models = new RunModels({ budgets: [new Budgets({ run: { [unit]: most } })] })
  let made = 0
  const call = () => throughRun({ model: 'm', request: {}, inputTokens: 1, maxOutputTokens, send: async () => { made++; await Promise.resolve(); return 'fine' }, tokensOf: () => ({ inputTokens: 1, outputTokens: 1 }) })
  const toy = toyWorkflow({ size, parameters: [limit], judge: (index, values) => ((values['limit'] as number) * 10 >= index % 10 ? 1 : 0) })
  const runCase: typeof toy.runCase = async (request) => {
    const index = Number(request.case.id.split(' ')[1])
    const { result, scope } = models.inCase(request.case.id, request.trial, async () => { for (let n = 0; n < calls(index); n++) await call() })
    await result.catch(() => undefined)
    await models.spending.ended(scope.calls)
    const run = await toy.runCase(request)
    return scope.calls.fault === undefined ? run : { ...run, score: undefined, unscored: scope.calls.fault.message }
  }
  const optimizer = optimizerOf(async ({ round }) => {
    for (let n = 0; n < asks; n++) await call()
    return values[round - 1] === undefined ? [] : [{ changes: { limit: values[round - 1]! } }]
  })
  const { outcome } = await models.betweenCases(() => trainToy(toy, optimizer, {}, { runCase, spending: models.forTraining }))
  const spend = models.spend()
  return { outcome, made, spend, tokens: spend.task.inputTokens + spend.task.outputTokens }
}
const measured = (runs: TrainOutcome['finalRuns'], cases: TrainOutcome['learn']): number => cases.filter(({ id }) => runs.get(id)?.every(({ score }) => score !== undefined) === true).length

describe('a budget', () => {
  test('that is large enough changes nothing', async () => {
    const free = await under(Infinity)
    const roomy = await under(10_000)
    expect(roomy.outcome.rounds).toEqual(free.outcome.rounds)
    expect(roomy.outcome.stop).toBe(free.outcome.stop)
    expect(roomy.made).toBe(free.made)
  })

  test('keeps the cost of the held-out run back: rounds end before it, and the best values so far are judged', async () => {
    // 15 for the start, 30 for both sides of the held-out run: one round of 15 fits, and a second does not.
    const { outcome, made } = await under(62)
    expect(outcome).toMatchObject({ stop: 'budget', adopted: true, finalValues: { limit: 0.5 } })
    expect(outcome.rounds.map(({ state }) => state)).toEqual(['kept'])
    expect([measured(outcome.startRuns, outcome.heldOut), measured(outcome.finalRuns, outcome.heldOut)]).toEqual([15, 15])
    expect(made).toBe(60)
  })

  test('that has no room for rounds still measures the held-out cases', async () => {
    const { outcome } = await under(45)
    expect(outcome).toMatchObject({ stop: 'budget', rounds: [] })
    expect(measured(outcome.finalRuns, outcome.heldOut)).toBe(15)
  })

  test('that does not suffice for the held-out cases leaves some without a score', async () => {
    const { outcome, made } = await under(10)
    expect(outcome.stop).toBe('budget')
    expect(measured(outcome.finalRuns, outcome.heldOut)).toBeLessThan(15)
    expect(made).toBeLessThanOrEqual(10)
  })

  test('of tokens counts what answers are, and not what they might be, as long as the longest one would fit', async () => {
    // 60 case runs of 2 tokens, and room for one answer of 400.
    const { outcome, tokens } = await under(60 * 2 + 400, { unit: 'maxTokens', maxOutputTokens: 399 })
    expect(outcome).toMatchObject({ stop: 'budget', adopted: true, finalValues: { limit: 0.5 } })
    expect(measured(outcome.finalRuns, outcome.heldOut)).toBe(15)
    expect(tokens).toBe(120)
  })

  test('is not eaten up by the optimizer: it is refused what the held-out run needs', async () => {
    const { outcome, spend } = await under(60, { asks: 8, values: [0.3, 0.4, 0.5, 0.6] })
    expect(outcome.stop).toBe('budget')
    expect(spend.optimizer.modelCalls).toBeLessThan(16)
    expect(measured(outcome.finalRuns, outcome.heldOut)).toBe(15)
  })

  test('is never passed, and a run that left anything unmeasured says so, whatever cases cost', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 3 }), fc.constantFrom(8, 24, 40), fc.constantFrom('maxCalls', 'maxTokens'), async (most, spread, asks, size, unit) => {
      const { outcome, made, spend } = await under(most, { size, asks, unit, maxOutputTokens: 10, calls: (index) => 1 + (index % (spread + 1)) })
      const { task, optimizer } = spend
      expect(unit === 'maxCalls' ? made : task.inputTokens + task.outputTokens + optimizer.inputTokens + optimizer.outputTokens).toBeLessThanOrEqual(most)
      const complete = measured(outcome.finalRuns, outcome.heldOut) === outcome.heldOut.length && measured(outcome.finalRuns, outcome.learn) === outcome.learn.length
      if (!complete) expect(outcome.stop).toBe('budget')
    }), { numRuns: 60, examples: [[141, 3, 0, 24, 'maxCalls']] })
  })
})
