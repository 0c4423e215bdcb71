import fc from 'fast-check'
import { expect, test, describe } from 'vitest'
import { TraceEvalError } from '../core/errors.ts'
import { bundle } from '../graph/bundle.ts'
import { noteFacts } from './assertion-facts.ts'
import { feedbackFromError } from './from-error.ts'

const of = (error: unknown) => feedbackFromError(error, { soft: false })
const messageOf = (error: unknown) => of(error).map(({ kind, message }) => `${kind}: ${message}`)
const withoutStack = <E extends object>(error: E, own: object = {}): E => Object.assign(error, { stack: '' }, own)
const throwing = (): never => { throw new Error('unreadable') }
const unreadable = Object.defineProperties({}, Object.fromEntries(['name', 'message', 'stack', 'cause', 'errors', 'expected'].map((key) => [key, { get: throwing }])))
const hostileProxy = new Proxy({}, { get: throwing, has: throwing, ownKeys: throwing, getPrototypeOf: throwing, getOwnPropertyDescriptor: throwing })
const cyclic = Object.assign(new Error('round'), {})
cyclic.cause = new Error('and round', { cause: cyclic })

describe('anything that is thrown becomes feedback', () => {
  test.each<readonly [string, unknown, string]>([
    ['an error', new Error('boom'), 'error: boom'],
    ['an error of a class', new TypeError('x is not a function'), 'error: TypeError: x is not a function'],
    ['an error without words', new RangeError(''), 'error: RangeError'],
    ['a string', 'too long', 'error: too long'],
    ['an empty string', '', 'error: "" was thrown'],
    ['null', null, 'error: null was thrown'],
    ['undefined', undefined, 'error: undefined was thrown'],
    ['a number', -0, 'error: -0 was thrown'],
    ['a symbol', Symbol('s'), 'error: Symbol(s) was thrown'],
    ['a function', function boom() {}, 'error: function boom was thrown'],
    ['a plain object', { code: 42 }, 'error: { code: 42 } was thrown'],
    ['something like an error', { name: 'HttpError', message: 'no route' }, 'error: HttpError: no route'],
    ['an object whose message is no text', { message: { nested: 1 } }, 'error: { message: { nested: 1 } } was thrown'],
    ['a frozen error', Object.freeze(new Error('frozen')), 'error: frozen'],
    ['an object whose getters throw', unreadable, 'error: {} was thrown'],
    ['a proxy that throws at every touch', hostileProxy, 'error: an object that cannot be read was thrown'],
    ['an error with causes', new Error('top', { cause: new TypeError('middle', { cause: 'bottom' }) }), 'error: top\ncaused by TypeError: middle\ncaused by "bottom"'],
    ['an error that causes itself', cyclic, 'error: round\ncaused by Error: and round'],
    ['an error of ours', new TraceEvalError('NODE_VALUE', 'expected a value, received a promise', { hint: 'Await it.' }), 'error: expected a value, received a promise\n  Await it.'],
    ['a timeout of ours', new TraceEvalError('CASE_TIMEOUT', 'expected the case to settle within 5 ms, received nothing'), 'timeout: expected the case to settle within 5 ms, received nothing'],
  ])('%s', (_name, thrown, says) => {
    const [message, ...more] = messageOf(thrown)
    expect(more).toEqual([])
    expect(message).toBe(says)
  })

  test('at most three causes are named', () => {
    const deep = [1, 2, 3, 4, 5].reduce<Error | undefined>((cause, n) => new Error(`${n}`, { cause }), undefined)
    expect(messageOf(deep)).toEqual(['error: 5\ncaused by Error: 4\ncaused by Error: 3\ncaused by Error: 2\ncaused by more'])
  })

  test('never throws, and never lets a terminal escape through', () => {
    fc.assert(fc.property(fc.anything({ maxDepth: 2, withNullPrototype: true, withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }), fc.string({ unit: fc.constantFrom('a', ':', '\n', '\u001b[31m', '\u001b', '\r', '\u0007', '\u009b', '\u202e', '\u2066', 'expected ', ' at /x.ts:1:1') }), (thing, text) => {
      const errors = [thing, text, Object.assign(new Error(text), { name: 'AssertionError', showDiff: true, actual: thing, expected: text }), { message: text, cause: thing }]
      for (const error of errors) {
        for (const found of feedbackFromError(error, { soft: true, check: text })) {
          for (const said of [found.message, found.expected, found.received, found.diff, found.check, found.userMessage]) {
            // oxlint-disable-next-line no-control-regex
            expect(said ?? '').not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
          }
        }
      }
    }))
  })
})

describe('several errors in one', () => {
  test('an AggregateError gives one feedback for each, nested ones too', () => {
    const error = new AggregateError([new Error('a'), new AggregateError([new TypeError('b'), 'c'])], 'all failed')
    expect(messageOf(error)).toEqual(['error: a', 'error: TypeError: b', 'error: c'])
  })

  test('an empty one speaks for itself, and one that holds itself ends', () => {
    const own = new AggregateError([], 'own')
    own.errors.push(own, new Error('other'))
    expect(messageOf(new AggregateError([], 'all failed'))).toEqual(['error: AggregateError: all failed'])
    expect(messageOf(own)).toEqual(['error: AggregateError: own', 'error: other'])
  })

  test('at most twenty are kept', () => {
    expect(of(new AggregateError(Array.from({ length: 50 }, (_, i) => new Error(`${i}`))))).toHaveLength(20)
  })
})

describe('sizes are bounded', () => {
  const long = 'x'.repeat(10_000)

  test('a cut message says how much is missing', () => {
    expect(of(new Error(long))[0]!.message.slice(1990)).toBe(`${'x'.repeat(10)}… (8000 more characters)`)
  })

  test('printed values and diffs too', () => {
    const [feedback] = of(withoutStack(new Error('expected'), { name: 'AssertionError', showDiff: true, expected: long, actual: Array.from({ length: 5000 }, () => long) }))
    expect([feedback!.expected!.length, feedback!.received!.length, feedback!.diff!.length].every((length) => length < 4100)).toBe(true)
  })
})

describe('the message', () => {
  const failed = (message: string) => withoutStack(new Error(message), { name: 'AssertionError' })

  test("begins with the user's own words, which are told apart from Vitest's", () => {
    expect(of(failed('refunds: belong to billing: expected 1 to be 2'))[0]).toEqual({
      kind: 'assertion', message: 'refunds: belong to billing: expected 1 to be 2', userMessage: 'refunds: belong to billing', soft: false,
    })
  })

  test("begins with the user's own words also where the matcher leaves them out", () => {
    const error = failed('promise resolved "1" instead of rejecting')
    noteFacts(error, { userMessage: 'must refuse' })
    expect(of(error)[0]!.message).toBe('must refuse: promise resolved "1" instead of rejecting')
  })

  test('has no colours, and other escapes are shown', () => {
    const [feedback] = of(failed('\u001b[31mred\u001b[39m \u001b]52;c;aGk=\u0007 \u202Eabc\r\nnext'))
    expect(feedback!.message).toBe('red \\x1b]52;c;aGk=\\x07 \\u202eabc\nnext')
  })
})

describe('both sides', () => {
  const compare = (expected: unknown, actual: unknown, own: object = {}) => of(withoutStack(new Error('expected'), { name: 'AssertionError', showDiff: true, expected, actual, ...own }))[0]!

  test('are printed like the diff between them', () => {
    expect(compare({ team: 'billing', tags: ['a', 'b'] }, { tags: ['a', 'c'], team: 'billing' })).toEqual({
      kind: 'assertion', message: 'expected', soft: false,
      expected: '{\n  "tags": [\n    "a",\n    "b",\n  ],\n  "team": "billing",\n}',
      received: '{\n  "tags": [\n    "a",\n    "c",\n  ],\n  "team": "billing",\n}',
      diff: '  {\n    "tags": [\n      "a",\n-     "b",\n+     "c",\n    ],\n    "team": "billing",\n  }',
    })
  })

  test('texts of several lines are compared line by line', () => {
    expect(compare('one\ntwo\nthree', 'one\n2\nthree').diff).toBe('  "one\n- two\n+ 2\n  three"')
  })

  test('that print alike have no diff', () => {
    expect(compare({ a: 1 }, { a: 1 }).diff).toBeUndefined()
  })

  test('stay out where the error does not compare', () => {
    expect(compare(1, 2, { showDiff: false })).toEqual({ kind: 'assertion', message: 'expected', soft: false })
  })
})

describe('the location', () => {
  const stack = 'Error: x\n    at lookUp (/app/src/route.ts:3:9)\n    at async Promise.all (index 0)\n    at async /app/evals/route.eval.ts:12:7\n    at run (/app/node_modules/vitest/dist/run.js:1:1)'

  const at = (error: Error, file: string) => feedbackFromError(withoutStack(error, { stack }), { soft: false, file: `/app/evals/${file}` })[0]!.location
  const assertion = () => Object.assign(new Error('x'), { name: 'AssertionError' })

  test('of an assertion is in the eval file where its stack comes through it, also where a helper makes it', () => {
    expect(at(assertion(), 'route.eval.ts')).toEqual({ file: '/app/evals/route.eval.ts', line: 12, column: 7 })
    expect(at(assertion(), 'other.eval.ts')).toEqual({ file: '/app/src/route.ts', line: 3, column: 9 })
  })

  test("of an error is where the user's code threw it", () => {
    for (const file of ['route.eval.ts', 'other.eval.ts']) expect(at(new Error('x'), file)).toEqual({ file: '/app/src/route.ts', line: 3, column: 9 })
  })

  test('is missing where there is no frame', () => {
    expect(of('text')[0]).toEqual({ kind: 'error', message: 'text', soft: false })
  })
})

describe('the source', () => {
  const share = bundle(function share(of: number) {
    if (of % 2 === 1) throw new RangeError(`${of} is odd`) // this line
    return of / 2
  })
  const thrown = (): unknown => { try { share(3) } catch (error) { return error } throw new Error('expected a failure') }

  test('of an error that a traced step threw is marked where it failed and where it was called', () => {
    const lines = of(thrown())[0]!.source!.split('\n')
    expect(lines.filter((line) => line.startsWith('→'))).toEqual([expect.stringMatching(/^→ \d+ | {4}if \(of % 2 === 1\) throw new RangeError\(`\$\{of\} is odd`\) \/\/ this line$/), expect.stringMatching(/thrown = .* ← called here$/)])
    expect(lines[0]).toMatch(/^src\/feedback\/from-error\.test\.ts:\d+:\d+$/)
  })

  test('is missing of assertions, of errors of the case itself, and where places are not asked for', () => {
    const failed = (): unknown => { try { expect(1).toBe(2) } catch (error) { return error } throw new Error('expected a failure') }
    expect([of(failed())[0]!.source, of(new Error('x'))[0]!.source, feedbackFromError(thrown(), { soft: false, places: false })[0]!.source]).toEqual([undefined, undefined, undefined])
  })
})
