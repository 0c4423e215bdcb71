/** Programs that try to get out of where proposed code runs, or to hang or fill it: a published list, run as a test. Stage: code. */

/** One program. Its function is `attack`, without arguments. */
export interface Attack {
  readonly name: string
  /** What it is after. */
  readonly kind: 'escape' | 'memory' | 'time' | 'stack' | 'tamper' | 'error' | 'result' | 'host'
  readonly source: string
  /**
   * What must come of it: a code of an error, or exactly this value. Several codes where it depends on the machine which
   * limit it meets first.
   */
  readonly expect: { readonly codes: readonly string[] } | { readonly value: unknown }
  /** It stays in native code that never looks at the clock: only a thread can be stopped then. */
  readonly needsWorker?: true
}

const body = (text: string): string => `function attack() {\n${text}\n}`
const STOPPED = { codes: ['CODE_TIMEOUT', 'CODE_MEMORY'] } as const
const THREW = { codes: ['CODE_ERROR'] } as const
// A deep recursion can meet the end of the memory before that of the stack.
const DEEP = { codes: ['CODE_STACK', 'CODE_ERROR', 'CODE_MEMORY', 'CODE_TIMEOUT', 'CODE_CRASH', 'CODE_RESULT'] } as const

const escapes: readonly Attack[] = [
  ['names of the host', 'return [typeof process, typeof require, typeof module, typeof fetch, typeof WebAssembly, typeof setTimeout, typeof console, typeof Buffer, typeof global].join()', { value: Array.from({ length: 9 }, () => 'undefined').join() }],
  ['the Function constructor', 'return Function("return typeof process")()', THREW],
  ['the constructor of a constructor', 'return [].constructor.constructor("return process")()', THREW],
  ['the constructor of a generator', 'return (function* () {}).constructor("yield 1")().next()', THREW],
  ['the constructor of an async function', 'return (async () => {}).constructor("return process")()', THREW],
  ['the constructor of an async generator', 'return (async function* () {}).constructor("yield 1")()', THREW],
  ['Reflect.construct of Function', 'return Reflect.construct(Object.getPrototypeOf(() => {}).constructor, ["return this"])()', THREW],
  ['eval', 'return eval("1")', THREW],
  ['eval by the global object', 'return (0, globalThis["ev" + "al"])("1")', THREW],
  ['a dynamic import', 'return import("node:fs").then(() => "loaded")', THREW],
  ['a dynamic import of data', 'return import("data:text/javascript,export default 1").then(() => "loaded")', THREW],
  ['this of a plain function', 'return (function () { return this })() === undefined', { value: true }],
  ['this of a callback', 'return [1].map(function () { return this })[0] === undefined', { value: true }],
  ['the caller', 'return [typeof attack.caller, typeof arguments.callee]', THREW],
  ['prepareStackTrace', 'Error.prepareStackTrace = (_, frames) => frames\nreturn new Error().stack', THREW],
  ['what the loader knows', 'return Object.keys(import.meta)', { value: [] }],
  ['names on the global object', 'return Object.getOwnPropertyNames(globalThis).filter((name) => /^(process|require|std|os|scriptArgs|print|load|guest|run|harden)$/i.test(name))', { value: [] }],
].map(([name, text, expect]) => ({ name, kind: 'escape', source: body(text as string), expect }) as Attack)

const hungry: readonly Attack[] = [
  ['arrays in arrays', 'const a = []\nfor (;;) a.push(new Array(1e5).fill(1))', STOPPED],
  ['a string that doubles', 'let s = "x"\nfor (;;) s += s', { codes: ['CODE_TIMEOUT', 'CODE_MEMORY', 'CODE_ERROR'] }],
  ['one huge string', 'return "x".repeat(2 ** 29)', { codes: ['CODE_MEMORY', 'CODE_ERROR'] }],
  ['typed arrays', 'const a = []\nfor (;;) a.push(new Uint8Array(1e6))', STOPPED],
  ['one huge buffer', 'return new ArrayBuffer(2 ** 31).byteLength', { codes: ['CODE_MEMORY', 'CODE_ERROR'] }],
  ['a map that grows', 'const m = new Map()\nfor (let i = 0; ; i++) m.set(i, { i })', STOPPED],
  ['closures', 'let f = () => 0\nfor (;;) { const g = f; f = () => g }', STOPPED],
  ['padding', 'return "".padStart(2 ** 30, "abc").length', { codes: ['CODE_MEMORY', 'CODE_ERROR'] }],
  ['a replacement that multiplies', 'let s = "a"\nfor (let i = 0; i < 40; i++) s = s.replace(/a/g, "aa")\nreturn s.length', { codes: ['CODE_MEMORY', 'CODE_TIMEOUT', 'CODE_ERROR'] }],
  ['a bigint that squares', 'let n = 3n\nfor (;;) n *= n', { codes: ['CODE_MEMORY', 'CODE_TIMEOUT', 'CODE_ERROR'] }],
  ['a filled array', 'return new Array(2 ** 32 - 1).fill(0).length', STOPPED, true],
].map(([name, text, expect, needsWorker]) => ({ name, kind: 'memory', source: body(text as string), expect, ...(needsWorker === true && { needsWorker }) }) as Attack)

const endless: readonly Attack[] = [
  ['a loop', 'for (;;);', STOPPED],
  ['a loop that catches everything', 'for (;;) try { for (;;); } catch {} finally { continue }', STOPPED],
  ['iterators without end, caught', 'for (;;) try { [...{ *[Symbol.iterator]() { for (;;) yield 1 } }] } catch {}', STOPPED],
  ['an iterator without end', 'return [...{ *[Symbol.iterator]() { for (;;) yield 1 } }]', STOPPED],
  ['a comparator without end', 'return [3, 2, 1].sort(() => { for (;;); })', STOPPED],
  ['a catastrophic expression', 'return /^(a+)+$/.test("a".repeat(50) + "!")', STOPPED],
  ['a catastrophic alternation', 'return /^(a|a)*$/.test("a".repeat(50) + "!")', STOPPED],
  ['a catastrophic back reference', 'return /^(.*)(.*)(.*)(.*)(.*)(.*)\\1\\2\\3\\4\\5\\6x$/.test("ab".repeat(200))', STOPPED],
  ['a replacer without end', 'return JSON.stringify([1], () => { for (;;); })', STOPPED],
  ['a flood of promises', 'const flood = () => Promise.resolve().then(flood)\nflood()\nreturn 1', STOPPED],
  ['promises that double', 'const flood = () => { Promise.resolve().then(flood); Promise.resolve().then(flood) }\nflood()\nreturn 1', STOPPED],
  ['a thenable that never ends', 'const chain = { then(go) { go(chain) } }\nreturn Promise.resolve(chain)', STOPPED],
  ['an async loop', 'return (async () => { for (;;) await null })()', STOPPED],
  ['indexOf on a huge array-like', 'return [].indexOf.call({ length: 2 ** 53 - 1 }, 1)', STOPPED, true],
  ['includes on a huge array-like', 'return [].includes.call({ length: 2 ** 53 - 1 }, 1)', STOPPED, true],
  ['lastIndexOf on a huge array-like', 'return [].lastIndexOf.call({ length: 2 ** 53 - 1 }, 1)', STOPPED, true],
  ['reverse of a huge array-like', 'return [].reverse.call({ length: 2 ** 53 - 1 })', STOPPED, true],
  ['join of a huge array-like', 'return [].join.call({ length: 2 ** 53 - 1 }, "")', { codes: ['CODE_TIMEOUT', 'CODE_MEMORY', 'CODE_ERROR'] }, true],
  ['a huge sparse array', 'const a = []\na.length = 2 ** 32 - 1\nreturn a.findLast((x) => x === 1)', STOPPED, true],
].map(([name, text, expect, needsWorker]) => ({ name, kind: 'time', source: body(text as string), expect, ...(needsWorker === true && { needsWorker }) }) as Attack)

const deep: readonly Attack[] = [
  ['a recursion', 'return attack()'],
  ['a recursion that catches', 'try { return attack() } catch { return attack() }'],
  ['a text that asks for itself', 'const o = { toString() { return String(o) } }\nreturn String(o)'],
  ['proxies in proxies', 'let p = {}\nfor (let i = 0; i < 1e5; i++) p = new Proxy(p, {})\nreturn p.x'],
  ['nested JSON', 'return JSON.parse("[".repeat(1e5) + "]".repeat(1e5))'],
  ['a nested result', 'let a = []\nfor (let i = 0; i < 1e5; i++) a = [a]\nreturn a'],
  ['a nested expression', 'return new RegExp("(".repeat(1e5) + ")".repeat(1e5)).test("x")'],
  ['bound functions of bound functions', 'let f = () => 1\nfor (let i = 0; i < 1e5; i++) f = f.bind(null)\nreturn f()'],
  ['a getter that gets itself', 'const o = { get x() { return this.x } }\nreturn o.x'],
].map(([name, text]) => ({ name: name!, kind: 'stack', source: body(text!), expect: DEEP }))

const tampering: readonly Attack[] = [
  ['a name on the global object', 'globalThis.leak = 1', THREW],
  ['a method of arrays', 'Array.prototype.push = () => 0', THREW],
  ['a property for every object', 'Object.prototype.leak = 1', THREW],
  ['a property by __proto__', '({}).__proto__.leak = 1', THREW],
  ['toString of every object', 'Object.prototype.toString = () => "leak"', THREW],
  ['JSON', 'JSON.stringify = () => "[1]"', THREW],
  ['the iterator of arrays', '[][Symbol.iterator]().__proto__.next = () => ({ done: true })', THREW],
  ['then of promises', 'Promise.prototype.then = () => 0', THREW],
  ['the prototype of a prototype', 'Object.setPrototypeOf(Array.prototype, null)', THREW],
  ['Math.random', 'Math.random = () => 0.5', THREW],
  ['the clock', 'Date.now = () => 0', THREW],
  ['a result with __proto__', 'return JSON.parse(\'{"__proto__":{"leak":1}}\').leak === undefined', { value: true }],
].map(([name, text, expect]) => ({ name, kind: 'tamper', source: body(text as string), expect }) as Attack)

const errors: readonly Attack[] = [
  ['a stack that throws', 'const e = new Error("x")\nObject.defineProperty(e, "stack", { get() { throw 1 } })\nthrow e', THREW],
  ['a stack without end', 'const e = new Error("x")\nObject.defineProperty(e, "stack", { get() { for (;;); } })\nthrow e', STOPPED],
  ['a message that is an object', 'const e = new Error("x")\ne.message = { toString() { throw e } }\nthrow e', THREW],
  ['a thrown proxy', 'throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 } })', THREW],
  ['a thrown function', 'throw Object.assign(() => 1, { stack: "at proposal.ts:99999:1" })', THREW],
  ['a thrown symbol', 'throw Symbol("x")', THREW],
  ['a thrown nothing', 'throw undefined', THREW],
  ['an error of the engine, pretended', 'const e = new InternalError("interrupted")\nthrow e', THREW],
  ['a refusal, pretended', 'throw { refused: { toString() { throw 1 } }, path: 1 }', THREW],
].map(([name, text, expect]) => ({ name, kind: 'error', source: body(text as string), expect }) as Attack)

const results: readonly Attack[] = [
  ['a huge text', 'return "x".repeat(2e6)', { codes: ['CODE_RESULT'] }],
  ['a huge list', 'return new Array(2e6).fill(0)', { codes: ['CODE_RESULT', 'CODE_TIMEOUT', 'CODE_MEMORY'] }],
  ['a list that says that it is huge', 'return new Proxy([], { get: (t, k) => k === "length" ? 2 ** 53 : t[k] })', { codes: ['CODE_RESULT', 'CODE_ERROR'] }],
  ['a symbol', 'return Symbol("x")', { codes: ['CODE_RESULT'] }],
  ['a function inside', 'return { a: () => 1 }', { codes: ['CODE_RESULT'] }],
  ['a cycle', 'const a = []\na[0] = a\nreturn a', { codes: ['CODE_RESULT'] }],
  ['a getter without end', 'return { get x() { for (;;); } }', STOPPED],
  ['a getter that throws', 'return { get x() { throw new Error("no") } }', THREW],
  ['a proxy with endless keys', 'return new Proxy({}, { ownKeys() { for (;;); } })', STOPPED],
  ['a toJSON', 'return { toJSON() { return "other" } }', { codes: ['CODE_RESULT'] }],
  ['a then that throws', 'return { get then() { throw new Error("no") } }', THREW],
  ['tags of the wire', 'return { $: "bigint", value: "x" }', { value: { $: 'bigint', value: 'x' } }],
].map(([name, text, expect]) => ({ name, kind: 'result', source: body(text as string), expect }) as Attack)

// They run with one host function, `echo`, which gives back what it is given.
const misuse: readonly Attack[] = [
  { name: 'a host function that is not on the list', source: 'async function attack() { return await host.exec("ls") }', expect: THREW },
  { name: 'the constructor of a host function', source: 'async function attack() { return await host.echo.constructor("return process")() }', expect: THREW },
  { name: 'a function for a host function', source: 'async function attack() { return await host.echo(() => 1) }', expect: THREW },
  { name: 'what objects have as a host function', source: 'async function attack() { return await host.hasOwnProperty("echo") }', expect: THREW },
  { name: 'a host function of its own', source: 'async function attack() { host.more = 1 }', expect: THREW },
  { name: 'another id for a host function', source: 'async function attack() { return await host.echo({ id: 7, name: "exec" }) }', expect: { value: { id: 7, name: 'exec' } } },
  { name: 'a flood of host calls', source: 'async function attack() { for (;;) host.echo("x".repeat(1e5)) }', expect: STOPPED },
].map((attack) => ({ ...attack, kind: 'host' as const }))

/** The list. No program of it gets out in either isolation, and none hangs under `worker`. */
export const attacks: readonly Attack[] = [...escapes, ...hungry, ...endless, ...deep, ...tampering, ...errors, ...results, ...misuse]
