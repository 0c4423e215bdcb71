/** What is taken down of an optimizer's questions, and what became of each edit. Stage: train. */
import { expect, test } from 'vitest'
import { op } from '../graph/operators.ts'
import { parameter, withParameters, type Parameter } from '../graph/parameter.ts'
import type { CaseRun } from '../feedback/case-run.ts'
import type { Optimizer, Proposal } from '../optimize/optimizer.ts'
import { resolvePlan } from './defaults.ts'
import type { TrainOutcome } from './outcome.ts'
import { train } from './train.ts'

/** Two numbers that should be 3 and 4; half a point each. */
async function trainTwo(rounds: readonly { edits: readonly [string, unknown, string?][]; propose: readonly Proposal[] }[]): Promise<TrainOutcome> {
  const [a, b] = [parameter('a', 1), parameter('b', 1)]
  const known = new Map<string, Parameter<unknown>>([['a', a as never], ['b', b as never]])
  const optimizer: Optimizer = {
    name: 'scripted', kinds: ['number'],
    begin: () => ({
      propose({ round, record }) {
        const { edits, propose } = rounds[round - 1] ?? { edits: [], propose: [] }
        record?.({ optimizer: 'scripted', purpose: 'propose', model: 'm', messages: [], durationMs: 0, edits: edits.map(([name, to, refused]) => ({ parameter: name, to, ...(refused !== undefined && { refused }) })) })
        return propose
      },
    }),
  }
  const plan = resolvePlan({ workflow: 'w', cases: [{ id: 'x' }, { id: 'y' }], rounds: rounds.length, holdOut: false })
  return train(plan, optimizer, {
    signal: new AbortController().signal,
    async runCase({ case: { id }, trial, values }): Promise<CaseRun> {
      const [output, wrong] = withParameters(Object.entries(values).map(([name, value]) => known.get(name)!.with(value)), () => [op.add(a, b), [a.value === 3 ? '' : 'a is not 3', b.value === 4 ? '' : 'b is not 4'].filter(Boolean)] as const)
      return { caseId: id, trial, score: 1 - wrong.length / 2, checks: [], durationMs: 0, trace: { outputs: [output], leaks: [] }, feedback: wrong.map((message) => ({ kind: 'assertion', message, soft: true })) }
    },
  })
}

test('an edit was kept, not better, refused or not tried; one tried alone in a later round counts', async () => {
  const { steps } = await trainTwo([
    { edits: [['a', 9], ['b', 4], ['b', 'many', 'expected a number']], propose: [{ changes: { a: 9, b: 5 } }] },
    { edits: [['a', 1], ['b', 99]], propose: [{ changes: { b: 4 } }] },
  ])
  expect(steps.map(({ round, edits }) => [round, edits.map(({ parameter: name, from, to, state, reason }) => [name, from, to, state, reason])])).toEqual([
    [1, [['a', 1, 9, 'not-better', 'score 0.00 on all 2 cases'], ['b', 1, 4, 'kept', 'kept in round 2'], ['b', 1, 'many', 'refused', 'expected a number']]],
    [2, [['a', 1, 1, 'not-tried', 'the value that it had'], ['b', 1, 99, 'not-tried', 'no candidate with it was run']]],
  ])
})

test('an edit to the value that is the best already was not tried again, also where a round before had kept it', async () => {
  const { steps } = await trainTwo([
    { edits: [['a', 3]], propose: [{ changes: { a: 3 } }] },
    { edits: [['a', 3]], propose: [] },
  ])
  expect(steps.map(({ edits }) => edits.map(({ from, to, state, reason }) => [from, to, state, reason]))).toEqual([[[1, 3, 'kept', 'kept in round 1']], [[3, 3, 'not-tried', 'the value that it had']]])
})

test('an edit that was kept in another form says so', async () => {
  const { steps } = await trainTwo([{ edits: [['a', 9], ['b', 9]], propose: [{ changes: { a: 9, b: 9 }, parts: [{ changes: { b: 4 } }] }] }])
  expect(steps[0]!.edits.map(({ parameter: name, state, reason }) => [name, state, reason])).toEqual([
    ['a', 'not-better', 'score 0.00 on all 2 cases'], ['b', 'kept', 'kept in round 1 in another form: without what it broke, or in part'],
  ])
})

test('a round holds its suspects with what failed in the cases that depend on them', async () => {
  const { rounds } = await trainTwo([{ edits: [], propose: [{ changes: { a: 3 } }] }])
  expect(rounds[0]!.blame).toEqual([
    { parameter: 'a', score: 1, cases: ['x', 'y'], failures: [{ text: 'a is not 3', cases: ['x', 'y'] }, { text: 'b is not 4', cases: ['x', 'y'] }] },
    { parameter: 'b', score: 1, cases: ['x', 'y'], failures: [{ text: 'a is not 3', cases: ['x', 'y'] }, { text: 'b is not 4', cases: ['x', 'y'] }] },
  ])
})
