import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { reachedParameters } from '../backward/reach.ts'
import { TraceEvalError } from '../core/errors.ts'
import { bundle } from './bundle.ts'
import { derive, node, type Node } from './node.ts'
import { op } from './operators.ts'
import { isParameter, overlayByName, parameter, withParameters, type Parameter } from './parameter.ts'
import { currentContext, runInContext } from './context.ts'

/** Code and message without the place, which is where this file declares the parameter. */
function refusal(run: () => unknown): string {
  try { run() } catch (error) {
    if (!TraceEvalError.is(error)) throw error
    expect(error.at).toMatch(/^parameter .+ \(src\/graph\/parameter\.test\.ts:\d+:\d+\)$/)
    return `${error.code}: ${error.message.replace(/ \(src[^)]*\)/, '')}`
  }
  throw new Error('expected a refusal')
}

describe('kinds', () => {
  test('text', () => {
    const prompt = parameter('prompt', 'Route.', { description: 'system prompt', maxLength: 20 })
    expect([prompt.value, prompt.name, prompt.kind, prompt.description, prompt.domain]).toEqual(['Route.', 'prompt', 'text', 'system prompt', { kind: 'text', maxLength: 20 }])
    expectTypeOf(prompt).toEqualTypeOf<Parameter<string>>()
  })

  test('number', () => {
    const rate = parameter('rate', 0.1, { range: [0.01, 1], log: true })
    expect(rate.domain).toEqual({ kind: 'number', range: [0.01, 1], integer: false, log: true })
    expect(parameter('free', 1).domain).toEqual({ kind: 'number', integer: false, log: false })
    expectTypeOf(rate).toEqualTypeOf<Parameter<number>>()
  })

  test('boolean', () => {
    const flag = parameter('flag', true)
    expect([flag.value, flag.kind]).toEqual([true, 'boolean'])
    expectTypeOf(flag).toEqualTypeOf<Parameter<boolean>>()
  })

  test('choice, typed by its choices without `as const`', () => {
    const model = parameter('model', 'small', { choices: ['small', 'large'] })
    expect(model.domain).toEqual({ kind: 'choice', choices: ['small', 'large'] })
    expectTypeOf(model).toEqualTypeOf<Parameter<'small' | 'large'>>()
    expectTypeOf(parameter('mixed', null, { choices: [null, 1, true] })).toEqualTypeOf<Parameter<1 | true | null>>()
  })

  test('examples, chosen from a pool', () => {
    const pool = [{ ticket: 'Money back!', team: 'billing' }, { ticket: 'Broken', team: 'support' }]
    const shots = parameter('shots', [], { pool, max: 1 })
    expect(shots.domain).toEqual({ kind: 'examples', pool, max: 1 })
    expect(parameter('few', [pool[0]!], { pool }).domain).toMatchObject({ max: 2 })
    expectTypeOf(shots).toEqualTypeOf<Parameter<readonly { ticket: string; team: string }[]>>()
  })

  test('any other type with a schema', () => {
    const weights = parameter('weights', { a: 1 }, { schema: z.object({ a: z.number(), b: z.number().default(2) }) })
    expect([weights.value, weights.kind]).toEqual([{ a: 1, b: 2 }, 'value'])
    expectTypeOf(weights).toEqualTypeOf<Parameter<{ a: number; b: number }>>()
    expectTypeOf(parameter('email', 'a@b.org', { schema: z.email() })).toEqualTypeOf<Parameter<string>>()
  })

  test('are nodes, and fit where a node of their type is asked for', () => {
    const least: Node<number> = parameter('least', 0.5)
    expect([isParameter(least), isParameter({}), isParameter(op.add(least, 1))]).toEqual([true, false, false])
    expectTypeOf(parameter('p', 'x')).toExtend<Parameter<unknown>>()
    expectTypeOf(parameter('p', 'x')).not.toExtend<string>()
    expect(bundle((x: number) => x + 1)(least).value).toBe(1.5)
  })

  test('say where they are declared', () => {
    expect(parameter('here', 1).location).toMatchObject({ file: expect.stringContaining('src/graph/parameter.test.ts') })
  })
})

describe('mistakes', () => {
  test('in the name are refused', () => {
    for (const name of ['', ' x', 'a:b', 'a\nb', '__proto__', 7 as never]) expect(() => parameter(name, 1)).toThrow('expected a parameter name')
    expect(refusal(() => parameter('a:b', 1))).toMatchInlineSnapshot(`
      "PARAMETER_NAME: expected a parameter name of one line without colon, received "a:b", at parameter "a:b"
        Use an identifier, for example \`minConfidence\`."
    `)
  })

  test('in the value are refused by type and at run time', () => {
    // @ts-expect-error not one of the choices
    expect(refusal(() => parameter('model', 'medium', { choices: ['small', 'large'] }))).toMatchInlineSnapshot(`"PARAMETER_VALUE: expected one of ["small", "large"], received "medium", at parameter "model""`)
    // @ts-expect-error a date needs a schema
    expect(refusal(() => parameter('day', new Date(0)))).toMatchInlineSnapshot(`"PARAMETER_OPTIONS: expected a text, number or boolean, or choices, a pool or a schema, received a Date, at parameter "day""`)
    // @ts-expect-error the schema wants a number
    expect(refusal(() => parameter('n', 'x', { schema: z.number() }))).toMatchInlineSnapshot(`"PARAMETER_VALUE: Invalid input: expected number, received string, at parameter "n""`)
    // @ts-expect-error not of the pool's type
    expect(refusal(() => parameter('shots', 'x', { pool: [1] }))).toMatchInlineSnapshot(`"PARAMETER_VALUE: expected a list of examples, received "x", at parameter "shots""`)
    expect(refusal(() => parameter('rate', 2, { range: [0, 1] }))).toMatchInlineSnapshot(`"PARAMETER_VALUE: expected a number from 0 to 1, received 2, at parameter "rate""`)
    expect(refusal(() => parameter('rate', Number.NaN))).toMatchInlineSnapshot(`"PARAMETER_VALUE: expected a finite number, received NaN, at parameter "rate""`)
    expect(refusal(() => parameter('count', 1.5, { integer: true }))).toMatchInlineSnapshot(`"PARAMETER_VALUE: expected a whole number, received 1.5, at parameter "count""`)
    expect(refusal(() => parameter('text', 'long', { maxLength: 3 }))).toMatchInlineSnapshot(`"PARAMETER_VALUE: expected a text of at most 3 characters, received "long", at parameter "text""`)
    expect(refusal(() => parameter('shots', [1, 2, 3], { pool: [1, 2, 3], max: 2 }))).toMatchInlineSnapshot(`"PARAMETER_VALUE: expected a list of at most 2 examples, received [1, 2, 3], at parameter "shots""`)
  })

  test('in the options are refused', () => {
    // @ts-expect-error no such option
    expect(refusal(() => parameter('model', 'small', { choises: ['small'] }))).toMatchInlineSnapshot(`"PARAMETER_OPTIONS: expected options of a text parameter (description, schema, project, maxLength), received "choises", at parameter "model""`)
    // @ts-expect-error a range is for numbers
    expect(refusal(() => parameter('text', 'x', { range: [0, 1] }))).toMatchInlineSnapshot(`"PARAMETER_OPTIONS: expected options of a text parameter (description, schema, project, maxLength), received "range", at parameter "text""`)
    expect(refusal(() => parameter('model', 'a', { choices: [] as string[] } as never))).toMatchInlineSnapshot(`"PARAMETER_OPTIONS: expected at least one choice, received none, at parameter "model""`)
    expect(refusal(() => parameter('model', 'a', { choices: ['a', 'a'] }))).toMatchInlineSnapshot(`"PARAMETER_OPTIONS: expected different choices, received "a" twice, at parameter "model""`)
    expect(refusal(() => parameter('model', 'a', { choices: ['a'], pool: ['a'] } as never))).toMatchInlineSnapshot(`"PARAMETER_OPTIONS: expected either choices or a pool, received both, at parameter "model""`)
    expect(refusal(() => parameter('shots', [], { pool: [] as string[] }))).toMatchInlineSnapshot(`"PARAMETER_OPTIONS: expected a pool with at least one example, received none, at parameter "shots""`)
    expect(refusal(() => parameter('shots', [], { pool: [1], max: 0 }))).toMatchInlineSnapshot(`"PARAMETER_OPTIONS: expected max to be a whole number from 1 up, received 0, at parameter "shots""`)
    expect(refusal(() => parameter('rate', 1, { range: [2, 1] }))).toMatchInlineSnapshot(`"PARAMETER_OPTIONS: expected a range [low, high] of finite numbers with low ≤ high, received [2, 1], at parameter "rate""`)
    expect(refusal(() => parameter('rate', 1, { range: 5 as never }))).toMatchInlineSnapshot(`"PARAMETER_OPTIONS: expected a range [low, high] of finite numbers with low ≤ high, received 5, at parameter "rate""`)
    expect(refusal(() => parameter('rate', 1, { range: [0, Number.POSITIVE_INFINITY] }))).toMatchInlineSnapshot(`"PARAMETER_OPTIONS: expected a range [low, high] of finite numbers with low ≤ high, received [0, Infinity], at parameter "rate""`)
    expect(refusal(() => parameter('rate', 1, { log: true }))).toMatchInlineSnapshot(`"PARAMETER_OPTIONS: expected a range for a logarithmic scale, received none, at parameter "rate""`)
    expect(refusal(() => parameter('rate', 1, { range: [0, 1], log: true }))).toMatchInlineSnapshot(`"PARAMETER_OPTIONS: expected a range above 0 for a logarithmic scale, received [0, 1], at parameter "rate""`)
    expect(refusal(() => parameter('count', 1, { range: [0.2, 0.8], integer: true }))).toMatchInlineSnapshot(`"PARAMETER_OPTIONS: expected a range that holds a whole number, received [0.2, 0.8], at parameter "count""`)
    expect(refusal(() => parameter('rate', 1, { integer: 'yes' as never }))).toMatchInlineSnapshot(`"PARAMETER_OPTIONS: expected integer and log to be true or false, received "yes" and false, at parameter "rate""`)
    expect(refusal(() => parameter('text', 'x', { maxLength: 0 }))).toMatchInlineSnapshot(`"PARAMETER_OPTIONS: expected maxLength to be a whole number from 1 up, received 0, at parameter "text""`)
    expect(refusal(() => parameter('text', 'x', { schema: {} as never } as never))).toMatchInlineSnapshot(`"PARAMETER_OPTIONS: expected a Standard Schema, received {}, at parameter "text""`)
    expect(refusal(() => parameter('text', 'x', 7 as never))).toMatchInlineSnapshot(`"PARAMETER_OPTIONS: expected options as an object, received 7, at parameter "text""`)
  })

  test('in a schema that converts instead of constraining are refused', () => {
    expect(refusal(() => parameter('n', '5', { schema: z.string().transform(Number) }))).toMatchInlineSnapshot(`
      "PARAMETER_OPTIONS: expected a schema that accepts what it answers (5): expected a text, received 5, at parameter "n"
        A schema is a constraint: convert values where you use them."
    `)
    expect(refusal(() => parameter('loud', 'a', { schema: z.string().transform((x) => `${x}!`) }))).toMatchInlineSnapshot(`
      "PARAMETER_OPTIONS: expected a schema that accepts what it answers, received "a!!" from "a!", at parameter "loud"
        A schema is a constraint: convert values where you use them."
    `)
    expect(refusal(() => parameter('later', 'a', { schema: z.string().refine(async () => true) }))).toMatchInlineSnapshot(`"PARAMETER_VALUE: the schema validates asynchronously; a constraint must answer at once, at parameter "later""`)
    expect(parameter('trimmed', ' a ', { schema: z.string().trim() }).value).toBe('a')
  })
})

describe('withParameters', () => {
  const weight = parameter('weight', 1, { range: [0, 100] })
  const model = parameter('model', 'small', { choices: ['small', 'large'] })

  test('gives other values to what it runs, and to nothing else', () => {
    expect(withParameters([weight.with(5), model.with('large')], () => [weight.value, `${model}`, JSON.stringify(weight), op.add(weight, 1).value])).toEqual([5, 'large', '5', 6])
    expect([weight.value, model.value]).toEqual([1, 'small'])
  })

  test('checks values at once', () => {
    expect(refusal(() => weight.with(101))).toMatchInlineSnapshot(`"PARAMETER_VALUE: expected a number from 0 to 100, received 101, at parameter "weight""`)
    // @ts-expect-error no such choice
    expect(refusal(() => model.with('medium'))).toMatchInlineSnapshot(`"PARAMETER_VALUE: expected one of ["small", "large"], received "medium", at parameter "model""`)
    expect(weight.check(3)).toBe(3)
  })

  test('nests; the inner value wins, the others stay', () => {
    expect(withParameters([weight.with(5), model.with('large')], () => withParameters([weight.with(6)], () => [weight.value, model.value]))).toEqual([6, 'large'])
    expect(withParameters([weight.with(5), weight.with(6)], () => weight.value)).toBe(6)
  })

  test('keeps runs at the same time apart, however long they take', async () => {
    const read = bundle(async function read(waitMs: number) {
      await sleep(waitMs)
      const first = weight.value
      await sleep(waitMs)
      return [first, weight.value]
    })
    const runs = Array.from({ length: 10 }, (_, index) => withParameters([weight.with(index)], () => read(10 - index)))
    expect((await Promise.all(runs)).map(({ value }) => value)).toEqual(Array.from({ length: 10 }, (_, index) => [index, index]))
  })

  test('holds for work that outlives the call', async () => {
    let late: Promise<number> | undefined
    withParameters([weight.with(9)], () => { late = sleep(3).then(() => weight.value) })
    expect(weight.value).toBe(1)
    expect(await late).toBe(9)
  })

  test('by name reaches parameters declared inside, and refuses what does not fit when it is read', () => {
    const overlay = overlayByName({ inner: 7, weight: 1000 })
    const within = <R>(run: () => R): R => runInContext({ ...currentContext(), values: overlay }, run)
    expect(within(() => parameter('inner', 1).value)).toBe(7)
    expect(within(() => model.value)).toBe('small')
    expect(refusal(() => within(() => weight.value))).toMatchInlineSnapshot(`
      "SAVED_VALUE: expected a number from 0 to 100, received 1000, at parameter "weight"
        The value was given by name, as saved values are: the parameter has changed since. Save a value that fits, or take it out of the params file."
    `)
  })
})

test('takes the value of a node, with the kind and the options of the value, and depends on nothing behind it', () => {
  const tone = parameter('tone', 'kind')
  const [limit, copy, more] = [parameter('limit', node(0.5), { range: [0, 1] }), parameter('copy', derive(() => `${tone.value}!`), { maxLength: 9 }), parameter('more', op.add(1, 2))]
  expectTypeOf([limit.value, more.value]).toEqualTypeOf<number[]>()
  expect([limit.kind, limit.value, copy.value, copy.domain, more.value]).toEqual(['number', 0.5, 'kind!', { kind: 'text', maxLength: 9 }, 3])
  expect(reachedParameters([copy])).toEqual([copy])
})
