import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { backward } from '../backward/backward.ts'
import { reachedParameters } from '../backward/reach.ts'
import { parameter } from './code-parameter.ts'
import { bundle } from './bundle.ts'
import { copyModule } from './copy-module.ts'
import { parametersOf } from './module.ts'
import { node, type Node } from './node.ts'
import { overlayByName, withParameters, type Parameter } from './parameter.ts'
import { runInContext, currentContext } from './context.ts'
import { loadModule, saveModule } from './save-module.ts'
import { t } from './template.ts'

class Greeter {
  tone = parameter('tone', 'Be kind.')
  count = 0
  greet = bundle((name: string) => `${this.tone.value} Hello ${name}!`, { name: 'greet' })
  twice(name: string): Node<string> { this.count++; return t`${this.greet(name)} ${this.greet(name)}` }
}
class Crew {
  lead = new Greeter()
  others = [new Greeter(), { limit: parameter('limit', 3, { range: [0, 9] }) }]
  title = 'crew'
}
const names = (...outputs: Node<unknown>[]) => reachedParameters(outputs).map(({ name }) => name)
const values = (instance: object) => Object.fromEntries(Object.entries(parametersOf(instance)).map(([path, { value }]) => [path, value]))
const refusal = (run: () => unknown): unknown => { try { return run() } catch (error) { return (error as Error).message } }

describe('the parameters of an object', () => {
  test('are found in its fields, in objects, arrays and instances inside, by path', () => {
    expect(values(new Crew())).toEqual({ 'lead.tone': 'Be kind.', 'others.0.tone': 'Be kind.', 'others.1.limit': 3 })
  })

  test('belong to one instance: another has its own', () => {
    const [one, other] = [new Crew(), new Crew()]
    const all = [one, other].flatMap((crew) => Object.values(parametersOf(crew)))
    expect(new Set(all).size).toBe(6)
  })

  test('hold the code of trainable bundles, under the name of the field', () => {
    const agent = { pick: bundle(function pick(x: number) { return x }, { trainable: true }) }
    expect(parametersOf(agent)).toEqual({ pick: agent.pick.parameter })
  })

  test('are found without running any accessor, in own enumerable data fields only', () => {
    let runs = 0
    const tone = parameter('tone', 'x')
    class Lazy {
      own = tone
      get costly(): unknown { runs++; return parameter('never', 1) }
      static shared = parameter('static', 1)
    }
    const instance = Object.defineProperties(new Lazy(), {
      connection: { enumerable: true, get() { runs++; throw new Error('no') } },
      hidden: { enumerable: false, value: parameter('hidden', 1) },
    })
    expect(Object.keys(parametersOf(instance))).toEqual(['own'])
    copyModule(instance)
    saveModule(instance)
    expect(runs).toBe(0)
  })

  test('are listed once, however many ways lead to them, also in cycles', () => {
    const tone = parameter('tone', 'x')
    const agent: Record<string, unknown> = { first: tone, again: { tone }, made: node([1]) }
    agent['self'] = agent
    expect(parametersOf(agent)).toEqual({ first: tone })
  })

  test('have paths that cannot be confused', () => {
    const [a, b, c, d] = [parameter('a', 1), parameter('b', 2), parameter('c', 3), parameter('d', 4)]
    expect(values({ 'x.y': a, x: { y: b }, '': c, ['__proto__']: d })).toEqual(Object.fromEntries([['["x.y"]', 1], ['x.y', 2], ['[""]', 3], ['__proto__', 4]]))
  })
})

describe('maps and sets', () => {
  const make = () => ({ byTeam: new Map<unknown, unknown>([['a.b', parameter('text', 1)], [1, parameter('number', 2)], ['1', { deep: parameter('deep', 3) }], [{}, parameter('object', 4)]]), all: new Set([parameter('first', 5)]) })

  test('are searched, each value under its key', () => {
    expect(values(make())).toEqual({ 'byTeam.["a.b"]': 1, 'byTeam.[1]': 2, 'byTeam.1.deep': 3, 'byTeam.[#3]': 4, 'all.0': 5 })
  })

  test('are copied, saved and loaded with what they hold', () => {
    const [original, other] = [make(), make()]
    const copy = copyModule(original)
    loadModule(copy, { parameters: { 'byTeam.1.deep': { kind: 'number', value: 30 }, 'all.0': { kind: 'number', value: 50 } } })
    expect([values(original)['byTeam.1.deep'], values(copy)['byTeam.1.deep'], [...copy.all].map(({ value }) => value)]).toEqual([3, 30, [50]])
    loadModule(other, saveModule(copy))
    expect(values(other)).toEqual(values(copy))
  })

  test('of a class of their own are not: nothing of theirs is run', () => {
    class Guarded extends Map<string, unknown> { override entries(): never { throw new Error('no') } }
    const guarded = { map: new Guarded([['a', parameter('a', 1)]]), tone: parameter('tone', 'x') }
    expect(values(guarded)).toEqual({ tone: 'x' })
    expect(copyModule(guarded).map).toBe(guarded.map)
  })
})

describe('a method', () => {
  test('is traced as a bundle on the prototype, with the parameters of its own instance', () => {
    class Agent {
      readonly least: Parameter<number>
      declare pick: (this: Agent, score: number | Node<number>) => Node<boolean>
      constructor(least: number) { this.least = parameter('least', least) }
    }
    Agent.prototype.pick = bundle(function pick(this: Agent, score: number) { return score >= this.least.value })
    const [strict, mild] = [new Agent(0.9), new Agent(0.1)]
    const picked = mild.pick(node(0.5))
    expect([strict.pick(0.5).value, picked.value]).toEqual([false, true])
    expect(backward(picked, 'x').parameters.map((entry) => entry.parameter)).toEqual([mild.least])
  })
})

describe('a copy', () => {
  test('has parameters of its own, with the values of now', () => {
    const crew = new Crew()
    loadModule(crew, { parameters: { 'others.1.limit': { kind: 'number', value: 5 } } })
    const copy = copyModule(crew)
    expect(copy).toBeInstanceOf(Crew)
    expect(copy.lead).toBeInstanceOf(Greeter)
    expect(values(copy)).toEqual(values(crew))
    loadModule(copy, { parameters: { 'lead.tone': { kind: 'text', value: 'Be brief.' } } })
    expect([values(crew)['lead.tone'], values(copy)['lead.tone'], copy.title]).toEqual(['Be kind.', 'Be brief.', 'crew'])
    expect(Object.values(parametersOf(copy)).some((found) => Object.values(parametersOf(crew)).includes(found))).toBe(false)
  })

  test('computes with its own parameters, in fields that close over the original, too', async () => {
    const [original, copy] = [new Greeter(), copyModule(new Greeter(), { rename: (name, path) => `copy.${name}@${path}` })]
    loadModule(copy, { parameters: { tone: { kind: 'text', value: 'Be brief.' } } })
    const output = copy.twice('Ada')
    expect(output.value).toBe('Be brief. Hello Ada! Be brief. Hello Ada!')
    expect([names(output), copy.count]).toEqual([['copy.tone@tone'], 1])
    expect(names(original.twice('Ada'))).toEqual(['tone'])
    const later = copyModule({ tone: original.tone, ask: bundle(async () => { await Promise.resolve(); return original.tone.value }) })
    loadModule(later, { parameters: { tone: { kind: 'text', value: 'later' } } })
    expect((await later.ask()).value).toBe('later')
  })

  test('can be copied again, and its parameters can be given other values for a while', () => {
    const first = copyModule(new Greeter())
    const second = copyModule(first)
    loadModule(first, { parameters: { tone: { kind: 'text', value: 'first' } } })
    loadModule(second, { parameters: { tone: { kind: 'text', value: 'second' } } })
    expect([first.greet('A').value, second.greet('A').value]).toEqual(['first Hello A!', 'second Hello A!'])
    expect(withParameters([second.tone.with('now')], () => [first.greet('A').value, second.greet('A').value])).toEqual(['first Hello A!', 'now Hello A!'])
    expect(runInContext({ ...currentContext(), values: overlayByName({ tone: 'by name' }) }, () => second.greet('A').value)).toBe('by name Hello A!')
  })

  test('of a trainable bundle has code of its own', () => {
    const agent = { double: bundle(function double(x: number) { return x * 2 }, { trainable: true }) }
    const copy = copyModule(agent)
    expect(copy.double.parameter).not.toBe(agent.double.parameter)
    const output = copy.double(4)
    expect([output.value, reachedParameters([output])]).toEqual([8, [copy.double.parameter]])
  })

  test('shares parameters where it is told to, and nothing else', () => {
    const original = { list: [1], made: new Date(0), map: new Map([['a', { b: 1 }]]), set: new Set([1]), tone: parameter('tone', 'x'), run: () => 1 }
    const copy = copyModule(original, { share: true })
    expect(copy).toEqual(original)
    expect(copy.tone).toBe(original.tone)
    expect(copy.run).toBe(original.run)
    copy.list.push(2)
    copy.map.get('a')!.b = 2
    copy.set.add(2)
    copy.made.setTime(1)
    expect([original.list, original.map, original.set, original.made]).toEqual([[1], new Map([['a', { b: 1 }]]), new Set([1]), new Date(0)])
  })

  test('keeps what ties its parts together, and shares instances without parameters', () => {
    class Client { #open = true; get isOpen(): boolean { return this.#open } }
    class Part { tone = parameter('tone', 'x'); readonly whole: object; constructor(whole: object) { this.whole = whole } }
    const whole: { part?: Part; client: Client; make: typeof Part } = { client: new Client(), make: Part }
    whole.part = new Part(whole)
    const copy = copyModule(whole)
    expect(copy.part!.whole).toBe(copy)
    expect(copy.client).toBe(whole.client)
    expect(copy.make).toBe(Part)
  })

  test('keeps kind, limits, schema and projection of each parameter', () => {
    const original = { list: parameter('list', [1], { schema: z.array(z.number()) }), tone: parameter('tone', 'x', { maxLength: 5, project: (text: string) => text.trim() }) }
    const copy = copyModule(original)
    expect(copy.tone.check(' abc ')).toBe('abc')
    expect(() => copy.tone.check('too long')).toThrow('expected a text of at most 5 characters')
    expect(() => copy.list.check(['a'])).toThrow('0: Invalid input: expected number, received string')
    expect([copy.tone.description, copy.tone.location]).toEqual([undefined, original.tone.location])
  })

  test('needs names that are names', () => {
    expect(() => copyModule(new Greeter(), { rename: () => 'a:b' })).toThrow('expected a parameter name of one line without colon, received "a:b", at a copy of parameter "tone"')
  })
})

describe('a saved module', () => {
  test('is plain JSON that another instance takes', () => {
    const crew = new Crew()
    loadModule(crew, { parameters: { 'lead.tone': { kind: 'text', value: 'Lead.' }, 'others.1.limit': { kind: 'number', value: 9 } } })
    const text = JSON.stringify(saveModule(crew))
    expect(JSON.parse(text)).toEqual({ parameters: { 'lead.tone': { kind: 'text', value: 'Lead.' }, 'others.0.tone': { kind: 'text', value: 'Be kind.' }, 'others.1.limit': { kind: 'number', value: 9 } } })
    const other = new Crew()
    expect(loadModule(other, JSON.parse(text))).toEqual({ applied: ['lead.tone', 'others.0.tone', 'others.1.limit'], missing: [], unknown: [] })
    expect(values(other)).toEqual(values(crew))
    expect(other.lead.greet('Ada').value).toBe('Lead. Hello Ada!')
  })

  test('is loaded whole or not at all, and says what it did', () => {
    const crew = new Crew()
    const saved = { 'lead.tone': { kind: 'text', value: 'Lead.' }, gone: { kind: 'text', value: 'x' } } as const
    expect(() => loadModule(crew, { parameters: { ...saved, 'others.1.limit': { kind: 'number', value: 10 } } })).toThrow('expected a number from 0 to 9, received 10, at parameter "limit"')
    expect(() => loadModule(crew, { parameters: { ...saved, 'others.1.limit': { kind: 'text', value: '3' } } })).toThrowErrorMatchingInlineSnapshot(`
      [TraceEvalError [MODULE_FILE]: expected a value of kind number, received one of "text", at parameter "others.1.limit"
        The class has changed since it was saved.]
    `)
    expect(values(crew)['lead.tone']).toBe('Be kind.')
    expect(loadModule(crew, { parameters: saved })).toEqual({ applied: ['lead.tone'], missing: ['others.0.tone', 'others.1.limit'], unknown: ['gone'] })
  })

  test('refuses content of another form, and values that JSON cannot hold', () => {
    expect([null, {}, { parameters: [] }, { parameters: { 'lead.tone': 'x' } }].map((saved) => (refusal(() => loadModule(new Crew(), saved as never)) as string).split('\n')[0])).toEqual([
      'expected an object for a saved module, received null', 'expected an object for parameters, received undefined', 'expected an object for parameters, received []',
      'expected an object for parameter lead.tone, received "x"',
    ])
    expect(() => saveModule({ since: parameter('since', new Date(0), { schema: z.date() }) })).toThrow('expected a value that JSON can hold, received')
    expect(() => saveModule({ since: parameter('since', [undefined], { schema: z.array(z.undefined()) }) })).toThrow('at parameter "since"')
  })
})

// A shape of nested holders; each leaf becomes a parameter.
type Shape = { readonly kind: 'leaf' } | { readonly kind: 'object' | 'instance' | 'array' | 'map' | 'set'; readonly entries: readonly (readonly [string, Shape])[] }
const { shape } = fc.letrec<{ shape: Shape }>((tie) => ({
  shape: fc.oneof({ maxDepth: 4 }, fc.constant({ kind: 'leaf' as const }), fc.record({
    kind: fc.constantFrom('object' as const, 'instance' as const, 'array' as const, 'map' as const, 'set' as const),
    entries: fc.uniqueArray(fc.tuple(fc.oneof(fc.constantFrom('a', 'a.b', 'b', '', '0', '[0]', '["a"]', '__proto__'), fc.string()), tie('shape')), { maxLength: 4, selector: ([key]) => key }),
  })),
}))
class Part { title = 'part' }

/** The holder, with its parameters in the order in which they were made. */
function build(of: Shape, made: Parameter<number>[]): unknown {
  if (of.kind === 'leaf') return made[made.push(parameter(`p${made.length}`, made.length)) - 1]
  const entries = of.entries.map(([key, inner]) => [key, build(inner, made)] as const)
  if (of.kind === 'array') return entries.map(([, inner]) => inner)
  if (of.kind === 'map') return new Map(entries)
  if (of.kind === 'set') return new Set(entries.map(([, inner]) => inner))
  const holder = of.kind === 'instance' ? new Part() : {}
  for (const [key, value] of entries) Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true })
  return holder
}

test('of any nested shape every parameter has a path of its own; copies have the same paths, and take all saved values', () => {
  fc.assert(fc.property(shape, (of) => {
    const [made, others]: [Parameter<number>[], Parameter<number>[]] = [[], []]
    const [module, other] = [{ root: build(of, made) }, { root: build(of, others) }]
    const own = parametersOf(module)
    expect(new Set(Object.values(own))).toEqual(new Set(made))
    expect(Object.keys(own)).toHaveLength(made.length)
    const copy = copyModule(module)
    expect(Object.keys(parametersOf(copy))).toEqual(Object.keys(own))
    expect(Object.values(parametersOf(copy)).filter((found) => (made as unknown[]).includes(found))).toEqual([])
    loadModule(copy, { parameters: Object.fromEntries(Object.keys(own).map((path, index) => [path, { kind: 'number', value: 100 + index }])) })
    expect(made.map(({ value }) => value)).toEqual(made.map((_, index) => index))
    loadModule(other, JSON.parse(JSON.stringify(saveModule(copy))))
    expect(values(other)).toEqual(values(copy))
    expect(new Set(others.map(({ value }) => value))).toEqual(new Set(made.map((_, index) => 100 + index)))
  }))
})

test('static fields of a class are found, and saved and loaded, wherever the class stands', () => {
  class Settings { size = 1; static tone = parameter('tone', 'Be kind.'); static get costly(): never { throw new Error('never read') } }
  expect([Object.keys(parametersOf(Settings)), Object.keys(parametersOf({ settings: Settings, plain: () => 1 }))]).toEqual([['tone'], ['settings.tone']])
  loadModule(Settings, { parameters: { tone: { kind: 'text', value: 'Be brief.' } } })
  expect([Settings.tone.value, saveModule(Settings)]).toEqual(['Be brief.', { parameters: { tone: { kind: 'text', value: 'Be brief.' } } }])
})

test.each<[string, unknown]>([['a map', new Map([['a', 1]])], ['a bigint', 5n], ['a value that holds itself', (() => { const list: unknown[] = []; list.push(list); return list })()], ['no number', [Number.NaN]]])('%s cannot be saved, and the error names the parameter', (_, value) => {
  const any = { '~standard': { version: 1, vendor: 'test', validate: (given: unknown) => ({ value: given }) } } as const
  const agent = { weights: parameter('weights', value, { schema: any }) }
  expect(() => saveModule(agent)).toThrow(/^expected a value that JSON can hold, received .*, at parameter "weights"$/)
})
