import { describe, expect, test } from 'vitest'
import { parameter, type Parameter } from '../graph/parameter.ts'
import type { StandardSchema } from '../graph/standard-schema.ts'
import { candidateFrom, dropTraces, startCandidate, type Candidate, type ProposalContext } from './candidate.ts'
import { parameterSpecs } from './parameter-specs.ts'

const schema: StandardSchema<unknown, string> = { '~standard': { version: 1, vendor: 'test', validate: (value) => {
  if (value === 'boom') throw new Error('no network')
  return typeof value === 'string' ? { value: value.trim() } : { issues: [{ message: 'not a text' }] }
} } }
const parameters: readonly Parameter<unknown>[] = [
  parameter('limit', 0.5, { range: [0, 1] }),
  parameter('mode', 'a', { choices: ['a', 'b'] }),
  parameter('constructor', 1),
  parameter('idle', true),
  parameter('greeting', 'hello', { schema }),
  parameter('tone', 'kind'),
]
const start = startCandidate({ limit: 0.5 })
const startValues = Object.fromEntries(parameters.map((found) => [found.name, found.value]))
const context: ProposalContext = {
  best: start, start, startValues, parameters: new Map(parameters.map((found) => [found.name, found])),
  specs: parameterSpecs(parameters, { name: 't', kinds: ['number', 'choice', 'boolean', 'text'], begin: () => ({ propose: () => [] }) }, startValues),
  blamed: new Set(['limit', 'mode', 'constructor', 'greeting', 'tone']),
}
const propose = (changes: Record<string, unknown>, best: Candidate = start): ReturnType<typeof candidateFrom> => candidateFrom({ changes }, { ...context, best })

describe('a proposal becomes a candidate', () => {
  test('with what changes against the best, and every value to run with', () => {
    const first = propose({ limit: 0.7 }).candidate!
    const second = propose({ mode: 'b' }, first).candidate!
    expect(second).toMatchObject({ changed: { limit: 0.7, mode: 'b' }, values: { limit: 0.7, mode: 'b' }, changes: [{ parameter: 'mode', from: 'a', to: 'b' }] })
    expect(second.parameters.map(({ name }) => name)).toEqual(['limit', 'mode'])
    expect(propose({ limit: 0.5 }, second).candidate).toMatchObject({ changed: { mode: 'b' }, values: { limit: 0.5, mode: 'b' } })
  })
  test('equal values are one candidate, however they came to be', () => {
    const there = propose({ mode: 'b' }, propose({ limit: 0.7 }).candidate).candidate!
    expect(propose({ limit: 0.7, mode: 'b' }).candidate!.hash).toBe(there.hash)
    expect(propose({ mode: 'a' }, propose({ mode: 'b' }).candidate).candidate!.hash).toBe(start.hash)
    expect(propose({ limit: 0.7 }).candidate!.hash).not.toBe(there.hash)
  })
  test('a value is what the constraint makes of it', () => {
    expect(propose({ greeting: '  hi ' }).candidate!.changed).toEqual({ greeting: 'hi' })
    expect(propose({ greeting: ' hello ' })).toEqual({ problems: [] })
  })
  test('its reason cannot move a cursor, and is cut', () => {
    const { candidate } = candidateFrom({ changes: { limit: 0.1 }, reason: `\u001b[2J${'x'.repeat(300)}` }, context)
    expect(candidate!.reason).toBe(`\\x1b[2J${'x'.repeat(192)}…`)
  })
})

describe('an edit that does not fit is left out and named; the others stay', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['a parameter that does not exist', { nope: 1 }, 'expected a parameter that may change, received "nope"'],
    ['a parameter that no failing case depends on', { idle: false }, 'expected a parameter that failing cases depend on, received "idle"'],
    ['a prototype', JSON.parse('{"__proto__": {"polluted": true}}') as Record<string, unknown>, 'expected a parameter that may change, received "__proto__"'],
    ['a constraint that throws', { greeting: 'boom' }, 'the constraint failed: (Error) no network'],
  ])('%s', (_, edits, problem) => {
    const { candidate, problems } = propose(Object.fromEntries([['limit', 0.9], ...Object.entries(edits)]))
    expect(problems).toEqual([problem])
    expect(candidate!.changed).toEqual({ limit: 0.9 })
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
  test.each([
    [{ limit: 7 }, /^expected a number from 0 to 1, received 7, at parameter "limit" \(src\/train\/candidate\.test\.ts:\d+:\d+\)$/],
    [{ limit: '0.7' }, /^expected a finite number, received "0\.7", at parameter "limit"/],
    [{ limit: NaN }, /^expected a finite number, received NaN/],
    [{ mode: 'c' }, /^expected one of \["a", "b"\], received "c", at parameter "mode"/],
    [{ greeting: 3 }, /^expected a text, received 3, at parameter "greeting"/],
  ])('the value of %o', (edits, problem) => {
    expect(propose(edits)).toEqual({ problems: [expect.stringMatching(problem)] })
  })
  test.each([undefined, null, 'limit = 1', [], [{}], { values: {} }, { changes: [1] }, { changes: 'all' }])('an answer of another form: %o', (proposal) => {
    const { candidate, problems } = candidateFrom(proposal, context)
    expect([candidate, problems]).toEqual([undefined, [expect.stringMatching(/^expected a proposal \{ changes \}, received /)]])
  })
  test('a parameter named like a member of every object is data', () => {
    expect(propose({ constructor: 2 }).candidate!.changed).toEqual({ constructor: 2 })
    expect(propose({ toString: 2 }).problems).toEqual(['expected a parameter that may change, received "toString"'])
  })
  test('nothing changed is no candidate, and no problem', () => {
    expect(propose({})).toEqual({ problems: [] })
    expect(propose({ limit: 0.5, mode: 'a' })).toEqual({ problems: [] })
  })
})

test('parameters are specified in the order of their declaration, of the kinds an optimizer can change', () => {
  const specs = parameterSpecs(parameters.toReversed(), { name: 't', kinds: ['number', 'text'], begin: () => ({ propose: () => [] }) }, startValues)
  expect(specs.map(({ name, initial }) => [name, initial])).toEqual([['limit', 0.5], ['constructor', 1], ['greeting', 'hello'], ['tone', 'kind']])
})

test('a candidate that is out lets go of its graphs and keeps the rest', () => {
  const candidate = startCandidate({})
  const run = { caseId: 'a', trial: 0, score: 0.5, checks: [], feedback: [], durationMs: 3, trace: { outputs: [parameters[0]!], leaks: [{ node: 'x', how: 'text' as const, count: 1 }] } }
  candidate.runs.set('a', [run])
  dropTraces(candidate)
  expect(candidate.runs.get('a')).toEqual([{ ...run, trace: { outputs: [], leaks: run.trace.leaks } }])
})
