import { afterEach, describe, expect, expectTypeOf, test } from 'vitest'
import { backward } from '../backward/backward.ts'
import { bundle } from './bundle.ts'
import { parameter } from './code-parameter.ts'
import { setCodeExecutor, type CodeCall } from './context.ts'
import { exceptionNodeOf, node, originOf, type Node } from './node.ts'
import { withParameters, type Parameter } from './parameter.ts'
import { fromTgj, toTgj } from './tgj.ts'

afterEach(() => setCodeExecutor(undefined))

/** Runs proposed code as it is; the tests' code has no types. */
function runDirectly(calls: CodeCall[] = []): void {
  setCodeExecutor({
    run(call) {
      calls.push(call)
      try {
        // oxlint-disable-next-line no-new-func, typescript/no-implied-eval
        return (new Function(`${call.source}\nreturn ${call.name}`)() as (...args: readonly unknown[]) => unknown)(...call.args)
      } catch (error) {
        throw new Error(`${(error as Error).message}, at line 2`, { cause: error })
      }
    },
    check: (source) => (source.includes('syntax error') ? 'expected code that parses, received a syntax error' : undefined),
  })
}

const shift = () => bundle(function shift(x, by = 1) { return x + by } as (x: number, by?: number) => number, { trainable: true, description: 'Moves a number.' })
const inputsOf = (of: Node<unknown>): unknown => {
  const origin = originOf(of)
  return 'inputs' in origin ? Object.fromEntries(origin.names.map((name, index) => [name, origin.inputs[index]])) : undefined
}

describe('a trainable bundle', () => {
  test('has its code as a parameter that tells what must stay', () => {
    const step = shift()
    expectTypeOf(step.parameter).toEqualTypeOf<Parameter<string>>()
    expect([step.parameter.name, step.parameter.kind, step.parameter.value]).toEqual(['shift', 'code', 'function shift(x, by = 1) {\n\treturn x + by;\n}'])
    expect(step.parameter.description).toBe('Moves a number.\nThe code should start with:\nfunction shift(x, by = 1) {')
    expect(step.parameter.domain).toEqual({ kind: 'code', function: 'shift', signature: 'function shift(x, by = 1) {', maxLength: 20_000 })
  })

  test('runs as it is while its code is its own, and the code is an input', () => {
    const step = shift()
    const moved = step(node(2, 'two'))
    expectTypeOf(moved).toEqualTypeOf<Node<number>>()
    expect([moved.value, moved.name, Object.keys(inputsOf(moved) as object)]).toEqual([3, 'shift', ['x', 'code']])
    expect(backward(moved, 'too small').parameters.map(({ parameter: found }) => found)).toEqual([step.parameter])
  })

  test('runs proposed code, also with helpers around it, where something can', () => {
    const calls: CodeCall[] = []
    runDirectly(calls)
    const step = shift()
    const source = 'function twice(x) { return 2 * x }\nfunction shift(x, by = 1) { return twice(x) + by }'
    expect(withParameters([step.parameter.with(source)], () => step(node(5)).value)).toBe(11)
    expect([calls.length, calls[0]]).toEqual([1, { source, name: 'shift', isAsync: false, args: [5] }])
    expect([step(5).value, calls.length]).toEqual([6, 1])
  })

  test('without anything that runs proposed code is a clear error', () => {
    const step = shift()
    expect(() => withParameters([step.parameter.with('function shift(x, by = 1) { return x }')], () => step(1)))
      .toThrowErrorMatchingInlineSnapshot(`
        [TraceEvalError [CODE_EXECUTOR]: expected something that can run proposed code, received none, at parameter "shift"
          Runs of \`trace-eval\` connect it; elsewhere call \`connectCode()\` of trace-eval/code.]
      `)
  })

  test('that throws is a failed step that reaches the code, with the line', () => {
    runDirectly()
    const step = shift()
    const error = withParameters([step.parameter.with('function shift(x, by = 1) {\n  return x.a.b\n}')], () => { try { return step(1) } catch (caught) { return caught } })
    expect(String(error)).toBe("Error: Cannot read properties of undefined (reading 'b'), at line 2")
    expect(backward(exceptionNodeOf(error)!, 'failed').parameters.map(({ parameter: found }) => found.name)).toEqual(['shift'])
  })

  test('may be async, and its proposals are', async () => {
    const calls: CodeCall[] = []
    runDirectly(calls)
    const step = bundle(async (x: number) => x + 1, { trainable: true, name: 'later' })
    expect(step.parameter.value).toBe('const later = async (x) => x + 1')
    expect((await withParameters([step.parameter.with('const later = async (x) => x * 10')], () => step(node(2)))).value).toBe(20)
    expect(calls[0]).toMatchObject({ name: 'later', isAsync: true })
    const failing = withParameters([step.parameter.with('const later = async (x) => {\n  throw new RangeError("no")\n}')], () => step(2))
    await expect(failing).rejects.toThrow('no')
    expect(exceptionNodeOf(await failing.catch((error: unknown) => error))?.value).toBe('(RangeError) no')
  })

  test('keeps `this`, and other bundles have no parameter', () => {
    const agent = { by: 2, move: bundle(function move(this: { by: number }, x: number) { return x + this.by }, { trainable: true }) }
    expect(agent.move(1).value).toBe(3)
    expect(bundle((x: number) => x)).not.toHaveProperty('parameter')
    // @ts-expect-error not trainable
    expect(bundle((x: number) => x, {}).parameter).toBeUndefined()
  })

  test('takes the source as written, with documentation and types, from the plugin', () => {
    const source = 'function pick(reply: Reply): string {\n  return reply.team\n}'
    const step = bundle(function pick(reply: { team: string }) { return reply.team }, {
      trainable: { source, doc: 'Picks a team.', types: 'interface Reply { team: string }', location: { file: '/app/route.ts', line: 3, column: 1 } },
    })
    expect([step.parameter.value, step.parameter.location]).toEqual([source, { file: '/app/route.ts', line: 3, column: 1 }])
    expect(step.parameter.description).toBe('Picks a team.\nThe code should start with:\nfunction pick(reply: Reply): string {\nTypes that it uses:\ninterface Reply { team: string }')
    expect(step({ team: 'billing' }).value).toBe('billing')
  })
})

describe('proposed code', () => {
  const typed = parameter.code('pick', "async function pick<T extends { a: string }>(reply: T, least = '{ (', seen?: (x: T) => void): Promise<{ team: 'a' | 'b' }> {\n  return { team: 'a' }\n}")
  const problem = (target: Parameter<string>, value: unknown): string => { try { target.check(value); return 'fits' } catch (error) { return (error as { summary: string }).summary } }

  test('keeps the signature, however it is spelt', () => {
    expect(typed.domain).toMatchObject({ function: 'pick', signature: "async function pick<T extends { a: string }>(reply: T, least = '{ (', seen?: (x: T) => void): Promise<{ team: 'a' | 'b' }> {" })
    expect(problem(typed, "// better\nexport async function pick<T extends {a: string}>(\n  reply: T, /* from 0 */ least = '{ (',\n  seen?: (x: T) => void,\n): Promise<{ team: 'a' | 'b' }> { return { team: 'b' } }")).toBe('fits')
  })

  test('may stand behind helpers, with or without semicolons, and be declared so again once it is accepted', () => {
    const accepted = 'const LEAST = 0.5\nconst quote = /\'/g\nfunction shift(x, by = 1) { return x > LEAST ? by : quote }'
    expect(problem(shift().parameter, accepted)).toBe('fits')
    const again = bundle(function shift(x: number) { return x }, { name: 'moved', trainable: { source: accepted } })
    expect([again.parameter.domain, again.parameter.value]).toMatchObject([{ function: 'shift', signature: 'function shift(x, by = 1) {' }, accepted])
  })

  test.each([
    ['another name', 'function shifted(x, by = 1) { return x }'], ['a longer name', 'function shift2(x, by = 1) { return x }'], ['more arguments', 'function shift(x, by = 1, z) { return x }'],
    ['another default', 'function shift(x, by = 2) { return x }'], ['async', 'async function shift(x, by = 1) { return x }'], ['in a comment', '// function shift(x, by = 1) {\nfunction other() {}'], ['not code', 'no code at all'],
  ])('with %s is refused', (_, source) => {
    expect(problem(shift().parameter, source)).toMatch(/^expected code that keeps `function shift\(x, by = 1\) \{`, received "/)
  })

  test('that is no text, too long or cannot be parsed is refused', () => {
    runDirectly()
    expect(problem(shift().parameter, 7)).toBe('expected the source of a function, received 7')
    expect(problem(parameter.code('f', 'function f() { return 1 }', { maxLength: 30 }), `function f() { return ${'1'.repeat(40)} }`)).toContain('expected code of at most 30 characters')
    expect(problem(shift().parameter, 'function shift(x, by = 1) { syntax error }')).toBe('expected code that parses, received a syntax error')
  })
})

describe('parameter.code', () => {
  test('takes a function or a source', () => {
    expect(parameter.code('double', 'const double = (x: number): number => x * 2', { description: 'Doubles.' }).description).toBe('Doubles.\nThe code should start with:\nconst double = (x: number): number =>')
    expect(parameter.code('n', (x: number) => x).value).toBe('const n = (x) => x')
  })

  test.each([['a class', class A { x = 1 }], ['a native function', Math.max], ['a generator', function* g() { yield 1 }], ['a method', { m() { return 1 } }.m], ['prose', 'Be brief.']])('refuses %s', (_, code) => {
    expect(() => parameter.code('code', code as never)).toThrow(/^expected a function or an arrow function with its source, received .*, at parameter "code"\n {2}Methods, classes/)
  })

  test('has proposals brought into shape by its projections, and stays as it is declared', () => {
    const source = 'function f(x) {\n  return x\n}'
    const code = parameter.code('f', source, { project: [(text: string) => text.replaceAll('\t', '  '), (text: string) => text.trim()] })
    expect([code.value, code.with('\nfunction f(x) {\n\treturn x + 1\n}\n').value]).toEqual([source, 'function f(x) {\n  return x + 1\n}'])
    expect(() => parameter.code('f', source, { project: (text: string) => `${text}\n// shaped` }))
      .toThrow('expected a projection that leaves the declared code as it is, at parameter "f"')
    expect(() => code.check(5)).toThrow('received 5')
  })

  test('refuses names as every parameter does', () => {
    expect(() => parameter.code('a:b', 'function f() {}')).toThrow('expected a parameter name of one line without colon, received "a:b", at parameter "a:b"')
  })

  test('is written as TGJ and read back', () => {
    const read = fromTgj(JSON.parse(JSON.stringify(toTgj(shift()(1))))).exports.get('result')
    const [found] = backward(read as Node<unknown>, 'x').parameters
    expect([found!.parameter.kind, found!.parameter.value, found!.parameter.description]).toEqual(['code', shift().parameter.value, shift().parameter.description])
  })
})
