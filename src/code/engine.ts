/** The engine that runs proposed code: QuickJS as WebAssembly, in a memory that cannot grow past its limit. Stage: code. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { WasmInstance, WasmMemoryOf, WasmModule, type WasmMemory } from './web-assembly.ts'

/** What the host's machine could not do: the engine is lost, the next call gets a new one. */
export class EngineFault extends Error {}

/** The deadline came. It unwinds the whole engine, so that no handler of the code catches it. */
export class Interrupted extends EngineFault {}

export interface EngineOptions {
  readonly memoryMb: number
  readonly stackKb: number
  readonly now: number
}

type Value = number
type Raw = Readonly<Record<string, (...args: number[]) => number>>

const MODULE = 1
let compiled: object | undefined

/** The engine's parts, compiled once a process. Read at once: a call that must be synchronous may be the first. */
function wasm(): object {
  compiled ??= new WasmModule(readFileSync(createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm')))
  return compiled
}

/**
 * One engine. It is given nothing of this process: its clock stands still, its zone is UTC, it has no environment and no
 * output. The names of imports and exports are those of the one version that package.json pins.
 */
export class Engine {
  /** When running code is interrupted, by `performance.now()`. */
  deadline = Infinity
  #memory: WasmMemory
  #raw: Raw
  #context: number
  #runtime: number
  #out: number

  constructor({ memoryMb, stackKb, now }: EngineOptions) {
    const memory = new WasmMemoryOf({ initial: 256, maximum: Math.max(256, Math.round(memoryMb * 16)) })
    this.#memory = memory
    this.#raw = new WasmInstance(wasm(), { a: { a: memory, ...this.#imports(now) } }).exports as unknown as Raw
    const raw = this.#raw
    raw['u']!()
    this.#runtime = raw['K']!()
    raw['D']!(this.#runtime, Math.min(192, stackKb) * 1024)
    raw['Fa']!(this.#runtime)
    this.#context = raw['N']!(this.#runtime, 0)
    this.#out = raw['v']!(8)
  }

  #imports(now: number): Record<string, (...args: number[]) => number> {
    const memory = this.#memory
    const lost = (what: string) => (): never => { throw new EngineFault(what) }
    const zeros = (at: number, words: number): void => { new Int32Array(memory.buffer, at, words).fill(0) }
    const none = (): number => 0
    const noFile = (): number => 52
    return {
      b: lost('an assertion failed'), q: lost('aborted'), r: lost('exited'),
      p: () => now,
      k: (size) => {
        try {
          memory.grow(Math.ceil(((size! >>> 0) - memory.buffer.byteLength) / 65_536))
          return 1
        } catch {
          return 0
        }
      },
      // The local time zone: offsets of zero, names left empty.
      m: (_low, at) => { zeros(at!, 10); return 0 },
      n: (offset, daylight) => { zeros(offset!, 1); zeros(daylight!, 1); return 0 },
      f: (count, size) => { zeros(count!, 1); zeros(size!, 1); return 0 },
      e: none, j: none, l: none, s: none, h: none, g: none, t: none,
      d: noFile, c: noFile, o: () => 70,
      i: () => {
        if (performance.now() > this.deadline) throw new Interrupted('interrupted')
        return 0
      },
    }
  }

  /** Evaluates `source` as a module. A pointer to its namespace, or what it threw. */
  evaluate(source: string, file: string): Value | { readonly name: string; readonly message: string; readonly stack: string } {
    return this.#guard((raw) => {
      const [text, length] = this.#put(source)
      const [name] = this.#put(file)
      const result = raw['pa']!(this.#context, text, length, name, 0, MODULE)
      raw['M']!(text)
      raw['M']!(name)
      const thrown = raw['na']!(this.#context, result)
      return thrown === 0 ? result : { name: this.#read(thrown, 'name'), message: this.#read(thrown, 'message'), stack: this.#read(thrown, 'stack') }
    })
  }

  property(value: Value, key: string): Value {
    return this.#guard((raw) => {
      const name = this.#string(key)
      const found = raw['ha']!(this.#context, value, name)
      raw['P']!(this.#context, name)
      return found
    })
  }

  /** Calls `fn` with texts or values. Its result as a text, nothing when it threw past the guest's own handlers. */
  call(fn: Value, args: readonly (Value | string)[]): string | undefined {
    return this.#guard((raw) => {
      const values = args.map((arg) => (typeof arg === 'string' ? this.#string(arg) : arg))
      const list = raw['v']!(4 * values.length + 4)
      if (list === 0) return undefined
      new Int32Array(this.#memory.buffer, list, values.length).set(values)
      const self = raw['E']!()
      const result = raw['ma']!(this.#context, fn, self, values.length, list)
      raw['M']!(list)
      values.forEach((value, i) => { if (typeof args[i] === 'string') raw['P']!(this.#context, value) })
      const thrown = raw['na']!(this.#context, result)
      const text = thrown === 0 ? this.#text(result) : undefined
      raw['P']!(this.#context, thrown === 0 ? result : thrown)
      return text
    })
  }

  /** Runs what promises have queued until nothing is left. False when the memory ended. */
  runJobs(): boolean {
    return this.#guard((raw) => {
      while (raw['fa']!(this.#runtime) !== 0) {
        // In portions, so that a flood of jobs meets the deadline too.
        const result = raw['ga']!(this.#runtime, 1000, this.#out)
        const failed = raw['na']!(this.#context, result)
        raw['P']!(this.#context, failed === 0 ? result : failed)
        if (failed !== 0) return false
        if (performance.now() > this.deadline) throw new Interrupted('interrupted')
      }
      return true
    })
  }

  #guard<T>(work: (raw: Raw) => T): T {
    try {
      return work(this.#raw)
    } catch (error) {
      throw error instanceof EngineFault ? error : new EngineFault(error instanceof Error ? error.message : 'unknown', { cause: error })
    }
  }

  #put(text: string): readonly [pointer: number, length: number] {
    const bytes = new TextEncoder().encode(text)
    const at = this.#raw['v']!(bytes.length + 1)
    if (at === 0) throw new EngineFault('out of memory')
    const memory = new Uint8Array(this.#memory.buffer)
    memory.set(bytes, at)
    memory[at + bytes.length] = 0
    return [at, bytes.length]
  }

  #string(text: string): Value {
    const [at] = this.#put(text)
    const value = this.#raw['_']!(this.#context, at)
    this.#raw['M']!(at)
    return value
  }

  #text(value: Value): string | undefined {
    const at = this.#raw['$']!(this.#context, value)
    if (at === 0) return undefined
    const memory = new Uint8Array(this.#memory.buffer)
    const text = new TextDecoder().decode(memory.subarray(at, memory.indexOf(0, at)))
    this.#raw['R']!(this.#context, at)
    return text
  }

  #read(value: Value, key: string): string {
    const found = this.property(value, key)
    const text = this.#text(found) ?? ''
    this.#raw['P']!(this.#context, found)
    return text
  }
}
