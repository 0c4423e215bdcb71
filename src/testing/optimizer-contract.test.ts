/** Proves that the contract can fail: for every law there is an optimizer that breaks it. Stage: testing. */
import { expect, test } from 'vitest'
import type { Optimizer, OptimizerSetup, Proposal, RoundView } from '../optimize/optimizer.ts'
import { search } from '../optimize/search/search.ts'
import { lawsCanFail } from './laws-can-fail.ts'
import { optimizerLaws } from './optimizer-laws.ts'

/** `search`, with its proposals passed through `change`. */
function spoiled(change: (proposals: readonly Proposal[], view: RoundView, setup: OptimizerSetup) => readonly Proposal[]): Optimizer {
  const optimizer = search()
  return {
    ...optimizer,
    begin(setup) {
      const run = optimizer.begin(setup)
      return { propose: async (view) => change(await run.propose(view), view, setup) }
    },
  }
}

const withOneMore = (changes: Record<string, unknown>) => () => spoiled((proposals) => [...proposals.slice(0, 2), { changes }])

let calls = 0
/** Counts the calls of all runs, where a run should only know itself. */
const countingCalls = (): Optimizer => spoiled((proposals) => { calls++; return proposals.toSpliced(0, 1, { changes: { ratio: calls / 1000 } }) })

/** By law: an optimizer that breaks it, and what the failure says. */
const breakers: Readonly<Record<string, readonly [make: () => Optimizer, message: string]>> = {
  'proposes something when every parameter is blamed': [() => spoiled(() => []), 'proposals of the first round: expected [] to not have a length of +0'],
  'changes only parameters of the setup': [withOneMore({ unknown: 1 }), `to include 'unknown'`],
  'changes only parameters that are blamed': [withOneMore({ ratio: 0.123 }), `a changed parameter: expected 'ratio' to be 'rate'`],
  'proposes nothing when nothing is blamed': [withOneMore({ ratio: 0.123 }), 'to deeply equal []'],
  'proposes only values that pass the check of their parameter': [withOneMore({ ratio: 7 }), 'ratio = 7: expected { Object (problem) } to not have property "problem"'],
  'leaves parameters with a single value alone': [withOneMore({ only: 'a' }), `to not include 'only'`],
  'respects maxCandidates': [() => spoiled((proposals, view) => [...proposals, ...Array.from({ length: view.maxCandidates + 1 }, (_, index) => ({ changes: { ratio: index / 100 } }))]), 'expected 1 to be less than or equal to 0'],
  'never repeats a candidate, and stops when all are used up': [() => spoiled((proposals, view) => (view.round === 1 ? proposals : [{ changes: {} }])), 'round 2 repeats {'],
  'proposes the same for the same seed and history': [countingCalls, 'to deeply equal [ [ { ratio: '],
  'keeps runs apart: one run does not influence another': [countingCalls, 'round 1: expected [ { ratio: '],
  'does not look at the score of a candidate that was dropped early': [() => spoiled((proposals, view) =>
    proposals.toSpliced(0, 0, { changes: { ratio: Math.max(...view.history.map(({ score }) => score)) } })), 'to deeply equal [ ['],
  'copes with equal scores, and with scores that are not a number': [() => spoiled((proposals, view) => [...proposals, { changes: { ratio: view.best.score } }]), 'ratio = {"$value":"NaN"}: expected'],
  'remembers plain data, and ignores a memory that it does not know': [() => ({ ...search(), begin: (setup) => ({ propose: async (view) => (setup.memory === 7 ? [] : search().begin(setup).propose(view)) }) }), 'proposals with 7 as its memory: expected [] to not have a length of +0'],
  'does not write to what it is shown': [() => spoiled((proposals, view) => { (view.history as unknown[]).push(view.best); return proposals }), 'Cannot add property 1, object is not extensible'],
  'proposes nothing once the run is aborted': [() => spoiled((proposals, view) => (view.signal.aborted ? [{ changes: { ratio: 0.5 } }] : proposals)), 'expected [ { changes: { ratio: 0.5 } } ] to deeply equal []'],
}

lawsCanFail(optimizerLaws, breakers, (law, make) => law.check(make))

test('writing to the map of runs is noticed as well', async () => {
  const law = optimizerLaws.find(({ title }) => title === 'does not write to what it is shown')!
  const clearing = (): Optimizer => spoiled((proposals, view) => { (view.best.runs as Map<string, unknown>).set('a', []); return proposals })
  await expect(law.check(clearing)).rejects.toThrow('Cannot write to a frozen map')
})
