/** Scorers of lists, JSON and tool calls: what they say, and that they agree with slower ones. */
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { node } from '../graph/node.ts'
import { jsonSchema } from './json-schema.ts'
import { jsonSubset } from './json-subset.ts'
import { listOverlap } from './list-overlap.ts'
import { toolCalls } from './tool-calls.ts'
import { exact } from './exact.ts'

const right = { score: 1, text: '' }

/** The most items of `list` that can be joined with items of `other`, by trying everything. */
function mostPairs<A, B>(list: readonly A[], other: readonly B[], fits: (a: A, b: B) => boolean, inOrder: boolean): number {
  const [first, ...rest] = list
  if (first === undefined) return 0
  const without = mostPairs(rest, other, fits, inOrder)
  return Math.max(without, ...other.flatMap((one, index) => (fits(first, one)
    ? [1 + mostPairs(rest, inOrder ? other.slice(index + 1) : other.filter((_, at) => at !== index), fits, inOrder)] : [])))
}

describe('list overlap', () => {
  test('says what is missing and what is too much', () => {
    expect(listOverlap()(['a', 'b', 'x'], ['a', 'b', 'c', 'd'])).toEqual({ score: 4 / 7, text: 'precision 0.67, recall 0.50, F1 0.57; missing: "c", "d"; extra: "x"' })
    expect(listOverlap()([{ b: 1, a: 2 }], [{ a: 2, b: 1 }])).toEqual(right)
    expect(listOverlap({ ignoreCase: true })(['A'], ['a'])).toEqual(right)
    expect(listOverlap()('a', ['a'])).toEqual({ score: 0, text: 'expected a list, received "a"' })
    expect(() => listOverlap()(['a'], 'a' as never)).toThrow('expected a list as what is expected, received "a", at scorer "list overlap"')
  })

  test('does not reward an answer that lists nothing', () => {
    const scores = (output: string[], expected: string[]): number[] => (['precision', 'recall', 'f1'] as const).map((measure) => listOverlap({ measure })(output, expected).score)
    expect([scores([], []), scores([], ['a']), scores(['a'], [])]).toEqual([[1, 1, 1], [0, 0, 0], [0, 1, 0]])
  })

  test('counts pairs as trying everything does', () => {
    const list = fc.array(fc.constantFrom('a', 'b', 1, null), { minLength: 1, maxLength: 5 })
    fc.assert(fc.property(list, list, (output, expected) => {
      const pairs = mostPairs(expected, output, Object.is, false)
      const [precision, recall, f1] = (['precision', 'recall', 'f1'] as const).map((measure) => listOverlap({ measure })(output, expected).score)
      expect([precision, recall]).toEqual([pairs / output.length, pairs / expected.length])
      expect(f1).toBeCloseTo(pairs === 0 ? 0 : 2 / (1 / precision! + 1 / recall!), 12)
    }))
  })
})

describe('json subset', () => {
  test('scores the share of the expected parts', () => {
    expect(jsonSubset()({ team: 'billing', urgent: false, id: 7 }, { team: 'billing', urgent: true })).toEqual({ score: 0.5, text: 'at urgent: expected true, received false' })
    expect(jsonSubset()('{"user":{"name":"Ann","age":5},"more":1}', { user: { name: 'Ann' } })).toEqual(right)
    expect(jsonSubset()({ items: [{ id: 1 }, { id: 2 }] }, { items: [{ id: 1 }] })).toEqual({ score: 0.5, text: 'at items[1]: extra { id: 2 }' })
    expect(jsonSubset()('{"team": "billing",}', { team: 'billing' })).toEqual({ score: 0, text: 'expected JSON, received "{\\"team\\": \\"billing\\",}", which stops being JSON at line 1, column 20' })
  })

  test('takes values that hold themselves', () => {
    const loop = (id: number): Record<string, unknown> => {
      const one: Record<string, unknown> = { id }
      return Object.assign(one, { self: one, twin: one, list: [one, one] })
    }
    expect(jsonSubset()(loop(1), loop(1))).toEqual(right)
    expect(jsonSubset()(loop(2), loop(1)).text).toContain('at id: expected 1, received 2')
    expect(jsonSubset()({}, loop(1)).score).toBe(0)
  })

  test('never looks up a key that the output only inherits', () => {
    expect(jsonSubset()('{}', JSON.parse('{"__proto__":{},"constructor":1}'))).toEqual({ score: 0, text: 'at __proto__: missing {}\nat constructor: missing 1' })
  })

  // Vitest takes `{}` for something that any value matches: no empty objects here.
  test('is perfect exactly where `toMatchObject` holds', () => {
    const leaf = fc.constantFrom(1, 2, 'a', true, null)
    const { value } = fc.letrec<{ value: unknown; record: Record<string, unknown> }>((tie) => ({
      value: fc.oneof({ maxDepth: 3 }, leaf, tie('record'), fc.array(tie('value'), { maxLength: 2 })),
      record: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
    }))
    const record = fc.dictionary(fc.constantFrom('a', 'b', 'c'), value, { minKeys: 1, maxKeys: 3, noNullPrototype: true })
    const judged = { 0: 0, 1: 0 }
    fc.assert(fc.property(record, record, fc.boolean(), (one, other, grow) => {
      const [output, expected] = grow ? [{ ...one, ...other }, other] : [one, other]
      let matches = true
      try { expect(output).toMatchObject(expected) } catch { matches = false }
      judged[matches ? 1 : 0]++
      expect(jsonSubset()(output, expected).score === 1).toBe(matches)
      expect(jsonSubset()(output, expected).text === '').toBe(matches)
    }), { numRuns: 300, seed: 1 })
    expect(Math.min(judged[0], judged[1])).toBeGreaterThan(20)
  })
})

describe('json schema', () => {
  const ticket = { type: 'object', required: ['team'], properties: { team: { enum: ['billing', 'technical'] }, tags: { type: 'array', items: { type: 'string' } } }, additionalProperties: false }

  test('names every complaint with its place', async () => {
    const judge = jsonSchema(ticket)
    expect(await judge({ team: 'billing', tags: [] })).toEqual(right)
    expect(await judge('{"team":"billing"}')).toEqual(right)
    expect(await judge({ team: 'sales', tags: ['a', 5] })).toEqual({
      score: 0, text: 'at team: Instance does not match any of ["billing","technical"].\nat tags.1: Instance type "number" is invalid. Expected "string".',
    })
    expect(await judge('no json')).toEqual({ score: 0, text: 'expected JSON, received "no json", which stops being JSON at line 1, column 1' })
    expect((await judge({})).text).toBe('Instance does not have required property "team".')
  })

  test('takes a Standard Schema', async () => {
    const judge = jsonSchema(z.object({ team: z.enum(['billing', 'technical']) }))
    expect(await judge('{"team":"billing"}')).toEqual(right)
    expect(await judge({ team: 'sales' })).toEqual({ score: 0, text: 'at team: Invalid option: expected one of "billing"|"technical"' })
    expect(await jsonSchema(z.string().min(2))('ok')).toEqual(right)
  })

  test('refuses a schema that is none', () => {
    expect(() => jsonSchema('object' as never)).toThrow('expected a schema, received "object", at scorer "json schema"')
    expect(() => jsonSchema({ $schema: 'http://json-schema.org/draft-03/schema#' })).toThrow('expected a $schema of draft 4, 7, 2019-09 or 2020-12')
  })

  test('agrees with another validator', async () => {
    const validate = new Ajv({ strict: false }).compile(ticket)
    const judge = jsonSchema(ticket)
    const judged = { 0: 0, 1: 0 }
    await fc.assert(fc.asyncProperty(fc.record({
      team: fc.constantFrom('billing', 'technical', 'sales', undefined), tags: fc.array(fc.constantFrom<unknown>('a', 'b', null), { maxLength: 2 }), more: fc.constantFrom(1, undefined, undefined),
    }), async (output) => {
      const valid = validate(JSON.parse(JSON.stringify(output)))
      judged[valid ? 1 : 0]++
      expect((await judge(output)).score).toBe(Number(valid))
    }), { numRuns: 200, seed: 1 })
    expect(Math.min(judged[0], judged[1])).toBeGreaterThan(5)
  })
})

describe('tool calls', () => {
  const search = (query: string, more: object = {}) => ({ name: 'search', arguments: { query, ...more } })

  test('says which call is missing, wrong or too much', () => {
    expect(toolCalls()([search('refunds')], [search('refund'), { name: 'reply' }])).toEqual({ score: 0, text: 'search: at query: expected "refund", received "refunds"\nreply() was not called' })
    expect(toolCalls()([search('a'), { name: 'delete', arguments: { id: 1 } }], [search('a')])).toEqual({ score: 2 / 3, text: 'delete({ id: 1 }) was not expected' })
    expect(toolCalls({ allowExtra: true })([{ name: 'think' }, search('a')], [search('a')])).toEqual(right)
    expect(toolCalls({ order: 'same' })([{ name: 'b' }, { name: 'a' }], [{ name: 'a' }, { name: 'b' }])).toEqual({ score: 0.5, text: 'a() was called out of order' })
    expect(toolCalls()([], [])).toEqual(right)
    expect(toolCalls()('search', [])).toEqual({ score: 0, text: 'expected a list of tool calls, received "search"' })
    expect(() => toolCalls()([], [{ tool: 'search' }])).toThrow('expected a list of calls, each with a name as what is expected, received [{ tool: "search" }], at scorer "tool calls"')
  })

  test('compares arguments whole, in part or not at all', () => {
    const made = [search('refunds', { limit: 5 })]
    expect(toolCalls()(made, [search('refunds')]).text).toBe('search: at limit: extra 5')
    expect(toolCalls({ args: 'subset' })(made, [search('refunds')])).toEqual(right)
    expect(toolCalls({ args: 'subset', ignoreCase: true })(made, [search('REFUNDS')])).toEqual(right)
    expect(toolCalls({ args: 'ignore' })(made, [{ name: 'search' }])).toEqual(right)
  })

  test('reads the calls of OpenAI and of the AI SDK', () => {
    const wanted = [search('refunds')]
    expect(toolCalls()([{ id: 'c1', type: 'function', function: { name: 'search', arguments: '{"query":"refunds"}' } }], wanted)).toEqual(right)
    expect(toolCalls()([{ type: 'tool-call', toolCallId: 'c1', toolName: 'search', input: { query: 'refunds' } }], wanted)).toEqual(right)
  })

  test('pairs as many calls as trying everything does', () => {
    const call = fc.record({ name: fc.constantFrom('a', 'b'), arguments: fc.record({ x: fc.constantFrom(1, 2), y: fc.constantFrom(1, 2) }, { requiredKeys: [] }) })
    const calls = fc.array(call, { maxLength: 4 })
    const options = fc.record({ order: fc.constantFrom('any', 'same'), args: fc.constantFrom('equal', 'subset', 'ignore'), allowExtra: fc.boolean() } as const)
    fc.assert(fc.property(calls, calls, options, (made, wanted, { order, args, allowExtra }) => {
      const fits = (a: typeof made[number], b: typeof made[number]): boolean => a.name === b.name && (args === 'ignore'
        || (['x', 'y'] as const).every((key) => (a.arguments[key] === b.arguments[key]) || (args === 'subset' && a.arguments[key] === undefined)))
      const pairs = mostPairs(wanted, made, fits, order === 'same')
      const counted = allowExtra ? wanted.length : (wanted.length + made.length) / 2
      const { score, text } = toolCalls({ order, args, allowExtra })(made, wanted)
      expect(score).toBeCloseTo(counted === 0 ? 1 : pairs / counted, 12)
      expect(text === '').toBe(score === 1)
    }), { numRuns: 400 })
  })
})

describe('every scorer', () => {
  test('has a name and a threshold of its own', () => {
    const strict = exact({ name: 'same words', threshold: 0.5 })
    expect([strict.name, strict.threshold, exact().name, exact().threshold]).toEqual(['same words', 0.5, 'exact', 1])
    expect(() => exact({ threshold: 80 })).toThrow('expected a threshold from 0 to 1, received 80, at scorer "exact"\n  Write 0.8 for 80 %.')
    expect(() => exact({ name: ' ' })).toThrow('expected a name, received " ", at scorer "exact"')
  })

  test('takes a node for its value', () => {
    expect(exact()(node({ team: node('billing') }), { team: 'billing' })).toEqual(right)
  })

  test('keeps its text short', () => {
    const many = Array.from({ length: 50 }, (_, index) => index)
    expect(jsonSubset()([], many).text.split('\n')).toHaveLength(21)
    expect(listOverlap()([], many).text).toBe('precision 0.00, recall 0.00, F1 0.00; missing: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 40 more')
  })
})
