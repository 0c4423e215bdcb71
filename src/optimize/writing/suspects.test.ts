import { describe, expect, test } from 'vitest'
import type { CaseRun } from '../../feedback/case-run.ts'
import { bundle } from '../../graph/bundle.ts'
import { parameter } from '../../graph/parameter.ts'
import { suspects } from './suspects.ts'

const names = ['first', 'second', 'third']
const [first, second, third] = names.map((name) => parameter(name, name))

/** A chain of three steps that say `said`, judged by `failures`. */
function run(said: readonly unknown[], failures: readonly string[], score = 0.5): CaseRun {
  let output: unknown = 'the ticket'
  for (const [index, own] of [first, second, third].entries()) output = bundle((_prompt: unknown, _before: unknown) => said[index], { name: names[index]! })(own, output)
  return {
    caseId: 'a', trial: 0, score, checks: [], durationMs: 0, trace: { outputs: [output as never], leaks: [] },
    feedback: failures.map((message) => ({ kind: 'assertion', message, soft: true })),
  }
}
const found = (...runs: readonly CaseRun[]): readonly string[] => suspects(new Map(runs.map((one, index) => [`${index}`, [one]])), names)

describe('suspects', () => {
  test('a failure counts for the step whose value speaks of the same', () => {
    expect(found(run(['no refund window here', 'all about the order number', 'done'], ['it must state the refund window']))).toEqual(['first'])
    expect(found(run(['ok', { reply: 'all about the order number' }, 'done'], ['it must cite the order number']))).toEqual(['second'])
  })
  test('the most suspect stands first, and what counts little beside it is left out', () => {
    const many = Array.from({ length: 10 }, () => run(['about the refund window', 'about the order number', 'ok'], ['it must state the refund window']))
    expect(found(...many, run(['about the refund window', 'about the order number', 'ok'], ['it must cite the order number']))).toEqual(['first'])
    expect(found(...many.slice(0, 2), run(['about the refund window', 'about the order number', 'ok'], ['it must cite the order number']))).toEqual(['first', 'second'])
  })
  test('where a failure speaks of no step, or nothing failed, all are as suspect as before', () => {
    expect(found(run(['a', 'b', 'c'], ['expected "human", received "billing"']))).toEqual(names)
    expect(found(run(['about the refund window', 'b', 'c'], ['about the refund window'], 1))).toEqual(names)
  })
  test('a step that quotes the one before it shares the blame', () => {
    expect(found(run(['no refund window', 'the first said: no refund window', 'c'], ['no refund window is given']))).toEqual(['first', 'second'])
  })
})
