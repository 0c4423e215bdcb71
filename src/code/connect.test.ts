/** Trainable functions run what is proposed for them in a real sandbox, and what fails there reaches their code. Stage: code. */
import { afterEach, describe, expect, test } from 'vitest'
import { bundle } from '../graph/bundle.ts'
import { parameter } from '../graph/code-parameter.ts'
import { codeExecutor } from '../graph/context.ts'
import { exceptionNodeOf, node, originOf } from '../graph/node.ts'
import { withParameters } from '../graph/parameter.ts'
import { reachedParameters } from '../backward/reach.ts'
import { connectCode, withCode } from './connect.ts'

let disconnect: () => void = () => undefined
afterEach(() => disconnect())

const signature = 'function pick(reply: Reply, least = 0.5): string {'
const pick = bundle(function pick(reply: { team: string; sure: number }) { return reply.team }, {
  trainable: { source: `${signature}\n  return reply.team\n}`, types: 'interface Reply { team: string; sure: number }' },
})
const propose = (body: string) => pick.parameter.with(`const OTHER: string = 'human'\n${signature}\n  ${body}\n}`)
const thrown = (run: () => unknown): unknown => { try { run() } catch (error) { return error } throw new Error('nothing was thrown') }

describe.each(['sandbox', 'worker'] as const)('in a %s', (isolation) => {
  test('proposed TypeScript runs at once, and the code is an input of the step', () => {
    disconnect = connectCode({ isolation })
    const result = withParameters([propose('return reply.sure >= least ? reply.team : OTHER')], () => pick(node({ team: 'billing', sure: 0.1 }, 'reply')))
    expect([result.value, [...reachedParameters([result])].map(({ name }) => name)]).toEqual(['human', ['pick']])
  })

  test('async code gives a promise', async () => {
    disconnect = connectCode({ isolation })
    const later = bundle(async function later(x: number) { return x }, { trainable: { source: 'async function later(x: number): Promise<number> { return x }' } })
    expect((await withParameters([later.parameter.with('async function later(x: number): Promise<number> { await null; return x * 2 }')], () => later(4))).value).toBe(8)
  })

  test('an error is a failed step that reaches the code, with the line of the proposal', () => {
    disconnect = connectCode({ isolation })
    const error = thrown(() => withParameters([propose('return (reply as any).none.team')], () => pick({ team: 'billing', sure: 1 })))
    expect(String(error)).toContain('3 |   return (reply as any).none.team')
    const failed = exceptionNodeOf(error)!
    expect([originOf(failed).kind, [...reachedParameters([failed])].map(({ name }) => name)]).toEqual(['exception', ['pick']])
  })
})

test('code that does not parse is refused before it runs, with its line', () => {
  disconnect = connectCode({ isolation: 'sandbox' })
  expect(String(thrown(() => propose('return reply.team +')))).toMatch(/^TraceEvalError \[PARAMETER_VALUE\]: expected TypeScript, received: .*\n {2}\d+ \| .*/)
})

test('code with a type error is refused, with its line; the function as declared may use its module', () => {
  disconnect = connectCode({ isolation: 'sandbox' })
  expect(String(thrown(() => propose('return reply.taem')))).toBe("TraceEvalError [PARAMETER_VALUE]: expected code without type errors, received:\n"
    + "  3:16 Property 'taem' does not exist on type 'Reply', at parameter \"pick\" (src/code/connect.test.ts:15:14)")
  const written = 'function home(x: number): string {\n  return process.cwd() + x\n}'
  const home = parameter.code('home', written)
  expect([home.with(written).value, String(thrown(() => home.with(`${written}\n`)))]).toEqual([written, expect.stringContaining("2:10 Cannot find name 'process'.")])
})

test('the function of the program itself sees this program, a proposal does not', () => {
  disconnect = connectCode({ isolation: 'sandbox' })
  const where = bundle(function where(): string { return typeof process }, { trainable: true })
  expect([where().value, withParameters([where.parameter.with(`// the same\n${where.parameter.value}`)], () => where().value)]).toEqual(['object', 'undefined'])
})

test('a second connection holds until it ends, then the first does again', () => {
  const first = connectCode({ isolation: 'sandbox' })
  const executor = codeExecutor()
  connectCode({ isolation: 'none' })()
  expect(codeExecutor()).toBe(executor)
  first()
  expect(codeExecutor()).toBeUndefined()
  expect(parameter.code('f', 'function f() { +++ }').kind).toBe('code')
})

test('connections may end in another order than they began', () => {
  const ends = (['sandbox', 'none', 'sandbox'] as const).map((isolation) => connectCode({ isolation }))
  const last = codeExecutor()
  ends[1]!()
  expect(codeExecutor()).toBe(last)
  ends[2]!()
  expect(codeExecutor()).not.toBe(last)
  ends[0]!()
  ends[0]!()
  expect(codeExecutor()).toBeUndefined()
})

test('two runs at the same time each have their own isolation and host functions, and what is connected otherwise does not count', async () => {
  disconnect = connectCode({ isolation: 'sandbox' })
  const ask = bundle(async function ask(x: number): Promise<unknown> { return x }, { trainable: { source: 'async function ask(x) { return x }' } })
  const proposal = 'async function ask(x) { return `${typeof process} ${await host.name(x)}` }'
  const run = (isolation: 'sandbox' | 'none' | 'worker') => withCode({ isolation, host: { name: async (x: number) => `${isolation} ${x}` } }, async () => {
    const said: unknown[] = []
    for (let call = 0; call < 2; call++) said.push((await withParameters([ask.parameter.with(proposal)], () => ask(call))).value)
    return said
  })
  expect(await Promise.all([run('sandbox'), run('none'), run('worker')])).toEqual([
    ['undefined sandbox 0', 'undefined sandbox 1'], ['object none 0', 'object none 1'], ['undefined worker 0', 'undefined worker 1'],
  ])
  await expect(withParameters([ask.parameter.with(proposal)], () => ask(1))).rejects.toThrow("'host' is not defined")
})
