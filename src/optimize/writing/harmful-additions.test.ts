/** Which added sentences made something fail. Stage: optimize. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CaseRun } from '../../feedback/case-run.ts'
import { harmfulAdditions } from './harmful-additions.ts'
import { runsBetween, wordsOf } from './shared-words.ts'

const runs = (...failures: string[]): ReadonlyMap<string, readonly CaseRun[]> => new Map([['c1', [{
  caseId: 'c1', trial: 0, score: 0.5, checks: [], durationMs: 1, trace: { outputs: [], leaks: [] }, feedback: failures.map((message) => ({ kind: 'assertion', message, soft: true }) as const),
}]]])
const additions = ['Always cite the order number.', 'Always name the next step.']

test('a sentence that a new failure names did harm; one that an old failure names did not', () => {
  const broken = 'the reply must not cite the order number'
  expect([...harmfulAdditions(runs('be polite'), runs('be polite', broken), additions)]).toEqual([[additions[0], broken]])
  expect(harmfulAdditions(runs(broken), runs(broken), additions).size).toBe(0)
})

test('a new failure that names none of them, or shares two words by chance, takes nothing out', () => {
  expect(harmfulAdditions(runs(), runs('the reply is too long'), additions).size).toBe(0)
  expect(harmfulAdditions(runs(), runs('the next one is late'), additions).size).toBe(0)
})

test('of two sentences the one that shares more words did it; both where they share the same', () => {
  const added = ['Cite the order number and the date.', 'Cite the order number.', 'Never cite the order number twice.']
  expect([...harmfulAdditions(runs(), runs('do not cite the order number and the date'), added).keys()]).toEqual([added[0]])
  expect([...harmfulAdditions(runs(), runs('do not cite the order number'), added).keys()]).toEqual(added)
})

test('the longest run of words in common is what a search over all of them finds', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', 'D'), { maxLength: 12 }).map((words) => words.join(' '))
  fc.assert(fc.property(text, text, (one, other) => {
    const [a, b] = [wordsOf(one), wordsOf(other)]
    const all = a.flatMap((_, from) => a.map((__, length) => a.slice(from, from + length + 1))).filter((part) => ` ${b.join(' ')} `.includes(` ${part.join(' ')} `))
    expect(runsBetween(a, [b])).toEqual([Math.max(0, ...all.map(({ length }) => length))])
  }))
})
