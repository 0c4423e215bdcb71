import type { Worker } from 'node:worker_threads'
import { afterAll, describe, expect, test } from 'vitest'
import { CodeError, createCodeRunner, type CodeRunner } from './runner.ts'

const host = {
  slow: async (x: number) => new Promise<number>((resolve) => { setTimeout(() => { resolve(x * 2) }, 5) }),
  next: (x: number) => x + 1,
  refuse: () => { throw new Error('no more searches') },
}

/** What `work` throws, which must be a CodeError. */
function thrown(work: () => unknown): CodeError {
  try {
    work()
  } catch (error) {
    if (error instanceof CodeError) return error
    throw error
  }
  throw new Error('expected an error')
}

describe.each(['sandbox', 'worker'] as const)('a %s', (isolation) => {
  const runner: CodeRunner = createCodeRunner({ isolation, limits: { timeMs: 150, maxOutputBytes: 5000 }, host })
  const run = (source: string, ...args: unknown[]): unknown => runner.callSync(source, 'f', args)
  afterAll(() => { runner.dispose() })

  test('runs TypeScript, declared, exported or an arrow function', async () => {
    expect(run('function f(a: number, b?: number): number { return a + (b ?? 1) }', 1, 2)).toBe(3)
    expect(run('export function f<T>(a: T): T[] { return [a] }', 'x')).toEqual(['x'])
    expect(run('export default function f() { return 1 }')).toBe(1)
    expect(run('type N = number\nconst f = (a: N) => a satisfies N', 4)).toBe(4)
    expect(run('const text = `\nexport function f`\nexport const f = () => text\nexport { text }')).toBe('\nexport function f')
    expect(await runner.call('async function f(a: number) { await null; return a }', 'f', [5])).toBe(5)
  })

  test('carries data both ways: JSON and what JSON lacks', () => {
    const value = { a: [undefined, Number.NaN, -0, Infinity, 12n, new Date(5)], ['__proto__']: { polluted: true }, $: 'bigint', nested: { $: 1, value: 2 } }
    const plain = Object.defineProperty({ ...value }, '__proto__', { value: { polluted: true }, enumerable: true, configurable: true, writable: true })
    expect(run('function f(x) { return x }', plain)).toEqual(plain)
    expect(run('function f(x) { return Object.keys(x) }', plain)).toEqual(Object.keys(plain))
    expect(run('function f(x) { return [Object.is(x, -0), typeof x] }', -0)).toEqual([true, 'number'])
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  test('refuses what is no data, both ways, with the place', () => {
    expect(thrown(() => run('function f() { return { a: [1, () => 1] } }')).message).toBe('expected f to give data, not a function\n  It is at result.a[1].')
    expect(thrown(() => run('function f() { return new Map() }')).code).toBe('CODE_RESULT')
    expect(thrown(() => run('function f() { const a = {}; a.a = a; return a }')).message).toContain('without cycles')
    expect(thrown(() => run('function f() { return "x".repeat(6000) }')).message).toBe('expected f to give data of at most 5000 bytes')
    expect(thrown(() => run('function f() {}', { a: () => 1 })).message).toBe('expected f to be called with data, not a function, at argument [0].a')
  })

  test('says which line of the source failed', () => {
    const error = thrown(() => run('type A = null\nfunction f(a: A) {\n  const b: A = a\n  return b.name\n}', null))
    expect([error.code, error.line, error.column]).toEqual(['CODE_ERROR', 4, 11])
    expect(error.message).toBe("expected f to return, received TypeError: cannot read property 'name' of null, at 4:11\n  4 |   return b.name\n                ^")
  })

  test('says where the syntax is wrong', () => {
    const error = thrown(() => run('function f() {\n  const a: = 1\n}'))
    expect([error.code, error.line, error.column]).toEqual(['CODE_SYNTAX', 2, 12])
    expect(thrown(() => run('enum A { a }\nfunction f() {}')).message).toContain('Write it without enum')
    expect(thrown(() => run('function g() {}')).message).toBe('expected a function f, received code that declares none')
    expect(thrown(() => run('import fs from "node:fs"\nfunction f() {}')).code).toBe('CODE_SYNTAX')
    expect(thrown(() => runner.callSync('function f() {}', 'f; evil()', [])).code).toBe('CODE_SYNTAX')
  })

  test('stops endless loops, deep recursion and hunger for memory, and goes on', () => {
    const codes = ['for (;;);', 'return f()', 'return "x".repeat(2 ** 26)', '/^(a+)+$/.test("a".repeat(40) + "!")']
      .map((body) => thrown(() => run(`function f() { ${body} }`)).code)
    expect(codes).toEqual(['CODE_TIMEOUT', 'CODE_STACK', 'CODE_MEMORY', 'CODE_TIMEOUT'])
    expect(run('function f() { return 1 }')).toBe(1)
  })

  test('keeps nothing between calls', () => {
    const source = 'let count = 0\nfunction f() { return ++count }'
    expect([run(source), run(source)]).toEqual([1, 1])
    expect(thrown(() => run('function f() { globalThis.leak = 1 }')).code).toBe('CODE_ERROR')
    expect(thrown(() => run('function f() { Array.prototype.map = () => [] }')).code).toBe('CODE_ERROR')
    expect(run('function f() { return [typeof globalThis.leak, [1].map((x) => x + 1)] }')).toEqual(['undefined', [2]])
  })

  test('lets code name its own errors and methods', () => {
    expect(run(`class Own extends Error { constructor(m) { super(m); this.name = 'Own'; this.message = m + '!' } }
      function f() { const o = {}; o.toString = () => 'text'; try { throw new Own('x') } catch (e) { return [e.name, e.message, String(o)] } }`)).toEqual(['Own', 'x!', 'text'])
  })

  test('has a clock that stands still and randomness that repeats', () => {
    const source = 'function f(a) { return [Date.now(), new Date().getTimezoneOffset(), Math.random(), Math.random()] }'
    const [now, zone, first, second] = run(source, 1) as number[]
    expect([now, zone]).toEqual([Date.UTC(2025, 0), 0])
    expect(first).not.toBe(second)
    expect(run(source, 1)).toEqual([now, zone, first, second])
    expect(run(source, 2)).not.toEqual([now, zone, first, second])
  })

  test('fails calls under way when it is disposed of', async () => {
    const other = createCodeRunner({ isolation, limits: { timeMs: 2000 }, host })
    const calls = [other.call('async function f() { return await host.slow(1) }', 'f', []), other.call('async function f() { await null; return 1 }', 'f', [])]
    other.dispose()
    expect(await Promise.all(calls.map(async (call) => call.catch((error: unknown) => (error as CodeError).code)))).toEqual(['CODE_DISPOSED', 'CODE_DISPOSED'])
  })

  test('runs more calls than it has places for, each with its own result', async () => {
    const calls = Array.from({ length: 40 }, async (_, i) => runner.call('async function f(x) { return await host.next(x) }', 'f', [i]))
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
  })

  test('calls host functions of the list, several at once', async () => {
    const source = 'async function f(x) { const [a, b] = await Promise.all([host.slow(x), host.slow(x + 1)]); return [a, b, await host.next(a)] }'
    expect(await Promise.all([runner.call(source, 'f', [1]), runner.call(source, 'f', [10])])).toEqual([[2, 4, 3], [20, 22, 21]])
    expect(run('async function f() { return await host.next(1) }')).toBe(2)
    expect(await runner.call('async function f() { try { await host.refuse() } catch (e) { return [e.message, Object.keys(e)] } }', 'f', [])).toEqual(['no more searches', []])
    expect(thrown(() => run('async function f() { return await host.slow(1) }')).code).toBe('CODE_HOST')
    expect(thrown(() => run('async function f() { return await host.other(1) }')).message).toContain('TypeError: not a function')
    await expect(runner.call('async function f() { await new Promise(() => {}) }', 'f', [])).rejects.toThrow('received a promise that never settles')
  })
})

test('a worker stops native loops that never look at the clock', async () => {
  const runner = createCodeRunner({ isolation: 'worker', limits: { timeMs: 50 } })
  const source = 'function f() { return [].indexOf.call({ length: 2 ** 53 - 1 }, 1) }'
  expect(thrown(() => runner.callSync(source, 'f', [])).code).toBe('CODE_TIMEOUT')
  await expect(runner.call(source, 'f', [])).rejects.toThrow('expected f to end within 50 ms, received no end')
  expect(runner.callSync('function f() { return 1 }', 'f', [])).toBe(1)
  runner.dispose()
  expect(thrown(() => runner.callSync('function f() { return 1 }', 'f', [])).code).toBe('CODE_DISPOSED')
})

test('none runs code as a function of this program, with places', () => {
  const runner = createCodeRunner({ isolation: 'none' })
  expect(runner.callSync('export function f(a: Map<string, number>) { return a.get("x") }', 'f', [new Map([['x', 1]])])).toBe(1)
  const error = thrown(() => runner.callSync('function f() {\n  return null.x\n}', 'f', []))
  expect([error.code, error.line]).toEqual(['CODE_ERROR', 2])
})

describe('a thread that ends by itself', () => {
  test('is a failed call, and the next call gets a new one', async () => {
    const threads: Worker[] = []
    const note = (worker: Worker): void => { threads.push(worker) }
    process.on('worker', note)
    const runner = createCodeRunner({ isolation: 'worker', limits: { timeMs: 20_000 }, host: { started: () => { for (const one of threads) void one.terminate(); return 1 } } })
    try {
      const endless = 'async function f() { await host.started(); for (;;) {} }'
      await expect(runner.call(endless, 'f', [])).rejects.toMatchObject({ code: 'CODE_CRASH', summary: 'expected f to run, received a failure of the engine: "its thread ended"', hint: 'The next call gets a new engine.' })
      expect([await runner.call('function f() { return 2 }', 'f', []), threads.length > 1]).toEqual([2, true])
    } finally {
      process.off('worker', note)
      runner.dispose()
    }
  })
})
