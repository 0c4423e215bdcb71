import { strictEqual } from 'node:assert'
import { AsyncResource } from 'node:async_hooks'
import { readFileSync } from 'node:fs'
import { assert, beforeAll, beforeEach, chai, describe, expect, test, vi, type RunnerTestCase } from 'vitest'
import type { Feedback } from '../feedback/feedback.ts'
import { feedbackFromError } from '../feedback/from-error.ts'
import { attributeTo, beginCaseScope, currentScope, finishCaseScope, inCheck, installAttribution, type CaseScope, type ScopeFailure } from './attribution.ts'

interface Custom { toBeEven(): void; toBeNear(wanted: number): void; toBeEvenLater(): Promise<void>; toBeBroken(): void }
declare module 'vitest' {
  // As in the declaration that this one adds to.
  interface Matchers<R, T> extends Custom {}
}

const file = import.meta.filename
const source = readFileSync(file, 'utf8')
const readSource = (path: string): string | undefined => (path === file ? source : undefined)
const idle = vi.fn().mockName('idle')
const called = vi.fn((text: string, n: number) => text + n).mockName('called')
const sleep = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms) })

beforeAll(() => {
  installAttribution()
  expect.extend({
    toBeEven: (received: number) => ({ pass: received % 2 === 0, message: () => `${received} is not what it should be` }),
    toBeNear: (received: number, wanted: number) => ({ pass: false, message: () => 'too far', actual: received, expected: wanted }),
    toBeEvenLater: async (received: number) => ({ pass: received % 2 === 0, message: () => `${received} is not what it should be` }),
    toBeBroken: decodeURIComponent.bind(null, '%') as never,
  })
})

interface Row { readonly title: string; readonly run: () => unknown; readonly says: string }
const row = (title: string, run: () => unknown, says: string): Row => ({ title, run, says })

/** All that is known, in one line: how it was written, both sides, whether there is a diff, the first line of the message. */
function summary({ kind, matcher, negated, promise, polled, expected, received, diff, message, userMessage }: Feedback): string {
  const written = [kind === 'assertion' ? '' : kind, polled ? 'poll' : '', promise ?? '', negated ? 'not' : '', matcher ?? '?'].filter((word) => word !== '').join('.')
  const side = (text: string | undefined): string => text?.replace(/\s*\n\s*/g, ' ') ?? '-'
  return [written, side(expected), side(received), diff === undefined ? 'no diff' : 'diff', userMessage === undefined ? '' : `[${userMessage}] `].join(' | ') + message.split('\n')[0]
}

beforeEach(() => {
  called.mockClear()
  for (const [text, n] of [['a', 1], ['b', 2]] as const) called(text, n)
})

const newScope = (): CaseScope => beginCaseScope({} as RunnerTestCase)
const said = (failures: readonly ScopeFailure[]): string[] =>
  failures.flatMap(({ error, ...context }) => feedbackFromError(error, { ...context, file, readSource })).map(({ message, soft, check }) => `${soft ? 'soft' : 'hard'}${check ? ` in ${check}` : ''}: ${message}`)

/** Runs `body` as one case would be run. */
async function inScope(body: (scope: CaseScope) => unknown): Promise<{ scope: CaseScope; thrown: unknown; said: string[] }> {
  const scope = newScope()
  let thrown: unknown
  await attributeTo(scope, async () => { try { await body(scope) } catch (error) { thrown = error } })
  return { scope, thrown, said: said(await finishCaseScope(scope)) }
}

const rows: readonly Row[] = [
  row('toBe of primitives', () => { expect(1).toBe(2) }, 'toBe | 2 | 1 | diff | expected 1 to be 2 // Object.is equality'),
  row('toBe of equal objects', () => { expect({ a: 1 }).toBe({ a: 1 }) }, 'toBe | { "a": 1, } | { "a": 1, } | no diff | expected { a: 1 } to be { a: 1 } // Object.is equality'),
  row('toBe, negated', () => { expect(1).not.toBe(1) }, 'not.toBe | 1 | 1 | no diff | expected 1 not to be 1 // Object.is equality'),
  row('toBe with a message', () => { expect('human', 'refunds belong to billing').toBe('billing') }, `toBe | "billing" | "human" | diff | [refunds belong to billing] refunds belong to billing: expected 'human' to be 'billing' // Object.is equality`),
  row('toBe with a message that looks like a sentence of Vitest', () => { expect(1, 'rule: expected 2').toBe(2) }, 'toBe | 2 | 1 | diff | [rule: expected 2] rule: expected 2: expected 1 to be 2 // Object.is equality'),
  row('toEqual', () => { expect({ team: 'human', tags: [1, 2] }).toEqual({ team: 'billing', tags: [1, 2] }) }, `toEqual | { "tags": [ 1, 2, ], "team": "billing", } | { "tags": [ 1, 2, ], "team": "human", } | diff | expected { team: 'human', tags: [ 1, 2 ] } to deeply equal { team: 'billing', tags: [ 1, 2 ] }`),
  row('toEqual, negated', () => { expect([1]).not.toEqual([1]) }, 'not.toEqual | [ 1, ] | [ 1, ] | no diff | expected [ 1 ] to not deeply equal [ 1 ]'),
  row('toStrictEqual', () => { expect({ a: 1, b: undefined }).toStrictEqual({ a: 1 }) }, 'toStrictEqual | { "a": 1, } | { "a": 1, "b": undefined, } | diff | expected { a: 1, b: undefined } to strictly equal { a: 1 }'),
  row('toMatchObject', () => { expect({ a: 1, b: { c: 2, d: 3 } }).toMatchObject({ b: { c: 3 } }) }, 'toMatchObject | { "b": { "c": 3, }, } | { "b": { "c": 2, }, } | diff | expected { a: 1, b: { c: 2, d: 3 } } to match object { b: { c: 3 } }'),
  row('toMatchObject, negated', () => { expect({ a: 1 }).not.toMatchObject({ a: 1 }) }, 'not.toMatchObject | { "a": 1, } | { "a": 1, } | no diff | expected { a: 1 } to not match object { a: 1 }'),
  row('toContain in a list', () => { expect([1, 2]).toContain(3) }, 'toContain | 3 | [ 1, 2, ] | no diff | expected [ 1, 2 ] to include 3'),
  row('toContain in a text', () => { expect('abc').toContain('x') }, `toContain | "x" | "abc" | diff | expected 'abc' to contain 'x'`),
  row('toContain, negated', () => { expect([1, 2]).not.toContain(2) }, 'not.toContain | 2 | [ 1, 2, ] | no diff | expected [ 1, 2 ] to not include 2'),
  row('toContainEqual', () => { expect([{ a: 1 }]).toContainEqual({ a: 2 }) }, 'toContainEqual | { "a": 2, } | [ { "a": 1, }, ] | diff | expected [ { a: 1 } ] to deep equally contain { a: 2 }'),
  row('toHaveLength', () => { expect([1, 2]).toHaveLength(3) }, 'toHaveLength | 3 | 2 | diff | expected [ 1, 2 ] to have a length of 3 but got 2'),
  row('toHaveProperty', () => { expect({ a: { b: 1 } }).toHaveProperty('a.b', 2) }, 'toHaveProperty | 2 | 1 | diff | expected { a: { b: 1 } } to have property "a.b" with value 2'),
  row('toHaveProperty that is missing', () => { expect({ a: 1 }).toHaveProperty('z') }, 'toHaveProperty | "z" | { "a": 1, } | no diff | expected { a: 1 } to have property "z"'),
  row('toMatch', () => { expect('abc').toMatch(/x/) }, `toMatch | /x/ | "abc" | diff | expected 'abc' to match /x/`),
  row('toMatch, negated', () => { expect('abc').not.toMatch('b') }, `not.toMatch | "b" | "abc" | no diff | expected 'abc' not to match 'b'`),
  row('toBeGreaterThan', () => { expect(1).toBeGreaterThan(2) }, 'toBeGreaterThan | 2 | 1 | no diff | expected 1 to be greater than 2'),
  row('toBeGreaterThanOrEqual', () => { expect(1).toBeGreaterThanOrEqual(2) }, 'toBeGreaterThanOrEqual | 2 | 1 | no diff | expected 1 to be greater than or equal to 2'),
  row('toBeLessThan', () => { expect(2).toBeLessThan(1) }, 'toBeLessThan | 1 | 2 | no diff | expected 2 to be less than 1'),
  row('toBeLessThanOrEqual', () => { expect(2n).toBeLessThanOrEqual(1n) }, 'toBeLessThanOrEqual | 1n | 2n | no diff | expected 2 to be less than or equal to 1'),
  row('toBeCloseTo', () => { expect(0.1).toBeCloseTo(0.2) }, 'toBeCloseTo | 0.2 | 0.1 | no diff | expected 0.1 to be close to 0.2, received difference is 0.1, but expected 0.005'),
  row('toBeNaN', () => { expect(1).toBeNaN() }, 'toBeNaN | NaN | 1 | diff | expected 1 to be NaN'),
  row('toBeTruthy', () => { expect(0).toBeTruthy() }, 'toBeTruthy | true | 0 | diff | expected +0 to be truthy'),
  row('toBeFalsy', () => { expect('x').toBeFalsy() }, `toBeFalsy | false | "x" | diff | expected 'x' to be falsy`),
  row('toBeNull', () => { expect(1).toBeNull() }, 'toBeNull | null | 1 | diff | expected 1 to be null'),
  row('toBeUndefined', () => { expect(null).toBeUndefined() }, 'toBeUndefined | undefined | null | diff | expected null to be undefined'),
  row('toBeDefined', () => { expect(undefined).toBeDefined() }, 'toBeDefined | - | undefined | no diff | expected undefined to be defined'),
  row('toBeNullable', () => { expect(1).toBeNullable() }, 'toBeNullable | null | 1 | diff | expected 1 to be nullish'),
  row('toBeTypeOf', () => { expect('x').toBeTypeOf('number') }, `toBeTypeOf | "number" | "string" | diff | expected 'x' to be type of 'number'`),
  row('toBeInstanceOf', () => { expect(new Map()).toBeInstanceOf(Set) }, 'toBeInstanceOf | [Function Set] | Map {} | no diff | expected Map{} to be an instance of Set'),
  row('toBeOneOf', () => { expect(4).toBeOneOf([1, 2, 3]) }, 'toBeOneOf | [ 1, 2, 3, ] | 4 | no diff | expect(received).toBeOneOf()'),
  row('toSatisfy', () => { expect(1).toSatisfy((value: number) => value > 3) }, 'toSatisfy | [Function anonymous] | 1 | no diff | expect(received).toSatisfy()'),
  row('toThrow when nothing is thrown', () => { expect(() => 1).toThrow() }, 'toThrow | - | - | no diff | expected [Function] to throw an error'),
  row('toThrow with another message', () => { expect(() => { throw new Error('boom') }).toThrow('quota') }, `toThrow | "quota" | "boom" | diff | expected [Function] to throw error including 'quota' but got 'boom'`),
  row('toThrow with a pattern', () => { expect(() => { throw new Error('boom') }).toThrow(/quota/) }, `toThrow | /quota/ | "boom" | diff | expected [Function] to throw error matching /quota/ but got 'boom'`),
  row('toThrow with a class', () => { expect(() => { throw new Error('boom') }).toThrow(TypeError) }, 'toThrow | [Function TypeError] | [Error: boom] | diff | expected error to be instance of TypeError'),
  row('toThrowError with an error', () => { expect(() => { throw new Error('boom') }).toThrowError(new Error('quota')) }, 'toThrowError | [Error: quota] | [Error: boom] | diff | expected a thrown error to be Error: quota'),
  row('toThrow, negated', () => { expect(() => { throw new Error('boom') }).not.toThrow() }, `not.toThrow | - | "Error: boom" | no diff | expected [Function] to not throw an error but 'Error: boom' was thrown`),
  row('toHaveBeenCalled', () => { expect(idle).toHaveBeenCalled() }, 'toHaveBeenCalled | - | calls [] | no diff | expected "idle" to be called at least once'),
  row('toHaveBeenCalled, negated', () => { expect(called).not.toHaveBeenCalled() }, 'not.toHaveBeenCalled | - | calls [ [ "a", 1, ], [ "b", 2, ], ] | no diff | expected "called" to not be called at all, but actually been called 2 times'),
  row('toHaveBeenCalledOnce', () => { expect(called).toHaveBeenCalledOnce() }, 'toHaveBeenCalledOnce | - | calls [ [ "a", 1, ], [ "b", 2, ], ] | no diff | expected "called" to be called once, but got 2 times'),
  row('toHaveBeenCalledTimes', () => { expect(called).toHaveBeenCalledTimes(3) }, 'toHaveBeenCalledTimes | 3 | calls [ [ "a", 1, ], [ "b", 2, ], ] | no diff | expected "called" to be called 3 times, but got 2 times'),
  row('toHaveBeenCalledWith', () => { expect(called).toHaveBeenCalledWith('a', 3) }, `toHaveBeenCalledWith | "a", 3 | calls [ [ "a", 1, ], [ "b", 2, ], ] | no diff | expected "called" to be called with arguments: [ 'a', 3 ]`),
  row('toHaveBeenCalledExactlyOnceWith', () => { expect(called).toHaveBeenCalledExactlyOnceWith('a', 1) }, `toHaveBeenCalledExactlyOnceWith | "a", 1 | calls [ [ "a", 1, ], [ "b", 2, ], ] | no diff | expected "called" to be called once with arguments: [ 'a', 1 ]`),
  row('toHaveBeenLastCalledWith', () => { expect(called).toHaveBeenLastCalledWith('a', 1) }, `toHaveBeenLastCalledWith | [ "a", 1, ] | [ "b", 2, ] | diff | expected last "called" call to have been called with [ 'a', 1 ]`),
  row('toHaveBeenNthCalledWith', () => { expect(called).toHaveBeenNthCalledWith(1, 'z') }, `toHaveBeenNthCalledWith | [ "z", ] | [ "a", 1, ] | diff | expected 1st "called" call to have been called with [ 'z' ]`),
  row('toHaveBeenCalledBefore', () => { expect(called).toHaveBeenCalledBefore(idle) }, 'toHaveBeenCalledBefore | [Mock idle] | [Mock called] | diff | expected "called" to have been called before "idle"'),
  row('toHaveReturned', () => { expect(idle).toHaveReturned() }, 'toHaveReturned | - | calls [] | no diff | expected "idle" to be successfully called at least once'),
  row('toHaveReturnedTimes', () => { expect(called).toHaveReturnedTimes(3) }, 'toHaveReturnedTimes | 3 | calls [ [ "a", 1, ], [ "b", 2, ], ] | no diff | expected "called" to be successfully called 3 times'),
  row('toHaveReturnedWith', () => { expect(called).toHaveReturnedWith('z') }, `toHaveReturnedWith | "z" | calls [ [ "a", 1, ], [ "b", 2, ], ] | no diff | expected "called" to return with: 'z' at least once`),
  row('toHaveLastReturnedWith', () => { expect(called).toHaveLastReturnedWith('z') }, `toHaveLastReturnedWith | "z" | "b2" | diff | expected last "called" call to return 'z'`),
  row('toHaveNthReturnedWith', () => { expect(called).toHaveNthReturnedWith(1, 'z') }, `toHaveNthReturnedWith | "z" | "a1" | diff | expected 1st call "called" call to return 'z'`),
  row('toHaveResolved', () => { expect(idle).toHaveResolved() }, 'toHaveResolved | - | calls [] | no diff | expected "idle" to be successfully resolved at least once'),
  row('toHaveResolvedWith', () => { expect(idle).toHaveResolvedWith('z') }, `toHaveResolvedWith | "z" | calls [] | no diff | expected "idle" to resolve with: 'z' at least once`),
  row('toHaveBeenCalled on what is no mock', () => { expect(1).toHaveBeenCalled() }, 'error.toHaveBeenCalled | - | - | no diff | TypeError: 1 is not a spy or a call to a spy!'),
  row('chai: to.equal', () => { expect(1).to.equal(2) }, 'equal | 2 | 1 | diff | expected 1 to equal 2'),
  row('chai: to.not.equal', () => { expect(1).to.not.equal(1) }, 'not.equal | 1 | 1 | no diff | expected 1 to not equal 1'),
  row('chai: to.deep.equal', () => { expect({ a: 1 }).to.deep.equal({ a: 2 }) }, 'equal | { "a": 2, } | { "a": 1, } | diff | expected { a: 1 } to deeply equal { a: 2 }'),
  row('chai: to.be.true', () => { void expect(false).to.be.true }, 'true | true | false | diff | expected false to be true'),
  row('chai: to.not.be.empty', () => { void expect([]).to.not.be.empty }, 'not.empty | - | [] | no diff | expected [] not to be empty'),
  row('chai: to.be.a', () => { expect('x').to.be.a('number') }, `a | "number" | "x" | no diff | expected 'x' to be a number`),
  row('chai: to.include', () => { expect('abc').to.include('x') }, `include | "x" | "abc" | no diff | expected 'abc' to include 'x'`),
  row('chai: to.have.property', () => { expect({ a: 1 }).to.have.property('b') }, `property | "b" | { "a": 1, } | no diff | expected { a: 1 } to have property 'b'`),
  row('chai: to.have.lengthOf', () => { expect([1]).to.have.lengthOf(2) }, 'lengthOf | 2 | 1 | diff | expected [ 1 ] to have a length of 2 but got 1'),
  row('chai: to.be.above', () => { expect(1).to.be.above(2) }, 'above | 2 | 1 | diff | expected 1 to be above 2'),
  row('chai: to.throw', () => { expect(() => 1).to.throw() }, 'throw | - | - | no diff | expected [Function] to throw an error'),
  row('chai: second of a chain', () => { expect('x').to.be.a('string').and.to.equal('y') }, `equal | "y" | "x" | diff | expected 'x' to equal 'y'`),
  row('chai: called', () => { void expect(idle).to.have.been.called }, 'called | - | calls [] | no diff | expected "idle" to be called at least once'),
  row('asymmetric: objectContaining', () => { expect({ a: 1 }).toEqual(expect.objectContaining({ a: 2 })) }, 'toEqual | ObjectContaining { "a": 2, } | { "a": 1, } | diff | expected { a: 1 } to deeply equal ObjectContaining {"a": 2}'),
  row('asymmetric: any', () => { expect({ id: 1 }).toEqual({ id: expect.any(String) }) }, 'toEqual | { "id": Any<String>, } | { "id": 1, } | diff | expected { id: 1 } to deeply equal { id: Any<String> }'),
  row('asymmetric: arrayContaining, negated inside', () => { expect([1]).toEqual(expect.not.arrayContaining([1])) }, 'toEqual | ArrayNotContaining [ 1, ] | [ 1, ] | diff | expected [ 1 ] to deeply equal ArrayNotContaining [1]'),
  row('asymmetric: closeTo', () => { expect({ x: 0.5 }).toEqual({ x: expect.closeTo(0.1, 2) }) }, 'toEqual | { "x": NumberCloseTo 0.1 (2 digits), } | { "x": 0.5, } | diff | expected { x: 0.5 } to deeply equal { x: NumberCloseTo 0.1 (2 digits) }'),
  row('asymmetric: stringMatching', () => { expect('abc').toEqual(expect.stringMatching(/x/)) }, `toEqual | StringMatching /x/ | "abc" | diff | expected 'abc' to deeply equal StringMatching /x/`),
  row('custom', () => { expect(3).toBeEven() }, 'toBeEven | - | 3 | no diff | 3 is not what it should be'),
  row('custom, negated', () => { expect(4).not.toBeEven() }, 'not.toBeEven | - | 4 | no diff | 4 is not what it should be'),
  row('custom with both sides', () => { expect(3).toBeNear(9) }, 'toBeNear | 9 | 3 | diff | too far'),
  row('custom and asynchronous', async () => { await expect(3).toBeEvenLater() }, 'toBeEvenLater | - | 3 | no diff | 3 is not what it should be'),
  row('custom and asynchronous, negated, with a message', async () => { await expect(4, 'odd please').not.toBeEvenLater() }, 'not.toBeEvenLater | - | 4 | no diff | [odd please] odd please: 4 is not what it should be'),
  row('custom that breaks', () => { expect(3).toBeBroken() }, 'error.toBeBroken | - | - | no diff | URIError: URI malformed'),
  row('resolves', async () => { await expect(Promise.resolve(1)).resolves.toBe(2) }, 'resolves.toBe | 2 | 1 | diff | expected 1 to be 2 // Object.is equality'),
  row('resolves, negated', async () => { await expect(Promise.resolve(1)).resolves.not.toBe(1) }, 'resolves.not.toBe | 1 | 1 | no diff | expected 1 not to be 1 // Object.is equality'),
  row('resolves with a message', async () => { await expect(Promise.resolve({ a: 1 }), 'the answer').resolves.toEqual({ a: 2 }) }, 'resolves.toEqual | { "a": 2, } | { "a": 1, } | diff | [the answer] the answer: expected { a: 1 } to deeply equal { a: 2 }'),
  row('resolves of a rejection', async () => { await expect(Promise.reject(new Error('boom'))).resolves.toBe(1) }, 'resolves.toBe | 1 | - | no diff | promise rejected "Error: boom" instead of resolving'),
  row('resolves of no promise', async () => { await expect(1).resolves.toBe(1) }, "error.? | - | - | no diff | TypeError: You must provide a Promise to expect() when using .resolves, not 'number'."),
  row('resolves, custom and asynchronous', async () => { await expect(Promise.resolve(3)).resolves.toBeEvenLater() }, 'resolves.toBeEvenLater | - | 3 | no diff | 3 is not what it should be'),
  row('rejects', async () => { await expect(Promise.reject(new Error('boom'))).rejects.toThrow('quota') }, `rejects.toThrow | "quota" | "boom" | diff | expected [Function] to throw error including 'quota' but got 'boom'`),
  row('rejects, negated', async () => { await expect(Promise.reject(new Error('boom'))).rejects.not.toThrow('boom') }, `rejects.not.toThrow | "boom" | "boom" | no diff | expected [Function] to throw error not including 'boom'`),
  row('rejects of a resolution', async () => { await expect(Promise.resolve(1), 'must refuse').rejects.toThrow() }, 'rejects.toThrow | [Error: rejected promise] | 1 | diff | [must refuse] must refuse: promise resolved "1" instead of rejecting'),
  row('poll', async () => { await expect.poll(() => 1, { timeout: 20, interval: 5 }).toBe(2) }, 'poll.toBe | 2 | 1 | diff | expected 1 to be 2 // Object.is equality'),
  row('poll, negated, with a message', async () => { await expect.poll(() => 1, { timeout: 20, interval: 5, message: 'moves on' }).not.toBe(1) }, 'poll.not.toBe | 1 | 1 | no diff | [moves on] moves on: expected 1 not to be 1 // Object.is equality'),
  row('poll, custom', async () => { await expect.poll(() => 3, { timeout: 20, interval: 5 }).toBeEven() }, 'poll.toBeEven | - | 3 | no diff | 3 is not what it should be'),
  row('expect.fail', () => { expect.fail('never here') }, 'fail | - | - | no diff | never here'),
  row('expect.unreachable', () => { expect.unreachable('never here') }, 'unreachable | - | - | no diff | expected "never here" not to be reached'),
  row('assert', () => { assert(false, 'must hold') }, 'assert | - | - | no diff | must hold'),
  row('assert.equal', () => { assert.equal(1, 2) }, 'equal | 2 | 1 | diff | expected 1 to equal 2'),
  row('assert.deepEqual with a message', () => { assert.deepEqual([1], [2], 'same list') }, 'deepEqual | [ 2, ] | [ 1, ] | diff | [same list] same list: expected [ 1 ] to deeply equal [ 2 ]'),
  row('assert.isTrue', () => { assert.isTrue(false) }, 'isTrue | true | false | diff | expected false to be true'),
  row('node assert', () => { strictEqual(1, 2) }, 'strictEqual | 2 | 1 | diff | Expected values to be strictly equal:'),
]

describe('every failed assertion says how it was written, what it wanted and what it got', () => {
  test.each(rows)('$title', async ({ title, run, says }) => {
    const { thrown } = await inScope(run)
    const [feedback, ...more] = feedbackFromError(thrown, { soft: false, file, readSource })
    expect(more).toEqual([])
    expect(summary(feedback!)).toBe(says)
    expect(source.split('\n')[feedback!.location!.line - 1]).toContain(title)
  })

  test.each(rows.filter(({ title }) => /^(?:to|chai|resolves|rejects|asymmetric)/.test(title) && !/no mock|no promise/.test(title)))('$title: the source tells the matcher where nothing else does', async ({ run, says }) => {
    let thrown: unknown
    try { await run() } catch (error) { thrown = error }
    const [feedback] = feedbackFromError(thrown, { soft: false, file, readSource })
    expect(summary(feedback!).split(' | ')[0]).toBe(says.split(' | ')[0])
  })
})

describe('in a hook, where Vitest has no current test', () => {
  let outcome: Awaited<ReturnType<typeof inScope>>
  beforeAll(async () => {
    outcome = await inScope(async (scope) => {
      expect.soft(1).toBe(2)
      scope.expect.soft(1).toBe(3)
      await expect.poll(() => 4, { timeout: 10, interval: 2 }).toBe(4)
      void expect(Promise.resolve(1)).resolves.toBe(1)
      await expect(Promise.resolve(5)).resolves.toBe(6)
    })
  })

  test('assertions belong to the case all the same', () => {
    expect(outcome.said).toEqual([
      'soft: expected 1 to be 2 // Object.is equality',
      'soft: expected 1 to be 3 // Object.is equality',
      'hard: expect(actual).resolves.toBe(expected) was not awaited: put `await` before it, or the case may end before it is known',
    ])
    expect((outcome.thrown as Error).message).toBe('expected 5 to be 6 // Object.is equality')
  })
})

describe('soft assertions', () => {
  test('are counted, kept in order, and let the case go on', async () => {
    const { scope, thrown, said } = await inScope(async () => {
      expect.soft(1).toBe(1)
      expect.soft(1, 'first').toBe(2)
      expect.soft('x').to.be.a('number').and.equal('y')
      await expect.soft(Promise.resolve(1)).resolves.toBe(1)
      await expect.soft(Promise.resolve(1)).resolves.toBe(3)
      await expect.soft(3).toBeEvenLater()
      expect.soft(3).toBeEven()
      void expect.soft(false).to.be.true
    })
    expect(thrown).toBeUndefined()
    expect([scope.softPassed, scope.softFailed, scope.matcherCalls]).toEqual([2, 7, 8])
    expect(said).toEqual([
      'soft: first: expected 1 to be 2 // Object.is equality',
      "soft: expected 'x' to be a number",
      "soft: expected 'x' to equal 'y'",
      'soft: expected 1 to be 3 // Object.is equality',
      'soft: 3 is not what it should be',
      'soft: 3 is not what it should be',
      'soft: expected false to be true',
    ])
  })

  test('show the values as they were, not as they became', async () => {
    const scope = newScope()
    const list = [1]
    attributeTo(scope, () => { expect.soft(list).toEqual([1, 2]) })
    list.push(2)
    const [feedback] = (await finishCaseScope(scope)).flatMap(({ error }) => feedbackFromError(error, { soft: true }))
    expect(feedback!.diff).toBe('  [\n    1,\n-   2,\n  ]')
  })

  test('in a check belong to the check, also after an await', async () => {
    const { scope, said } = await inScope(async (scope) => {
      await inCheck(scope, 'polite', async () => {
        await sleep(1)
        expect(scope.check).toBe('polite')
        expect.soft('no').toBe('please')
      })
      expect(scope.check).toBeUndefined()
      expect.soft(1).toBe(2)
    })
    expect([scope.softFailed, scope.softFailedIn('polite'), scope.softFailedIn('short')]).toEqual([1, 1, 0])
    expect(said).toEqual(["soft in polite: expected 'no' to be 'please' // Object.is equality", 'soft: expected 1 to be 2 // Object.is equality'])
  })

  test('of a frozen error, a string or nothing are kept too', async () => {
    for (const thing of [Object.freeze(new Error('frozen')), 'text', null, undefined]) {
      const { scope, thrown } = await inScope(() => { expect.soft(1).toSatisfy(() => { throw thing }) })
      expect([thrown, scope.failures.map(({ error }) => error)]).toEqual([undefined, [thing]])
    }
  })
})

describe('assertions that nobody awaited fail the case', () => {
  test('with a promise, whether it held or not', async () => {
    const { said } = await inScope(() => {
      void expect(Promise.resolve(1)).resolves.toBe(1)
      void expect(Promise.reject(new Error('boom'))).rejects.not.toThrow('boom')
    })
    expect(said).toEqual([
      'hard: expect(actual).resolves.toBe(expected) was not awaited: put `await` before it, or the case may end before it is known',
      'hard: expect(actual).rejects.not.toThrow(expected) was not awaited: put `await` before it, or the case may end before it is known; it failed: expected [Function] to throw error not including \'boom\'',
    ])
  })

  test('by polling, and by a custom asynchronous matcher', async () => {
    const { said } = await inScope(() => {
      void expect.poll(() => 1).not.toBe(1)
      void expect(3).toBeEvenLater()
    })
    expect(said).toEqual([
      'hard: expect(actual).toBeEvenLater() was not awaited: put `await` before it, or the case may end before it is known; it failed: 3 is not what it should be',
      'hard: expect.poll(actual).not.toBe was not awaited: put `await` before it, or it never runs',
    ])
  })

  test('at the line where it stands', async () => {
    const scope = newScope()
    attributeTo(scope, () => { void expect(Promise.resolve(1)).resolves.toBe(1) /* this line */ })
    const [feedback] = (await finishCaseScope(scope)).flatMap(({ error }) => feedbackFromError(error, { soft: false, file }))
    expect(source.split('\n')[feedback!.location!.line - 1]).toContain('/* this line */')
  })

  test('but not when it is returned, collected or caught', async () => {
    const { said, thrown } = await inScope(async () => {
      await Promise.all([expect(Promise.resolve(1)).resolves.toBe(1), expect(Promise.reject(new Error('boom'))).rejects.toThrow('boom')])
      await expect(Promise.resolve(1)).resolves.toBe(2).catch(() => undefined)
      return expect(Promise.resolve(1)).resolves.toBe(1)
    })
    expect([said, thrown]).toEqual([[], undefined])
  })

  test('and one that never settles does not hold the case for ever', async () => {
    const scope = newScope()
    attributeTo(scope, () => { void expect(new Promise(() => undefined)).resolves.toBe(1) })
    expect(said(await finishCaseScope(scope, AbortSignal.abort()))).toEqual([
      'hard: expect(actual).resolves.toBe(expected) was not awaited: put `await` before it, or the case may end before it is known; it has not settled',
    ])
  })
})

describe('expect.assertions and expect.hasAssertions', () => {
  test('count what this case asserted', async () => {
    const met = await inScope(async () => {
      expect.assertions(3)
      expect(1).toBe(1)
      expect('x').to.be.a('string').and.equal('x')
      await expect.poll(() => 1).toBe(1)
    })
    const unmet = await inScope(() => {
      expect.assertions(2)
      expect(1).toBe(1)
    })
    const none = await inScope(() => { expect.hasAssertions() })
    expect([met.said, unmet.said, none.said]).toEqual([
      [], ['hard: expected 2 assertions in the case, received 1'], ['hard: expected at least one assertion in the case, received 0'],
    ])
  })

  test('a case without assertions fails where they are required', async () => {
    const scope = beginCaseScope({} as RunnerTestCase, { requireAssertions: true })
    expect(said(await finishCaseScope(scope))).toEqual(['hard: expected at least one assertion in the case, received 0'])
  })

  test('outside of a case they mean the test, as ever', () => {
    expect.assertions(1)
    expect(currentScope()).toBeUndefined()
  })
})

describe('a case cannot have snapshots', () => {
  test.each(['toMatchSnapshot', 'toMatchInlineSnapshot', 'toMatchFileSnapshot', 'toThrowErrorMatchingSnapshot', 'toThrowErrorMatchingInlineSnapshot'] as const)('%s is refused', async (name) => {
    const { thrown } = await inScope(() => (expect(1)[name] as (file?: string) => unknown)('x'))
    expect((thrown as Error).message).toBe(`expected an assertion that says what is right, received ${name}
  A case runs many times with different parameter values, so no snapshot of it can hold. Use toEqual or toMatchObject, or move the snapshot to a plain test.`)
  })

  test('a test beside it can, also after cases ran', async () => {
    await inScope(() => { expect.soft(1).toBe(2) })
    expect({ a: 1 }).toMatchInlineSnapshot(`
      {
        "a": 1,
      }
    `)
  })
})

describe('under concurrency', () => {
  test('twenty cases at once get exactly their own assertions', async () => {
    const results = await Promise.all(Array.from({ length: 20 }, (_, index) => index + 1).map((i) => inScope(async (scope) => {
      for (let step = 0; step < 4; step++) {
        await sleep((i * 7 + step * 3) % 5)
        expect.soft(i, `case ${i} step ${step}`).toBe(step % 2 === 0 ? i : -1)
        scope.expect.soft(i, `case ${i} own ${step}`).toBe(i)
      }
      await expect.poll(() => i, { interval: 1 }).toBe(i)
      await expect.soft(sleep(i % 3).then(() => i), `case ${i} later`).resolves.toBe(-2)
      expect.assertions(i % 2 === 0 ? 11 : 12)
      expect(i, `case ${i} at last`).toBe(-3)
    })))
    for (const [index, { scope, thrown, said }] of results.entries()) {
      const i = index + 1
      expect(said).toEqual([
        `soft: case ${i} step 1: expected ${i} to be -1 // Object.is equality`,
        `soft: case ${i} step 3: expected ${i} to be -1 // Object.is equality`,
        `soft: case ${i} later: expected ${i} to be -2 // Object.is equality`,
        ...(i % 2 === 0 ? [] : ['hard: expected 12 assertions in the case, received 11']),
      ])
      expect((thrown as Error).message).toBe(`case ${i} at last: expected ${i} to be -3 // Object.is equality`)
      expect([scope.softPassed, scope.softFailed, scope.matcherCalls]).toEqual([6, 3, 11])
    }
  })

  test("a case's own expect is its own also where async context is lost", async () => {
    const outside = new AsyncResource('outside')
    const { scope, said } = await inScope((scope) => {
      const { expect: own } = scope
      outside.runInAsyncScope(() => { own.soft(1).toBe(2) })
    })
    expect([scope.softFailed, said]).toEqual([1, ['soft: expected 1 to be 2 // Object.is equality']])
  })

  test('what a case asserts after its end counts nowhere', async () => {
    const scope = newScope()
    let late: Promise<void> | undefined
    attributeTo(scope, () => {
      late = sleep(5).then(async () => {
        expect.soft(1).toBe(2)
        void expect(Promise.resolve(1)).resolves.toBe(2)
        void expect.poll(() => 1).toBe(2)
      })
    })
    const failures = await finishCaseScope(scope)
    await late
    expect([failures, scope.failures, scope.softFailed, scope.matcherCalls, scope.pending.length]).toEqual([[], [], 0, 0, 0])
  })
})

describe('installing', () => {
  test('again, or from a second copy of the library, guards nothing twice', async () => {
    installAttribution()
    vi.resetModules()
    const copy = await import('./attribution.ts')
    copy.installAttribution()
    expect(copy.attributeTo).not.toBe(attributeTo)
    const scope = copy.beginCaseScope({} as RunnerTestCase)
    copy.attributeTo(scope, () => {
      expect.soft(1).toBe(2)
      expect.soft(1).toBe(1)
    })
    expect([scope.softPassed, scope.softFailed, scope.matcherCalls]).toEqual([1, 1, 2])
  })

  test('a matcher that is added, or made anew, while a case runs is guarded too', async () => {
    const { said } = await inScope(() => {
      expect.extend({ toBeOdd: (n: number) => ({ pass: n % 2 === 1, message: () => `${n} is even` }) })
      ;(expect.soft(2) as unknown as { toBeOdd(): void }).toBeOdd()
      expect.extend({ toBeOdd: (n: number) => ({ pass: false, message: () => `${n} is never odd` }) })
      ;(expect.soft(3) as unknown as { toBeOdd(): void }).toBeOdd()
    })
    expect(said).toEqual(['soft: 2 is even', 'soft: 3 is never odd'])
  })

  test('a plugin may overwrite a matcher, even while a case runs', async () => {
    const { scope, said } = await inScope(() => {
      chai.use(({ Assertion }, { overwriteMethod }) => {
        overwriteMethod(Assertion.prototype, 'toBeNaN', (first: () => unknown) => function (this: object) { return first.call(this) })
      })
      expect.soft(1).toBeNaN()
      expect.soft(Number.NaN).toBeNaN()
    })
    expect([scope.softPassed, scope.softFailed, said]).toEqual([1, 1, ['soft: expected 1 to be NaN']])
  })

  test('changes nothing for a test outside of cases', () => {
    expect(() => expect(1).toBe(2)).toThrow('expected 1 to be 2 // Object.is equality')
    expect(currentScope()).toBeUndefined()
  })
})
